/** A conversation with everything around it: connections that a test holds, a clock that it moves, and what is told. */

import { type Address, formatAddress } from "../../../../common/cli/address.ts";
import { Failure } from "../../../../common/cli/failure.ts";
import {
  Conversation,
  type ConversationEvent,
  type ConversationOptions,
  type FrameConnection,
  type Hello,
} from "../../../../client/session/conversation.ts";
import type { ClientFrame, HubFrame, WelcomeFrame } from "../../../../common/protocol/frame.ts";

/** One connection of the client, seen from the hub. */
export class FakeConnection implements FrameConnection {
  readonly address: Address;
  readonly hello: Hello;
  /** What the client has sent, without its first hello. */
  readonly sent: ClientFrame[] = [];
  /** By either side. */
  isClosed = false;
  #batches: (HubFrame[] | "end" | "break")[] = [];
  #news = Promise.withResolvers<void>();

  constructor(address: Address, hello: Hello) {
    this.address = address;
    this.hello = hello;
  }

  send(frame: ClientFrame): void {
    this.sent.push(frame);
  }

  close(): void {
    this.isClosed = true;
    this.#push("end");
  }

  /** The hub says this. */
  deliver(...frames: HubFrame[]): void {
    this.#push(frames);
  }

  /** The connection breaks. */
  drop(): void {
    this.isClosed = true;
    this.#push("break");
  }

  #push(batch: HubFrame[] | "end" | "break"): void {
    this.#batches.push(batch);
    this.#news.resolve();
  }

  async *batches(): AsyncGenerator<HubFrame[]> {
    let hasEnded = false;
    for (;;) {
      const batch = this.#batches.shift();
      if (batch === undefined) {
        this.#news = Promise.withResolvers();
        await this.#news.promise;
      } else if (batch === "end") return;
      else if (batch === "break") {
        if (hasEnded) return;
        throw new Failure("failure.lost", { address: "x:1" });
      } else {
        hasEnded ||= batch.some(({ type }) => type === "bye");
        yield batch;
      }
    }
  }
}

/** How the next attempts to connect end; they succeed unless told. */
export type ConnectOutcome = "connect" | "fail" | "hang";

/** A conversation under test. */
export class TestConversation {
  readonly connections: FakeConnection[] = [];
  /** What was told, in order. */
  readonly events: ConversationEvent[] = [];
  readonly outcomes: ConnectOutcome[] = [];
  conversation!: Conversation;
  /** How it ended. */
  ended: Promise<Failure | undefined> = Promise.resolve(undefined);
  isOver = false;
  #now = 0;
  readonly #timers = new Set<{ at: number; call: () => void }>();

  static async start(options: Partial<ConversationOptions> = {}): Promise<TestConversation> {
    const talk = new TestConversation();
    talk.conversation = await Conversation.open({
      addresses: [{ hostname: "x", port: 1 }],
      lang: "en",
      nick: "ana",
      retryFor: Infinity,
      connect: (address, hello, signal) => talk.#connect(address, hello, signal),
      now: () => talk.#now,
      after: (milliseconds, call) => talk.#after(milliseconds, call),
      random: () => 1,
      ...options,
    });
    talk.ended = talk.#run().finally(() => talk.isOver = true);
    await runMicrotasks();
    return talk;
  }

  /** The hubs that were connected to, in order. */
  get triedHubs(): string[] {
    return this.connections.map(({ address }) => formatAddress(address));
  }

  /** The connection that is, or was last, open. */
  get connection(): FakeConnection {
    return this.connections.at(-1)!;
  }

  /** How many timers are running. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** The frames that were told. */
  get frames(): HubFrame[] {
    return this.events.flatMap((each) => each.type === "frame" ? [each.frame] : []);
  }

  /** The hub says this, and the client has taken it in. */
  async receive(...frames: HubFrame[]): Promise<void> {
    this.connection.deliver(...frames);
    await runMicrotasks();
  }

  async drop(): Promise<void> {
    this.connection.drop();
    await runMicrotasks();
  }

  /** Lets time pass. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.call();
      await runMicrotasks();
    }
    this.#now = until;
    await runMicrotasks();
  }

  async #run(): Promise<Failure | undefined> {
    try {
      for await (const happenings of this.conversation.events()) this.events.push(...happenings);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  async #connect(address: Address, hello: Hello, signal: AbortSignal): Promise<FrameConnection> {
    const attempt = this.outcomes.shift() ?? "connect";
    if (attempt === "fail") {
      throw new Failure("failure.refused", { address: formatAddress(address) });
    }
    if (attempt === "hang") {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason));
      await promise;
    }
    const line = new FakeConnection(address, hello);
    this.connections.push(line);
    return line;
  }

  #after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}

/** Lets everything run that needs no timer. */
export async function runMicrotasks(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

export function welcome(fields: Partial<WelcomeFrame> = {}): WelcomeFrame {
  return {
    type: "welcome",
    protocol: 1,
    hub: "model",
    epoch: "e1",
    token: "t1",
    nick: "ana",
    room: "general",
    members: ["ana"],
    count: 1,
    limits: { line: 65_536 },
    ...fields,
  };
}

export function ack(ref: string, id = 0): HubFrame {
  return { type: "ack", ref, id, ts: 1 };
}

export function bye(code: string): HubFrame {
  return { type: "bye", code, params: {}, text: code };
}

export function error(code: string): HubFrame {
  return { type: "error", code, params: {}, text: code };
}
