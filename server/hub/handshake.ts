/**
 * How one comes in: greeted as a guest, by a `hello`, or back into a session whose connection broke; past the gate, or
 * turned away. What is asked and said after that, the hub knows.
 */

import { parseLang } from "../../common/i18n/mod.ts";
import type { ByeCode } from "../../common/protocol/codes.ts";
import { type HelloFrame, MAX_WELCOME_NAMED, PROTOCOL } from "../../common/protocol/frame.ts";
import type { MovedUser } from "../cluster/mod.ts";
import type { AssignedNick } from "../chat/chat.ts";
import { framesDialect, parseHello, runsDialect } from "../dialect/json.ts";
import { httpDialect, isHttpRequest } from "../dialect/http.ts";
import type { ClientRequest } from "../dialect/mod.ts";
import { textDialect } from "../dialect/text.ts";
import type { Fanout } from "../chat/fanout.ts";
import { AdmissionPolicy, type Credentials, type Verdict } from "./admission.ts";
import type { HubApi, HubOptions } from "./api.ts";
import { Password } from "../model/password.ts";
import { type ChatError, codedFrame, quote } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Sessions } from "./sessions.ts";

type Resume = NonNullable<HelloFrame["resume"]>;

export interface HandshakeOptions
  extends Pick<HubOptions, "name" | "limits" | "motd" | "history" | "cluster" | "record"> {
  password: HubOptions["password"];
  fanout: Fanout;
  sessions: Sessions;
}

export class Handshake {
  readonly #hub: HubApi;
  readonly #options: HandshakeOptions;
  readonly #admission: AdmissionPolicy;
  /** Sessions that come from other hubs, by id, and who waits for each of them. */
  readonly #arriving: Map<string, (() => void)[]> = new Map();

  constructor(hub: HubApi, options: HandshakeOptions) {
    const { password } = options;
    this.#hub = hub;
    this.#options = options;
    this.#admission = new AdmissionPolicy({
      bans: hub.chat.moderation.bans,
      entrance: hub.chat.rooms.first,
      password: password && new Password(password),
    });
  }

  /** Nothing has come yet, or nothing that is a line: a person with `nc` comes in as a guest, or is asked for the password. */
  greet(session: Session): void {
    if (session.stage === "new" && session.inputPauses === 0) this.#joinAsText(session);
  }

  /** Reads a line of somebody who may not be in yet. Gives what there is to do, or undefined where that was all. */
  readLine(session: Session, line: string): ClientRequest | undefined {
    const isFirst = !session.hasSpoken;
    session.hasSpoken = true;
    if (isFirst && isHttpRequest(line)) return this.#rejectBrowser(session);
    const onHello = isFirst ? parseHello(line) : undefined;
    if (onHello) {
      this.#switchToFrames(session);
    } else if (session.stage !== "member" && session.dialect === textDialect) {
      this.#joinAsText(session, line);
      // Where a password is wanted, the line was taken for it, and says nothing else.
      if (this.#admission.requiresPassword) return undefined;
    }
    return onHello ?? session.dialect.parse(line);
  }

  /** The session says who it is. */
  hello(session: Session, hello: HelloFrame): void {
    const { protocol, lang, history, resume, look } = hello;
    if (look && !session.hasWelcome) return this.#look(session, hello);
    if (protocol !== PROTOCOL) {
      const params = { protocol, supported: PROTOCOL };
      return this.#hub.dismiss(session, "unsupported_protocol", params);
    }
    if (session.hasWelcome) {
      const params = { reason: "hello was said already" };
      return this.#hub.sendError(session, { code: "bad_frame", params });
    }
    session.dialect = hello.runs ? runsDialect : framesDialect;
    session.lang = parseLang(lang ?? "") ?? session.lang;
    session.historyWanted = history;
    if (resume) this.#resume(session, hello, resume);
    else this.#joinAsNewcomer(session, hello);
  }

  /** Somebody only looks, and is told what this hub is, and why it may not come in where that is so. */
  #look(session: Session, { nick, password }: HelloFrame): void {
    const { name, sessions, fanout } = this.#options;
    const { chat } = this.#hub;
    const judged = this.#admission.judge(session, { nick, password });
    const verdict = judged.kind === "open" && chat.isOffline
      ? { kind: "closed", code: "cut_off" } as const
      : judged;
    const people = sessions.userCount + chat.remoteUsers.count;
    fanout.toOne(session, {
      type: "look",
      protocol: PROTOCOL,
      hub: name,
      ...(verdict.kind === "open" ? { people } : {}),
    });
    this.#apply(session, verdict);
  }

  /** Somebody was here before, or at another hub. */
  #resume(session: Session, hello: HelloFrame, resume: Resume): void {
    const { sessions, cluster } = this.#options;
    const id = this.#hub.sessionId(resume.token);
    const others = this.#arriving.get(id);
    if (others) { // it is on its way here already, by an earlier connection
      this.#hub.pauseInput(session);
      others.push(() => {
        if (session.stage !== "gone") this.#resume(session, hello, resume);
        this.#hub.resumeInput(session);
      });
      return;
    }
    const broken = sessions.findResumable(resume.token);
    if (broken) return this.#takeOver(broken, session, hello, resume);
    this.#hub.pauseInput(session);
    this.#arriving.set(id, []);
    cluster.takeUser(id, resume.after, (taken) => {
      if (taken && taken !== "away") return this.#moveIn(taken, session, hello, resume);
      if (session.stage !== "gone") {
        // A new session would be the end of that one.
        if (taken) this.reject(session, "cut_off");
        else this.#joinAsNewcomer(session, hello);
      }
      this.#onArrived(id);
      this.#hub.resumeInput(session);
    });
  }

  /** Those who wait for a session to be here have their turn. */
  #onArrived(id: string): void {
    const others = this.#arriving.get(id) ?? [];
    this.#arriving.delete(id);
    for (const each of others) each();
  }

  /** A newcomer with a `hello`, who may have been greeted as text before that came, and be in already. */
  #joinAsNewcomer(session: Session, { nick = "", room, password, resume }: HelloFrame): void {
    const id = resume && this.#hub.sessionId(resume.token);
    if (!this.#isAdmitted(session, { nick, password, id })) return;
    const welcome = ({ nick: given, fault }: AssignedNick, refusal?: ChatError) => {
      session.hasWelcome = true;
      this.#hub.chat.publishUser(session);
      this.#sendWelcome(session);
      this.#hub.replayOnJoin(session);
      if (fault) {
        this.#hub.notify(session, "nick_replaced", { wanted: quote(nick), nick: given, fault });
      }
      if (refusal) this.#hub.sendError(session, refusal);
    };
    if (session.stage === "member") this.#renameGuest(session, nick, room, welcome);
    else this.#join(session, nick, room, welcome);
  }

  /** Who came in as a guest has the nick and goes into the room that its `hello` names. */
  #renameGuest(
    session: Session,
    wanted: string,
    room: string | undefined,
    then: (named: AssignedNick, refusal?: ChatError) => void,
  ): void {
    const { chat } = this.#hub;
    const named = chat.nicks.assign(session, wanted);
    this.#hub.pauseInput(session);
    chat.rename(session, named.nick, (refusal) => {
      const given = { ...named, nick: session.nick };
      this.#moveToRoom(session, refusal ? undefined : room, (refused) => {
        if (session.stage !== "gone") then(given, refusal ?? refused);
        this.#hub.resumeInput(session);
      });
    });
  }

  /** The session goes on over the connection of a new one, and is told what it missed. */
  #takeOver(session: Session, fresh: Session, { lang }: HelloFrame, { after }: Resume): void {
    const { fanout, sessions } = this.#options;
    sessions.resume(session, fresh);
    session.lang = parseLang(lang ?? "") ?? session.lang;
    this.#sendWelcome(session);
    const { messages, missing } = this.#hub.chat.messages.missedBy(session, after);
    this.#hub.notify(session, "resumed", { count: messages.length, missing });
    for (const message of messages) fanout.toOne(session, message);
    this.#hub.continueInput(session); // with what came behind the hello
  }

  /** Somebody who was at another hub goes on here; `fresh` is held until then. */
  #moveIn(
    { user, privateMessages }: MovedUser,
    fresh: Session,
    hello: HelloFrame,
    resume: Resume,
  ): void {
    const { sessions } = this.#options;
    const { chat } = this.#hub;
    const session = sessions.moveIn(resume.token, user);
    session.correspondent = user.correspondent === undefined
      ? undefined
      : chat.nicks.find(user.correspondent);
    for (const letter of privateMessages) session.mailbox.add(letter);
    chat.moveIn(session, user, resume.after, () => {
      if (session.stage === "gone") this.#hub.dismiss(fresh, "resumed_elsewhere"); // at a further hub
      else if (fresh.stage !== "gone") this.#takeOver(session, fresh, hello, resume);
      this.#hub.resumeInput(fresh);
      this.#onArrived(session.id);
    });
  }

  /** A text peer comes in as a guest, if it may. */
  #joinAsText(session: Session, password?: string): void {
    if (!this.#isAdmitted(session, { password })) return;
    this.#join(session, "", undefined, () => {
      this.#sendWelcome(session);
      this.#hub.replayOnJoin(session);
    });
  }

  /** Whether the session may come in. If not, it has been told what is wanted, or has been turned away. */
  #isAdmitted(session: Session, credentials: Credentials): boolean {
    return this.#apply(session, this.#admission.judge(session, credentials));
  }

  #apply(session: Session, verdict: Verdict): boolean {
    if (verdict.kind === "closed") {
      this.reject(session, verdict.code);
    } else if (verdict.kind === "asked") {
      session.stage = "greeting";
      const { code, params } = verdict.refusal;
      this.#options.fanout.toOne(session, codedFrame("error", code, params));
    }
    return verdict.kind === "open";
  }

  /** Sends somebody away who may not be here, with a line in the log. */
  reject(session: Session, reason: ByeCode): void {
    const { peer, nick } = session;
    this.#options.record("dropped", { peer: peer.address, ...(nick ? { nick } : {}), reason });
    this.#hub.dismiss(session, reason);
  }

  /** Nobody is told of a browser, nor of what its request has to say. */
  #rejectBrowser(session: Session): undefined {
    if (session.stage === "new") session.dialect = httpDialect;
    this.#hub.dismiss(session, "not_http");
  }

  /** The session's first line is a hello: it speaks frames, also when it was greeted as text meanwhile. */
  #switchToFrames(session: Session): void {
    if (session.stage !== "new") this.#options.fanout.flushTo(session);
    if (session.stage !== "member") session.stage = "greeting";
    session.dialect = framesDialect;
  }

  /** Brings a newcomer in under a nick that it alone has, as soon as that and its room are had. */
  #join(
    session: Session,
    wanted: string,
    room: string | undefined,
    then: (named: AssignedNick, refusal?: ChatError) => void,
  ): void {
    const { chat } = this.#hub;
    if (chat.isOffline) return this.reject(session, "cut_off");
    this.#hub.pauseInput(session);
    chat.reserveNick(session, wanted, (named) => {
      if (!named) return this.#abandon(session);
      chat.openRoomToJoin(session, room, (door) => {
        if (!door || session.stage === "gone") return this.#abandon(session, named);
        session.stage = "member";
        chat.enter(session, named.nick, door.room);
        then(named, door.refusal);
        this.#hub.resumeInput(session);
      });
    });
  }

  /** A newcomer did not come in after all: it went, or others cannot be reached. */
  #abandon(session: Session, named?: AssignedNick): void {
    if (named) this.#hub.chat.releaseNick(session, named.nick);
    if (session.stage !== "gone") this.reject(session, "cut_off");
    this.#hub.resumeInput(session);
  }

  /** Who came into the first room as a guest goes on into the one that its hello names. */
  #moveToRoom(
    session: Session,
    name: string | undefined,
    done: (refusal?: ChatError) => void,
  ): void {
    if (name === undefined) return done();
    const { chat } = this.#hub;
    chat.joinRoom(session, name, (joined) => {
      if ("code" in joined) return done(joined);
      if (joined.isNew) chat.leaveRoom(session, chat.rooms.first.name);
      done();
    });
  }

  #sendWelcome(session: Session): void {
    const { name, cluster, limits, motd, history, fanout } = this.#options;
    const room = session.room!;
    this.#hub.chat.presence.markInformed(session); // by what follows
    fanout.toOne(session, {
      type: "welcome",
      protocol: PROTOCOL,
      hub: name,
      epoch: cluster.epoch,
      token: session.token,
      nick: session.nick,
      room: room.name,
      members: welcomedMembers(session, room),
      count: room.count,
      ...(room.topic === "" ? {} : { topic: room.topic }),
      ...(motd === undefined ? {} : { motd }),
      limits: { line: limits.frame },
    });
    if (history.isFailing) this.#hub.notify(session, "history_unsaved");
  }
}

/** The members whom a welcome names, in the order in which they came: of many the first, and who is welcomed. */
function welcomedMembers(session: Session, room: Room): string[] {
  if (room.count <= MAX_WELCOME_NAMED) return room.nicks(MAX_WELCOME_NAMED);
  return [...room.nicks(MAX_WELCOME_NAMED - 1, session), session.nick];
}
