/** A conversation with fake connections and a fake clock. */

import { type Address, formatAddress } from "../../../../common/cli/address.ts";
import { Failure } from "../../../../common/cli/failure.ts";
import {
  Conversation,
  type ConversationEvent,
  type ConversationOptions,
  type FrameConnection,
  type Hello,
} from "../../../../client/session/conversation.ts";
import type {
  ClientFrame,
  HubFrame,
  Ref,
  WelcomeFrame,
} from "../../../../common/protocol/frame.ts";

/** A connection, driven from the hub's side. */
export class FakeConnection implements FrameConnection {
  readonly address: Address;
  readonly hello: Hello;
  /** The client's frames after the first hello. */
  readonly sent: ClientFrame[] = [];
  isClosed = false;
  #batches: (HubFrame[] | "end" | "drop")[] = [];
  #added = Promise.withResolvers<void>();

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

  /** Delivers frames of the hub. */
  deliver(...frames: HubFrame[]): void {
    this.#push(frames);
  }

  /** Breaks the connection. */
  drop(): void {
    this.isClosed = true;
    this.#push("drop");
  }

  #push(batch: HubFrame[] | "end" | "drop"): void {
    this.#batches.push(batch);
    this.#added.resolve();
  }

  async *batches(): AsyncGenerator<HubFrame[]> {
    let hasBye = false;
    for (;;) {
      const batch = this.#batches.shift();
      if (batch === undefined) {
        this.#added = Promise.withResolvers();
        await this.#added.promise;
      } else if (batch === "end") return;
      else if (batch === "drop") {
        if (hasBye) return;
        throw new Failure("failure.lost", { address: "x:1" });
      } else {
        hasBye ||= batch.some(({ type }) => type === "bye");
        yield batch;
      }
    }
  }
}

/** How an attempt to connect ends. */
export type ConnectOutcome = "connect" | "fail" | "hang";

/** A conversation under test; its hub has not welcomed it yet. */
export class TestConversation {
  readonly connections: FakeConnection[] = [];
  readonly events: ConversationEvent[] = [];
  /** Of the next attempts to connect; "connect" if empty. */
  readonly outcomes: ConnectOutcome[] = [];
  conversation!: Conversation;
  /** How it ended. */
  ended: Promise<Failure | undefined> = Promise.resolve(undefined);
  isOver = false;
  #now = 0;
  readonly #timers = new Set<{ at: number; call: () => void }>();

  static async start(options: Partial<ConversationOptions> = {}): Promise<TestConversation> {
    const client = new TestConversation();
    client.conversation = await Conversation.open({
      addresses: [{ hostname: "x", port: 1 }],
      lang: "en",
      nick: "ana",
      retryFor: Infinity,
      connect: (address, hello, signal) => client.#connect(address, hello, signal),
      now: () => client.#now,
      date: () => 0,
      after: (milliseconds, call) => client.#after(milliseconds, call),
      random: () => 1,
      ...options,
    });
    client.ended = client.#run().finally(() => client.isOver = true);
    await runMicrotasks();
    return client;
  }

  /** The hub of each connection, in order. */
  get triedHubs(): string[] {
    return this.connections.map(({ address }) => formatAddress(address));
  }

  /** The latest connection. */
  get connection(): FakeConnection {
    return this.connections.at(-1)!;
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  /** The frames among the events. */
  get frames(): HubFrame[] {
    return this.events.flatMap((event) => event.type === "frame" ? [event.frame] : []);
  }

  /** Delivers frames of the hub, and lets the client process them. */
  async receive(...frames: HubFrame[]): Promise<void> {
    this.connection.deliver(...frames);
    await runMicrotasks();
  }

  /** Breaks the connection, and lets the client notice. */
  async drop(): Promise<void> {
    this.connection.drop();
    await runMicrotasks();
  }

  /** Breaks the connection, and lets the client connect again; its hub has not welcomed it yet. */
  async reconnect(): Promise<void> {
    await this.drop();
    await this.advance(1000);
  }

  /** Moves the clock. */
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
      for await (const events of this.conversation.events()) this.events.push(...events);
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

/** Runs everything that needs no timer. */
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

export function ack(ref: Ref, id = 0): HubFrame {
  return { type: "ack", ref, id, ts: 1 };
}

export function bye(code: string): HubFrame {
  return { type: "bye", code, params: {}, text: code };
}

export function error(code: string): HubFrame {
  return { type: "error", code, params: {}, text: code };
}

/** A client that the hub has welcomed. */
export async function join(
  options: Parameters<typeof TestConversation.start>[0] = {},
): Promise<TestConversation> {
  const client = await TestConversation.start(options);
  await client.receive(welcome());
  return client;
}

/** The refs of frames that have one. */
export function refs(frames: readonly ClientFrame[]): string[] {
  return frames.flatMap((frame) => "ref" in frame ? [String(frame.ref)] : []);
}

/** The types of a client's events. */
export function types(client: TestConversation): string[] {
  return client.events.map(({ type }) => type);
}
