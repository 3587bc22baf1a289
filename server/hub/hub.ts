/**
 * The hub: decides what peers may do and what they are answered. It never awaits and never throws on what peers send.
 * Connections call it; it answers by putting bytes into their outboxes.
 */

import { defined } from "../../common/defined.ts";
import { describeReply } from "../../common/i18n/frames.ts";
import type { Lang } from "../../common/i18n/mod.ts";
import type {
  ByeCode,
  NoticeCode,
  Params,
  ReplyCode,
  ReplyData,
} from "../../common/protocol/codes.ts";
import { type HubFrame, MAX_REF, type Ref } from "../../common/protocol/frame.ts";
import { findBareCommand, splitRoom } from "../../common/protocol/input.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { Chat } from "../chat/chat.ts";
import { Fanout } from "../chat/fanout.ts";
import type { Draft } from "../chat/messages.ts";
import { runCommand } from "../commands/mod.ts";
import type { ClientRequest } from "../dialect/mod.ts";
import { IrcDialect } from "../dialect/irc/mod.ts";
import { framesDialect } from "../dialect/json.ts";
import { textDialect } from "../dialect/text.ts";
import type { LogFields } from "../log.ts";
import { type ChatError, type ChatResult, codedFrame } from "../model/errors.ts";
import { GuessLimit, Password, type Purpose, type Secrets } from "../model/password.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import { type Answer, isCarriedOver } from "../model/reply_cache.ts";
import { Room } from "../model/room.ts";
import type { Peer, Session } from "../model/session.ts";
import type { HubApi, HubOptions, Notice } from "./api.ts";
import { ClusterEvents } from "./cluster_events.ts";
import { Handshake } from "./handshake.ts";
import { Sessions } from "./sessions.ts";

type MemberRequest = Extract<ClientRequest, { kind: "say" | "command" }>;

/** The ref of text peers, and of frames whose ref cannot be read. */
const NO_REF = "";
/** While the cluster is unreachable, clients whose requests wait get a pong this often, in sweeps. */
const SWEEPS_PER_PONG = 20;

/** What metrics show of a hub. */
export type HubCounts = Hub["counts"];

export class Hub implements HubApi {
  readonly #options: HubOptions;
  readonly #fanout: Fanout;
  readonly #sessions: Sessions;
  readonly chat: Chat;
  readonly #handshake: Handshake;
  readonly #moderatorPassword: Password | undefined;
  #sweeps = 0;
  #linesIn = 0;
  #messagesIn = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    const { history, limits, moderatorPassword } = options;
    const commit = () => this.notifyHere(history.commit(this.chat.messages.lastMessageId));
    this.#fanout = new Fanout(options.schedule, commit, options.now);
    this.chat = new Chat({ ...options, maxReplay: limits.pending / 4, fanout: this.#fanout });
    this.#sessions = new Sessions(this, { ...options, fanout: this.#fanout });
    const guesses = new GuessLimit(options.elapsed);
    const onWrong = ({ peer: { host } }: Session, purpose: Purpose, count: number) =>
      options.record("wrong password", { for: purpose, address: host, count });
    const asPassword = (secrets: Secrets) => new Password(secrets, { guesses, onWrong });
    const moderator = moderatorPassword;
    this.#handshake = new Handshake(this, {
      ...options,
      password: asPassword({ member: options.password, moderator }),
      fanout: this.#fanout,
      sessions: this.#sessions,
    });
    this.#moderatorPassword = moderator && asPassword({ moderator });
    options.cluster.attach(new ClusterEvents(this, this.#sessions, options.now));
  }

  get size(): number {
    return this.#sessions.count;
  }

  /** The number of sessions in the chat, those included that are away. */
  get userCount(): number {
    return this.#sessions.userCount;
  }

  /** Counted when asked for. */
  get counts() {
    const members = [...this.#sessions.members()];
    const dialects = { text: 0, frames: 0, irc: 0, web: 0 };
    for (const { dialect, peer } of members) dialects[peer.isPage ? "web" : dialect.name]++;
    return {
      /** Sessions in the chat that are connected, the same by what they speak, and sessions that are away. */
      members: members.length,
      dialects,
      waiting: this.userCount - members.length,
      rooms: this.chat.rooms.count,
      /** Since the hub started: lines received, and messages accepted. */
      linesIn: this.#linesIn,
      messagesIn: this.#messagesIn,
      /** Messages given to connections, counted once for each connection. */
      messagesOut: this.#fanout.messagesOut,
    };
  }

  // Called by connections.

  /** A connection was accepted. Nothing is shown before {@linkcode greet} or its first line. */
  attach(peer: Peer): Session {
    return this.#sessions.open(peer);
  }

  /** The connection is a page's: its first line must be a `hello`. */
  expectHello(session: Session): void {
    this.#handshake.switchTo(session, framesDialect);
  }

  get hasIrc(): boolean {
    return this.#options.hasIrc !== false;
  }

  useIrc(session: Session): void {
    this.#handshake.switchTo(session, new IrcDialect(session, this.chat, this.#options));
  }

  /** The connection has been silent for a while, as with `nc`: its user joins, or is asked for the password. */
  greet(session: Session): void {
    this.#handshake.greet(session);
  }

  /** A line was received. `isWhole`: it has a line end. */
  onLine(session: Session, line: string, { isWhole = true } = {}): void {
    if (session.stage === "gone") return;
    if (session.inputPauses > 0) return session.defer((by) => this.onLine(by, line, { isWhole }));
    this.#linesIn++;
    const isIn = session.stage === "member" && session.hasSpoken;
    const parsed = isIn
      ? session.dialect.parse(line)
      : this.#handshake.readLine(session, line, isWhole);
    for (const request of [parsed ?? []].flat()) {
      const isTyped = request.kind === "say" || request.kind === "command";
      if (!isWhole && isTyped && session.dialect === textDialect) {
        return this.sendError(session, { code: "unfinished_line", params: {} });
      }
      // Its first line may have started a join that is not done yet.
      if (session.inputPauses > 0) session.defer((by) => this.#execute(by, request));
      else this.#execute(session, request);
    }
  }

  sendError(session: Session, { code, params }: ChatError, ref: Ref = NO_REF): void {
    session.hasSpoken = true;
    this.greet(session);
    if (session.stage === "gone") return;
    this.#sendAnswer(session, withRef(ref, codedFrame("error", code, params)));
  }

  notify(user: Session | RemoteUser, code: NoticeCode, params: Params = {}): void {
    if ("user" in user) {
      const { id, user: { hub } } = user;
      this.#options.cluster.sendCommand(hub, { kind: "notify", id, code, params });
    } else if (user.stage !== "gone") {
      this.#fanout.toOne(user, codedFrame("notice", code, params));
    }
  }

  notifyHere(notice: Notice | undefined, by?: Session): void {
    if (!notice) return;
    const { code, params } = notice;
    const isReader = (session: Session) =>
      session !== by &&
      (code !== "moderated" || session.isModerator && !this.#sees(session, params));
    const readers = [...this.#sessions.members()].filter(isReader);
    this.#fanout.toAll(readers, codedFrame("notice", code, params));
  }

  /** The connection is closed. A session that can resume is not over yet. */
  detach(session: Session): void {
    this.#sessions.detach(session);
  }

  dismiss(user: Session | RemoteUser, code: ByeCode, params: Params = {}, shown?: Params): void {
    if ("user" in user) {
      const { id, user: { hub } } = user;
      const command = { kind: "dismiss", id, code, params, ...defined({ told: shown }) } as const;
      return this.#options.cluster.sendCommand(hub, command);
    }
    if (user.stage === "gone") return;
    // A slow reader lost some frames: later frames must not look as if nothing were missing.
    if (code === "slow_consumer") this.#fanout.discardFor(user);
    this.#fanout.toOne(user, codedFrame("bye", code, params));
    this.#fanout.flushTo(user);
    const { peer } = user;
    this.#sessions.detach(user, code, shown);
    peer.close();
  }

  /** Ends a session for a fault of its peer or of the network, and logs it. */
  drop(session: Session, code: ByeCode, params: Params = {}): void {
    if (session.stage !== "gone") this.#handshake.reject(session, code, params);
  }

  /** Call it about every second. */
  sweep(): void {
    this.#sessions.sweep();
    this.#handshake.sweep();
    this.chat.sweep();
    this.notifyHere(this.#options.history.sweep());
    if (this.chat.isOffline && ++this.#sweeps % SWEEPS_PER_PONG === 0) this.#pongPaused();
  }

  /** Says bye to everyone and ends all sessions, without announcing that they leave. */
  shutdown(): void {
    this.#fanout.flush();
    for (const session of this.#sessions.stop()) this.dismiss(session, "shutdown");
  }

  // Called by commands.

  whileWaiting<Value>(
    session: Session,
    ref: Ref,
    ask: (done: (outcome: ChatResult<Value>) => void) => void,
    then: (value: Value) => void,
  ): undefined {
    session.pauseInput();
    ask((outcome) => {
      if (session.stage !== "gone") {
        if (outcome.ok) then(outcome.value);
        else this.sendError(session, outcome.error, ref);
      }
      session.resumeInput();
    });
  }

  get hasModeration(): boolean {
    return this.#moderatorPassword !== undefined;
  }

  reply<C extends ReplyCode>(to: Session, ref: Ref, code: C, data: ReplyData[C]): undefined {
    const fields: Record<string, unknown> = { ...data };
    const text = describeReply(code, fields, "en")?.join("\n") ?? code;
    this.chat.presence.flushTo(to); // the reply may list the members
    const answer = { type: "reply", ref, code, data: fields, text } as const;
    this.#sendAnswer(to, answer);
    if (isCarriedOver(answer)) this.chat.publishUser(to);
    this.#fanout.flushTo(to);
  }

  replay(session: Session, room: Room, messages: HubFrame[], ref: Ref, words?: string): void {
    if (messages.length > 0) {
      const params = { room: room.name, count: messages.length, ...defined({ words }) };
      const code = words === undefined ? "history" : "search";
      this.#fanout.toOne(session, withRef(ref, codedFrame("notice", code, params)));
    }
    for (const message of messages) this.#fanout.toOne(session, message, room);
    this.#fanout.flushTo(session); // counts against the outbox before the peer can ask for more
  }

  replayOnJoin(session: Session): void {
    const count = session.historyWanted ?? this.#options.historyOnJoin;
    const room = session.room!;
    if (room.moderators.has(session)) this.notify(session, "room_moderator", { room: room.name });
    this.replay(session, room, this.chat.messages.replayLast(session, room, count), NO_REF);
  }

  post(session: Session, ref: Ref, drafted: ChatResult<Draft>, { isTyped = false } = {}) {
    if (!drafted.ok) return drafted.error;
    const draft = drafted.value;
    const { message, author, to } = draft;
    const { cluster } = this.#options;
    session.pauseInput();
    cluster.publish({
      message,
      author,
      to: to instanceof Room ? undefined : to.id,
      ref: cluster.isAlone ? "" : clusterRef(ref === NO_REF ? `${++session.refsGiven}` : ref),
      onAccepted: (how) => this.#onAccepted(session, ref, draft, isTyped, how === "new"),
    });
    return undefined;
  }

  announce(room: Room, by: Session, code: NoticeCode, params: Params = {}): void {
    const fields = { room: room.name, nick: by.nick, ...params };
    this.chat.messages.publishRoomState(room, codedFrame("notice", code, fields), by);
  }

  promote(session: Session, password: string): ChatError | undefined {
    const attempt = this.#moderatorPassword!.try(session, password, "mod");
    if (attempt === "failed") {
      this.#handshake.reject(session, "auth_failed");
      return undefined;
    }
    if (typeof attempt === "object") return attempt;
    session.isModerator = true;
    this.chat.publishUser(session);
    this.reportModeration("mod", session);
    return undefined;
  }

  reportModeration(action: string, by: Session, fields: LogFields = {}, text?: string): void {
    const { nick, host: by_address, id: by_session } = by;
    this.#options.record("moderation", { action, by: nick, ...fields, by_address, by_session });
    const notice: Notice = text === undefined
      ? { code: "moderated", params: { action, by: nick, ...fields } }
      : { code: "announcement", params: { by: nick, text } };
    this.notifyHere(notice, by);
    for (const hub of this.chat.remoteUsers.hubs()) {
      this.#options.cluster.sendCommand(hub, { kind: "notify", id: "", ...notice });
    }
  }

  setLanguage(session: Session, lang: Lang): void {
    this.#fanout.flushTo(session);
    session.lang = lang;
    this.chat.publishUser(session);
  }

  // From request to answer.

  #execute(session: Session, request: ClientRequest): void {
    switch (request.kind) {
      case "nothing":
        return;
      case "invalid":
        return this.sendError(session, badFrame(request.reason), request.ref);
      case "foreign":
        return this.drop(session, request.code, request.params);
      case "hello":
        return this.#handshake.onHello(session, request.hello);
      case "own":
        this.#fanout.flushTo(session);
        return session.peer.send(new TextEncoder().encode(request.text));
      case "ping":
        return this.#fanout.toOne(session, { type: "pong" });
    }
    const error = session.stage === "member"
      ? this.#executeForMember(session, request)
      : badFrame("a hello must come first");
    if (error) this.sendError(session, error, request.ref);
  }

  #executeForMember(session: Session, request: MemberRequest): ChatError | undefined {
    const answer = session.replies.find(request.ref);
    if (answer) { // its connection broke before this arrived
      this.#fanout.toOne(session, answer);
      return undefined;
    }
    if (request.kind === "command") return runCommand(this, session, request.ref, request.line);
    const { messages, rooms } = this.chat;
    const { ref, text, room: name, to, typed } = request;
    if (to !== undefined) {
      return this.post(session, ref, messages.draftPrivate(session, to, text, request));
    }
    const split = typed && name === undefined ? splitRoom(text) : undefined;
    const named = split && rooms.exists(split.room) ? split : undefined;
    const found = rooms.findJoined(session, named?.room ?? name);
    if (!found.ok) return found.error;
    const draft = messages.draft(session, named?.text ?? text, found.value, request);
    return this.post(session, ref, draft);
  }

  #onAccepted(session: Session, ref: Ref, draft: Draft, isTyped: boolean, isNew: boolean): void {
    this.#messagesIn++;
    const { message: { text, id, ts }, to } = draft;
    const receiver = to instanceof Room ? undefined : to;
    const isShown = text !== "";
    if (isShown) session.wroteInPrivate = receiver !== undefined;
    session.hasPosted ||= isShown;
    const isNote = isTyped && receiver === session; // shown below the command that sent it
    if (isNew && !isNote) this.chat.messages.deliver(draft, receiver?.id);
    if (session.stage !== "gone") {
      if (isTyped && receiver) {
        this.reply(session, ref, "private", { to: receiver.nick, text, id, ts });
      } else if (session.dialect.acks) {
        const elsewhere = to instanceof Room && to !== session.room ? { room: to.name } : {};
        this.#sendAnswer(session, { type: "ack", ref, id, ts, ...elsewhere });
      }
      if (isNew && isNote) this.chat.messages.deliver(draft, receiver.id);
      if (isShown && session.awayText !== undefined) {
        this.chat.setAway(session, undefined);
        this.notify(session, "back");
      }
      if (isShown && receiver) this.#noteCorrespondent(session, receiver);
    }
    const bare = draft.message.kind === "say" ? findBareCommand(text) : undefined;
    if (bare) this.#hint(session, `hint_${bare}`);
    session.resumeInput();
  }

  /** Tells a newcomer the command for what they said, once. */
  #hint(session: Session, code: "hint_exit" | "hint_help"): void {
    if (session.hints?.has(code)) return;
    (session.hints ??= new Set()).add(code);
    this.notify(session, code);
  }

  /** The session has written a private message, whose receiver may be away. */
  #noteCorrespondent(session: Session, to: Session | RemoteUser): void {
    session.correspondent = to;
    const absence = this.chat.absenceOf(to);
    if (absence?.isLost) return this.notify(session, "away", { nick: to.nick });
    const { nick, text = "" } = absence ?? {};
    const told = nick && `${to.id} ${text}`;
    if (nick && told !== session.toldAway) this.notify(session, "absent", { nick, text });
    session.toldAway = told;
  }

  /** While the cluster is unreachable, pings waiting clients so that they do not think the hub is dead. */
  #pongPaused(): void {
    for (const session of this.#sessions.members()) {
      if (session.inputPauses > 0 && session.dialect.pings) {
        this.#fanout.toOne(session, { type: "pong" });
      }
    }
  }

  /** Sends an answer, and keeps it for a peer whose connection breaks before it arrives. */
  #sendAnswer(session: Session, answer: Answer): void {
    const timed = answer.type === "ack" ? answer : { ...answer, ts: this.#fanout.moment };
    if (session.hasWelcome) session.replies.add(timed);
    this.#fanout.toOne(session, timed);
  }

  /** Whether a moderator learns otherwise what another did: to them, to their room, or why its member was kicked. */
  #sees(moderator: Session, { action, room, nick, reason }: Params): boolean {
    if (nick === moderator.nick) return true;
    const kicked = action === "kick" && this.chat.nicks.holder(nickKey(`${nick}`));
    return moderator.rooms.values().some((each) =>
      kicked ? each.has(kicked) : each.name === room && (!reason || action === "remove")
    );
  }
}

function withRef<F extends HubFrame>(ref: Ref, frame: F): F | F & { ref: Ref } {
  return ref === NO_REF ? frame : { ref, ...frame };
}

/** A ref as the cluster knows it: a number becomes longer than any string may be, so that 7 is not "7". */
function clusterRef(ref: Ref): string {
  return typeof ref === "string" ? ref : String(ref).padStart(MAX_REF + 1);
}

function badFrame(reason: string): ChatError {
  return { code: "bad_frame", params: { reason } };
}
