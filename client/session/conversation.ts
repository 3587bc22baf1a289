/** The conversation with a hub: sends what the user enters, keeps what is unanswered, and resumes broken sessions. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import { defined } from "../../common/defined.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import type { HelloFrame, HubFrame, WelcomeFrame } from "../../common/protocol/frame.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { encodeFrame } from "../../common/protocol/frame_codec.ts";
import { isGuestKey, roomName } from "../../common/protocol/names.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import type { HubConnection } from "../net/connection.ts";
import { OTHER_HUB_CODES, RECONNECT_CODES } from "./bye.ts";
import { HubList } from "./hub_list.ts";
import { hidePassword } from "./local_commands.ts";
import { type PendingLine, PendingLines } from "./pending.ts";
import { type Fault, findFault, parseRequest, typedMessage, type UserRequest } from "./request.ts";
import { Retry, type RetryOptions } from "./retry.ts";
import type { ConversationState } from "./state.ts";
import { initialState, receiveFrame, setJoining, setLost } from "./state.ts";

export type FrameConnection = Pick<HubConnection, "send" | "batches" | "close">;
export type Hello = Omit<HelloFrame, "type">;

export interface ConversationOptions extends RetryOptions {
  /** The hubs of the chat, at least one. */
  addresses: readonly Address[];
  lang: Lang;
  /** The nick to ask for. */
  nick?: string | undefined;
  /** The room to join in place of the hub's first one. */
  room?: string | undefined;
  /** A session of an earlier client, which the hub may still keep. */
  session?: Pick<ConversationState, "token" | "epoch" | "lastId"> | undefined;
  /** What it sent and saw no answer to: sent again in that session, uncertain in a new one. */
  unanswered?: readonly PendingLine[] | undefined;
  password?: string | undefined;
  /** How many old messages to ask for; the hub decides unless given. */
  history?: number | undefined;
  /** Connects and sends the hello. @throws {Failure} if it cannot. @throws the signal's reason if it aborts first. */
  connect: (address: Address, hello: Hello, signal: AbortSignal) => Promise<FrameConnection>;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
  /** The time of day, in milliseconds since 1970. */
  date: () => number;
}

/** What became of a line; `nothing`: it was blank. */
export type SubmitResult = { kind: "nothing" } | SendResult;
type SendResult =
  /** Sent, or kept until it can be; the hub answers with this ref. */
  | { kind: "sent"; ref: string }
  /** Not sent. */
  | { kind: "refused"; fault: Fault };

type LineOptions = Pick<PendingLine, "isSilent">;

/** A line of the user, with what the user's state was when the hub answered it. */
export interface OwnLine extends Pick<ConversationState, "nick" | "room" | "unread"> {
  /** As it may be shown, without a password. */
  line: string;
}

export type ConversationEvent =
  /** `own`: the line that the frame answers, or begins to answer; `isSilent`: the user did not enter that line. */
  | { type: "frame"; frame: HubFrame; own?: OwnLine; isSilent?: true }
  /** The connection broke, and the client reconnects. */
  | { type: "lost" }
  /** The client is now at another hub, which may be another chat. */
  | { type: "moved"; address: Address; isOtherChat?: boolean }
  /** The session is a new one, perhaps in another chat: the hub may have accepted the `uncertain` lines or not. */
  | { type: "restarted"; uncertain: readonly PendingLine[]; isOtherChat?: boolean }
  /** These lines were meant for the old session's room, and the new session is in another one, or in another chat. */
  | { type: "unsent"; lines: readonly PendingLine[] };

/** How long to wait for the hub's goodbye, in milliseconds. */
const GOODBYE_TIMEOUT = 1000;

const utf8 = new TextEncoder();

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #hubs: HubList;
  readonly #retry: Retry;
  readonly #pending: PendingLines;
  readonly #abort = new AbortController();
  #state: ConversationState;
  #password: string | undefined;
  #lastRef = 0;
  /** The hub of the last welcome. */
  #lastHub: Address | undefined;
  /** Undefined while the connection is lost. */
  #connection: FrameConnection | undefined;
  #cancelGoodbye: () => void = () => {};
  #isLeaving = false;
  #wasRoomLost = false;
  #status: "open" | "closed" | "gave_up" = "open";
  #changed = Promise.withResolvers<void>();

  private constructor(options: ConversationOptions) {
    this.#options = options;
    this.#hubs = new HubList(options.addresses);
    this.#pending = new PendingLines(options.unanswered);
    this.#retry = new Retry(options, () => this.#stop("gave_up"));
    const { token = "", epoch = "", lastId = 0 } = options.session ?? {};
    this.#state = { ...initialState(options.lang), token, epoch, lastId };
    this.#password = options.password;
    // The hub would take a ref of the earlier client for a repeat of its line.
    if (options.session) this.#lastRef = options.date();
  }

  /** @throws {Failure} if no hub can be connected to. */
  static async open(options: ConversationOptions): Promise<Conversation> {
    const conversation = new Conversation(options);
    conversation.#connection = await conversation.#connect();
    return conversation;
  }

  /** The hub that the client is connected to, or was last. */
  get address(): Address {
    return this.#hubs.current;
  }

  get state(): ConversationState {
    return this.#state;
  }

  /** Milliseconds until the next attempt to reconnect; undefined when none is due. */
  get retryIn(): number | undefined {
    const { retryAt } = this.#state;
    return retryAt === undefined ? undefined : retryAt - this.#options.now();
  }

  /** How many lines the hub has not answered. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Whether {@linkcode leave} was called. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Whether a room was asked for, and a new session after an outage is not in the room that the old one was in. */
  get wasRoomLost(): boolean {
    return this.#wasRoomLost;
  }

  /** Whether the hub welcomed the client, but not into the room that was asked for. */
  get wasRoomRefused(): boolean {
    const { room } = this.#options;
    const { home } = this.#state;
    return room !== undefined && home !== "" && roomName(room) !== roomName(home);
  }

  /** The lines that the hub has not answered, as they may be shown. */
  unsent(): string[] {
    return this.#pending.all().map(({ display }) => display);
  }

  /** The lines that the hub has not answered, for a later client; without those that have a password. */
  unanswered(): PendingLine[] {
    return this.#pending.all().filter(({ frame }) =>
      frame.type === "say" || hidePassword(frame.line) === frame.line
    );
  }

  /** At the end: removes and returns the lines that were sent and not answered. The hub may have accepted them. */
  takeUncertain(): string[] {
    return this.#pending.takeUncertain().map(({ display }) => display);
  }

  /** Sends a line as the user typed it, a message or a /command, as soon as a hub is connected. */
  submit(line: string, options?: LineOptions): SubmitResult {
    const parsed = parseRequest(line);
    return parsed ? this.send(parsed.request, parsed.display, options) : { kind: "nothing" };
  }

  /** Sends a text of one or more lines as a message; a slash at its start is shown doubled, as it would be typed. */
  post(text: string): SubmitResult {
    if (isBlank(text)) return { kind: "nothing" };
    return this.send(typedMessage(text), text.startsWith("/") ? `/${text}` : text);
  }

  /** Sends a request as soon as a hub is connected; `display` is what may be shown of it. */
  send(request: UserRequest, display: string, options?: LineOptions): SendResult {
    const { maxLines, maxFrame: max } = this.#state;
    const ref = String(++this.#lastRef);
    const frame = { ...request, ref };
    const bytes = utf8.encode(encodeFrame(frame)).length;
    const fault = findFault(request, maxLines) ??
      (bytes > max ? { key: "client.too_long", params: { bytes, max } } as const : undefined);
    if (fault) return { kind: "refused", fault };
    this.#pending.add({ frame, display, bytes, ...options });
    this.#sendDue();
    return { kind: "sent", ref };
  }

  /** Gives the hub the password that it asked for. */
  answerPassword(password: string): void {
    if (this.#state.stage !== "password") return;
    this.#password = password;
    this.#state = setJoining(this.#state);
    this.#connection?.send({ type: "hello", ...this.#hello() });
  }

  /** Reconnects now, if the client is waiting for the next attempt. */
  retryNow(): void {
    this.#retry.wake();
  }

  /** Asks the hub for a goodbye, after which {@linkcode events} ends; at once if no hub is connected. */
  leave(): void {
    if (this.#isLeaving) return;
    if (this.#state.bye?.code === "quit") return this.close(); // the hub has said goodbye already
    this.#isLeaving = true;
    if (!this.#connection || this.#state.stage === "password") return this.close();
    this.#connection.send({ type: "command", ref: String(++this.#lastRef), line: "/exit" });
    this.#cancelGoodbye = this.#options.after(GOODBYE_TIMEOUT, () => this.close());
  }

  /** Closes the connection without a goodbye. */
  close(): void {
    this.#stop("closed");
  }

  /**
   * What happens, in batches, each of which the state already reflects; a batch is empty if only the state changed.
   * Ends when the hub has said bye for good, or after {@linkcode leave} or {@linkcode close}.
   * @throws {Failure} if the connection breaks and is not back in time, or if the peer is not a hub.
   */
  async *events(): AsyncGenerator<ConversationEvent[]> {
    try {
      while (this.#connection) {
        const failure = yield* this.#receive(this.#connection);
        if (this.#isLeaving || this.#status !== "open") break;
        if (failure?.key === "failure.turned_away") this.#hubs.reject();
        if (!this.#shouldReconnect()) {
          if (failure) throw failure;
          return;
        }
        yield* this.#reconnect();
      }
      if (this.#status === "gave_up") {
        const address = formatAddress(this.#lastHub ?? this.address);
        throw new Failure("failure.lost", { address });
      }
    } finally {
      this.#stop("closed");
      this.#notifyChanged();
    }
  }

  /** Resolves when a condition holds; it is checked after each batch of frames and each change of the connection. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise;
  }

  // One connection.

  /** Returns the failure if the connection broke. */
  async *#receive(
    connection: FrameConnection,
  ): AsyncGenerator<ConversationEvent[], Failure | undefined> {
    try {
      for await (const frames of connection.batches()) {
        const events = frames.flatMap((frame) => this.#onFrame(frame));
        this.#sendDue();
        this.#notifyChanged();
        yield events;
      }
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    } finally {
      this.#connection = undefined;
      this.#pending.requeue();
    }
  }

  #onFrame(frame: HubFrame): ConversationEvent[] {
    const before = this.#state;
    this.#state = receiveFrame(before, frame, this.#options.date());
    let answered: PendingLine | undefined;
    switch (frame.type) {
      case "welcome":
        return [...this.#onWelcome(frame, before), ...this.#refuseOversized()];
      case "ack":
      case "reply":
      case "error":
        if (frame.ref !== undefined) answered = this.#pending.takeAnswered(frame.ref);
        // No later hello repeats a password that the hub refused.
        if (frame.type === "error" && frame.code === "wrong_password") {
          if (this.#state.stage === "password") this.#password = undefined;
        }
        break;
      case "notice":
        if (frame.ref !== undefined) answered = this.#pending.findSent(frame.ref);
        break;
      case "bye":
        if (frame.code === "quit") answered = this.#pending.dropInFlight();
        if (OTHER_HUB_CODES.has(frame.code)) this.#hubs.reject();
        // A failed attempt is not an event while another one follows.
        if (before.stage !== "joined" && this.#shouldReconnect()) return [];
        break;
    }
    if (!answered) return [{ type: "frame", frame }];
    if (answered.isSilent) return [{ type: "frame", frame, isSilent: true }];
    return [{ type: "frame", frame, own: { ...before, line: answered.display } }];
  }

  #onWelcome(frame: WelcomeFrame, before: ConversationState): ConversationEvent[] {
    this.#retry.reset();
    this.#hubs.onWelcome();
    const address = this.address;
    const isOtherHub = this.#lastHub !== undefined && this.#lastHub !== address;
    const isOtherChat = isOtherHub && frame.epoch !== before.epoch;
    const change = isOtherChat ? { isOtherChat } : {};
    const moved: ConversationEvent[] = isOtherHub ? [{ type: "moved", address, ...change }] : [];
    this.#lastHub = address;
    const isFirst = before.nick === "";
    const isResumed = frame.token === before.token;
    const { room = frame.room } = this.#options;
    // The session of an earlier client may be in another room than the room that was asked for.
    if (isFirst && isResumed && roomName(room) !== roomName(frame.room)) {
      this.#state = { ...this.#state, home: room };
      this.submit(`/${COMMAND_NAMES.join[before.lang][0]} ${room}`);
    }
    const welcome = { type: "frame", frame } as const;
    // The hub sends a notice of its own about a resumed session.
    if (isResumed) return isFirst ? [welcome] : moved;
    const uncertain = this.#pending.takeUncertain();
    const restarted = { type: "restarted", uncertain, ...change } as const;
    const isNews = !isFirst || uncertain.length > 0;
    const events: ConversationEvent[] = [...moved, ...(isNews ? [restarted] : []), welcome];
    const isOtherRoom = frame.room !== before.room;
    if (isFirst || !isOtherRoom && !isOtherChat) return events;
    this.#wasRoomLost = isOtherRoom && this.#options.room !== undefined;
    const lines = this.#pending.takeUnsent();
    return lines.length === 0 ? events : [...events, { type: "unsent", lines }];
  }

  /** Refuses lines entered before the welcome gave the limit: the hub could not read the ref of a line too long. */
  #refuseOversized(): ConversationEvent[] {
    const { maxFrame: max } = this.#state;
    const params = { max };
    const text = translate("en", "error.line_too_long", params);
    return this.#pending.takeUnsent({ over: max }).map(({ frame: { ref }, display }) => {
      const frame = { type: "error", ref, code: "line_too_long", params, text } as const;
      this.#state = receiveFrame(this.#state, frame);
      return { type: "frame", frame, own: { ...this.#state, line: display } };
    });
  }

  #sendDue(): void {
    // The stage lags behind a connection that has just broken; and after the request to leave, the hub accepts nothing.
    if (!this.#connection || this.#state.stage !== "joined" || this.#isLeaving) return;
    for (const { frame } of this.#pending.takeDue()) this.#connection.send(frame);
  }

  #hello(): Hello {
    const { token, lastId, lang, room, nick } = this.#state;
    return {
      protocol: PROTOCOL,
      lang,
      ...defined({
        // A guest's number was given for one session.
        nick: (isGuestKey(nick) ? "" : nick) || this.#options.nick,
        room: room || this.#options.room,
        history: this.#options.history,
        password: this.#password,
        resume: token === "" ? undefined : { token, after: lastId },
      }),
    };
  }

  // From one connection to the next.

  /** Whether to try again: before the first welcome only at another hub; later unless the hub said bye for good. */
  #shouldReconnect(): boolean {
    const { nick, bye } = this.#state;
    if (nick === "") return this.#hubs.hasFallback;
    return this.#options.retryFor > 0 && (!bye || RECONNECT_CODES.has(bye.code));
  }

  /** Ends when connected again, or closed meanwhile. @throws {Failure} if refused, or without a session to resume. */
  async *#reconnect(): AsyncGenerator<ConversationEvent[]> {
    const hasSession = this.#state.nick !== "";
    let isNews = hasSession && this.#retry.begin();
    while (!this.#connection && this.#status === "open") {
      const delay = hasSession ? this.#retry.nextDelay() : 0;
      this.#state = setLost(this.#state, this.#options.now() + delay);
      this.#notifyChanged();
      const waited = this.#retry.wait(delay);
      yield isNews ? [{ type: "lost" }] : [];
      isNews = false;
      await waited;
      if (this.#status !== "open") return;
      this.#state = setJoining(this.#state);
      yield [];
      try {
        const connection = await this.#connect();
        if (this.#status === "open") this.#connection = connection;
        else connection.close();
      } catch (error) {
        const mayRetry = error instanceof Failure && error.exitCode !== EXIT.refused;
        if (this.#status === "open" && !(hasSession && mayRetry)) throw error;
      }
    }
  }

  /** @throws {Failure} if no hub can be connected to. */
  #connect(): Promise<FrameConnection> {
    const hello = this.#hello();
    const { signal } = this.#abort;
    return this.#hubs.connect((address) => this.#options.connect(address, hello, signal));
  }

  #stop(status: "closed" | "gave_up"): void {
    if (this.#status !== "open") return;
    this.#status = status;
    this.#cancelGoodbye();
    this.#abort.abort();
    this.#connection?.close();
    this.#retry.stop();
  }

  #notifyChanged(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
