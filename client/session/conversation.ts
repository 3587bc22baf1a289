/**
 * The conversation with a hub over one connection after another: turns what a person enters into frames, keeps what is not
 * answered, and when a connection breaks takes the session up again where it was. It knows no sockets, timers or clocks,
 * and how any of it looks is not its business.
 */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import {
  type ClientFrame,
  type CommandFrame,
  encodeFrame,
  type HelloFrame,
  type HubFrame,
  PROTOCOL,
  type SayFrame,
} from "../../common/protocol/frame.ts";
import { parseInput } from "../../common/protocol/input.ts";
import { parseRoom } from "../../common/protocol/names.ts";
import { backoff } from "./retry.ts";
import { OTHER_HUB_CODES, RECONNECT_CODES } from "./bye.ts";
import { hidePassword } from "./local_commands.ts";
import { HubList } from "./hub_list.ts";
import { type PendingLine, PendingLines } from "./pending.ts";
import { type ConversationState, initialState, reduce } from "./state.ts";

/** One connection to the hub. */
export interface FrameConnection {
  /** Queues a frame; what comes of it is told by `batches`. */
  send(frame: ClientFrame): void;
  /**
   * The hub's frames, as they come. Ends behind the hub's `bye`, or after `close`.
   *
   * @throws {Failure} when the connection breaks.
   */
  batches(): AsyncIterable<HubFrame[]>;
  close(): void;
}

export type Hello = Omit<HelloFrame, "type">;

export interface ConversationOptions {
  /** Where the hub is, or several that are one chat; at least one. */
  addresses: readonly Address[];
  lang: Lang;
  /** The nick to ask for. */
  nick?: string | undefined;
  /** The room to come into; the hub's first one unless given. */
  room?: string | undefined;
  password?: string | undefined;
  /** How many messages of before are wanted; as many as the hub likes unless given. */
  history?: number | undefined;
  /** How long a connection that was lost is tried again, in milliseconds; may be 0 or Infinity. */
  retryFor: number;
  /**
   * Connects and says hello.
   *
   * @throws {Failure} when nothing can be connected to, and anything when the signal comes.
   */
  connect: (address: Address, hello: Hello, signal: AbortSignal) => Promise<FrameConnection>;
  /** Milliseconds of a clock that only goes forward. */
  now: () => number;
  /** Calls back after so many milliseconds, unless the function that it gives is called. */
  after: (milliseconds: number, call: () => void) => () => void;
  /** A number from 0 to 1, by chance. */
  random: () => number;
}

/** What is asked of the hub, before it has its ref. */
export type ClientRequest = Omit<SayFrame, "ref"> | Omit<CommandFrame, "ref">;

/** What became of a line. */
export type SubmitResult =
  | { kind: "nothing" }
  /** It is sent, or kept until it can be; the hub answers by its ref. */
  | { kind: "sent"; ref: string }
  /** It does not fit into a frame, and nothing of it was sent. Both in bytes. */
  | { kind: "too_long"; bytes: number; max: number };

/** A line that one entered, as it may be shown, and who and where one was when the hub answered it. */
export interface OwnLine {
  line: string;
  nick: string;
  room: string;
}

/** What there is to be told. */
export type ConversationEvent =
  /** `own`: the line that the frame answers. */
  | { type: "frame"; frame: HubFrame; own?: OwnLine }
  /** The connection broke, and is tried again. */
  | { type: "lost" }
  /** Another hub than the last one has let one in. */
  | { type: "moved"; address: Address }
  /** The hub is back, but knows the session no more. What was `uncertain` may have been sent or not. */
  | { type: "restarted"; uncertain: readonly PendingLine[] }
  /** What waited was meant for the room where one was, and the new session is in another one. */
  | { type: "unsent"; lines: readonly PendingLine[] };

/** So long the hub may take to say goodbye, in milliseconds. */
const GOODBYE_TIMEOUT = 1000;

const utf8 = new TextEncoder();

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #hubs: HubList;
  /** Whether the hub that is connected to, or was last, wants nobody for now. */
  #isTurnedAway = false;
  /** Where one was welcomed last. */
  #home: Address | undefined;
  readonly #pending = new PendingLines();
  #state: ConversationState;
  #password: string | undefined;
  #lastRef = 0;
  /** None while the connection is lost. */
  #connection: FrameConnection | undefined;
  /** Ends the wait for the next attempt. */
  #wake: () => void = () => {};
  #attempt = new AbortController();
  /** Since the last welcome. */
  #attempts = 0;
  #stopGivingUp: (() => void) | undefined;
  #stopGoodbye: () => void = () => {};
  #isLeaving = false;
  #isAstray = false;
  #end: "none" | "closed" | "given_up" = "none";
  #changed = Promise.withResolvers<void>();

  private constructor(options: ConversationOptions) {
    this.#options = options;
    this.#hubs = new HubList(options.addresses);
    this.#state = initialState(options.lang);
    this.#password = options.password;
  }

  /**
   * Connects for the first time.
   *
   * @throws {Failure} when nothing can be connected to.
   */
  static async open(options: ConversationOptions): Promise<Conversation> {
    const conversation = new Conversation(options);
    conversation.#connection = await conversation.#open();
    return conversation;
  }

  /** Of the hub that one is connected to, or was last. */
  get address(): Address {
    return this.#hubs.current;
  }

  get state(): ConversationState {
    return this.#state;
  }

  /** Milliseconds until the next attempt, where one is waited for. */
  get retryIn(): number | undefined {
    const { retryAt } = this.#state;
    return retryAt === undefined ? undefined : retryAt - this.#options.now();
  }

  /** Lines that the hub has not answered. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Whether {@linkcode leave} was called. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** Whether a room was asked for, and one has come back in a new session that is in another one than the last was. */
  get lostRoom(): boolean {
    return this.#isAstray;
  }

  /** Whether the hub has let one in, but not into the room that was asked for. */
  get missedRoom(): boolean {
    const { room } = this.#options;
    const { home } = this.#state;
    if (room === undefined || home === "") return false;
    const wanted = parseRoom(room);
    return !wanted.ok || wanted.room !== home;
  }

  /** What may be shown of the lines that the hub has not answered; after a goodbye, of those that it has not got. */
  unsent(): string[] {
    return this.#pending.displays();
  }

  /**
   * In the end: takes out what was sent and has got neither an answer nor a goodbye, and gives what may be shown of it. The
   * hub may have taken it.
   */
  takeUncertain(): string[] {
    return this.#pending.takeUncertain().map(({ display }) => display);
  }

  /** Sends a line as a person types it, a message or a command with its slash, as soon as there is a hub to take it. */
  submit(line: string): SubmitResult {
    const input = parseInput(line);
    if (input.kind === "nothing") return input;
    const request = input.kind === "say"
      ? { type: "say", text: input.text } as const
      : { type: "command", line: input.line } as const;
    return this.send(request, hidePassword(line));
  }

  /**
   * Sends a text as a message, whatever it begins with and of however many lines it is. It is shown as it would be typed:
   * with a second slash where it begins with one.
   */
  post(text: string): SubmitResult {
    if (text.trim() === "") return { kind: "nothing" };
    return this.send({ type: "say", text }, text.startsWith("/") ? `/${text}` : text);
  }

  /** Sends a message or a command, of which `shown` may be shown, as soon as there is a hub to take it. */
  send(request: ClientRequest, display: string): Exclude<SubmitResult, { kind: "nothing" }> {
    const ref = String(++this.#lastRef);
    const frame = { ...request, ref };
    const bytes = utf8.encode(encodeFrame(frame)).length;
    const max = this.#state.maxFrame;
    if (bytes > max) return { kind: "too_long", bytes, max };
    this.#pending.add({ frame, display, bytes });
    this.#sendDue();
    return { kind: "sent", ref };
  }

  /** Gives the password that the hub waits for. */
  answerPassword(password: string): void {
    if (this.#state.stage !== "password") return;
    this.#password = password;
    this.#state = reduce(this.#state, { type: "answered" });
    this.#connection?.send({ type: "hello", ...this.#hello() });
  }

  /** Tries at once, where the next attempt is waited for. */
  retryNow(): void {
    this.#wake();
  }

  /** Asks the hub to say goodbye; the end of {@linkcode events} follows, at once where no hub is there. */
  leave(): void {
    if (this.#isLeaving) return;
    if (this.#state.bye?.code === "quit") return this.close(); // it has been said
    this.#isLeaving = true;
    if (!this.#connection || this.#state.stage === "password") return this.close();
    this.#connection.send({ type: "command", ref: String(++this.#lastRef), line: "/exit" });
    this.#stopGoodbye = this.#options.after(GOODBYE_TIMEOUT, () => this.close());
  }

  /** Ends everything without a word. */
  close(): void {
    this.#stop("closed");
  }

  /**
   * What happens, in batches, each after the state has taken it in; an empty one where only the state has changed. Ends
   * when the hub has said bye for good, or after {@linkcode leave} or {@linkcode close}.
   *
   * @throws {Failure} when the connection breaks and does not come back in time, or when what answers is no hub.
   */
  async *events(): AsyncGenerator<ConversationEvent[]> {
    try {
      while (this.#connection) {
        const failure = yield* this.#converse(this.#connection);
        if (this.#isLeaving || this.#end !== "none") break;
        if (failure?.key === "failure.turned_away") this.#turnedAway();
        if (!this.#comesBack()) {
          if (failure) throw failure;
          return;
        }
        yield* this.#reconnect();
      }
      if (this.#end === "given_up") throw this.#lost();
    } finally {
      this.#stop("closed");
      this.#announce();
    }
  }

  /** Resolves when a condition is fulfilled; looked at whenever something has happened. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise;
  }

  // One connection.

  /** Gives why it ended, where it broke. */
  async *#converse(
    connection: FrameConnection,
  ): AsyncGenerator<ConversationEvent[], Failure | undefined> {
    try {
      for await (const frames of connection.batches()) {
        const happenings = frames.flatMap((frame) => this.#take(frame));
        this.#sendDue();
        this.#announce();
        yield happenings;
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

  #take(frame: HubFrame): ConversationEvent[] {
    const before = this.#state;
    this.#state = reduce(before, { type: "received", frame });
    let answered: PendingLine | undefined;
    switch (frame.type) {
      case "welcome":
        return [...this.#welcomed(frame, before), ...this.#refuseTooLong()];
      case "ack":
      case "reply":
      case "error":
        if (frame.ref !== undefined) answered = this.#pending.takeAnswered(frame.ref);
        if (frame.type === "error" && frame.code === "wrong_password") this.#forgetPassword();
        break;
      case "bye":
        if (frame.code === "quit") answered = this.#pending.dropInFlight();
        if (OTHER_HUB_CODES.has(frame.code)) this.#turnedAway();
        // Why an attempt failed is not told: another one follows.
        if (before.stage !== "joined" && this.#comesBack()) return [];
        break;
    }
    if (!answered) return [{ type: "frame", frame }];
    const { nick, room } = before;
    return [{ type: "frame", frame, own: { line: answered.display, nick, room } }];
  }

  #welcomed(frame: HubFrame & { type: "welcome" }, before: ConversationState): ConversationEvent[] {
    this.#attempts = 0;
    this.#hubs.onWelcome();
    this.#stopGivingUp?.();
    this.#stopGivingUp = undefined;
    const address = this.address;
    const isElsewhere = this.#home !== undefined && this.#home !== address;
    const moved: ConversationEvent[] = isElsewhere ? [{ type: "moved", address }] : [];
    this.#home = address;
    if (before.token === "") return [{ type: "frame", frame }];
    // The hub itself tells how the session goes on.
    if (frame.token === before.token) return moved;
    const uncertain = this.#pending.takeUncertain();
    const happenings: ConversationEvent[] = [
      ...moved,
      { type: "restarted", uncertain },
      { type: "frame", frame },
    ];
    if (frame.room === before.room) return happenings;
    this.#isAstray = this.#options.room !== undefined;
    const lines = this.#pending.takeAll();
    return lines.length === 0 ? happenings : [...happenings, { type: "unsent", lines }];
  }

  /** What was entered before the hub told how long it may be is refused as the hub would, who could not tell which it was. */
  #refuseTooLong(): ConversationEvent[] {
    const { nick, room, maxFrame: max } = this.#state;
    const params = { max };
    const text = translate("en", "error.line_too_long", params);
    return this.#pending.takeOversized(max).map(({ frame: { ref }, display }) => {
      const frame = { type: "error", ref, code: "line_too_long", params, text } as const;
      this.#state = reduce(this.#state, { type: "received", frame });
      return { type: "frame", frame, own: { line: display, nick, room } };
    });
  }

  #sendDue(): void {
    // That a connection is over is known here before the state says so; behind the wish to leave nothing would be taken.
    if (!this.#connection || this.#state.stage !== "joined" || this.#isLeaving) return;
    for (const { frame } of this.#pending.takeDue()) this.#connection.send(frame);
  }

  /** While the hub waits for one, there is none to be tried again. */
  #forgetPassword(): void {
    if (this.#state.stage === "password") this.#password = undefined;
  }

  #hello(): Hello {
    const { token, lastId, lang } = this.#state;
    const room = this.#state.room || this.#options.room;
    const nick = this.#state.nick || this.#options.nick;
    const { history } = this.#options;
    return {
      protocol: PROTOCOL,
      lang,
      ...(nick === undefined ? {} : { nick }),
      ...(room === undefined ? {} : { room }),
      ...(history === undefined ? {} : { history }),
      ...(this.#password === undefined ? {} : { password: this.#password }),
      ...(token === "" ? {} : { resume: { token, after: lastId } }),
    };
  }

  // From one connection to the next.

  /** Another hub may have room. */
  #turnedAway(): void {
    this.#isTurnedAway = true;
    this.#hubs.reject();
  }

  /**
   * Whether it is worth coming back: only to a hub in which one has been, and that did not send one away; or to another one
   * than the first that was tried.
   */
  #comesBack(): boolean {
    const { token, bye } = this.#state;
    if (token === "") return this.#isTurnedAway && this.#hubs.hasMore;
    return this.#options.retryFor > 0 && (!bye || RECONNECT_CODES.has(bye.code));
  }

  /** Ends when there is a connection again, or when one has left meanwhile. */
  async *#reconnect(): AsyncGenerator<ConversationEvent[]> {
    // Set since it was lost, and until the hub has welcomed again.
    const hasBeenIn = this.#state.token !== "";
    const isNews = hasBeenIn && this.#stopGivingUp === undefined;
    if (hasBeenIn) this.#stopGivingUp ??= this.#giveUpLater();
    for (let isFirst = isNews; !this.#connection; isFirst = false) {
      const pause = hasBeenIn ? backoff(this.#attempts++, this.#options.random) : 0;
      this.#state = reduce(this.#state, {
        type: "lost",
        retryAt: this.#options.now() + pause,
      });
      this.#announce();
      const waited = this.#wait(pause);
      yield isFirst ? [{ type: "lost" }] : [];
      await waited;
      if (this.#end !== "none") return;
      this.#state = reduce(this.#state, { type: "retrying" });
      yield [];
      await this.#connect();
      if (this.#end !== "none") return;
    }
  }

  #giveUpLater(): () => void {
    const { retryFor, after } = this.#options;
    // A timer does not take it.
    return retryFor === Infinity ? () => {} : after(retryFor, () => this.#stop("given_up"));
  }

  /** Resolves after so many milliseconds, or when it is woken. */
  async #wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.#options.after(milliseconds, resolve);
    this.#wake = resolve;
    await promise;
    stop();
  }

  /** @throws {Failure} when no hub can be connected to. */
  #open(): Promise<FrameConnection> {
    const hello = this.#hello();
    this.#isTurnedAway = false;
    return this.#hubs.connect((address) => {
      this.#attempt.signal.throwIfAborted();
      return this.#options.connect(address, hello, this.#attempt.signal);
    });
  }

  /** There may be a connection then. */
  async #connect(): Promise<void> {
    try {
      const connection = await this.#open();
      if (this.#end === "none") this.#connection = connection;
      else connection.close();
    } catch (error) {
      if (this.#end !== "none") return;
      const isOver = this.#state.token === "";
      // What is refused once is not asked for again.
      if (isOver || !(error instanceof Failure) || error.exitCode === EXIT.refused) throw error;
    }
  }

  #stop(how: "closed" | "given_up"): void {
    if (this.#end !== "none") return;
    this.#end = how;
    this.#stopGoodbye();
    this.#stopGivingUp?.();
    this.#attempt.abort();
    this.#connection?.close();
    this.#wake();
  }

  #lost(): Failure {
    return new Failure("failure.lost", { address: formatAddress(this.#home ?? this.address) });
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
