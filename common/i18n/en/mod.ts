/** Every English sentence that users see. Its keys are the keys of every language. */

import { chat } from "./chat.ts";
import { commandLine } from "./command_line.ts";
import { page } from "./page.ts";

export const sentences = { ...chat, ...commandLine, ...page };

export type Key = keyof typeof sentences;
