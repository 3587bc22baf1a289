/** Every English sentence that users see. Its keys are the keys of every language. */

import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

// Without a prototype: a common object takes 6 ms to get so many keys.
export const sentences = Object.assign(
  Object.create(null) as object,
  chat,
  commandLine,
  page,
);

export type Key = keyof typeof sentences;
