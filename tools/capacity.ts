/**
 * `deno task capacity [--people N] [--seconds N]`: measures what docs/scaling.md reckons with, on this machine: what the
 * NATS server takes of messages, one after another and many at once, alone and as a cluster of three; what somebody who is
 * there costs the hub where it is, the other ones, and the server; and how fast people come in. It judges nothing.
 */

import { parseArgs } from "@std/cli/parse-args";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { NATS_MISSING, startNats } from "../tests/support/nats.ts";
import { type Hub, startHub } from "../tests/support/program.ts";
import { type Engine, startEngine } from "./cluster/engine.ts";
import { Durations } from "./load/figures.ts";
import { readVitals } from "./load/vitals.ts";
import { Wire } from "./load/wire.ts";

const USAGE = "usage: deno task capacity [--people N] [--seconds N]";
const PEOPLE = 2000;
/** How long each rate is measured. */
const SECONDS = 5;

/** About what a message of 60 characters is at the server, with who said it. */
const PAYLOAD = new TextEncoder().encode(
  JSON.stringify({ text: "x".repeat(60), rest: "y".repeat(140) }),
);
/** Messages that are under way at the same time, each of another author. */
const AT_ONCE = [1, 10, 100, 1000];
/** Hubs that hear all that is said. */
const LISTENERS = 3;
const DUPLICATE_WINDOW = 180_000_000_000;

/** As the bench has it: V8 gives back soon what it kept for a storm of newcomers. */
const V8_FLAGS = "--gc-memory-reducer-start-delay-ms=3000,--memory-reducer-delay-ms=500";
const SETTLING = 8000;
/** Members that come at the same time, and how long they may take, in milliseconds. */
const COMING_AT_ONCE = 64;
const PATIENCE = 120_000;

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const flags = parseArgs([...args], {
    string: ["people", "seconds"],
    unknown: (name) => void unknown.push(name),
  }) as { people?: string; seconds?: string };
  const people = Number(flags.people ?? PEOPLE);
  const seconds = Number(flags.seconds ?? SECONDS);
  if (unknown.length > 0 || !(people > 0) || !Number.isInteger(people) || !(seconds > 0)) {
    Deno.stderr.writeSync(new TextEncoder().encode(`${USAGE}\n`));
    return 2;
  }
  if (NATS_MISSING) return 1; // it has been said
  for (const isCluster of [false, true]) {
    await using engine = await startEngine({ isCluster });
    await measureMessages(engine, isCluster ? 3 : 1, seconds);
  }
  await measurePeople(people);
  return 0;
}

/** How many messages a second a stream like that of a chat takes, and how late they are. */
async function measureMessages(engine: Engine, replicas: number, seconds: number): Promise<void> {
  const servers = engine.urls.split(",");
  const author = await connect({ servers });
  const listeners = await Promise.all(
    Array.from({ length: LISTENERS }, () => connect({ servers })),
  );
  try {
    const manager = await jetstreamManager(author);
    await manager.streams.add({
      name: "capacity",
      subjects: ["capacity.>"],
      num_replicas: replicas,
      allow_direct: true,
      duplicate_window: DUPLICATE_WINDOW,
      republish: { src: "capacity.>", dest: "told.>" },
    });
    let heard = 0;
    for (const each of listeners) each.subscribe("told.>", { callback: () => void heard++ });
    await Promise.all(listeners.map((each) => each.flush()));
    const stream = jetstream(author);
    print(
      `\nmessages of ${PAYLOAD.length} bytes, ${replicas} NATS server(s), ${LISTENERS} listeners`,
    );
    print(row("at once", "accepted/s", "heard/s", "p50 ms", "p99 ms"));
    let number = 0;
    for (const atOnce of AT_ONCE) {
      const taken = new Durations();
      const before = heard;
      const start = performance.now();
      const speak = async (subject: string) => {
        while (performance.now() - start < seconds * 1000) {
          const said = performance.now();
          await stream.publish(subject, PAYLOAD, { msgID: String(number++) });
          taken.add(performance.now() - said);
        }
      };
      await Promise.all(
        Array.from({ length: atOnce }, (_, index) => speak(`capacity.room.${index % 100}`)),
      );
      const took = (performance.now() - start) / 1000;
      print(row(
        String(atOnce),
        (taken.count / took).toFixed(0),
        ((heard - before) / took).toFixed(0),
        taken.percentile(50).toFixed(2),
        taken.percentile(99).toFixed(2),
      ));
    }
  } finally {
    await Promise.all([author, ...listeners].map((each) => each.close()));
  }
}

/** What each of so many costs who are there and say nothing: at a hub alone, and where there are two. */
async function measurePeople(people: number): Promise<void> {
  print(`\n${people} people who come and say nothing`);
  print(row("", "in, s", "people/s", "KiB each here", "KiB each elsewhere"));
  const env = { DENO_V8_FLAGS: V8_FLAGS };
  const args = ["--lang", "en", "--max-connections", String(people + 100)];
  {
    await using alone = await startHub(args, { env });
    await measureComing("one hub alone", people, alone, undefined);
  }
  await using nats = await startNats();
  await using here = await startHub([...args, "--nats", nats.url], { env });
  await using elsewhere = await startHub([...args, "--nats", nats.url], { env });
  await measureComing("one of two hubs on NATS", people, here, elsewhere);
  const response = await fetch(`${nats.monitor}/varz`);
  const { mem, in_msgs } = await response.json() as { mem: number; in_msgs: number };
  print(
    `the NATS server: ${(mem / 2 ** 20).toFixed(0)} MiB, ${(in_msgs / people).toFixed(1)} ` +
      `messages to it for each who came`,
  );
}

async function measureComing(
  name: string,
  people: number,
  here: Hub,
  elsewhere: Hub | undefined,
): Promise<void> {
  await settle();
  const memory = (hub: Hub | undefined) => hub ? readVitals(hub.pid)?.memory ?? NaN : NaN;
  const before = [memory(here), memory(elsewhere)] as const;
  const start = performance.now();
  const { wires, isComplete } = await comeIn(people, here.port);
  const took = (performance.now() - start) / 1000;
  try {
    await settle();
    const each = (after: number, before: number) => (1024 * (after - before) / people).toFixed(2);
    print(row(
      isComplete ? name : `${name} (not all came in)`,
      took.toFixed(2),
      (people / took).toFixed(0),
      each(memory(here), before[0]),
      elsewhere ? each(memory(elsewhere), before[1]) : "-",
    ));
  } finally {
    for (const wire of wires) wire.cut("close");
  }
}

/** So many bots, who are in when this resolves, or not all of them when it took too long. */
async function comeIn(
  people: number,
  port: number,
): Promise<{ wires: Wire[]; isComplete: boolean }> {
  const wires: Wire[] = [];
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE);
  let present = 0;
  const come = () => {
    if (wires.length === people) return;
    const nick = `m${wires.length}`;
    let isIn = false;
    const wire: Wire = new Wire(port, {
      onOpen: () => wire.send(JSON.stringify({ type: "hello", protocol: 1, nick, history: 0 })),
      onLine: (line) => {
        if (isIn || !line.startsWith('{"type":"welcome"')) return;
        isIn = true;
        if (++present === people) resolve(true);
        come();
      },
      onClose: () => resolve(false),
    });
    wires.push(wire);
  };
  for (let count = 0; count < COMING_AT_ONCE; count++) come();
  const isComplete = await promise;
  clearTimeout(timer);
  return { wires, isComplete };
}

/** V8 has to give back what it kept. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLING));
}

function row(name: string, ...values: string[]): string {
  return name.padEnd(26) + values.map((value) => value.padStart(20)).join("");
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
