/** A program that takes over the terminal as the client does, and fails in a way that nobody has foreseen. */

import { onFault } from "../../common/cli/faults.ts";
import { Tty } from "../../client/terminal/tty.ts";

onFault(() => Deno.exit(1));
new Tty({ onBytes: () => {}, onResize: () => {}, onContinue: () => {}, onTerminate: () => {} });
setTimeout(() => {
  throw new Error("a fault");
}, 200);
