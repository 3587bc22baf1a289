/** How much people can say at three hubs, and what it costs these and the NATS server. */

import { processorTime } from "../bench/process.ts";
import { startNats } from "../../tests/support/nats.ts";
import { type Hub, startHub } from "../../tests/support/program.ts";
import { Durations } from "../load/figures.ts";
import { Wire } from "../load/wire.ts";
import { print, row } from "./table.ts";

/** People who talk at the same time. */
const TALKING = [3, 30, 300, 900];

/** How much people say at three hubs in rooms of three, one at each, where each says the next thing when the last is accepted. */
export async function measureTalk(seconds: number): Promise<void> {
  print("\nthree hubs on NATS, rooms of three; each says the next thing when the last is accepted");
  print(row("people", "accepted/s", "p50 ms", "p99 ms", "µs of a hub each", "µs of NATS each"));
  await using nats = await startNats();
  await using stack = new AsyncDisposableStack();
  const args = ["--lang", "en", "--rate", "0", "--history", "0", "--nats", nats.url];
  const hubs: Hub[] = [];
  for (let count = 0; count < 3; count++) hubs.push(stack.use(await startHub(args)));
  for (const people of TALKING) {
    using crowd = new Talkers(hubs.map(({ port }) => port), people);
    await crowd.isIn;
    const processes = [...hubs.map(({ pid }) => pid), nats.pid];
    const before = processes.map(processorTime);
    const { accepted, took } = await crowd.talk(seconds);
    const used = processes.map((pid, index) => processorTime(pid) - before[index]!);
    const each = (time: number) => (1e6 * time / accepted.count).toFixed(0);
    print(row(
      String(people),
      (accepted.count / took).toFixed(0),
      accepted.percentile(50).toFixed(2),
      accepted.percentile(99).toFixed(2),
      each((used[0]! + used[1]! + used[2]!) / 3),
      each(used[3]!),
    ));
  }
  await tellSizes(nats.monitor);
}

/** What is used of what a server tells of itself. */
interface Told {
  account_details: {
    stream_detail: { name: string; state: { messages: number; bytes: number } }[];
  }[];
}

/** How large a message is in the stream. */
async function tellSizes(monitor: string): Promise<void> {
  const response = await fetch(`${monitor}/jsz?accounts=true&streams=true`);
  const { account_details: accounts } = await response.json() as Told;
  const streams = accounts.flatMap(({ stream_detail: details }) => details);
  const state = streams.find(({ name }) => name === "chat-chat")?.state;
  if (!state) return;
  print(`a message of 60 characters takes ${(state.bytes / state.messages).toFixed(0)} bytes`);
}

/** People in rooms of three, at these hubs in turn. */
class Talkers {
  /** Resolves when all are in. */
  readonly isIn: Promise<void>;
  readonly #all: { wire: Wire; saidAt: number; refs: number }[] = [];
  #accepted = new Durations();
  #until = 0;

  constructor(ports: readonly number[], people: number) {
    const entered = Array.from({ length: people }, (_, index) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const room = `r${people}-${Math.floor(index / 3)}`;
      const hello = { type: "hello", protocol: 1, nick: `t${people}-${index}`, room, history: 0 };
      const wire: Wire = new Wire(ports[index % ports.length]!, {
        onOpen: () => wire.send(JSON.stringify(hello)),
        onLine: (line) => {
          if (line.startsWith('{"type":"ack"')) this.#next(index);
          else if (line.startsWith('{"type":"welcome"')) resolve();
        },
        onClose: () => resolve(),
      });
      this.#all.push({ wire, saidAt: 0, refs: 0 });
      return promise;
    });
    this.isIn = Promise.all(entered).then(() => {});
  }

  /** All talk for so many seconds. Gives how long it took until each thing was accepted, and how long they talked. */
  async talk(seconds: number): Promise<{ accepted: Durations; took: number }> {
    const start = performance.now();
    this.#until = start + seconds * 1000;
    this.#all.forEach((_, index) => this.#say(index));
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return { accepted: this.#accepted, took: (performance.now() - start) / 1000 };
  }

  [Symbol.dispose](): void {
    const exit = JSON.stringify({ type: "command", ref: "0", line: "/exit" });
    for (const { wire } of this.#all) wire.send(exit); // the hub closes
  }

  #next(index: number): void {
    const now = performance.now();
    this.#accepted.add(now - this.#all[index]!.saidAt);
    if (now < this.#until) this.#say(index);
  }

  #say(index: number): void {
    const one = this.#all[index]!;
    one.saidAt = performance.now();
    one.wire.send(JSON.stringify({ type: "say", ref: String(++one.refs), text: "x".repeat(60) }));
  }
}
