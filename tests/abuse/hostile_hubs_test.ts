/**
 * Hostile hubs: the client stays small, keeps working, and writes nothing that controls a terminal. Hostile fields of
 * single frames are tested in tests/e2e/bad_hubs_test.ts.
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "../e2e/people.ts";
import { ScriptedHub } from "../e2e/scripted_hub.ts";
import { CONTROL, peakMemory } from "../support/besieged.ts";
import { chat, Program } from "../support/program.ts";
import { NO_PTY } from "../support/terminal.ts";

const MIB = 1024 * 1024;
/** Allowed growth of memory: the longest frames many times over, each wrapped into rows of a terminal. */
const MAX_GROWTH = 768 * MIB;

/** A welcomed client, in a terminal or not. */
interface Client extends AsyncDisposable {
  pid: number;
  untilShown: (text: string) => Promise<unknown>;
  enter: (text: string) => void;
  /** Everything that it wrote, without its own control sequences. */
  output: () => string;
}

/** The control sequences that the client itself uses. */
// deno-lint-ignore no-control-regex
const OWN_SEQUENCES = /\x1b\[(\?(?:2026|2004|1004)[hl]|\d*[AC]|[JK]|6n|[\d;]*m)|\r|\x07/g;

type Welcome = (hub: ScriptedHub) => Promise<void>;

async function inTerminal(hub: ScriptedHub, welcome: Welcome): Promise<Client> {
  const joining = join(hub, "ana");
  await welcome(hub);
  const terminal = await joining;
  return {
    pid: terminal.pid,
    untilShown: (text) => terminal.until(text),
    enter: (text) => terminal.type(`${text}\r`),
    output: () => terminal.raw().replace(OWN_SEQUENCES, ""),
    [Symbol.asyncDispose]: () => terminal[Symbol.asyncDispose](),
  };
}

async function inPipes(hub: ScriptedHub, welcome: Welcome): Promise<Client> {
  const to = ["127.0.0.1", String(hub.port), "--name", "ana"];
  const program = new Program(chat("client", ...to));
  await welcome(hub);
  return {
    pid: program.pid,
    untilShown: (text) => program.untilStdout(text),
    enter: (text) => program.write(`${text}\n`),
    output: () => program.stdout() + program.stderr(),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

const MODES: readonly [name: string, open: typeof inTerminal][] = [
  ["in a terminal", inTerminal],
  ["in pipes", inPipes],
];

async function welcome(hub: ScriptedHub): Promise<void> {
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana");
}

const room = "general";

function message(id: number, text: string, fields = {}): Record<string, unknown> {
  return { type: "message", id, room, nick: "eve", text, ts: 0, kind: "say", ...fields };
}

function* times<T>(count: number, make: (number: number) => T): Generator<T> {
  for (let number = 0; number < count; number++) yield make(number);
}

function line(frame: Record<string, unknown>): string {
  return JSON.stringify(frame) + "\n";
}

/** Pseudo-random bytes, the same each time. */
function noise(size: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 16;
  });
}

const NOISE = noise(MIB);
const NOISE_OF_ONE_LINE = NOISE.map((byte) => byte === 0x0a ? 0x78 : byte);
/** As deeply nested as the longest frame can be. */
const DEEP = "[".repeat(500_000) + "]".repeat(500_000);

interface Attack {
  name: string;
  sends: () => Iterable<string | Uint8Array>;
  /** Whether the client closes the connection. */
  closes?: boolean;
}

const ATTACKS: readonly Attack[] = [
  { name: "garbage", sends: () => [NOISE, NOISE, NOISE, "\n"] },
  {
    name: "garbage without any line end",
    sends: () => times(64, () => NOISE_OF_ONE_LINE),
    closes: true,
  },
  { name: "an endless line", sends: () => times(64, () => "x".repeat(MIB)), closes: true },
  {
    name: "an endless frame",
    sends: function* () {
      yield '{"type":"message","text":"';
      yield* times(64, () => "x".repeat(MIB));
    },
    closes: true,
  },
  { name: "empty lines", sends: () => ["\n".repeat(MIB / 4)] },
  { name: "frames of unknown types", sends: () => times(40, () => '{"type":"x"}\n'.repeat(5000)) },
  {
    name: "ever new users",
    sends: () =>
      times(5000, (number) =>
        line({ type: "joined", room, nick: `p${number}`, count: 2 }) +
        line({ type: "renamed", room, from: `p${number}`, nick: `q${number}` }) +
        line({ type: "left", room, nick: `q${number}`, count: 1 })),
  },
  {
    name: "answers to nothing",
    sends: () =>
      times(5000, (number) =>
        line({ type: "ack", ref: `a${number}`, id: number, ts: 0 }) +
        line({ type: "pong" }) +
        line({ type: "ack", ref: "__proto__", id: number, ts: 0 })),
  },
  {
    name: "the longest frames",
    sends: () => times(10, (id) => line(message(id, "y".repeat(MIB - 200)))),
  },
  {
    name: "a frame of newlines only",
    sends: () => [line(message(1, "\n".repeat(150_000)))],
  },
  {
    name: "a frame of combining marks only",
    sends: () => [line(message(1, "\u0301".repeat(MIB / 2 - 100)))],
  },
  {
    name: "a frame of one endless emoji",
    sends: () => [line(message(1, "👨\u200d".repeat(MIB / 7 - 100)))],
  },
  {
    name: "deeply nested frames",
    sends: () => [
      `{"type":"reply","ref":"1","code":"x","data":{"x":${DEEP}},"text":"x"}\n`,
      `{"type":"message","x":${DEEP}}\n`,
      `${DEEP}\n`,
    ],
  },
  {
    name: "invalid numbers",
    sends: () => [
      line(message(Number.MAX_SAFE_INTEGER, "id")),
      line(message(1, "time", { ts: 8_640_000_000_000_000 })),
      '{"type":"message","id":1e999,"room":"general","nick":"e","text":"x","ts":-1,"kind":"say"}\n',
      '{"type":"joined","room":"general","nick":"e","count":9007199254740993}\n',
      line({ type: "notice", code: "resumed", params: { count: 1e300, missing: -1 }, text: "" }),
      line({ type: "reply", ref: "1", code: "who", data: { members: 7, count: "x" }, text: "t" }),
      line({ type: "reply", ref: "1", code: "rooms", data: { rooms: [1, null] }, text: "t" }),
    ],
  },
  {
    name: "names longer than a row",
    sends: () => [
      line({ type: "joined", room, nick: "日".repeat(256), count: 2 }),
      line(message(2, "hi", { nick: "e\u0301".repeat(128), room: "r".repeat(256) })),
      line({ type: "topic", room, nick: "x".repeat(256), topic: "t".repeat(1024) }),
      line({
        type: "presence",
        room,
        joined: { count: 1e15, nicks: Array(500).fill("日".repeat(256)) },
        left: { count: 1, nicks: [] },
        count: 0,
      }),
    ],
  },
  {
    name: "prototypes",
    sends: () => [
      '{"type":"__proto__"}\n{"type":"constructor"}\n{"__proto__":{"type":"bye"}}\n',
      '{"type":"notice","code":"__proto__","params":{"__proto__":"x"},"text":"t"}\n',
      '{"type":"reply","ref":"toString","code":"toString","data":{},"text":"t"}\n',
      '{"type":"error","code":"constructor","params":{},"text":"t"}\n',
    ],
  },
];

for (const [mode, open] of MODES) {
  Deno.test({
    name: `a client ${mode} survives every attack`,
    ignore: open === inTerminal && NO_PTY,
    fn: async (t) => {
      for (const { name, sends, closes = false } of ATTACKS) {
        await t.step(name, async () => {
          using hub = new ScriptedHub();
          await using client = await open(hub, welcome);
          const before = await peakMemory(client.pid);
          let isOver = false;
          try {
            for (const bytes of sends()) await hub.sendBytes(bytes);
          } catch {
            isOver = true;
          }
          assertEquals(isOver, closes);
          if (closes) {
            client.enter(""); // reconnects at once
            await welcome(hub);
          }
          await hub.send(message(3, "the last word"));
          await client.untilShown("the last word");
          client.enter("still here");
          const sent = await hub.frame();
          assertEquals([sent?.["type"], sent?.["text"]], ["say", "still here"]);
          const growth = await peakMemory(client.pid) - before;
          assert(growth < MAX_GROWTH, `${Math.round(growth / MIB)} MiB more`);
          assertEquals(CONTROL.exec(client.output().replaceAll("\n", "")), null);
        });
      }
    },
  });
}
