/** Every English sentence that users see. Its keys are the keys of every language. */

import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

// The object has no prototype: V8 adds this many keys to it in 1 ms, and to a common object in 6 ms.
export const sentences = Object.assign(
  Object.create(null) as object,
  chat,
  commandLine,
  page,
);

export type Key = keyof typeof sentences;
