/** Every Spanish sentence that users see. */

import type { Key } from "../en/mod.ts";
import type { Sentence } from "../sentence.ts";
import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

export const sentences: Readonly<Record<Key, Sentence>> = { ...chat, ...commandLine, ...page };
