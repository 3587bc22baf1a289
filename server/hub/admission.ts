/** Admission: whether a session may join, judged before anybody sees it and again at each password. */

import type { ByeCode } from "../../common/protocol/codes.ts";
import { nickKey } from "../../common/protocol/names.ts";
import type { Chat } from "../chat/chat.ts";
import type { ChatError } from "../model/errors.ts";
import type { Password, Purpose } from "../model/password.ts";
import type { Session } from "../model/session.ts";

/** What a newcomer shows. */
export interface Credentials {
  /** The nick that it asks for. */
  nick?: string | undefined;
  /** The id of an earlier session. */
  id?: string | undefined;
  password?: string | undefined;
}

export type Verdict =
  | { kind: "admitted"; isModerator?: boolean }
  /** It may try again. */
  | { kind: "challenged"; error: ChatError }
  | { kind: "rejected"; code: ByeCode };

/** Judges a session that is new, or greeted before its hello. A locked first room admits moderators only. */
export function judge(
  session: Session,
  { nick = "", id = session.id, password = "" }: Credentials,
  { moderation: { bans }, rooms: { first }, isOffline }: Chat,
  passwords: Password,
  purpose: Purpose,
): Verdict {
  const { host } = session.peer;
  if (bans.holdingFor({ id, key: nickKey(nick.trim()), host }).length > 0) {
    return { kind: "rejected", code: "banned" };
  }
  const attempt = password.trim() === "" ? undefined : passwords.try(session, password, purpose);
  const isModerator = attempt === "moderator";
  if (session.stage === "member") return { kind: "admitted", isModerator };
  if (attempt === "failed") return { kind: "rejected", code: "auth_failed" };
  const isAsked = passwords.isRequired || first.isLocked;
  if (isAsked && typeof attempt === "object") return { kind: "challenged", error: attempt };
  if (first.isLocked && !isModerator) return { kind: "rejected", code: "locked" };
  if (passwords.isRequired && !attempt) {
    return { kind: "challenged", error: { code: "password_wanted", params: {} } };
  }
  if (isOffline) return { kind: "rejected", code: "cut_off" };
  return { kind: "admitted", isModerator };
}
