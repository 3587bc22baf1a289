/** What somebody who is there and says nothing costs the hub where it is, the other ones and the NATS server. */

import { startNats } from "../../tests/support/nats.ts";
import { type Hub, startHub } from "../../tests/support/program.ts";
import { readVitals } from "../load/vitals.ts";
import { Wire } from "../load/wire.ts";
import { print, row } from "./table.ts";

/** As the bench has it: V8 gives back soon what it kept for a storm of newcomers. */
const V8_FLAGS = "--gc-memory-reducer-start-delay-ms=3000,--memory-reducer-delay-ms=500";
const SETTLING = 8000;
/** Members that come at the same time, and how long they may take, in milliseconds. */
const COMING_AT_ONCE = 64;
const PATIENCE = 120_000;
/** What each of so many costs who are there and say nothing: at a hub alone, and where there are two. */
export async function measurePeople(people: number): Promise<void> {
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
  const start = performance.now();
  await using _third = await startHub([...args, "--nats", nats.url], { env });
  const ready = (performance.now() - start) / 1000;
  const response = await fetch(`${nats.monitor}/varz`);
  const { mem, in_msgs } = await response.json() as { mem: number; in_msgs: number };
  print(
    `a third hub, which is told of all of them, listens after ${
      ready.toFixed(2)
    } s; the NATS server: ${(mem / 2 ** 20).toFixed(0)} MiB, ${(in_msgs / people).toFixed(1)} ` +
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
