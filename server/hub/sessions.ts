/** The sessions, from accept to end. When a connection breaks, its session may resume for a while unseen. */

import type { ByeCode, Params } from "../../common/protocol/codes.ts";
import type { Fanout } from "../chat/fanout.ts";
import { framesDialect } from "../dialect/json.ts";
import { textDialect } from "../dialect/text.ts";
import { codedFrame, quote } from "../model/errors.ts";
import { absentPeer, type Peer, Session } from "../model/session.ts";
import type { User } from "../types.ts";
import type { HubApi, HubOptions } from "./api.ts";
import { AwaySessions } from "./away_sessions.ts";

export interface SessionsOptions extends HubOptions {
  fanout: Fanout;
}

/** Memory for the answers and private messages that all sessions keep, away or connected, in bytes. */
const MAX_RETAINED = 64 * 1024 * 1024;
/** Above it, sessions give way that keep more than the first of these, then more than the second, in bytes. */
const FAIR_SHARES = [64 * 1024, 3 * 1024];

/** Byes after which the client may resume, as after a broken connection. All other byes end the session. */
const RESUMABLE = new Set<ByeCode | undefined>([undefined, "slow_consumer", "timeout"]);

export class Sessions {
  readonly #hub: HubApi;
  readonly #options: SessionsOptions;
  /** By id. */
  readonly #sessions: Map<string, Session> = new Map();
  readonly #away: AwaySessions;
  #isStopping = false;

  constructor(hub: HubApi, options: SessionsOptions) {
    this.#hub = hub;
    this.#options = options;
    this.#away = new AwaySessions(options.limits.perAddress);
  }

  /** The number of sessions, members or not. */
  get count(): number {
    return this.#sessions.size;
  }

  /** The number of sessions in the chat, away or connected. */
  get userCount(): number {
    return this.#away.all.size + [...this.members()].length;
  }

  /** The sessions in the chat that are connected. */
  members(): Iterable<Session> {
    return this.#sessions.values().filter(({ stage }) => stage === "member");
  }

  /** Opens a session for an accepted connection, in the text dialect until it says otherwise. */
  open(peer: Peer): Session {
    const { randomId, cluster, lang } = this.#options;
    const token = randomId();
    const id = cluster.sessionId(token);
    const session = new Session({ peer, token, id, lang, dialect: textDialect });
    this.#sessions.set(session.id, session);
    return session;
  }

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  /** The session that a token resumes, if there is one. */
  findResumable(token: string): Session | undefined {
    const session = this.#sessions.get(this.#options.cluster.sessionId(token));
    return session?.hasWelcome ? session : undefined;
  }

  /** The connection is closed: a session that can resume is away, others end. `shown`: LeftFrame.params. */
  detach(session: Session, reason?: ByeCode, shown?: Params): void {
    if (session.stage === "gone") return;
    const canResume = session.stage === "member" && session.hasWelcome && RESUMABLE.has(reason);
    if (canResume && !this.#isStopping) this.#setAway(session, reason);
    else this.#end(session, reason, shown);
  }

  /** Opens an away session for a user who moves here from another hub; `isPage`: by a page. */
  moveIn(token: string, user: User, isPage: boolean | undefined): Session {
    const { elapsed } = this.#options;
    const { id, host, lang, isModerator, awayText, ignored, answers } = user;
    const peer = absentPeer({ host, address: "", isPage });
    const session = new Session({ peer, token, id, lang, dialect: framesDialect });
    session.stage = "away";
    session.hasSpoken = session.hasWelcome = session.hasPosted = true;
    session.isModerator = isModerator;
    session.awayText = awayText;
    for (const author of ignored) session.ignoreList.add(author);
    for (const answer of answers) session.replies.add(answer);
    session.disconnected = { at: elapsed(), reason: undefined, after: 0 };
    this.#sessions.set(id, session);
    this.#away.add(session);
    return session;
  }

  /** Ends a session that has moved to another hub with its nick and rooms, without announcing it. */
  moveOut(session: Session): void {
    this.#closePeer(session);
    this.#remove(session);
    this.#hub.chat.moveOut(session);
  }

  /** Resumes a session over the connection of a new one, which ends. An older connection that hangs gets a bye. */
  resume(session: Session, fresh: Session): void {
    const { fanout } = this.#options;
    const { peer } = fresh;
    fanout.flushTo(fresh); // it may have been greeted as text before its hello arrived
    this.#end(fresh);
    this.#away.delete(session);
    if (session.stage === "member") this.#closePeer(session);
    fanout.discardFor(session); // the handshake replays what it missed
    session.stage = "member";
    session.disconnected = undefined;
    session.peer = peer;
    session.dialect = fresh.dialect;
    session.deferred = fresh.deferred;
    fresh.deferred = undefined;
    peer.adopt(session);
    this.#hub.chat.publishUser(session);
  }

  /** Ends away sessions whose grace period is over, and frees memory if needed. Call it about every second. */
  sweep(): void {
    const { elapsed, grace, webGrace } = this.#options;
    const now = elapsed();
    for (const session of this.#away.all) {
      const { disconnected, peer: { isPage } } = session;
      const { at, reason } = disconnected!;
      if (now - at >= (isPage ? webGrace : grace)) this.#end(session, reason);
    }
    let retained = 0;
    for (const { retainedBytes } of this.#sessions.values()) retained += retainedBytes;
    for (const share of FAIR_SHARES) {
      if (retained > MAX_RETAINED) retained -= this.#free(retained - MAX_RETAINED, share);
    }
  }

  /**
   * Frees at least `wanted` bytes, as far as sessions keep more than a share: sessions that are away end, the longest
   * away first, and those that are connected lose their oldest answers and messages. Returns the bytes that were
   * freed.
   */
  #free(wanted: number, share: number): number {
    let freed = 0;
    for (const session of [...this.#away.all, ...this.members()]) {
      if (freed >= wanted) break;
      const { retainedBytes, disconnected } = session;
      if (retainedBytes <= share) continue;
      freed += disconnected ? retainedBytes : session.trimRetained(share / 2);
      if (disconnected) this.#end(session, disconnected.reason);
    }
    return freed;
  }

  /** From now on nobody sees the others leave, and no session stays away. Returns all sessions. */
  stop(): Session[] {
    // Those that are away may resume at another hub, if there is one.
    const lost = this.#options.cluster.isAlone ? this.#away.all : [];
    for (const session of lost) this.#returnUndelivered(session, session.disconnected!.after);
    this.#isStopping = true;
    return [...this.#sessions.values()];
  }

  #setAway(session: Session, reason: ByeCode | undefined): void {
    const { fanout, elapsed } = this.#options;
    const { chat } = this.#hub;
    this.#detachPeer(session);
    fanout.forget(session);
    session.stage = "away";
    session.disconnected = { at: elapsed(), reason, after: chat.messages.lastMessageId };
    const excess = this.#away.add(session);
    chat.publishUser(session);
    if (excess) this.#end(excess, excess.disconnected!.reason);
  }

  /** The connection's further input belongs to nobody. */
  #detachPeer(session: Session): void {
    const { peer, lang, dialect } = session;
    const nobody = new Session({ peer, token: "", id: "", lang, dialect });
    nobody.stage = "gone";
    peer.adopt(nobody);
    session.peer = absentPeer(peer);
    session.deferred = undefined; // a client that resumes asks again
  }

  /** Closes the connection of a session that goes on over another connection, with a bye. */
  #closePeer(session: Session): void {
    const { fanout } = this.#options;
    const { peer } = session;
    fanout.toOne(session, codedFrame("bye", "resumed_elsewhere", {}));
    fanout.flushTo(session);
    this.#detachPeer(session);
    peer.close();
  }

  #remove(session: Session): void {
    session.stage = "gone";
    this.#sessions.delete(session.id);
    this.#away.delete(session);
    this.#options.fanout.forget(session);
  }

  #end(session: Session, reason?: ByeCode, shown?: Params): void {
    const { chat } = this.#hub;
    this.#remove(session);
    if (this.#isStopping) {
      // Sessions that can resume go on at other hubs.
      if (!session.hasWelcome) chat.leaveCluster(session);
      return;
    }
    chat.leave(session, reason, shown);
    if (session.disconnected) this.#returnUndelivered(session, session.disconnected.after);
  }

  /** Notifies the authors of private messages that arrived while the session was away and were never read. */
  #returnUndelivered({ mailbox, nick }: Session, after: number): void {
    for (const { message, author } of mailbox.after(after).kept) {
      const user = this.#hub.chat.nicks.find(author.id);
      if (user) this.#hub.notify(user, "undelivered", { nick, text: quote(message.text) });
    }
  }
}
