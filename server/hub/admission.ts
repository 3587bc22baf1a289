/**
 * Who comes in: asked once for each new session, before anybody hears of it, and again for each try with a password. It
 * only judges; the hub acts on it.
 */

import type { ByeCode } from "../../common/protocol/codes.ts";
import { nickKey } from "../../common/protocol/names.ts";
import type { Bans } from "../chat/bans.ts";
import type { Password } from "../model/password.ts";
import type { ChatError } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";

/** What a newcomer brings. */
export interface Credentials {
  /** The nick that it wants. */
  nick?: string | undefined;
  /** The id of a session that it had before. */
  id?: string | undefined;
  password?: string | undefined;
}

export type Verdict =
  | { kind: "open" }
  /** It may try again. */
  | { kind: "asked"; refusal: ChatError }
  | { kind: "closed"; code: ByeCode };

export class AdmissionPolicy {
  readonly #bans: Bans;
  readonly #entrance: Room;
  readonly #password: Password | undefined;

  /** Into a room, past those who are banned, with a password where there is one. */
  constructor(
    { bans, entrance, password }: { bans: Bans; entrance: Room; password: Password | undefined },
  ) {
    this.#bans = bans;
    this.#entrance = entrance;
    this.#password = password;
  }

  get requiresPassword(): boolean {
    return this.#password !== undefined;
  }

  /** Judges a session that is new, or that was greeted before it said who it is. */
  judge(session: Session, { nick = "", id, password = "" }: Credentials): Verdict {
    const person = {
      id: id ?? session.id,
      key: nickKey(nick.trim()),
      host: session.peer.host,
    };
    if (this.#bans.matches(person)) return { kind: "closed", code: "banned" };
    if (session.stage === "member") return { kind: "open" };
    // Nobody is a moderator before being in.
    if (this.#entrance.isLocked) return { kind: "closed", code: "locked" };
    if (!this.#password) return { kind: "open" };
    if (password.trim() === "") {
      return { kind: "asked", refusal: { code: "password_wanted", params: {} } };
    }
    const left = this.#password.try(session, password);
    if (left === "right") return { kind: "open" };
    return left === 0
      ? { kind: "closed", code: "auth_failed" }
      : { kind: "asked", refusal: { code: "wrong_password", params: { left } } };
  }
}
