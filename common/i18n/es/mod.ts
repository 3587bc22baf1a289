/** Every Spanish sentence that users see. */

import type { Key } from "../en/mod.ts";
import type { Sentence } from "../sentence.ts";
import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

// The object has no prototype: V8 adds this many keys to it in 1 ms, and to a common object in 6 ms.
export const sentences: Readonly<Record<Key, Sentence>> = Object.assign(
  Object.create(null) as object,
  chat,
  commandLine,
  page,
);
