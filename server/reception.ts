/**
 * How one comes in: greeted as a guest, by a `hello`, or back into a session whose connection broke; past the gate, or
 * turned away. What is asked and said after that, the hub knows.
 */

import { parseLang } from "../i18n/mod.ts";
import type { ByeCode } from "../protocol/codes.ts";
import { type HelloFrame, MAX_WELCOME_NAMED, PROTOCOL } from "../protocol/frame.ts";
import { coded } from "./coded.ts";
import { framesDialect, readHello, runsDialect } from "./dialect/frames.ts";
import { httpDialect, isHttpRequest } from "./dialect/http.ts";
import type { Request } from "./dialect/mod.ts";
import { textDialect } from "./dialect/text.ts";
import type { Fanout } from "./fanout.ts";
import { type Credentials, Gate } from "./gate.ts";
import type { Hub, HubOptions } from "./hub.ts";
import { Password } from "./password.ts";
import { quote, type Refusal } from "./refusal.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

export interface ReceptionOptions
  extends Pick<HubOptions, "name" | "limits" | "motd" | "history" | "record"> {
  password: HubOptions["password"];
  /** Names this life of the hub. */
  epoch: string;
  fanout: Fanout;
  sessions: Sessions;
}

export class Reception {
  readonly #hub: Hub;
  readonly #options: ReceptionOptions;
  readonly #gate: Gate;

  constructor(hub: Hub, options: ReceptionOptions) {
    const { password } = options;
    this.#hub = hub;
    this.#options = options;
    this.#gate = new Gate({
      bans: hub.chat.moderation.bans,
      entrance: hub.chat.rooms.first,
      password: password && new Password(password),
    });
  }

  /** Nothing has come yet, or nothing that is a line: a person with `nc` comes in as a guest, or is asked for the password. */
  greet(session: Session): void {
    if (session.stage === "new") this.#comeIn(session);
  }

  /** Reads a line of somebody who may not be in yet. Gives what there is to do, or undefined where that was all. */
  hear(session: Session, line: string): Request | undefined {
    const isFirst = !session.heard;
    session.heard = true;
    if (isFirst && isHttpRequest(line)) return this.#turnAwayBrowser(session);
    const hello = isFirst ? readHello(line) : undefined;
    if (hello) {
      this.#speakFrames(session);
    } else if (session.stage !== "member" && session.dialect === textDialect) {
      this.#comeIn(session, line);
      // Where a password is wanted, the line was taken for it, and says nothing else.
      if (this.#gate.wantsPassword) return undefined;
    }
    return hello ?? session.dialect.read(line);
  }

  /** The session says who it is. */
  hello(session: Session, hello: HelloFrame): void {
    const { protocol, nick: wanted = "", room, lang, password, history, resume } = hello;
    if (protocol !== PROTOCOL) {
      const params = { protocol, supported: PROTOCOL };
      return this.#hub.dismiss(session, "unsupported_protocol", params);
    }
    if (session.welcomed) {
      const params = { reason: "hello was said already" };
      return this.#hub.refuse(session, { code: "bad_frame", params });
    }
    session.dialect = hello.runs ? runsDialect : framesDialect;
    const broken = this.#options.sessions.find(resume?.token);
    if (broken) return this.#resume(broken, session, hello);
    session.lang = parseLang(lang ?? "") ?? session.lang;
    session.historyWanted = history;
    if (
      !this.#passes(session, {
        nick: wanted,
        password,
        id: resume && this.#hub.identify(resume.token),
      })
    ) return;
    const { chat } = this.#hub;
    const { nick, fault } = chat.nicks.assign(session, wanted);
    // It may have been greeted as text before its hello came, and be in already.
    const refusal = session.stage === "member"
      ? chat.rename(session, nick) ?? this.#move(session, room)
      : this.#admit(session, nick, room);
    session.welcomed = true;
    this.#welcome(session);
    this.#hub.showRoom(session);
    if (fault) this.#hub.notify(session, "nick_replaced", { wanted: quote(wanted), nick, fault });
    if (refusal) this.#hub.refuse(session, refusal);
  }

  /** The session goes on over the connection of a new one, and is told what it missed. */
  #resume(session: Session, fresh: Session, { lang, resume }: HelloFrame): void {
    const { fanout, sessions } = this.#options;
    sessions.takeOver(session, fresh);
    session.lang = parseLang(lang ?? "") ?? session.lang;
    this.#welcome(session);
    const { messages, missing } = this.#hub.chat.missed(session, resume!.after);
    this.#hub.notify(session, "resumed", { count: messages.length, missing });
    for (const message of messages) fanout.toOne(session, message);
  }

  /** A text peer comes in as a guest, if it may. */
  #comeIn(session: Session, password?: string): void {
    if (!this.#passes(session, { password })) return;
    this.#admit(session, this.#hub.chat.nicks.guest());
    this.#welcome(session);
    this.#hub.showRoom(session);
  }

  /** Whether the session may come in. If not, it has been told what is wanted, or has been turned away. */
  #passes(session: Session, credentials: Credentials): boolean {
    const verdict = this.#gate.judge(session, credentials);
    if (verdict.kind === "closed") {
      this.turnAway(session, verdict.code);
    } else if (verdict.kind === "asked") {
      session.stage = "greeting";
      const { code, params } = verdict.refusal;
      this.#options.fanout.toOne(session, coded("error", code, params));
    }
    return verdict.kind === "open";
  }

  /** Sends somebody away who may not be here, with a line in the log. */
  turnAway(session: Session, reason: ByeCode): void {
    const { peer, nick } = session;
    this.#options.record("dropped", { peer: peer.address, ...(nick ? { nick } : {}), reason });
    this.#hub.dismiss(session, reason);
  }

  /** Nobody is told of a browser, nor of what its request has to say. */
  #turnAwayBrowser(session: Session): undefined {
    if (session.stage === "new") session.dialect = httpDialect;
    this.#hub.dismiss(session, "not_http");
  }

  /** The session's first line is a hello: it speaks frames, also when it was greeted as text meanwhile. */
  #speakFrames(session: Session): void {
    if (session.stage !== "new") this.#options.fanout.settle(session);
    if (session.stage !== "member") session.stage = "greeting";
    session.dialect = framesDialect;
  }

  #admit(session: Session, nick: string, room?: string): Refusal | undefined {
    const { chat } = this.#hub;
    session.stage = "member";
    chat.nicks.claim(session, nick);
    return chat.admit(session, room);
  }

  /** Who came into the first room as a guest goes on into the one that its hello names. */
  #move(session: Session, name?: string): Refusal | undefined {
    if (name === undefined) return undefined;
    const { chat } = this.#hub;
    const joined = chat.join(session, name);
    if ("code" in joined) return joined;
    if (joined.isNew) chat.part(session, chat.rooms.first.name);
    return undefined;
  }

  #welcome(session: Session): void {
    const { name, epoch, limits, motd, history, fanout } = this.#options;
    const room = session.room!;
    this.#hub.chat.presence.inform(session); // by what follows
    fanout.toOne(session, {
      type: "welcome",
      protocol: PROTOCOL,
      hub: name,
      epoch,
      token: session.token,
      nick: session.nick,
      room: room.name,
      members: namedTo(session, room),
      count: room.members.size,
      ...(room.topic === "" ? {} : { topic: room.topic }),
      ...(motd === undefined ? {} : { motd }),
      limits: { line: limits.frame },
    });
    if (history.isFailing) this.#hub.notify(session, "history_unsaved");
  }
}

/** The members whom a welcome names, in the order in which they came: of many the first, and who is welcomed. */
function namedTo(session: Session, room: Room): string[] {
  if (room.members.size <= MAX_WELCOME_NAMED) return room.nicks(MAX_WELCOME_NAMED);
  return [...room.nicks(MAX_WELCOME_NAMED - 1, session), session.nick];
}
