/** Who holds which nick, and which ones are free. The rules for nicks are in protocol/names.ts. */

import { type NickFault, nickKey, parseNick, suggestNick } from "../protocol/names.ts";
import { quote, type Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";

export class Nicks {
  readonly #isBanned: (key: string) => boolean;
  readonly #holders: Map<string, Session> = new Map();
  #lastGuest = 0;

  /** Nobody may have the nick of a key that is banned. */
  constructor(isBanned: (key: string) => boolean) {
    this.#isBanned = isBanned;
  }

  /** Gives the session the nick in place of its old one. The nick must be valid and not another's. */
  claim(session: Session, nick: string): void {
    this.release(session);
    session.nick = nick;
    session.key = nickKey(nick);
    this.#holders.set(session.key, session);
  }

  /** The session's nick is free again. */
  release(session: Session): void {
    if (this.#holders.get(session.key) === session) this.#holders.delete(session.key);
  }

  /** Who has the nick of a key. */
  holder(key: string): Session | undefined {
    return this.#holders.get(key);
  }

  /** The nick as it may be claimed, or why not. One's own in other letters is free to oneself. */
  check(session: Session, wanted: string): { nick: string } | Refusal {
    const parsed = parseNick(wanted);
    if (!parsed.ok) {
      return { code: "bad_nick", params: { nick: quote(wanted), fault: parsed.fault } };
    }
    if (this.#isBanned(parsed.key)) {
      return { code: "bad_nick", params: { nick: parsed.nick, fault: "banned" } };
    }
    if (this.#isFree(session, parsed.key)) return { nick: parsed.nick };
    return {
      code: "nick_taken",
      params: { nick: parsed.nick, suggestion: this.#suggest(parsed.nick) },
    };
  }

  /** The nick for a newcomer: the one it wants, or a free one and why. */
  assign(session: Session, wanted: string): { nick: string; fault?: NickFault | "taken" } {
    const fallback = () => session.nick || this.guest();
    if (wanted.trim() === "") return { nick: fallback() };
    const parsed = parseNick(wanted);
    if (!parsed.ok) return { nick: fallback(), fault: parsed.fault };
    if (this.#isFree(session, parsed.key)) return { nick: parsed.nick };
    return { nick: this.#suggest(parsed.nick), fault: "taken" };
  }

  /** A nick for somebody without one. No number is given twice, so that `guest3` is one person as long as the hub lives. */
  guest(): string {
    let nick: string;
    do nick = `guest${++this.#lastGuest}`; while (this.#isOut(nickKey(nick)));
    return nick;
  }

  #isFree(session: Session, key: string): boolean {
    const holder = this.#holders.get(key);
    return holder === undefined || holder === session;
  }

  #isOut(key: string): boolean {
    return this.#holders.has(key) || this.#isBanned(key);
  }

  #suggest(nick: string): string {
    return suggestNick(nick, (key) => this.#isOut(key));
  }
}
