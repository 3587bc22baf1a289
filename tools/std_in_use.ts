/** Imports each module of @std that this project uses, and does nothing: `deno.ts` loads it to see whether all are there. */

import "@std/assert";
import "@std/cli/parse-args";
import "@std/cli/unicode-width";
import "@std/fmt/colors";
