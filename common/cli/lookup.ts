/** Resolves host names with the system's resolver. */

import { lookup as lookUp } from "node:dns";
import { promisify } from "node:util";

/** As in `node:dns/promises`, which in older versions of Deno prints a warning of `punycode`. */
export const lookup = promisify(lookUp);
