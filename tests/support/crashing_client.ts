/** Puts the terminal into raw mode, as the client does, and crashes. */

import { onFault } from "../../common/cli/faults.ts";
import { Tty } from "../../client/terminal/tty.ts";

onFault(() => Deno.exit(1));
const fail = () => {
  throw new Error("a fault");
};
new Tty({
  onBytes: () => void setTimeout(fail),
  onResize: () => {},
  onContinue: () => {},
  onTerminate: () => {},
});
