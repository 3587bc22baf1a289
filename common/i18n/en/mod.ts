/** Every English sentence that users see. Its keys are the keys of every language. */

import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

// With no prototype, so that V8 takes 1 ms for so many keys and not 6.
export const sentences = Object.assign(
  Object.create(null) as object,
  chat,
  commandLine,
  page,
);

export type Key = keyof typeof sentences;
