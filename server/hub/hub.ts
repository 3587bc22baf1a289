/**
 * The hub: what peers ask, and what they are answered. Pure and synchronous: it knows no sockets, timers
 * or clocks, never awaits, and never throws on what peers send. Connections call it; it answers by putting bytes into
 * peers. The conversation itself is in chat.ts, who is connected in sessions.ts, who comes in in reception.ts.
 */

import { describeReply } from "../../common/i18n/frames.ts";
import type { Lang } from "../../common/i18n/mod.ts";
import type {
  ByeCode,
  NoticeCode,
  Params,
  ReplyCode,
  ReplyData,
} from "../../common/protocol/codes.ts";
import { type Answer, isCarriedOver } from "../model/reply_cache.ts";
import type { HubApi, HubOptions } from "./api.ts";
import { Chat } from "../chat/chat.ts";
import { runCommand } from "../commands/mod.ts";
import type { ClientRequest } from "../dialect/mod.ts";
import { ClusterEvents } from "./cluster_events.ts";
import { Fanout } from "../chat/fanout.ts";
import type { LogFields } from "../log.ts";
import { Password } from "../model/password.ts";
import { RemoteUser } from "../model/remote_users.ts";
import { Handshake } from "./handshake.ts";
import { type ChatError, codedFrame } from "../model/errors.ts";
import { Room } from "../model/room.ts";
import type { Peer, Session } from "../model/session.ts";
import { Sessions } from "./sessions.ts";
import type { Draft } from "../chat/messages.ts";

/** News for everyone. */
type Notice = { readonly code: NoticeCode; readonly params: Params };

/** Whose messages wait for others to be reached, are told so often that their hub is there: every so many sweeps. */
const SWEEPS_PER_PONG = 20;

/** What is counted of a hub, for who watches over it. */
export interface HubCounts {
  /** Sessions that are in the chat and connected, and those that wait for their peers. */
  readonly members: number;
  readonly waiting: number;
  readonly rooms: number;
  /** All that came since the hub began: lines, and the messages among them that were accepted. */
  readonly linesIn: number;
  readonly messagesIn: number;
  /** Messages that were given to connections, once for each of these. */
  readonly messagesOut: number;
}

export class Hub implements HubApi {
  readonly #options: HubOptions;
  readonly #fanout: Fanout;
  readonly #sessions: Sessions;
  /** Rooms, nicks and messages. */
  readonly chat: Chat;
  readonly #handshake: Handshake;
  readonly #moderatorPassword: Password | undefined;
  #sweeps = 0;
  #linesIn = 0;
  #messagesIn = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    const { history, limits } = options;
    this.#fanout = new Fanout(
      options.schedule,
      () => this.#notifyAll(history.commit(this.chat.messages.lastMessageId)),
    );
    this.chat = new Chat({ ...options, maxReplay: limits.pending / 4, fanout: this.#fanout });
    this.#sessions = new Sessions({
      ...options,
      sessionId: (token) => this.sessionId(token),
      notify: (id, code, params) => {
        const person = this.chat.nicks.find(id);
        if (person) this.notify(person, code, params);
      },
      chat: this.chat,
      fanout: this.#fanout,
    });
    const { password, moderatorPassword } = options;
    this.#handshake = new Handshake(this, {
      ...options,
      password,
      fanout: this.#fanout,
      sessions: this.#sessions,
    });
    this.#moderatorPassword = moderatorPassword && new Password(moderatorPassword);
    options.cluster.attach(
      new ClusterEvents(this, {
        chat: this.chat,
        sessions: this.#sessions,
        now: options.now,
        notifyAll: (news) => this.#notifyAll(news),
      }),
    );
  }

  /** Sessions that are not gone, members or not. */
  get size(): number {
    return this.#sessions.count;
  }

  /** Sessions that are in the chat, those counted that wait for their peers. */
  get people(): number {
    return this.#sessions.userCount;
  }

  /** Counted when it is asked for, or beside what costs far more. */
  get counts(): HubCounts {
    return {
      members: [...this.#sessions.members()].length,
      waiting: this.#sessions.awayCount,
      rooms: this.chat.rooms.count,
      linesIn: this.#linesIn,
      messagesIn: this.#messagesIn,
      messagesOut: this.#fanout.messagesOut,
    };
  }

  /** The id of the session of a token. */
  sessionId(token: string): string {
    return this.#options.cluster.sessionId(token);
  }

  // What connections call.

  /** A connection was accepted. Nobody is told until {@linkcode greet} or the first line. */
  attach(peer: Peer): Session {
    return this.#sessions.open(peer);
  }

  /**
   * The connection has been silent for a while: it is a person with `nc`, who becomes a member as a guest, or is asked
   * for the password.
   */
  greet(session: Session): void {
    this.#handshake.greet(session);
  }

  /** A line came, already cut and decoded. */
  onLine(session: Session, line: string): void {
    if (session.stage === "gone") return;
    if (session.inputPauses > 0) return this.#defer(session, (by) => this.onLine(by, line));
    this.#linesIn++;
    const isIn = session.stage === "member" && session.hasSpoken;
    const request = isIn ? session.dialect.parse(line) : this.#handshake.readLine(session, line);
    if (!request) return;
    // Whose first line it is may be coming in yet.
    if (session.inputPauses > 0) this.#defer(session, (by) => this.#execute(by, request));
    else this.#execute(session, request);
  }

  /** A line came that could not be taken. */
  sendError(session: Session, { code, params }: ChatError, ref?: string): void {
    session.hasSpoken = true;
    this.greet(session);
    if (session.stage === "gone") return;
    this.#sendAnswer(session, { ...(ref ? { ref } : {}), ...codedFrame("error", code, params) });
  }

  /** Tells somebody something, wherever that one is. */
  notify(person: Session | RemoteUser, code: NoticeCode, params: Params = {}): void {
    if (person instanceof RemoteUser) {
      const { id, person: { hub } } = person;
      return this.#options.cluster.sendCommand(hub, { kind: "notify", id, code, params });
    }
    if (person.stage === "gone") return;
    this.#fanout.toOne(person, codedFrame("notice", code, params));
  }

  /** The connection is over; where its peer can come back, the session is not yet. */
  detach(session: Session): void {
    this.#sessions.detach(session);
  }

  /**
   * Says bye with the reason and ends the connection; the peer gets first what it was due. `told`: what the others learn
   * besides the code.
   */
  dismiss(person: Session | RemoteUser, code: ByeCode, params: Params = {}, told?: Params): void {
    if (person instanceof RemoteUser) {
      const { id, person: { hub } } = person;
      const order = { kind: "dismiss", id, code, params, ...(told ? { told } : {}) } as const;
      return this.#options.cluster.sendCommand(hub, order);
    }
    const session = person;
    if (session.stage === "gone") return;
    // A slow reader lost something of what came before: what comes after must not look as if it had not.
    if (code === "slow_consumer") this.#fanout.discardFor(session);
    this.#fanout.toOne(session, codedFrame("bye", code, params));
    this.#fanout.flushTo(session);
    const { peer } = session;
    this.#sessions.detach(session, code, told);
    peer.close();
  }

  /** Looks after what takes its time; to be called every second or so. */
  sweep(): void {
    this.#sessions.sweep();
    this.chat.sweep();
    this.#notifyAll(this.#options.history.sweep());
    if (this.chat.isOffline && ++this.#sweeps % SWEEPS_PER_PONG === 0) this.#pongPaused();
  }

  /** The hub stops: everyone is told and dismissed, and nobody sees the others go. */
  shutdown(): void {
    this.#fanout.flush();
    for (const session of this.#sessions.stop()) this.dismiss(session, "shutdown");
  }

  // What takes its time.

  /** Nothing more is taken from the session's peer until it is let go as often. */
  pauseInput(session: Session): void {
    session.inputPauses++;
  }

  resumeInput(session: Session): void {
    session.inputPauses--;
    this.continueInput(session);
  }

  /** Goes on with what waited until nothing held the session. */
  continueInput(session: Session): void {
    while (session.inputPauses === 0 && session.deferred) {
      const next = session.deferred.shift();
      if (!next) session.deferred = undefined;
      else if (session.stage !== "gone") next(session);
    }
    if (session.inputPauses === 0) session.peer.resumeReading();
  }

  /** Holds the session until something has been asked for it, and gives the error, or goes on with what came of it. */
  whileWaiting<Outcome>(
    session: Session,
    ref: string,
    ask: (done: (outcome: ChatError | Outcome) => void) => void,
    then: (outcome: Outcome) => void,
  ): void {
    this.pauseInput(session);
    ask((outcome) => {
      if (session.stage !== "gone") {
        if (isChatError(outcome)) this.sendError(session, outcome, ref);
        else then(outcome);
      }
      this.resumeInput(session);
    });
  }

  // What commands call.

  /** Answers a command. */
  reply<C extends ReplyCode>(session: Session, ref: string, code: C, data: ReplyData[C]): void {
    const fields: Record<string, unknown> = { ...data };
    const text = describeReply(code, fields, "en")?.join("\n") ?? code;
    this.chat.presence.flushTo(session); // the answer may say who is there
    const answer = { type: "reply", ref, code, data: fields, text } as const;
    this.#sendAnswer(session, answer);
    if (isCarriedOver(answer)) this.chat.publishUser(session);
    this.#fanout.flushTo(session);
  }

  /**
   * Tells the session again what was said in its room, and gives how many messages that are. As with every answer that may
   * be long, it is with the peer before that can ask for more.
   */
  replayHistory(session: Session, count: number): number {
    const messages = this.chat.messages.replayLast(session, count);
    if (messages.length > 0) {
      this.notify(session, "history", { room: session.room!.name, count: messages.length });
    }
    for (const message of messages) this.#fanout.toOne(session, message);
    this.#fanout.flushTo(session);
    return messages.length;
  }

  /** The session has just come into a room: it sees what was said there last. */
  replayOnJoin(session: Session): void {
    this.replayHistory(session, session.historyWanted ?? this.#options.historyOnJoin);
  }

  /**
   * Lets a message be accepted, and tells the session then: by an ack, or where it is private and was typed as a command, by
   * what it said to whom. Gives the error where it may not be said.
   */
  post(
    session: Session,
    ref: string,
    draft: ChatError | Draft,
    { isTyped = false }: { isTyped?: boolean } = {},
  ): ChatError | undefined {
    if ("code" in draft) return draft;
    const { message, author, to } = draft;
    const { cluster } = this.#options;
    this.pauseInput(session);
    cluster.publish({
      message,
      author,
      to: to instanceof Room ? undefined : to.id,
      // A text peer has no refs.
      ref: ref === "" && !cluster.isAlone ? `${++session.refsGiven}` : ref,
      accepted: (how) => this.#onAccepted(session, ref, draft, { isTyped, isNew: how === "now" }),
    });
    return undefined;
  }

  /** Tells a room what one of its members has done with it. */
  announce(room: Room, by: Session, code: NoticeCode, params: Params = {}): void {
    const fields = { room: room.name, nick: by.nick, ...params };
    this.chat.messages.publishRoomState(room, codedFrame("notice", code, fields), by);
  }

  /** Makes the session a moderator, or gives the error. After too many wrong passwords the session is over. */
  promote(session: Session, password: string): ChatError | undefined {
    if (session.isModerator) return undefined;
    if (!this.#moderatorPassword) return { code: "no_moderation", params: {} };
    const left = this.#moderatorPassword.try(session, password);
    if (left === 0) {
      this.#handshake.reject(session, "auth_failed");
    } else if (left === "right") {
      session.isModerator = true;
      this.chat.publishUser(session);
      this.logModeration("mod", session);
    } else {
      return { code: "wrong_password", params: { left } };
    }
    return undefined;
  }

  /** Notes in the log what a moderator has done. */
  logModeration(action: string, by: Session, fields: LogFields = {}): void {
    this.#options.record("moderation", { action, by: by.nick, ...fields });
  }

  /** Speaks to the session in another language from now on. */
  setLanguage(session: Session, lang: Lang): void {
    this.#fanout.flushTo(session);
    session.lang = lang;
    this.chat.publishUser(session);
  }

  // The rules.

  #execute(session: Session, request: ClientRequest): void {
    switch (request.kind) {
      case "nothing":
        return;
      case "invalid":
        return this.sendError(
          session,
          { code: "bad_frame", params: { reason: request.reason } },
          request.ref,
        );
      case "hello":
        return this.#handshake.hello(session, request.hello);
      case "ping":
        return this.#fanout.toOne(session, { type: "pong" });
    }
    const refusal = session.stage === "member"
      ? this.#executeForMember(session, request)
      : { code: "bad_frame", params: { reason: "a hello must come first" } } as const;
    if (refusal) this.sendError(session, refusal, request.ref);
  }

  #executeForMember(
    session: Session,
    request: Extract<ClientRequest, { kind: "say" | "command" }>,
  ): ChatError | undefined {
    const answer = session.replies.find(request.ref);
    if (answer) { // its connection broke before it heard this
      this.#fanout.toOne(session, answer);
      return undefined;
    }
    if (request.kind === "command") return runCommand(this, session, request.ref, request.line);
    const { ref, text, room: name, to } = request;
    if (to !== undefined) {
      return this.post(session, ref, this.chat.messages.draftPrivate(session, to, text));
    }
    const room = name === undefined ? session.room! : this.chat.rooms.findJoined(session, name);
    if ("code" in room) return room;
    return this.post(session, ref, this.chat.messages.draft(session, text, { room }));
  }

  /** What the session asked for is done when nothing holds it any more. */
  #defer(session: Session, act: (session: Session) => void): void {
    (session.deferred ??= []).push(act);
  }

  #onAccepted(
    session: Session,
    ref: string,
    draft: Draft,
    { isTyped, isNew }: { isTyped: boolean; isNew: boolean },
  ): void {
    this.#messagesIn++;
    if (isNew) this.chat.messages.deliver(draft);
    const { message: { text, id, ts }, to } = draft;
    if (session.stage !== "gone") {
      if (isTyped && !(to instanceof Room)) {
        this.reply(session, ref, "private", { to: to.nick, text, id, ts });
      } else if (session.dialect.acks) {
        this.#sendAnswer(session, { type: "ack", ref, id, ts });
      }
      if (!(to instanceof Room)) this.#noteCorrespondent(session, to);
    }
    this.resumeInput(session);
  }

  /** The session has written to somebody in private. */
  #noteCorrespondent(session: Session, to: Session | RemoteUser): void {
    session.correspondent = to;
    const isAway = to instanceof RemoteUser ? to.person.isAway : to.stage === "away";
    if (isAway) this.notify(session, "away", { nick: to.nick });
  }

  /** Who waits for others to be reached hears nothing meanwhile, and must not take the hub for gone. */
  #pongPaused(): void {
    for (const session of this.#sessions.members()) {
      if (session.inputPauses > 0 && session.dialect.pings) {
        this.#fanout.toOne(session, { type: "pong" });
      }
    }
  }

  /** Answers what was asked by a ref, and remembers it for a peer whose connection breaks before it has heard it. */
  #sendAnswer(session: Session, answer: Answer): void {
    if (session.hasWelcome) session.replies.add(answer);
    this.#fanout.toOne(session, answer);
  }

  /** Tells every member. */
  #notifyAll(news: Notice | undefined): void {
    if (!news) return;
    for (const session of this.#sessions.members()) this.notify(session, news.code, news.params);
  }
}

function isChatError<Outcome>(outcome: ChatError | Outcome): outcome is ChatError {
  return typeof outcome === "object" && outcome !== null && "code" in outcome;
}
