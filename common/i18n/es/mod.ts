/** Every Spanish sentence that users see. */

import type { Key } from "../en/mod.ts";
import type { Sentence } from "../sentence.ts";
import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

// Without a prototype: a common object takes 6 ms to get so many keys.
export const sentences: Readonly<Record<Key, Sentence>> = Object.assign(
  Object.create(null) as object,
  chat,
  commandLine,
  page,
);
