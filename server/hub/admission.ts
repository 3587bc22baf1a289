/** The admission policy: whether a session may join, judged before anybody sees it and again at each password. */

import type { ByeCode } from "../../common/protocol/codes.ts";
import { nickKey } from "../../common/protocol/names.ts";
import type { Bans } from "../chat/bans.ts";
import type { ChatError } from "../model/errors.ts";
import type { Password, Purpose } from "../model/password.ts";
import type { Room } from "../model/room.ts";
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
  | { kind: "admitted" }
  /** It may try again. */
  | { kind: "challenged"; error: ChatError }
  | { kind: "rejected"; code: ByeCode };

export interface AdmissionOptions {
  bans: Bans;
  /** Locked, it lets nobody in: a newcomer is not a moderator yet. */
  firstRoom: Room;
  password: Password | undefined;
}

export class AdmissionPolicy {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get requiresPassword(): boolean {
    return this.#options.password !== undefined;
  }

  /** Judges a session that is new, or that was greeted as text before its hello arrived. */
  judge(session: Session, shown: Credentials, purpose: Purpose = "join"): Verdict {
    const { nick = "", id, password = "" } = shown;
    const { bans, firstRoom, password: required } = this.#options;
    const { host } = session.peer;
    const user = { id: id ?? session.id, key: nickKey(nick.trim()), host };
    if (bans.matches(user)) return { kind: "rejected", code: "banned" };
    if (session.stage === "member") return { kind: "admitted" };
    if (firstRoom.isLocked) return { kind: "rejected", code: "locked" };
    if (!required) return { kind: "admitted" };
    if (password.trim() === "") {
      return { kind: "challenged", error: { code: "password_wanted", params: {} } };
    }
    const attempt = required.try(session, password, purpose);
    if (attempt === "right") return { kind: "admitted" };
    if (attempt === "failed") return { kind: "rejected", code: "auth_failed" };
    return { kind: "challenged", error: attempt };
  }
}
