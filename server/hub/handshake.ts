/**
 * How one comes in: greeted as a guest, by a `hello`, or back into a session whose connection broke; past the gate, or
 * turned away. What is asked and said after that, the hub knows.
 */

import { parseLang } from "../../common/i18n/mod.ts";
import type { ByeCode } from "../../common/protocol/codes.ts";
import { type HelloFrame, MAX_WELCOME_NAMED, PROTOCOL } from "../../common/protocol/frame.ts";
import type { Taken } from "../cluster/mod.ts";
import type { Named } from "../chat/chat.ts";
import { framesDialect, readHello, runsDialect } from "../dialect/json.ts";
import { httpDialect, isHttpRequest } from "../dialect/http.ts";
import type { Request } from "../dialect/mod.ts";
import { textDialect } from "../dialect/text.ts";
import type { Fanout } from "../chat/fanout.ts";
import { type Credentials, Gate, type Verdict } from "./admission.ts";
import type { HubApi, HubOptions } from "./api.ts";
import { Password } from "../model/password.ts";
import { coded, quote, type Refusal } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Sessions } from "./sessions.ts";

type Resume = NonNullable<HelloFrame["resume"]>;

export interface ReceptionOptions
  extends Pick<HubOptions, "name" | "limits" | "motd" | "history" | "backplane" | "record"> {
  password: HubOptions["password"];
  fanout: Fanout;
  sessions: Sessions;
}

export class Reception {
  readonly #hub: HubApi;
  readonly #options: ReceptionOptions;
  readonly #gate: Gate;
  /** Sessions that come from other hubs, by id, and who waits for each of them. */
  readonly #arriving: Map<string, (() => void)[]> = new Map();

  constructor(hub: HubApi, options: ReceptionOptions) {
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
    if (session.stage === "new" && session.holds === 0) this.#comeIn(session);
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
    const { protocol, lang, history, resume, look } = hello;
    if (look && !session.welcomed) return this.#show(session, hello);
    if (protocol !== PROTOCOL) {
      const params = { protocol, supported: PROTOCOL };
      return this.#hub.dismiss(session, "unsupported_protocol", params);
    }
    if (session.welcomed) {
      const params = { reason: "hello was said already" };
      return this.#hub.refuse(session, { code: "bad_frame", params });
    }
    session.dialect = hello.runs ? runsDialect : framesDialect;
    session.lang = parseLang(lang ?? "") ?? session.lang;
    session.historyWanted = history;
    if (resume) this.#comeBack(session, hello, resume);
    else this.#introduce(session, hello);
  }

  /** Somebody only looks, and is told what this hub is, and why it may not come in where that is so. */
  #show(session: Session, { nick, password }: HelloFrame): void {
    const { name, sessions, fanout } = this.#options;
    const { chat } = this.#hub;
    const judged = this.#gate.judge(session, { nick, password });
    const verdict = judged.kind === "open" && chat.isCutOff
      ? { kind: "closed", code: "cut_off" } as const
      : judged;
    const people = sessions.present + chat.people.count;
    fanout.toOne(session, {
      type: "look",
      protocol: PROTOCOL,
      hub: name,
      ...(verdict.kind === "open" ? { people } : {}),
    });
    this.#heed(session, verdict);
  }

  /** Somebody was here before, or at another hub. */
  #comeBack(session: Session, hello: HelloFrame, resume: Resume): void {
    const { sessions, backplane } = this.#options;
    const id = this.#hub.identify(resume.token);
    const others = this.#arriving.get(id);
    if (others) { // it is on its way here already, by an earlier connection
      this.#hub.hold(session);
      others.push(() => {
        if (session.stage !== "gone") this.#comeBack(session, hello, resume);
        this.#hub.letGo(session);
      });
      return;
    }
    const broken = sessions.find(resume.token);
    if (broken) return this.#resume(broken, session, hello, resume);
    this.#hub.hold(session);
    this.#arriving.set(id, []);
    backplane.take(id, resume.after, (taken) => {
      if (taken && taken !== "away") return this.#takeOver(taken, session, hello, resume);
      if (session.stage !== "gone") {
        // A new session would be the end of that one.
        if (taken) this.turnAway(session, "cut_off");
        else this.#introduce(session, hello);
      }
      this.#arrived(id);
      this.#hub.letGo(session);
    });
  }

  /** Those who wait for a session to be here have their turn. */
  #arrived(id: string): void {
    const others = this.#arriving.get(id) ?? [];
    this.#arriving.delete(id);
    for (const each of others) each();
  }

  /** A newcomer with a `hello`, who may have been greeted as text before that came, and be in already. */
  #introduce(session: Session, { nick = "", room, password, resume }: HelloFrame): void {
    const id = resume && this.#hub.identify(resume.token);
    if (!this.#passes(session, { nick, password, id })) return;
    const welcome = ({ nick: given, fault }: Named, refusal?: Refusal) => {
      session.welcomed = true;
      this.#hub.chat.announce(session);
      this.#welcome(session);
      this.#hub.showRoom(session);
      if (fault) {
        this.#hub.notify(session, "nick_replaced", { wanted: quote(nick), nick: given, fault });
      }
      if (refusal) this.#hub.refuse(session, refusal);
    };
    if (session.stage === "member") this.#change(session, nick, room, welcome);
    else this.#admit(session, nick, room, welcome);
  }

  /** Who came in as a guest has the nick and goes into the room that its `hello` names. */
  #change(
    session: Session,
    wanted: string,
    room: string | undefined,
    then: (named: Named, refusal?: Refusal) => void,
  ): void {
    const { chat } = this.#hub;
    const named = chat.nicks.assign(session, wanted);
    this.#hub.hold(session);
    chat.rename(session, named.nick, (refusal) => {
      const given = { ...named, nick: session.nick };
      this.#move(session, refusal ? undefined : room, (refused) => {
        if (session.stage !== "gone") then(given, refusal ?? refused);
        this.#hub.letGo(session);
      });
    });
  }

  /** The session goes on over the connection of a new one, and is told what it missed. */
  #resume(session: Session, fresh: Session, { lang }: HelloFrame, { after }: Resume): void {
    const { fanout, sessions } = this.#options;
    sessions.takeOver(session, fresh);
    session.lang = parseLang(lang ?? "") ?? session.lang;
    this.#welcome(session);
    const { messages, missing } = this.#hub.chat.talk.missed(session, after);
    this.#hub.notify(session, "resumed", { count: messages.length, missing });
    for (const message of messages) fanout.toOne(session, message);
    this.#hub.proceed(session); // with what came behind the hello
  }

  /** Somebody who was at another hub goes on here; `fresh` is held until then. */
  #takeOver({ person, letters }: Taken, fresh: Session, hello: HelloFrame, resume: Resume): void {
    const { sessions } = this.#options;
    const { chat } = this.#hub;
    const session = sessions.takeIn(resume.token, person);
    session.correspondent = person.correspondent === undefined
      ? undefined
      : chat.nicks.find(person.correspondent);
    for (const letter of letters) session.letters.add(letter);
    chat.settleIn(session, person, resume.after, () => {
      if (session.stage === "gone") this.#hub.dismiss(fresh, "resumed_elsewhere"); // at a further hub
      else if (fresh.stage !== "gone") this.#resume(session, fresh, hello, resume);
      this.#hub.letGo(fresh);
      this.#arrived(session.id);
    });
  }

  /** A text peer comes in as a guest, if it may. */
  #comeIn(session: Session, password?: string): void {
    if (!this.#passes(session, { password })) return;
    this.#admit(session, "", undefined, () => {
      this.#welcome(session);
      this.#hub.showRoom(session);
    });
  }

  /** Whether the session may come in. If not, it has been told what is wanted, or has been turned away. */
  #passes(session: Session, credentials: Credentials): boolean {
    return this.#heed(session, this.#gate.judge(session, credentials));
  }

  #heed(session: Session, verdict: Verdict): boolean {
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

  /** Brings a newcomer in under a nick that it alone has, as soon as that and its room are had. */
  #admit(
    session: Session,
    wanted: string,
    room: string | undefined,
    then: (named: Named, refusal?: Refusal) => void,
  ): void {
    const { chat } = this.#hub;
    if (chat.isCutOff) return this.turnAway(session, "cut_off");
    this.#hub.hold(session);
    chat.reserve(session, wanted, (named) => {
      if (!named) return this.#giveUp(session);
      chat.openDoor(session, room, (door) => {
        if (!door || session.stage === "gone") return this.#giveUp(session, named);
        session.stage = "member";
        chat.admit(session, named.nick, door.room);
        then(named, door.refusal);
        this.#hub.letGo(session);
      });
    });
  }

  /** A newcomer did not come in after all: it went, or others cannot be reached. */
  #giveUp(session: Session, named?: Named): void {
    if (named) this.#hub.chat.unreserve(session, named.nick);
    if (session.stage !== "gone") this.turnAway(session, "cut_off");
    this.#hub.letGo(session);
  }

  /** Who came into the first room as a guest goes on into the one that its hello names. */
  #move(session: Session, name: string | undefined, done: (refusal?: Refusal) => void): void {
    if (name === undefined) return done();
    const { chat } = this.#hub;
    chat.join(session, name, (joined) => {
      if ("code" in joined) return done(joined);
      if (joined.isNew) chat.part(session, chat.rooms.first.name);
      done();
    });
  }

  #welcome(session: Session): void {
    const { name, backplane, limits, motd, history, fanout } = this.#options;
    const room = session.room!;
    this.#hub.chat.presence.inform(session); // by what follows
    fanout.toOne(session, {
      type: "welcome",
      protocol: PROTOCOL,
      hub: name,
      epoch: backplane.epoch,
      token: session.token,
      nick: session.nick,
      room: room.name,
      members: namedTo(session, room),
      count: room.count,
      ...(room.topic === "" ? {} : { topic: room.topic }),
      ...(motd === undefined ? {} : { motd }),
      limits: { line: limits.frame },
    });
    if (history.isFailing) this.#hub.notify(session, "history_unsaved");
  }
}

/** The members whom a welcome names, in the order in which they came: of many the first, and who is welcomed. */
function namedTo(session: Session, room: Room): string[] {
  if (room.count <= MAX_WELCOME_NAMED) return room.nicks(MAX_WELCOME_NAMED);
  return [...room.nicks(MAX_WELCOME_NAMED - 1, session), session.nick];
}
