/**
 * A conversation with a hub that is a simple model, over connections that break anywhere: what the hub has accepted in the
 * end is what was entered, in its order and once.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HubFrame, SayFrame } from "../../../../common/protocol/frame.ts";
import { testProperty } from "../../../support/property.ts";
import {
  ack,
  type FakeConnection,
  runMicrotasks,
  TestConversation,
  welcome,
} from "./test_conversation.ts";

/** A session's answers of which a hub remembers at least so many. */
const REMEMBERED = 128;

/** A hub with one session: it takes frames in and answers them when it is told to. */
class ModelHub {
  readonly accepted: string[] = [];
  /** By ref. */
  readonly #answers = new Map<string, HubFrame>();
  #life = 1;
  #line: FakeConnection | undefined;
  #taken = 0;
  #undelivered: HubFrame[] = [];

  /** Forgets its session, as a hub does that is started again. */
  restart(): void {
    this.#life++;
    this.#answers.clear();
  }

  welcome(line: FakeConnection): void {
    if (this.#line === line || line.isClosed) return;
    this.#line = line;
    this.#taken = 0;
    const token = `t${this.#life}`;
    if (line.hello.resume?.token !== token) this.#answers.clear();
    this.#undelivered = [welcome({ token, epoch: `e${this.#life}` })];
  }

  take(count: number): void {
    const frames = this.#line?.sent.slice(this.#taken, this.#taken + count) ?? [];
    this.#taken += frames.length;
    for (const { ref, text } of frames as SayFrame[]) {
      if (!this.#answers.has(ref)) {
        this.accepted.push(text);
        this.#answers.set(ref, ack(ref, this.accepted.length));
        const [oldest] = this.#answers.keys();
        if (this.#answers.size > REMEMBERED) this.#answers.delete(oldest!);
      }
      this.#undelivered.push(this.#answers.get(ref)!);
    }
  }

  /** So many of its frames arrive. */
  deliver(count: number): void {
    this.#line?.deliver(...this.#undelivered.splice(0, count));
  }

  /** What is on its way in either direction is lost. */
  break(line: FakeConnection): void {
    if (this.#line === line) this.#line = undefined;
    line.drop();
  }
}

const some = fc.integer({ min: 1, max: 40 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("type" as const), count: some }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("take" as const), count: some }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("deliver" as const), count: some }) },
  { weight: 4, arbitrary: fc.constant({ kind: "welcome" as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: "break" as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: "wait" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "fail" as const }) },
);
type Step = (typeof step extends fc.Arbitrary<infer T> ? T : never) | { kind: "restart" };

/** Does the steps, and then lets everything come to its end. */
async function play(steps: readonly Step[]) {
  const hub = new ModelHub();
  const talk = await TestConversation.start();
  const typed: string[] = [];
  hub.welcome(talk.connection);
  hub.deliver(1);
  await runMicrotasks();
  for (const each of steps) {
    switch (each.kind) {
      case "type":
        for (let count = 0; count < each.count; count++) {
          typed.push(`line ${typed.length + 1}`);
          talk.conversation.submit(typed.at(-1)!);
        }
        break;
      case "take":
        hub.take(each.count);
        break;
      case "deliver":
        hub.deliver(each.count);
        break;
      case "welcome":
        hub.welcome(talk.connection);
        break;
      case "break":
        hub.break(talk.connection);
        break;
      case "wait":
        await talk.advance(30_000);
        break;
      case "fail":
        talk.outcomes.push("fail");
        break;
      case "restart":
        hub.break(talk.connection);
        hub.restart();
    }
    await runMicrotasks();
  }
  while (talk.conversation.pendingCount > 0 || talk.conversation.state.stage !== "joined") {
    await talk.advance(30_000);
    hub.welcome(talk.connection);
    hub.take(Infinity);
    hub.deliver(Infinity);
    await runMicrotasks();
  }
  talk.conversation.close();
  await talk.ended;
  const uncertain = talk.events.flatMap((each) =>
    each.type === "restarted" ? each.uncertain.map(({ display }) => display) : []
  );
  return { typed, accepted: hub.accepted, uncertain };
}

testProperty(
  "wherever connections break, what was entered is accepted in its order, and once",
  { weight: 15 },
  async (check) => {
    await check(
      fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
        const { typed, accepted, uncertain } = await play(steps);
        assertEquals(accepted, typed);
        assertEquals(uncertain, []);
      }),
    );
  },
);

testProperty(
  "where the hub forgets the session too, nothing is doubled, and nothing vanishes in silence",
  { weight: 15 },
  async (check) => {
    const steps = fc.array(
      fc.oneof({ weight: 20, arbitrary: step }, {
        weight: 1,
        arbitrary: fc.constant({ kind: "restart" as const }),
      }),
      { maxLength: 60, size: "max" },
    );
    await check(
      fc.asyncProperty(steps, async (steps) => {
        const { typed, accepted, uncertain } = await play(steps);
        assertEquals(accepted, typed.filter((line) => accepted.includes(line)));
        for (const line of typed) assert(accepted.includes(line) || uncertain.includes(line), line);
        assertEquals(new Set(uncertain).size, uncertain.length);
      }),
    );
  },
);
