/** Every Spanish sentence that users see. */

import type { Key } from "../en/mod.ts";
import type { Sentence } from "../sentence.ts";
import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

// With no prototype, so that V8 takes 1 ms for so many keys and not 6.
export const sentences: Readonly<Record<Key, Sentence>> = Object.assign(
  Object.create(null) as object,
  chat,
  commandLine,
  page,
);
