/** The handshake: a session joins as a guest after a silence, by a `hello`, or resumes one of this or another hub. */

import { parseLang } from "../../common/i18n/mod.ts";
import type { ByeCode, Params } from "../../common/protocol/codes.ts";
import {
  type HelloFrame,
  MAX_MESSAGE_LINES,
  MAX_WELCOME_NAMED,
  PROTOCOL,
  type Resume,
} from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";
import type { Fanout } from "../chat/fanout.ts";
import type { Missed } from "../chat/replay.ts";
import type { MovedUser } from "../cluster/mod.ts";
import { framesDialect, parseHello, runsDialect } from "../dialect/json.ts";
import type { Dialect } from "../dialect/mod.ts";
import { applyErasures, textDialect } from "../dialect/text.ts";
import { type ChatError, codedFrame, quote } from "../model/errors.ts";
import type { AssignedNick } from "../model/nicks.ts";
import type { Password } from "../model/password.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import { type Credentials, judge, type Verdict } from "./admission.ts";
import type { HubApi, HubOptions } from "./api.ts";
import type { Sessions } from "./sessions.ts";

/** Sweeps for which a resume waits until this hub has caught up with what the client has seen. */
const MAX_BEHIND = 10;

/** `error`: why it is not in the room that it asked for. */
type OnJoined = (assigned: AssignedNick, error?: ChatError) => void;

export interface HandshakeOptions extends Omit<HubOptions, "password"> {
  password: Password;
  fanout: Fanout;
  sessions: Sessions;
}

export class Handshake {
  readonly #hub: HubApi;
  readonly #options: HandshakeOptions;
  /** Sessions that are moving here from other hubs, by id, with the resumes that wait for each of them. */
  readonly #moving: Map<string, (() => void)[]> = new Map();
  /** Resumes that wait for messages which their clients have seen at another hub. */
  #ahead: (() => void)[] = [];

  constructor(hub: HubApi, options: HandshakeOptions) {
    this.#hub = hub;
    this.#options = options;
  }

  // First lines.

  /** No line was received for a while: a user with `nc` joins as a guest, or is asked for the password. */
  greet(session: Session): void {
    if (session.stage === "new" && session.inputPauses === 0) this.#joinAsText(session);
  }

  /** Reads a line of a session that may not have joined yet. Returns what it asks for, if anything is left to do. */
  readLine(session: Session, line: string, isWhole: boolean) {
    const isFirst = !session.hasSpoken;
    session.hasSpoken = true;
    const hello = isFirst ? parseHello(line) : undefined;
    if (hello) this.switchTo(session, framesDialect);
    const request = hello ?? session.dialect.parse(line);
    if ("kind" in request && request.kind === "foreign") return request;
    if (isWhole && session.stage !== "member" && session.dialect === textDialect) {
      const { isRequired } = this.#options.password;
      this.#joinAsText(session, isRequired ? applyErasures(line) : undefined);
      if (isRequired) return undefined; // the line was read as the password
    }
    return request;
  }

  /** The session speaks another dialect from now on. It may have been greeted as text before its first line arrived. */
  switchTo(session: Session, dialect: Dialect): void {
    if (session.stage !== "new") this.#options.fanout.flushTo(session);
    if (session.stage !== "member") session.stage = "greeting";
    session.dialect = dialect;
  }

  onHello(session: Session, hello: HelloFrame): void {
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
    if (hello.runs) session.dialect = runsDialect;
    session.lang = parseLang(lang ?? "") ?? session.lang;
    session.historyWanted = history;
    if (resume) this.#resume(session, hello, resume);
    else this.#joinWithHello(session, hello);
  }

  /** Shows what this hub is to a client that does not join, and why it could not, if so. */
  #look(session: Session, { nick, password }: HelloFrame): void {
    const { name, sessions, fanout, password: passwords } = this.#options;
    const { chat } = this.#hub;
    const verdict = judge(session, { nick, password }, chat, passwords, "look");
    const people = sessions.userCount + chat.remoteUsers.count;
    const shown = verdict.kind === "admitted" ? { people } : {};
    fanout.toOne(session, { type: "look", protocol: PROTOCOL, hub: name, ...shown });
    this.#apply(session, verdict);
  }

  // Admission.

  /** Whether the session may join. If not, it has been asked for the password or rejected. */
  #isAdmitted(session: Session, credentials: Credentials): boolean {
    const { password } = this.#options;
    const verdict = judge(session, credentials, this.#hub.chat, password, "join");
    if (verdict.kind === "admitted" && verdict.isModerator) session.isModerator = true;
    return this.#apply(session, verdict);
  }

  #apply(session: Session, verdict: Verdict): boolean {
    if (verdict.kind === "rejected") {
      this.reject(session, verdict.code);
    } else if (verdict.kind === "challenged") {
      session.stage = "greeting";
      const { code, params } = verdict.error;
      this.#options.fanout.toOne(session, codedFrame("error", code, params));
    }
    return verdict.kind === "admitted";
  }

  /** Ends a session that may not be here, and logs it. */
  reject(session: Session, reason: ByeCode, params: Params = {}): void {
    const { peer, nick } = session;
    this.#options.record("dropped", { peer: peer.address, ...(nick ? { nick } : {}), reason });
    this.#hub.dismiss(session, reason, params);
  }

  // Newcomers.

  /** Joins a text peer as a guest, if it is admitted. */
  #joinAsText(session: Session, password?: string): void {
    if (!this.#isAdmitted(session, { password })) return;
    this.#join(session, "", undefined, () => this.#welcome(session));
  }

  /** Joins a newcomer with a `hello`. It may be a guest already if it was greeted as text before that arrived. */
  #joinWithHello(session: Session, hello: HelloFrame): void {
    const { nick = "", room, password, resume } = hello;
    const id = resume && this.#options.cluster.sessionId(resume.token);
    if (!this.#isAdmitted(session, { nick, password, id })) return;
    const welcome: OnJoined = ({ nick: given, fault }, error) => {
      session.hasWelcome = session.dialect.pings;
      this.#welcome(session, hello);
      this.#hub.chat.publishUser(session);
      if (fault) {
        this.#hub.notify(session, "nick_replaced", { wanted: quote(nick), nick: given, fault });
      }
      if (error) this.#hub.sendError(session, error);
    };
    if (session.stage === "member") this.#renameGuest(session, nick, room, welcome);
    else this.#join(session, nick, room, welcome);
  }

  /** Adds a newcomer to the chat as soon as its nick is claimed and its room is open. */
  #join(session: Session, wanted: string, roomName: string | undefined, then: OnJoined): void {
    const { chat } = this.#hub;
    session.pauseInput();
    chat.reserveNick(session, wanted, (assigned) => {
      if (!assigned) return this.#abandon(session);
      chat.openEntryRoom(session, { nick: assigned.nick, name: roomName }, (entry) => {
        if (!entry || session.stage === "gone") return this.#abandon(session, assigned);
        session.stage = "member";
        chat.enter(session, assigned.nick, entry.room);
        then(assigned, entry.error);
        session.resumeInput();
      });
    });
  }

  /** A newcomer did not join after all: it went away, or the cluster cannot be reached. */
  #abandon(session: Session, assigned?: AssignedNick): void {
    if (assigned) this.#hub.chat.releaseNick(session, assigned.nick);
    if (session.stage !== "gone") this.reject(session, "cut_off");
    session.resumeInput();
  }

  /** Gives a guest the nick of its `hello` and moves it to the room that it names. */
  #renameGuest(session: Session, wanted: string, room: string | undefined, then: OnJoined): void {
    const { chat } = this.#hub;
    const assigned = chat.nicks.assign(session, wanted);
    session.pauseInput();
    chat.rename(session, assigned.nick, (renamed) => {
      const renameError = renamed.ok ? undefined : renamed.error;
      const given = { ...assigned, nick: session.nick };
      this.#moveToRoom(session, renameError ? undefined : room, (roomError) => {
        if (session.stage !== "gone") then(given, renameError ?? roomError);
        session.resumeInput();
      });
    });
  }

  /** Moves a guest from the first room to the room that its `hello` names. */
  #moveToRoom(session: Session, name: string | undefined, done: (error?: ChatError) => void): void {
    if (name === undefined) return done();
    const { chat } = this.#hub;
    chat.joinRoom(session, name, (joined) => {
      if (!joined.ok) return done(joined.error);
      if (joined.value.isNew) chat.leaveRoom(session, chat.rooms.first.name);
      done();
    });
  }

  // Resuming.

  /** Resumes a session of this hub or of another one; without it, the client joins as a newcomer. */
  #resume(session: Session, hello: HelloFrame, resume: Resume, sweeps = 0): void {
    const { sessions, cluster } = this.#options;
    const id = cluster.sessionId(resume.token);
    const waitIn = (queue: (() => void)[], nextSweeps = 0) => {
      session.pauseInput();
      queue.push(() => {
        if (session.stage !== "gone") this.#resume(session, hello, resume, nextSweeps);
        session.resumeInput();
      });
    };
    const waiting = this.#moving.get(id);
    if (waiting) return waitIn(waiting); // an earlier connection is moving it here already
    const resumable = sessions.findResumable(resume.token);
    // Its other hub has died before this hub has heard of it: here it would get the same messages again.
    const isAhead = !cluster.isAlone && resume.after > this.#hub.chat.messages.lastMessageId;
    if (resumable && isAhead && sweeps < MAX_BEHIND) return waitIn(this.#ahead, sweeps + 1);
    if (resumable) return this.#takeOver(resumable, session, hello, resume);
    session.pauseInput();
    this.#moving.set(id, []);
    cluster.takeUser(id, resume.after, (taken) => {
      if (taken && taken !== "offline") return this.#moveIn(taken, session, hello, resume);
      if (session.stage !== "gone") {
        // Joining as a newcomer would end the session that cannot be reached.
        if (taken) this.reject(session, "cut_off");
        else this.#joinWithHello(session, hello);
      }
      this.#onMoved(id);
      session.resumeInput();
    });
  }

  /** Call it about every second. */
  sweep(): void {
    for (const resume of this.#ahead.splice(0)) resume();
  }

  /** The resumes that waited for a session to move here go on. */
  #onMoved(id: string): void {
    const waiting = this.#moving.get(id) ?? [];
    this.#moving.delete(id);
    for (const resume of waiting) resume();
  }

  /** The session goes on over the connection of a new one, and gets what it missed. */
  #takeOver(session: Session, fresh: Session, { lang }: HelloFrame, { after }: Resume): void {
    this.#options.sessions.resume(session, fresh);
    this.#hub.chat.log("resumed", session);
    session.lang = parseLang(lang ?? "") ?? session.lang;
    this.#sendWelcome(session);
    this.#replayMissed(session, this.#hub.chat.messages.missedBy(session, after));
    session.continueInput(); // lines that came after the hello
  }

  #replayMissed(session: Session, { messages, missing }: Missed): void {
    this.#hub.notify(session, "resumed", { count: messages.length, missing });
    for (const message of messages) this.#options.fanout.toOne(session, message);
  }

  /** A user moves here from another hub; the input of `fresh` is paused until then. */
  #moveIn(moved: MovedUser, fresh: Session, hello: HelloFrame, resume: Resume): void {
    const { user, privateMessages } = moved;
    const { sessions } = this.#options;
    const { chat } = this.#hub;
    const session = sessions.moveIn(resume.token, user, fresh.peer.isPage);
    const { correspondent: id = "", correspondentNick: nick = "" } = user;
    const gone = nick === "" ? undefined : { id, nick, key: nickKey(nick) };
    session.correspondent = chat.nicks.find(id) ?? gone;
    for (const posted of privateMessages) session.mailbox.addPrivate(posted);
    chat.moveIn(session, user, resume.after, () => {
      if (session.stage === "gone") this.#hub.dismiss(fresh, "resumed_elsewhere"); // moved on to another hub
      else if (fresh.stage !== "gone") this.#takeOver(session, fresh, hello, resume);
      fresh.resumeInput();
      this.#onMoved(session.id);
    });
  }

  /** Welcomes a newcomer, whom a password may have made a moderator. */
  #welcome(session: Session, { after, epoch }: Pick<HelloFrame, "after" | "epoch"> = {}): void {
    const { messages } = this.#hub.chat;
    const room = session.room!;
    this.#sendWelcome(session);
    const isSameEpoch = epoch === this.#options.cluster.epoch;
    if (after !== undefined && isSameEpoch && after <= messages.lastMessageId) {
      room.joinedAfter.set(session, after); // it misses the same if the connection breaks now
      this.#replayMissed(session, messages.saidAfter(room, after));
    } else {
      this.#hub.replayOnJoin(session);
    }
    if (!session.isModerator) return;
    this.#hub.notify(session, "moderator");
    this.#hub.reportModeration("mod", session);
  }

  #sendWelcome(session: Session): void {
    const { name, cluster, limits, history, fanout, hasPage } = this.#options;
    const motd = this.#options.motd?.();
    const room = session.room!;
    this.#hub.chat.presence.markInformed(session); // the welcome lists the members
    fanout.toOne(session, {
      type: "welcome",
      protocol: PROTOCOL,
      hub: name,
      epoch: cluster.epoch,
      token: session.token,
      nick: session.nick,
      room: room.name,
      ...(session.rooms.size > 1 ? { rooms: [...session.rooms].map(({ name }) => name) } : {}),
      members: welcomedMembers(session, room),
      count: room.count,
      ...(room.topic === "" ? {} : { topic: room.topic }),
      ...(motd === undefined ? {} : { motd }),
      ...(this.#hub.hasModeration ? { moderation: true } : {}),
      ...(session.isModerator ? { moderator: true } : {}),
      ...(hasPage ? { web: true } : {}),
      limits: { line: limits.frame, lines: MAX_MESSAGE_LINES },
    });
    if (history.isFailing) this.#hub.notify(session, "history_unsaved");
  }
}

/** The members that a welcome names, in the order in which they joined; of many, the first ones and the newcomer. */
function welcomedMembers(session: Session, room: Room): string[] {
  if (room.count <= MAX_WELCOME_NAMED) return room.nicks(MAX_WELCOME_NAMED);
  return [...room.nicks(MAX_WELCOME_NAMED - 1, session), session.nick];
}
