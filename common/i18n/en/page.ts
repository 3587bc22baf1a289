/** The words of the page, in English. */

import type { Sentence } from "../sentence.ts";

export const page = {} satisfies Record<string, Sentence>;
