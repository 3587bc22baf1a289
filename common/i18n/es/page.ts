/** The words of the page, in Spanish. */

import type { page as english } from "../en/page.ts";
import type { Translation } from "../sentence.ts";

export const page: Translation<typeof english> = {};
