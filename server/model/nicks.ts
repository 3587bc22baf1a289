/** Which session or remote user holds which nick. The rules for nicks are in common/protocol/names.ts. */

import { defined } from "../../common/defined.ts";
import { MAX_MEMBERS_NAMED } from "../../common/protocol/frame.ts";
import {
  isGuestKey,
  joinWords,
  type NickFault,
  nickKey,
  parseNick,
  suggestNick,
} from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { ok } from "../../common/result.ts";
import { type ChatResult, fail, quote } from "./errors.ts";
import type { RemoteUser, RemoteUsers } from "./remote_users.ts";
import type { Session } from "./session.ts";

/** The nick that a newcomer gets, and what was wrong with the nick that it asked for. */
export interface AssignedNick {
  nick: string;
  fault?: NickFault | "has_spaces" | "taken";
}

/** A nick that a session asks for, if it is valid; if it cannot have it, a free one, if one is like it. */
type Examined = Partial<AssignedNick> & { suggestion?: string };

/** Taken guest numbers in a row before numbers are skipped, and the most that are skipped at once. */
const MAX_GUESTS_IN_TURN = 20;
const GUESTS_SKIPPED = 10_000;

export class Nicks {
  readonly #isBanned: (key: string) => boolean;
  readonly #remoteUsers: RemoteUsers;
  /** Sessions of this hub, by key and by id. */
  readonly #holders: Map<string, Session> = new Map();
  readonly #byId: Map<string, Session> = new Map();
  /** Keys that a user at another hub has claimed, while that user is not known here yet. */
  readonly #avoided: Set<string> = new Set();
  readonly #random: () => number;
  #lastGuest = 0;

  /** `random`: from 0 to below 1. */
  constructor(isBanned: (key: string) => boolean, remoteUsers: RemoteUsers, random: () => number) {
    this.#isBanned = isBanned;
    this.#remoteUsers = remoteUsers;
    this.#random = random;
  }

  /** Gives the session the nick in place of its old one. The nick must be valid and free. */
  claim(session: Session, nick: string): void {
    this.release(session);
    session.nick = nick;
    session.key = nickKey(nick);
    this.#holders.set(session.key, session);
    this.#byId.set(session.id, session);
  }

  release(session: Session): void {
    if (this.#holders.get(session.key) !== session) return;
    this.#holders.delete(session.key);
    this.#byId.delete(session.id);
  }

  holder(key: string): Session | RemoteUser | undefined {
    return this.#holders.get(key) ?? this.#remoteUsers.holder(key);
  }

  find(id: string): Session | RemoteUser | undefined {
    return this.#byId.get(id) ?? this.#remoteUsers.find(id);
  }

  /** All users, those of this hub first. */
  users(): (Session | RemoteUser)[] {
    return [...this.#holders.values(), ...this.#remoteUsers.users()];
  }

  /** The user with a nick as a user types it. The error suggests the nearest nick in the session's room. */
  lookUp(session: Session, name: string): ChatResult<Session | RemoteUser> {
    const key = nickKey(name.trim());
    const user = this.holder(key);
    if (user) return ok(user);
    const keys = session.room!.users().take(MAX_MEMBERS_NAMED).map((each) => each.key);
    const near = nearest(key, keys);
    const suggestion = near === undefined ? undefined : this.holder(near)?.nick;
    return fail("no_such_nick", { nick: quote(name), ...defined({ suggestion }) });
  }

  /** The key is claimed at another hub: it is not offered until the next {@linkcode sweep}. */
  avoid(key: string): void {
    this.#avoided.add(key);
  }

  /** By now the holders of avoided keys are known, or the keys are free. Call it about every second. */
  sweep(): void {
    this.#avoided.clear();
  }

  /** The nick as it may be claimed. A session may always have its own in other letters. */
  check(session: Session, wanted: string): ChatResult<string> {
    const { nick = quote(wanted), fault, suggestion = "" } = this.#examine(session, wanted);
    if (fault === "has_spaces") return fail("spaced_nick", { nick, suggestion });
    if (fault === "taken") return fail("nick_taken", { nick, suggestion });
    const refusal = fault ?? (this.#isBanned(nickKey(nick)) ? "banned" : undefined);
    return refusal ? fail("bad_nick", { nick, fault: refusal }) : ok(nick);
  }

  /** The nick for a newcomer: the nick that it asks for, or a free one. */
  assign(session: Session, wanted: string): AssignedNick {
    const examined: Examined = wanted.trim() === "" ? {} : this.#examine(session, wanted);
    const { nick, fault, suggestion = nick } = examined;
    return { nick: suggestion ?? (session.nick || this.nextGuest()), ...defined({ fault }) };
  }

  /**
   * A free guest nick. No number is given twice, so that `guest3` is one user for as long as the hub runs. After some
   * that are taken at other hubs, numbers are skipped at random, so that many guests there cost this hub nothing.
   */
  nextGuest(): string {
    for (let tries = 0;; tries++) {
      const isInTurn = tries < MAX_GUESTS_IN_TURN;
      this.#lastGuest += isInTurn ? 1 : Math.ceil(this.#random() * GUESTS_SKIPPED);
      const nick = `guest${this.#lastGuest}`;
      if (!this.#isUnavailable(nick)) return nick;
    }
  }

  /** A nick that a session asks for, and its fault. Only the hub gives nicks of guests, even of those who left. */
  #examine(session: Session, wanted: string): Examined {
    const joined = joinWords(wanted, "_", parseNick);
    if (joined) {
      const isFree = this.#isFree(session, joined.key) && !this.#isBanned(joined.key);
      return { fault: "has_spaces", suggestion: isFree ? joined.nick : this.#suggest(joined.nick) };
    }
    const parsed = parseNick(wanted);
    if (!parsed.ok) return { fault: parsed.error };
    const { nick, key } = parsed.value;
    if (key !== session.key && isGuestKey(key)) return { fault: "reserved" };
    if (this.#isFree(session, key)) return { nick };
    return { nick, fault: "taken", suggestion: this.#suggest(nick) };
  }

  #isFree(session: Session, key: string): boolean {
    if (this.#avoided.has(key)) return false;
    const holder = this.holder(key);
    return holder === undefined || holder === session;
  }

  #isUnavailable(key: string): boolean {
    return this.holder(key) !== undefined || this.#avoided.has(key) || this.#isBanned(key);
  }

  #suggest(nick: string): string {
    return suggestNick(nick, (key) => this.#isUnavailable(key), this.#random);
  }
}
