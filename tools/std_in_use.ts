/** Imports every module of @std that this project uses; `deno.ts` runs it to see whether they can all be loaded. */

import "@std/assert";
import "@std/cli/parse-args";
import "@std/fmt/colors";
