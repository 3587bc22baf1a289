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
import { type Answer, goesAlong } from "../model/reply_cache.ts";
import type { HubApi, HubOptions } from "./api.ts";
import { Chat } from "../chat/chat.ts";
import { runCommand } from "../commands/mod.ts";
import type { Request } from "../dialect/mod.ts";
import { Elsewhere } from "./cluster_events.ts";
import { Fanout } from "../chat/fanout.ts";
import type { LogFields } from "../log.ts";
import { Password } from "../model/password.ts";
import { Remote } from "../model/remote_users.ts";
import { Reception } from "./handshake.ts";
import { coded, type Refusal } from "../model/errors.ts";
import { Room } from "../model/room.ts";
import type { Peer, Session } from "../model/session.ts";
import { Sessions } from "./sessions.ts";
import type { Draft } from "../chat/messages.ts";

/** News for everyone. */
type News = { readonly code: NoticeCode; readonly params: Params };

/** Whose messages wait for others to be reached, are told so often that their hub is there: every so many sweeps. */
const SWEEPS_TO_PONG = 20;

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
  readonly #reception: Reception;
  readonly #moderatorPassword: Password | undefined;
  #sweeps = 0;
  #linesIn = 0;
  #messagesIn = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    const { history, limits } = options;
    this.#fanout = new Fanout(
      options.schedule,
      () => this.#tellAll(history.commit(this.chat.talk.lastMessage)),
    );
    this.chat = new Chat({ ...options, maxToldAgain: limits.pending / 4, fanout: this.#fanout });
    this.#sessions = new Sessions({
      ...options,
      identify: (token) => this.identify(token),
      notify: (id, code, params) => {
        const person = this.chat.nicks.find(id);
        if (person) this.notify(person, code, params);
      },
      chat: this.chat,
      fanout: this.#fanout,
    });
    const { password, moderatorPassword } = options;
    this.#reception = new Reception(this, {
      ...options,
      password,
      fanout: this.#fanout,
      sessions: this.#sessions,
    });
    this.#moderatorPassword = moderatorPassword && new Password(moderatorPassword);
    options.backplane.attach(
      new Elsewhere(this, {
        chat: this.chat,
        sessions: this.#sessions,
        now: options.now,
        tellAll: (news) => this.#tellAll(news),
      }),
    );
  }

  /** Sessions that are not gone, members or not. */
  get size(): number {
    return this.#sessions.count;
  }

  /** Sessions that are in the chat, those counted that wait for their peers. */
  get people(): number {
    return this.#sessions.present;
  }

  /** Counted when it is asked for, or beside what costs far more. */
  get counts(): HubCounts {
    return {
      members: [...this.#sessions.members()].length,
      waiting: this.#sessions.waiting,
      rooms: this.chat.rooms.count,
      linesIn: this.#linesIn,
      messagesIn: this.#messagesIn,
      messagesOut: this.#fanout.messagesOut,
    };
  }

  /** The id of the session of a token. */
  identify(token: string): string {
    return this.#options.backplane.identify(token);
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
    this.#reception.greet(session);
  }

  /** A line came, already cut and decoded. */
  receive(session: Session, line: string): void {
    if (session.stage === "gone") return;
    if (session.holds > 0) return this.#defer(session, (by) => this.receive(by, line));
    this.#linesIn++;
    const isIn = session.stage === "member" && session.heard;
    const request = isIn ? session.dialect.read(line) : this.#reception.hear(session, line);
    if (!request) return;
    // Whose first line it is may be coming in yet.
    if (session.holds > 0) this.#defer(session, (by) => this.#handle(by, request));
    else this.#handle(session, request);
  }

  /** A line came that could not be taken. */
  refuse(session: Session, { code, params }: Refusal, ref?: string): void {
    session.heard = true;
    this.greet(session);
    if (session.stage === "gone") return;
    this.#answer(session, { ...(ref ? { ref } : {}), ...coded("error", code, params) });
  }

  /** Tells somebody something, wherever that one is. */
  notify(person: Session | Remote, code: NoticeCode, params: Params = {}): void {
    if (person instanceof Remote) {
      const { id, person: { hub } } = person;
      return this.#options.backplane.order(hub, { kind: "notify", id, code, params });
    }
    if (person.stage === "gone") return;
    this.#fanout.toOne(person, coded("notice", code, params));
  }

  /** The connection is over; where its peer can come back, the session is not yet. */
  detach(session: Session): void {
    this.#sessions.detach(session);
  }

  /**
   * Says bye with the reason and ends the connection; the peer gets first what it was due. `told`: what the others learn
   * besides the code.
   */
  dismiss(person: Session | Remote, code: ByeCode, params: Params = {}, told?: Params): void {
    if (person instanceof Remote) {
      const { id, person: { hub } } = person;
      const order = { kind: "dismiss", id, code, params, ...(told ? { told } : {}) } as const;
      return this.#options.backplane.order(hub, order);
    }
    const session = person;
    if (session.stage === "gone") return;
    // A slow reader lost something of what came before: what comes after must not look as if it had not.
    if (code === "slow_consumer") this.#fanout.skip(session);
    this.#fanout.toOne(session, coded("bye", code, params));
    this.#fanout.settle(session);
    const { peer } = session;
    this.#sessions.detach(session, code, told);
    peer.close();
  }

  /** Looks after what takes its time; to be called every second or so. */
  sweep(): void {
    this.#sessions.sweep();
    this.chat.sweep();
    this.#tellAll(this.#options.history.sweep());
    if (this.chat.isCutOff && ++this.#sweeps % SWEEPS_TO_PONG === 0) this.#reassure();
  }

  /** The hub stops: everyone is told and dismissed, and nobody sees the others go. */
  shutdown(): void {
    this.#fanout.flush();
    for (const session of this.#sessions.stop()) this.dismiss(session, "shutdown");
  }

  // What takes its time.

  /** Nothing more is taken from the session's peer until it is let go as often. */
  hold(session: Session): void {
    session.holds++;
  }

  letGo(session: Session): void {
    session.holds--;
    this.proceed(session);
  }

  /** Goes on with what waited until nothing held the session. */
  proceed(session: Session): void {
    while (session.holds === 0 && session.deferred) {
      const next = session.deferred.shift();
      if (!next) session.deferred = undefined;
      else if (session.stage !== "gone") next(session);
    }
    if (session.holds === 0) session.peer.proceed();
  }

  /** Holds the session until something has been asked for it, and gives the error, or goes on with what came of it. */
  attempt<Outcome>(
    session: Session,
    ref: string,
    ask: (done: (outcome: Refusal | Outcome) => void) => void,
    then: (outcome: Outcome) => void,
  ): void {
    this.hold(session);
    ask((outcome) => {
      if (session.stage !== "gone") {
        if (isRefusal(outcome)) this.refuse(session, outcome, ref);
        else then(outcome);
      }
      this.letGo(session);
    });
  }

  // What commands call.

  /** Answers a command. */
  reply<C extends ReplyCode>(session: Session, ref: string, code: C, data: ReplyData[C]): void {
    const fields: Record<string, unknown> = { ...data };
    const text = describeReply(code, fields, "en")?.join("\n") ?? code;
    this.chat.presence.tellOne(session); // the answer may say who is there
    const answer = { type: "reply", ref, code, data: fields, text } as const;
    this.#answer(session, answer);
    if (goesAlong(answer)) this.chat.announce(session);
    this.#fanout.settle(session);
  }

  /**
   * Tells the session again what was said in its room, and gives how many messages that are. As with every answer that may
   * be long, it is with the peer before that can ask for more.
   */
  recall(session: Session, count: number): number {
    const messages = this.chat.talk.recall(session, count);
    if (messages.length > 0) {
      this.notify(session, "history", { room: session.room!.name, count: messages.length });
    }
    for (const message of messages) this.#fanout.toOne(session, message);
    this.#fanout.settle(session);
    return messages.length;
  }

  /** The session has just come into a room: it sees what was said there last. */
  showRoom(session: Session): void {
    this.recall(session, session.historyWanted ?? this.#options.recalled);
  }

  /**
   * Lets a message be accepted, and tells the session then: by an ack, or where it is private and was typed as a command, by
   * what it said to whom. Gives the error where it may not be said.
   */
  say(
    session: Session,
    ref: string,
    draft: Refusal | Draft,
    { isTyped = false }: { isTyped?: boolean } = {},
  ): Refusal | undefined {
    if ("code" in draft) return draft;
    const { message, author, to } = draft;
    const { backplane } = this.#options;
    this.hold(session);
    backplane.publish({
      message,
      author,
      to: to instanceof Room ? undefined : to.id,
      // A text peer has no refs.
      ref: ref === "" && !backplane.isAlone ? `${++session.unnamed}` : ref,
      accepted: (how) => this.#accepted(session, ref, draft, { isTyped, isNew: how === "now" }),
    });
    return undefined;
  }

  /** Tells a room what one of its members has done with it. */
  announce(room: Room, by: Session, code: NoticeCode, params: Params = {}): void {
    const fields = { room: room.name, nick: by.nick, ...params };
    this.chat.talk.layDown(room, coded("notice", code, fields), by);
  }

  /** Makes the session a moderator, or gives the error. After too many wrong passwords the session is over. */
  promote(session: Session, password: string): Refusal | undefined {
    if (session.isModerator) return undefined;
    if (!this.#moderatorPassword) return { code: "no_moderation", params: {} };
    const left = this.#moderatorPassword.try(session, password);
    if (left === 0) {
      this.#reception.turnAway(session, "auth_failed");
    } else if (left === "right") {
      session.isModerator = true;
      this.chat.announce(session);
      this.record("mod", session);
    } else {
      return { code: "wrong_password", params: { left } };
    }
    return undefined;
  }

  /** Notes in the log what a moderator has done. */
  record(action: string, by: Session, fields: LogFields = {}): void {
    this.#options.record("moderation", { action, by: by.nick, ...fields });
  }

  /** Speaks to the session in another language from now on. */
  speak(session: Session, lang: Lang): void {
    this.#fanout.settle(session);
    session.lang = lang;
    this.chat.announce(session);
  }

  // The rules.

  #handle(session: Session, request: Request): void {
    switch (request.kind) {
      case "nothing":
        return;
      case "invalid":
        return this.refuse(
          session,
          { code: "bad_frame", params: { reason: request.reason } },
          request.ref,
        );
      case "hello":
        return this.#reception.hello(session, request.hello);
      case "ping":
        return this.#fanout.toOne(session, { type: "pong" });
    }
    const refusal = session.stage === "member"
      ? this.#obey(session, request)
      : { code: "bad_frame", params: { reason: "a hello must come first" } } as const;
    if (refusal) this.refuse(session, refusal, request.ref);
  }

  #obey(
    session: Session,
    request: Extract<Request, { kind: "say" | "command" }>,
  ): Refusal | undefined {
    const answer = session.answers.find(request.ref);
    if (answer) { // its connection broke before it heard this
      this.#fanout.toOne(session, answer);
      return undefined;
    }
    if (request.kind === "command") return runCommand(this, session, request.ref, request.line);
    const { ref, text, room: name, to } = request;
    if (to !== undefined) return this.say(session, ref, this.chat.talk.whisper(session, to, text));
    const room = name === undefined ? session.room! : this.chat.rooms.find(session, name);
    if ("code" in room) return room;
    return this.say(session, ref, this.chat.talk.say(session, text, { room }));
  }

  /** What the session asked for is done when nothing holds it any more. */
  #defer(session: Session, act: (session: Session) => void): void {
    (session.deferred ??= []).push(act);
  }

  #accepted(
    session: Session,
    ref: string,
    draft: Draft,
    { isTyped, isNew }: { isTyped: boolean; isNew: boolean },
  ): void {
    this.#messagesIn++;
    if (isNew) this.chat.talk.deliver(draft);
    const { message: { text, id, ts }, to } = draft;
    if (session.stage !== "gone") {
      if (isTyped && !(to instanceof Room)) {
        this.reply(session, ref, "private", { to: to.nick, text, id, ts });
      } else if (session.dialect.acks) {
        this.#answer(session, { type: "ack", ref, id, ts });
      }
      if (!(to instanceof Room)) this.#noteCorrespondent(session, to);
    }
    this.letGo(session);
  }

  /** The session has written to somebody in private. */
  #noteCorrespondent(session: Session, to: Session | Remote): void {
    session.correspondent = to;
    const isAway = to instanceof Remote ? to.person.isAway : to.stage === "away";
    if (isAway) this.notify(session, "away", { nick: to.nick });
  }

  /** Who waits for others to be reached hears nothing meanwhile, and must not take the hub for gone. */
  #reassure(): void {
    for (const session of this.#sessions.members()) {
      if (session.holds > 0 && session.dialect.pings) this.#fanout.toOne(session, { type: "pong" });
    }
  }

  /** Answers what was asked by a ref, and remembers it for a peer whose connection breaks before it has heard it. */
  #answer(session: Session, answer: Answer): void {
    if (session.welcomed) session.answers.add(answer);
    this.#fanout.toOne(session, answer);
  }

  /** Tells every member. */
  #tellAll(news: News | undefined): void {
    if (!news) return;
    for (const session of this.#sessions.members()) this.notify(session, news.code, news.params);
  }
}

function isRefusal<Outcome>(outcome: Refusal | Outcome): outcome is Refusal {
  return typeof outcome === "object" && outcome !== null && "code" in outcome;
}
