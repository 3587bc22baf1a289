/**
 * The hub: the sessions, from the accept to the goodbye, and what is asked of them. Pure and synchronous: it knows no
 * sockets, timers or clocks, never awaits, and never throws on what peers send. Connections call it; it answers by putting
 * bytes into peers. The conversation itself is in chat.ts.
 */

import { describeCode, describeReply } from "../i18n/frames.ts";
import { type Lang, parseLang } from "../i18n/mod.ts";
import type { ByeCode, NoticeCode, Params, ReplyCode, ReplyData } from "../protocol/codes.ts";
import {
  type HelloFrame,
  MAX_FRAME,
  MAX_MEMBERS_NAMED,
  type MessageFrame,
  PROTOCOL,
} from "../protocol/frame.ts";
import { Chat } from "./chat.ts";
import { runCommand } from "./commands/mod.ts";
import { framesDialect, readHello } from "./dialect/frames.ts";
import { httpDialect, isHttpRequest } from "./dialect/http.ts";
import type { Request } from "./dialect/mod.ts";
import { textDialect } from "./dialect/text.ts";
import { Fanout } from "./fanout.ts";
import type { History, HistoryNews } from "./history/mod.ts";
import { quote, type Refusal } from "./refusal.ts";
import { type Peer, Session } from "./session.ts";

export interface HubOptions {
  /** Program and version, for `welcome`. */
  name: string;
  /** For people who have not chosen a language. */
  lang: Lang;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Calls back once at the end of the current tick. */
  schedule: (flush: () => void) => void;
  /** A new unguessable string. */
  randomId: () => string;
  history: History;
  /** How many messages of a room are told again to who comes in and does not say how many it wants. */
  recalled: number;
}

export class Hub {
  readonly #options: HubOptions;
  readonly #epoch: string;
  readonly #fanout: Fanout;
  readonly #sessions: Set<Session> = new Set();
  /** Rooms, nicks and messages. */
  readonly chat: Chat;
  #isStopping = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#epoch = options.randomId();
    const { history, now } = options;
    this.#fanout = new Fanout(
      options.schedule,
      () => this.#announce(history.commit(this.chat.lastId)),
    );
    this.chat = new Chat({ fanout: this.#fanout, history, now });
  }

  /** Sessions that are not gone, members or not. */
  get size(): number {
    return this.#sessions.size;
  }

  // What connections call.

  /** A connection was accepted. Nobody is told until {@linkcode greet} or the first line. */
  attach(peer: Peer): Session {
    const session = new Session(peer, this.#options.randomId(), this.#options.lang, textDialect);
    this.#sessions.add(session);
    return session;
  }

  /** The connection has been silent for a while: it is a person with `nc`, who becomes a member as a guest. */
  greet(session: Session): void {
    if (session.stage !== "new") return;
    this.#admit(session, this.chat.nicks.guest());
    this.#welcome(session);
  }

  /** A line came, already cut and decoded. */
  receive(session: Session, line: string): void {
    if (session.stage === "gone") return;
    const isFirst = !session.heard;
    session.heard = true;
    if (isFirst && isHttpRequest(line)) return this.#turnAwayBrowser(session);
    const hello = isFirst ? readHello(line) : undefined;
    if (hello) this.#speakFrames(session);
    else this.greet(session);
    this.#handle(session, hello ?? session.dialect.read(line));
  }

  /** A line came that could not be taken. */
  refuse(session: Session, { code, params }: Refusal, ref?: string): void {
    if (session.stage === "gone") return;
    session.heard = true;
    this.greet(session);
    this.#fanout.toOne(session, { ...(ref ? { ref } : {}), ...coded("error", code, params) });
  }

  /** Something about the session's own connection. */
  notify(session: Session, code: NoticeCode, params: Params = {}): void {
    if (session.stage === "gone") return;
    this.#fanout.toOne(session, coded("notice", code, params));
  }

  /** The connection is over. The others are told, if they knew of it. */
  detach(session: Session, reason?: ByeCode): void {
    if (session.stage === "gone") return;
    session.stage = "gone";
    this.#sessions.delete(session);
    this.#fanout.forget(session);
    if (!this.#isStopping) this.chat.release(session, reason);
  }

  /** Says bye with the reason and ends the session; the peer gets first what it was due. */
  dismiss(session: Session, code: ByeCode, params: Params = {}): void {
    if (session.stage === "gone") return;
    // A slow reader lost something of what came before: what comes after must not look as if it had not.
    if (code !== "slow_consumer") this.#fanout.settle(session);
    this.detach(session, code);
    this.#fanout.toOne(session, coded("bye", code, params));
    this.#fanout.settle(session);
    this.#fanout.forget(session);
    session.peer.close();
  }

  /** To be called every second or so. */
  sweep(): void {
    this.#announce(this.#options.history.sweep());
  }

  /** The hub stops: everyone is told and dismissed, and nobody sees the others go. */
  shutdown(): void {
    this.#fanout.flush();
    this.#isStopping = true;
    for (const session of [...this.#sessions]) this.dismiss(session, "shutdown");
  }

  // What commands call.

  /** Answers a command. */
  reply<C extends ReplyCode>(session: Session, ref: string, code: C, data: ReplyData[C]): void {
    const fields: Record<string, unknown> = { ...data };
    const text = describeReply(code, fields, "en")?.join("\n") ?? code;
    this.#fanout.toOne(session, { type: "reply", ref, code, data: fields, text });
  }

  /** Tells the session again what was said in its room, and gives how many messages that are. */
  recall(session: Session, count: number): number {
    const messages = this.chat.recall(session, count);
    if (messages.length > 0) {
      this.notify(session, "history", { room: session.room!.name, count: messages.length });
    }
    for (const message of messages) this.#fanout.toOne(session, message);
    return messages.length;
  }

  /** The session has just come into a room: it sees what was said there last. */
  showRoom(session: Session): void {
    this.recall(session, session.historyWanted ?? this.#options.recalled);
  }

  /** Tells the session that its message was accepted, or gives the error. */
  acknowledge(
    session: Session,
    ref: string,
    said: Refusal | { message: MessageFrame },
  ): Refusal | undefined {
    if ("code" in said) return said;
    const { id, ts } = said.message;
    this.#fanout.toOne(session, { type: "ack", ref, id, ts });
    return undefined;
  }

  /** Speaks to the session in another language from now on. */
  speak(session: Session, lang: Lang): void {
    this.#fanout.settle(session);
    session.lang = lang;
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
        return this.#hello(session, request.hello);
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
    if (request.kind === "command") return runCommand(this, session, request.ref, request.line);
    const { ref, text, room: name, to } = request;
    if (to !== undefined) {
      return this.acknowledge(session, ref, this.chat.whisper(session, to, text));
    }
    const room = name === undefined ? session.room! : this.chat.rooms.find(session, name);
    if ("code" in room) return room;
    return this.acknowledge(session, ref, this.chat.say(session, text, { room }));
  }

  #hello(session: Session, hello: HelloFrame): void {
    if (hello.protocol !== PROTOCOL) {
      this.dismiss(session, "unsupported_protocol", {
        protocol: hello.protocol,
        supported: PROTOCOL,
      });
      return;
    }
    if (session.welcomed) {
      this.refuse(session, { code: "bad_frame", params: { reason: "hello was said already" } });
      return;
    }
    session.lang = parseLang(hello.lang ?? "") ?? session.lang;
    session.historyWanted = hello.history;
    const { nick, fault } = this.chat.nicks.assign(session, hello.nick ?? "");
    if (session.stage === "member") {
      this.chat.rename(session, nick); // it was greeted as text before its hello came
    } else {
      this.#admit(session, nick);
    }
    this.#welcome(session);
    if (fault) {
      this.notify(session, "nick_replaced", { wanted: quote(hello.nick ?? ""), nick, fault });
    }
  }

  /** The session's first line is a hello: it speaks frames, also when it was greeted as text meanwhile. */
  #speakFrames(session: Session): void {
    if (session.stage === "member") this.#fanout.settle(session);
    else session.stage = "greeting";
    session.dialect = framesDialect;
  }

  /** Nobody is told of a browser, nor of what its request has to say. */
  #turnAwayBrowser(session: Session): void {
    if (session.stage === "new") session.dialect = httpDialect;
    this.dismiss(session, "not_http");
  }

  /** Tells every member what has become of the history. */
  #announce(news: HistoryNews | undefined): void {
    if (!news) return;
    for (const session of this.#sessions) {
      if (session.stage === "member") this.notify(session, news.code, news.params);
    }
  }

  #admit(session: Session, nick: string): void {
    session.stage = "member";
    this.chat.nicks.claim(session, nick);
    this.chat.admit(session);
  }

  #welcome(session: Session): void {
    const room = session.room!;
    session.welcomed = session.dialect === framesDialect;
    this.#fanout.toOne(session, {
      type: "welcome",
      protocol: PROTOCOL,
      hub: this.#options.name,
      epoch: this.#epoch,
      token: session.token,
      nick: session.nick,
      room: room.name,
      members: room.nicks(MAX_MEMBERS_NAMED),
      count: room.members.size,
      ...(room.topic === "" ? {} : { topic: room.topic }),
      limits: { line: MAX_FRAME },
    });
    this.showRoom(session);
  }
}

/** What the hub says by a code, with the English text for programs that do not know it. */
function coded<T extends "error" | "notice" | "bye">(type: T, code: string, params: Params) {
  return { type, code, params, text: describeCode(type, code, params, "en") ?? code };
}
