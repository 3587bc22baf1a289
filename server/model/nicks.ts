/** Who holds which nick, and which ones are free. The rules for nicks are in protocol/names.ts. */

import { MAX_MEMBERS_NAMED } from "../../common/protocol/frame.ts";
import { type NickFault, nickKey, parseNick, suggestNick } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import type { RemoteUser, RemoteUsers } from "./remote_users.ts";
import { type ChatError, quote } from "./errors.ts";
import type { Session } from "./session.ts";

export class Nicks {
  readonly #isBanned: (key: string) => boolean;
  readonly #remoteUsers: RemoteUsers;
  /** Of this hub, by key and by id. */
  readonly #holders: Map<string, Session> = new Map();
  readonly #byId: Map<string, Session> = new Map();
  /** Keys that are another's at another hub, who is not known yet. */
  readonly #avoided: Set<string> = new Set();
  #lastGuest = 0;

  /** Nobody may have the nick of a key that is banned, nor of one of the people at other hubs. */
  constructor(isBanned: (key: string) => boolean, people: RemoteUsers) {
    this.#isBanned = isBanned;
    this.#remoteUsers = people;
  }

  /** Gives the session the nick in place of its old one. The nick must be valid and not another's. */
  claim(session: Session, nick: string): void {
    this.release(session);
    session.nick = nick;
    session.key = nickKey(nick);
    this.#holders.set(session.key, session);
    this.#byId.set(session.id, session);
  }

  /** The session's nick is free again. */
  release(session: Session): void {
    if (this.#holders.get(session.key) !== session) return;
    this.#holders.delete(session.key);
    this.#byId.delete(session.id);
  }

  /** Who has the nick of a key. */
  holder(key: string): Session | RemoteUser | undefined {
    return this.#holders.get(key) ?? this.#remoteUsers.holder(key);
  }

  /** Who has a nick, by the id of its session. */
  find(id: string): Session | RemoteUser | undefined {
    return this.#byId.get(id) ?? this.#remoteUsers.find(id);
  }

  /** Who has a nick as somebody types it, or that nobody has, with the nearest one. */
  lookUp(session: Session, name: string): Session | RemoteUser | ChatError {
    const person = this.holder(nickKey(name.trim()));
    if (person) return person;
    const nicks = session.room!.nicks(MAX_MEMBERS_NAMED);
    const near = nearest(nickKey(name), nicks.map(nickKey));
    const suggestion = nicks.find((nick) => nickKey(nick) === near);
    return {
      code: "no_such_nick",
      params: { nick: quote(name), ...(suggestion ? { suggestion } : {}) },
    };
  }

  /** The nick of a key is another's, though it is not known yet whose. */
  avoid(key: string): void {
    this.#avoided.add(key);
  }

  /** By now it is known whose those nicks are, or they are free. */
  sweep(): void {
    this.#avoided.clear();
  }

  /** The nick as it may be claimed, or why not. One's own in other letters is free to oneself. */
  check(session: Session, wanted: string): { nick: string } | ChatError {
    const parsed = parseNick(wanted);
    if (!parsed.ok) {
      return { code: "bad_nick", params: { nick: quote(wanted), fault: parsed.fault } };
    }
    if (this.#isBanned(parsed.key)) {
      return { code: "bad_nick", params: { nick: parsed.nick, fault: "banned" } };
    }
    return this.#isFree(session, parsed.key) ? { nick: parsed.nick } : this.takenError(parsed.nick);
  }

  /** That a nick is another's, with a free one. */
  takenError(nick: string): ChatError {
    return { code: "nick_taken", params: { nick, suggestion: this.#suggest(nick) } };
  }

  /** The nick for a newcomer: the one it wants, or a free one and why. */
  assign(session: Session, wanted: string): { nick: string; fault?: NickFault | "taken" } {
    const fallback = () => session.nick || this.nextGuest();
    if (wanted.trim() === "") return { nick: fallback() };
    const parsed = parseNick(wanted);
    if (!parsed.ok) return { nick: fallback(), fault: parsed.fault };
    if (this.#isFree(session, parsed.key)) return { nick: parsed.nick };
    return { nick: this.#suggest(parsed.nick), fault: "taken" };
  }

  /** A nick for somebody without one. No number is given twice, so that `guest3` is one person as long as the hub lives. */
  nextGuest(): string {
    let nick: string;
    do nick = `guest${++this.#lastGuest}`; while (this.#isUnavailable(nickKey(nick)));
    return nick;
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
    return suggestNick(nick, (key) => this.#isUnavailable(key));
  }
}
