/** The user that a moderator's command names. */

import { nickKey } from "../../common/protocol/names.ts";
import { ok } from "../../common/result.ts";
import { MAX_DEPARTED } from "../model/departed_users.ts";
import { type ChatResult, fail } from "../model/errors.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import type { Session } from "../model/session.ts";
import type { Author } from "../types.ts";
import type { CommandCall } from "./command.ts";

/** Longest reason that may follow, in UTF-16 units. */
export const MAX_REASON = 200;

/** The first word of a text and what follows it. */
export function splitWord(text: string): [word: string, rest: string] {
  const [, word = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  return [word, rest];
}

/** The user with a nick; an error for the session's own. `findGone`: finds users by nick key who are not here. */
export function findOther<Gone extends Author = never>(
  { hub, session }: CommandCall,
  name: string,
  findGone?: (key: string) => Gone | undefined,
): ChatResult<Session | RemoteUser | Gone> {
  const found = hub.chat.nicks.lookUp(session, name);
  if (found.ok) return found.value === session ? fail("not_oneself") : found;
  const gone = findGone?.(nickKey(name));
  if (gone) return ok(gone);
  return findGone ? fail("no_such_nick", { ...found.error.params, departed: MAX_DEPARTED }) : found;
}
