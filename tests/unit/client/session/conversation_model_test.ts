/** The conversation against a model of a hub, over connections that break anywhere. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { HubFrame, Ref, SayFrame } from "../../../../common/protocol/frame.ts";
import { testProperty } from "../../../support/property.ts";
import {
  ack,
  type FakeConnection,
  runMicrotasks,
  TestConversation,
  welcome,
} from "./test_conversation.ts";

/** How many replies of a session a hub remembers at least. */
const REMEMBERED = 128;

/** A hub with one session, which reads frames and delivers its answers when a step says so. */
class ModelHub {
  readonly accepted: string[] = [];
  /** By ref. */
  readonly #answers = new Map<Ref, HubFrame>();
  #life = 1;
  #line: FakeConnection | undefined;
  #taken = 0;
  #undelivered: HubFrame[] = [];

  /** Forgets its session, as a restarted hub does. */
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

  /** Delivers the next frames. */
  deliver(count: number): void {
    this.#line?.deliver(...this.#undelivered.splice(0, count));
  }

  /** Loses what is in flight in both directions. */
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

/** Plays the steps, and then lets the hub accept everything. */
async function play(steps: readonly Step[]) {
  const hub = new ModelHub();
  const client = await TestConversation.start();
  const typed: string[] = [];
  hub.welcome(client.connection);
  hub.deliver(1);
  await runMicrotasks();
  for (const each of steps) {
    switch (each.kind) {
      case "type":
        for (let count = 0; count < each.count; count++) {
          typed.push(`line ${typed.length + 1}`);
          client.conversation.submit(typed.at(-1)!);
        }
        break;
      case "take":
        hub.take(each.count);
        break;
      case "deliver":
        hub.deliver(each.count);
        break;
      case "welcome":
        hub.welcome(client.connection);
        break;
      case "break":
        hub.break(client.connection);
        break;
      case "wait":
        await client.advance(30_000);
        break;
      case "fail":
        client.outcomes.push("fail");
        break;
      case "restart":
        hub.break(client.connection);
        hub.restart();
    }
    await runMicrotasks();
  }
  while (client.conversation.pendingCount > 0 || client.conversation.state.stage !== "joined") {
    await client.advance(30_000);
    hub.welcome(client.connection);
    hub.take(Infinity);
    hub.deliver(Infinity);
    await runMicrotasks();
  }
  client.conversation.close();
  await client.ended;
  const uncertain = client.events.flatMap((each) =>
    each.type === "restarted" ? each.uncertain.map(({ display }) => display) : []
  );
  return { typed, accepted: hub.accepted, uncertain };
}

testProperty(
  "wherever connections break, every line is accepted once, in order",
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
  "if the hub forgets the session too, no line is doubled, and a lost one is reported",
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
