/** Ids of which one cannot tell what they were made from. */

import { createHash } from "node:crypto";

/** The id of the session of a token: the same at every hub, and no way back to the token. */
export function identify(token: string): string {
  return createHash("sha256").update(`chat session ${token}`, "utf8").digest("base64url");
}
