/** How quick our client is: showing very much that comes at once, and showing what is typed while much comes. */

import { ScriptedHub } from "../../../tests/e2e/scripted_hub.ts";
import { chat } from "../../../tests/support/program.ts";
import { smallEnvironment } from "../../../tests/support/environment.ts";
import { type CaseOptions, Notebook } from "../arena.ts";
import { type Output, PipeOutput, PtyOutput } from "../output.ts";
import { inPlace } from "../process.ts";
import type { Found, Metric } from "../results.ts";
import { percentile } from "../statistics.ts";

export const CASE = "client";

export const SHOWN: Metric = { name: "messages shown", unit: "/s", better: "more" };
const KEY_P50: Metric = { name: "a key, p50", unit: "s", better: "less" };
export const KEY_P99: Metric = { name: "a key, p99", unit: "s", better: "less" };

export const CONTESTANT = "client";
const MESSAGES = 100_000;
const QUICK_MESSAGES = 10_000;
/** So many are sent by one write. */
const AT_ONCE = 1000;
const FIRST = "the very first one";
const LAST = "the very last one";
/** While somebody types: so many messages, every so many milliseconds. */
const BATCH = 10;
const EVERY = 20;
/** Milliseconds between two keys: a quick typist. */
const KEY_EVERY = 40;
/** Letters that nothing else has that the client writes, so that each is seen once it is there. Ten make a word. */
const KEYS = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x3b1 + index))
  .filter((letter) => /^\p{Ll}$/u.test(letter));
const WORD = 10;
const CLEAR = "\x15";

export const TYPING_UNDER_LOAD = `typing at ${1000 / EVERY * BATCH} messages/s`;

export function describe(into: "a pipe" | "a terminal"): string {
  return `many messages into ${into}`;
}

export async function measureClient(options: CaseOptions): Promise<Found> {
  const notebook = new Notebook(CASE);
  const count = options.quick ? QUICK_MESSAGES : MESSAGES;
  for (let round = 0; round < (options.quick ? 1 : 5); round++) {
    for (const into of ["a pipe", "a terminal"] as const) {
      options.say(`the client shows ${count} messages in ${into}`);
      await using client = await Client.start(options, into);
      notebook.note(CONTESTANT, describe(into), SHOWN, await client.show(count));
    }
    for (const load of [0, 1000 / EVERY * BATCH]) {
      options.say(`keys at ${load} messages a second`);
      await using client = await Client.start(options, "a terminal");
      const times = await client.type(load > 0, options.quick ? 3 : KEYS.length / WORD);
      const work = load > 0 ? TYPING_UNDER_LOAD : "typing while nobody speaks";
      notebook.note(CONTESTANT, work, KEY_P50, percentile(times, 0.5) / 1000);
      notebook.note(CONTESTANT, work, KEY_P99, percentile(times, 0.99) / 1000);
    }
  }
  return notebook;
}

/** Our client, in a hub that says what it is told to. */
class Client {
  readonly #hub: ScriptedHub;
  readonly #output: Output;
  #said = 0;

  private constructor(hub: ScriptedHub, output: Output) {
    this.#hub = hub;
    this.#output = output;
  }

  static async start(
    { places, folder }: CaseOptions,
    into: "a pipe" | "a terminal",
  ): Promise<Client> {
    const hub = new ScriptedHub();
    const command = inPlace(
      places,
      chat("client", "127.0.0.1", String(hub.port), "--name", "ana", "--lang", "en"),
    );
    const env = smallEnvironment({ XDG_STATE_HOME: folder, TERM: "xterm-256color" });
    const output = into === "a pipe" ? new PipeOutput(command, env) : new PtyOutput(command, env);
    const client = new Client(hub, output);
    await hub.accept();
    await hub.frame();
    await hub.welcome("ana");
    const seen = output.until(FIRST);
    await client.#say(1, FIRST);
    await seen;
    return client;
  }

  /** Messages a second that it shows, when so many come as fast as it takes them. */
  async show(count: number): Promise<number> {
    const start = performance.now();
    const shown = this.#output.until(LAST);
    for (let said = 0; said < count - 1; said += AT_ONCE) {
      await this.#say(Math.min(AT_ONCE, count - 1 - said), "a message as people say it");
    }
    await this.#say(1, LAST);
    await shown;
    return 1000 * count / (performance.now() - start);
  }

  /** How long after each key of some words it was to be seen, in milliseconds, sorted. */
  async type(underLoad: boolean, words: number): Promise<Float64Array> {
    const times: number[] = [];
    const load = underLoad
      ? setInterval(() => this.#say(BATCH, "a message as people say it"), EVERY)
      : undefined;
    for (const [index, key] of KEYS.slice(0, words * WORD).entries()) {
      const start = performance.now();
      const seen = this.#output.until(key);
      this.#output.type(key);
      await seen;
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, KEY_EVERY));
      if (index % WORD === WORD - 1) this.#output.type(CLEAR);
    }
    clearInterval(load);
    return Float64Array.from(times).sort();
  }

  #say(count: number, text: string): Promise<void> {
    const frames = Array.from({ length: count }, () => ({
      type: "message",
      id: ++this.#said,
      room: "general",
      nick: "marta",
      text,
      ts: Date.now(),
      kind: "say",
    }));
    return this.#hub.send(...frames);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hub.stop();
    await this.#output[Symbol.asyncDispose]();
  }
}
