/** Puts the terminal into raw mode, as the client does, and crashes. */

import { onFault } from "../../common/cli/faults.ts";
import { Tty } from "../../client/terminal/tty.ts";

onFault(() => Deno.exit(1));
new Tty({ onBytes: () => {}, onResize: () => {}, onContinue: () => {}, onTerminate: () => {} });
setTimeout(() => {
  throw new Error("a fault");
}, 200);
