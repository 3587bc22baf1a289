/** A program that takes over the terminal as the client does, and at the first key fails in a way that nobody has foreseen. */

import { onFault } from "../../cli/faults.ts";
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
