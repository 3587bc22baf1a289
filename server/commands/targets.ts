/** What the commands for moderators share: whom they name and why, and the lists of rules. */

import type { RuleSummary } from "../../common/protocol/codes.ts";
import { MAX_RULES_LISTED } from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { err, ok } from "../../common/result.ts";
import { MAX_DEPARTED } from "../model/departed_users.ts";
import { type ChatResult, fail, quote } from "../model/errors.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import type { Session } from "../model/session.ts";
import type { Author } from "../types.ts";
import type { CommandCall } from "./command.ts";

/** Longest reason, in UTF-16 units. */
const MAX_REASON = 200;

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

/** The reason that follows, which is empty if none is given; an error for a muted moderator, as the room is shown it. */
export function readReason({ hub, session }: CommandCall, text: string): ChatResult<string> {
  const muted = text === "" ? undefined : hub.chat.moderation.checkMuted(session);
  return muted ? err(muted) : ok(quote(text, MAX_REASON));
}

/** Replies with the rules of a kind, of which `rules` has the oldest first. */
export function listRules(
  { hub, session, ref }: CommandCall,
  code: "banned" | "muted",
  rules: RuleSummary[],
): undefined {
  const latest = rules.slice(-MAX_RULES_LISTED).reverse();
  return hub.reply(session, ref, code, { nicks: rules.map(({ nick }) => nick), latest });
}
