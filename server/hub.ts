/**
 * The hub: all live state of the chat, and its rules. Pure and synchronous: it knows no sockets, timers or clocks, never
 * awaits, and never throws on what peers send. Connections call it; it answers by putting bytes into peers.
 */

import { describeCode, describeReply } from "../i18n/frames.ts";
import { type Lang, parseLang } from "../i18n/mod.ts";
import type { ByeCode, NoticeCode, Params, ReplyCode, ReplyData } from "../protocol/codes.ts";
import {
  type HelloFrame,
  MAX_FRAME,
  MAX_MEMBERS_NAMED,
  type MessageKind,
  PROTOCOL,
} from "../protocol/frame.ts";
import { sanitize } from "../protocol/sanitize.ts";
import { runCommand } from "./commands/mod.ts";
import { framesDialect, readHello } from "./dialect/frames.ts";
import type { Request } from "./dialect/mod.ts";
import { textDialect } from "./dialect/text.ts";
import { Fanout } from "./fanout.ts";
import { Nicks } from "./nicks.ts";
import { quote, type Refusal } from "./refusal.ts";
import { Room } from "./room.ts";
import { type Peer, Session } from "./session.ts";

/** The room that everyone is in. */
export const FIRST_ROOM = "general";

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
}

export class Hub {
  readonly #options: HubOptions;
  readonly #epoch: string;
  readonly #fanout: Fanout;
  readonly #sessions: Set<Session> = new Set();
  readonly #rooms: Map<string, Room> = new Map();
  readonly #nicks: Nicks = new Nicks();
  #lastMessage = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#epoch = options.randomId();
    this.#fanout = new Fanout(options.schedule);
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
    this.#nicks.claim(session, this.#nicks.guest());
    this.#admit(session);
    this.#welcome(session);
  }

  /** A line came, already cut and decoded. */
  receive(session: Session, line: string): void {
    if (session.stage === "gone") return;
    const hello = session.heard ? undefined : readHello(line);
    session.heard = true;
    if (hello) this.#speakFrames(session);
    else this.greet(session);
    this.#handle(session, hello ?? session.dialect.read(line));
  }

  /** A line came that could not be taken. */
  refuse(session: Session, { code, params }: Refusal, ref?: string): void {
    if (session.stage === "gone") return;
    session.heard = true;
    this.greet(session);
    const text = describeCode("error", code, params, "en") ?? code;
    this.#fanout.toOne(session, { type: "error", ...(ref ? { ref } : {}), code, params, text });
  }

  /** Something about the session's own connection. */
  notify(session: Session, code: NoticeCode, params: Params = {}): void {
    if (session.stage === "gone") return;
    const text = describeCode("notice", code, params, "en") ?? code;
    this.#fanout.toOne(session, { type: "notice", code, params, text });
  }

  /** The connection is over. The others are told, if they knew of it. */
  detach(session: Session, reason?: ByeCode): void {
    if (session.stage === "gone") return;
    session.stage = "gone";
    this.#sessions.delete(session);
    this.#fanout.forget(session);
    this.#nicks.release(session);
    const { room, nick } = session;
    session.room = undefined;
    if (!room?.members.delete(session)) return;
    const count = room.members.size;
    this.#fanout.toRoom(room, {
      type: "left",
      room: room.name,
      nick,
      count,
      ...(reason ? { reason } : {}),
    });
  }

  /** Says bye with the reason and ends the session; the peer gets first what it was due. */
  dismiss(session: Session, code: ByeCode, params: Params = {}): void {
    if (session.stage === "gone") return;
    // A slow reader lost something of what came before: what comes after must not look as if it had not.
    if (code !== "slow_consumer") this.#fanout.settle(session);
    this.detach(session, code);
    const text = describeCode("bye", code, params, "en") ?? code;
    this.#fanout.toOne(session, { type: "bye", code, params, text });
    this.#fanout.settle(session);
    this.#fanout.forget(session);
    session.peer.close();
  }

  /** The hub stops: everyone is told and dismissed, and nobody sees the others go. */
  shutdown(): void {
    this.#fanout.flush();
    for (const room of this.#rooms.values()) room.members.clear();
    for (const session of [...this.#sessions]) this.dismiss(session, "shutdown");
  }

  // What commands call.

  /** Answers a command. */
  reply<C extends ReplyCode>(session: Session, ref: string, code: C, data: ReplyData[C]): void {
    const fields: Record<string, unknown> = { ...data };
    const text = describeReply(code, fields, "en")?.join("\n") ?? code;
    this.#fanout.toOne(session, { type: "reply", ref, code, data: fields, text });
  }

  /** Tells the others in the session's room, and acknowledges it to the session. */
  say(session: Session, ref: string, said: string, kind: MessageKind = "say"): Refusal | undefined {
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    const room = session.room!;
    const id = ++this.#lastMessage;
    const ts = this.#options.now();
    this.#fanout.toRoom(room, {
      type: "message",
      id,
      room: room.name,
      nick: session.nick,
      text,
      ts,
      kind,
    }, session);
    this.#fanout.toOne(session, { type: "ack", ref, id, ts });
    return undefined;
  }

  /** Gives the session another nick, which the others are told. One's own in other letters is free to oneself. */
  rename(session: Session, wanted: string): Refusal | undefined {
    const checked = this.#nicks.check(session, wanted);
    if (!("nick" in checked)) return checked;
    const { nick } = checked;
    const from = session.nick;
    if (from === nick) return undefined;
    this.#nicks.claim(session, nick);
    const room = session.room!;
    this.#fanout.toRoom(
      room,
      { type: "renamed", room: room.name, from, nick },
      session,
    );
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
    const { ref, text, room, to } = request;
    if (to !== undefined) return { code: "not_supported", params: { feature: "to" } };
    if (room !== undefined && room !== session.room!.name) {
      return { code: "no_such_room", params: { room: quote(room) } };
    }
    return this.say(session, ref, text);
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
    const { nick, fault } = this.#nicks.assign(session, hello.nick ?? "");
    if (session.stage === "member") {
      this.rename(session, nick); // it was greeted as text before its hello came
    } else {
      this.#nicks.claim(session, nick);
      this.#admit(session);
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

  #admit(session: Session): void {
    let room = this.#rooms.get(FIRST_ROOM);
    if (!room) this.#rooms.set(FIRST_ROOM, room = new Room(FIRST_ROOM));
    room.members.add(session);
    session.room = room;
    session.stage = "member";
    const count = room.members.size;
    this.#fanout.toRoom(
      room,
      { type: "joined", room: room.name, nick: session.nick, count },
      session,
    );
    this.#fanout.enter(session);
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
      limits: { line: MAX_FRAME },
    });
  }
}
