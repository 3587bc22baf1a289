/**
 * The sessions, from the accept to their end. One whose connection broke waits for a while for its peer to come back over
 * another one; until then nobody hears of it. What sessions are asked and told, the hub knows.
 */

import type { Lang } from "../../common/i18n/mod.ts";
import type { ByeCode, NoticeCode, Params } from "../../common/protocol/codes.ts";
import type { Chat } from "../chat/chat.ts";
import { framesDialect } from "../dialect/json.ts";
import { textDialect } from "../dialect/text.ts";
import type { Fanout } from "../chat/fanout.ts";
import { codedFrame, quote } from "../model/errors.ts";
import { absentPeer, type Peer, Session } from "../model/session.ts";
import type { User } from "../types.ts";

export interface SessionsOptions {
  chat: Chat;
  fanout: Fanout;
  /** For people who have not chosen a language. */
  lang: Lang;
  /** A new unguessable string. */
  randomId: () => string;
  /** The id of the session of a token. */
  sessionId: (token: string) => string;
  /** Milliseconds from any fixed moment, never going back. */
  elapsed: () => number;
  /** So many milliseconds a session waits. */
  grace: number;
  /** Tells somebody something, by the id of its session, here or at another hub. */
  notify: (id: string, code: NoticeCode, params: Params) => void;
}

/** Sessions that may wait at the same time; for one more, the one that has waited longest goes. */
const MAX_AWAY = 10_000;
/** So many bytes may be kept for all that wait; beyond it those go for whom more than a fair share is, the longest first. */
const MAX_RETAINED = 64 * 1024 * 1024;
const FAIR_SHARE = 64 * 1024;

/** After these a peer may come back as if its connection had broken; the others mean that it is to go. */
const RESUMABLE: ReadonlySet<ByeCode | undefined> = new Set([
  undefined,
  "slow_consumer",
  "timeout",
]);

export class Sessions {
  readonly #options: SessionsOptions;
  /** By id. */
  readonly #sessions: Map<string, Session> = new Map();
  /** Those that wait, the longest first. */
  readonly #away: Set<Session> = new Set();
  #isStopping = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  /** Sessions that are not gone, members or not. */
  get count(): number {
    return this.#sessions.size;
  }

  /** Those that are in the chat, connected or not. */
  get userCount(): number {
    return this.#away.size + [...this.members()].length;
  }

  /** Those that wait. */
  get awayCount(): number {
    return this.#away.size;
  }

  /** Those that are in the chat and connected. */
  members(): Iterable<Session> {
    return this.#sessions.values().filter(({ stage }) => stage === "member");
  }

  /** A session for a connection that was accepted, and speaks text until it says otherwise. */
  open(peer: Peer): Session {
    const { randomId, sessionId, lang } = this.#options;
    const token = randomId();
    const session = new Session({
      peer,
      token,
      id: sessionId(token),
      lang,
      dialect: textDialect,
    });
    this.#sessions.set(session.id, session);
    return session;
  }

  /** The session of an id. */
  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The session that is to go on by a token, where there is one that can. */
  findResumable(token = ""): Session | undefined {
    const session = this.#sessions.get(this.#options.sessionId(token));
    return session?.hasWelcome ? session : undefined;
  }

  /**
   * The connection is over. Where the peer can come back, the session waits; else it is over too, and the others are told
   * if they knew of it. `told`: where a moderator ended it (LeftFrame.params).
   */
  detach(session: Session, reason?: ByeCode, told?: Params): void {
    if (session.stage === "gone") return;
    const canResume = session.stage === "member" && session.hasWelcome && RESUMABLE.has(reason);
    if (canResume && !this.#isStopping) this.#setAway(session, reason);
    else this.#end(session, reason, told);
  }

  /** Somebody who was at another hub comes back here, and is waited for. */
  moveIn(token: string, person: User): Session {
    const { elapsed } = this.#options;
    const { id, host, lang, isModerator, ignored } = person;
    const peer = absentPeer({ host, address: "" });
    const session = new Session({ peer, token, id, lang, dialect: framesDialect });
    session.stage = "away";
    session.hasSpoken = session.hasWelcome = true;
    session.isModerator = isModerator;
    for (const each of ignored) session.ignoreList.add(each);
    for (const each of person.answers) session.replies.add(each);
    session.disconnected = { at: elapsed(), reason: undefined, after: 0 };
    this.#sessions.set(id, session);
    this.#away.add(session);
    return session;
  }

  /** The session goes on at another hub, under the nick and in the rooms that it had: here it is over, and nobody is told. */
  moveOut(session: Session): void {
    const { chat, fanout } = this.#options;
    const { peer } = session;
    fanout.toOne(session, codedFrame("bye", "resumed_elsewhere", {}));
    fanout.flushTo(session);
    this.#detachPeer(session);
    session.stage = "gone";
    this.#sessions.delete(session.id);
    this.#away.delete(session);
    fanout.forget(session);
    chat.moveOut(session);
    peer.close();
  }

  /** The session goes on over the connection of a new one, which is over. The newest wins: a connection that hangs is told. */
  resume(session: Session, fresh: Session): void {
    const { fanout } = this.#options;
    const { peer } = fresh;
    fanout.flushTo(fresh); // it may have been greeted as text before its hello came
    this.#end(fresh);
    if (session.stage === "member") {
      const hanging = session.peer;
      fanout.toOne(session, codedFrame("bye", "resumed_elsewhere", {}));
      fanout.flushTo(session);
      this.#detachPeer(session);
      hanging.close();
    }
    this.#away.delete(session);
    fanout.discardFor(session); // what it missed is for the hub to tell
    session.stage = "member";
    session.disconnected = undefined;
    session.peer = peer;
    session.dialect = fresh.dialect;
    session.deferred = fresh.deferred;
    fresh.deferred = undefined;
    peer.adopt(session);
    this.#options.chat.publishUser(session);
  }

  /** Ends those whose peers have not come back in time, or for whom too much is kept. */
  sweep(): void {
    const { elapsed, grace } = this.#options;
    let kept = 0;
    for (const { retainedBytes } of this.#away) kept += retainedBytes;
    for (const session of this.#away) {
      const { retainedBytes, disconnected } = session;
      const isLate = elapsed() - disconnected!.at >= grace;
      if (!isLate && kept <= MAX_RETAINED) break;
      if (!isLate && retainedBytes <= FAIR_SHARE) continue;
      kept -= retainedBytes;
      this.#end(session, disconnected!.reason);
    }
  }

  /** From now on nobody here sees the others go, and none waits. Gives all that there are. */
  stop(): Session[] {
    this.#isStopping = true;
    return [...this.#sessions.values()];
  }

  #setAway(session: Session, reason: ByeCode | undefined): void {
    const { chat, fanout, elapsed } = this.#options;
    this.#detachPeer(session);
    fanout.forget(session);
    session.stage = "away";
    session.disconnected = { at: elapsed(), reason, after: chat.messages.lastMessageId };
    this.#away.add(session);
    chat.publishUser(session);
    if (this.#away.size <= MAX_AWAY) return;
    const [longest] = this.#away;
    this.#end(longest!, longest!.disconnected!.reason);
  }

  /** What still comes over the session's connection is of nobody any more. */
  #detachPeer(session: Session): void {
    const { peer } = session;
    const { lang, dialect } = session;
    const nobody = new Session({ peer, token: "", id: "", lang, dialect });
    nobody.stage = "gone";
    peer.adopt(nobody);
    session.peer = absentPeer(peer);
    session.deferred = undefined; // who comes back asks again
  }

  #end(session: Session, reason?: ByeCode, told?: Params): void {
    const { chat, fanout } = this.#options;
    session.stage = "gone";
    this.#sessions.delete(session.id);
    this.#away.delete(session);
    fanout.forget(session);
    if (this.#isStopping) {
      // Where there are other hubs, the others go on there.
      if (!session.hasWelcome) chat.leaveCluster(session);
      return;
    }
    chat.leave(session, reason, told);
    if (session.disconnected) this.#returnUndelivered(session, session.disconnected.after);
  }

  /** Who wrote to the session in private while it waited is told that it has not got that. */
  #returnUndelivered({ mailbox, nick }: Session, after: number): void {
    for (const { message, author } of mailbox.after(after).kept) {
      this.#options.notify(author.id, "undelivered", { nick, text: quote(message.text) });
    }
  }
}
