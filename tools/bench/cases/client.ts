/** How fast our client shows messages that arrive all at once, and what is typed while messages arrive. */

import { ScriptedHub } from "../../../tests/e2e/scripted_hub.ts";
import { smallEnvironment } from "../../../tests/support/environment.ts";
import { chat } from "../../../tests/support/program.ts";
import { type Into, Output } from "../output.ts";
import { pinned } from "../process.ts";
import { type Metric, percentile, Recorder } from "../results.ts";
import type { CaseOptions } from "../rounds.ts";

const SHOWN: Metric = { name: "messages shown", unit: "/s", better: "more" };
const KEY_P50: Metric = { name: "a key, p50", unit: "s", better: "less" };
export const KEY_P99: Metric = { name: "a key, p99", unit: "s", better: "less" };

const CLIENT = "client";
/** Messages of one write. */
const BATCH = 1000;
const TEXT = "a message as people say it";
const FIRST = "the very first one";
const LAST = "the very last one";
/** Messages that arrive while a user types, and the milliseconds between them. */
const SMALL_BATCH = 10;
const BATCH_INTERVAL = 20;
const RATE = 1000 / BATCH_INTERVAL * SMALL_BATCH;
/** Milliseconds between keys: a fast typist. */
const KEY_INTERVAL = 40;
/** Letters that the client writes nowhere else, so that each is seen as soon as it is shown. Ten make a word. */
const KEYS = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x3b1 + index))
  .filter((letter) => /^\p{Ll}$/u.test(letter));
const WORD = 10;
const CLEAR = "\x15";

export const TYPING_UNDER_LOAD = `typing at ${RATE} messages/s`;

export async function measureClient(options: CaseOptions): Promise<Recorder> {
  const { quick, log } = options;
  const recorder = new Recorder("client");
  const count = quick ? 10_000 : 100_000;
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    for (const into of ["a pipe", "a terminal"] as const) {
      log(`the client shows ${count} messages in ${into}`);
      await using client = await Client.start(options, into);
      recorder.add(CLIENT, `many messages into ${into}`, SHOWN, await client.show(count));
    }
    for (const work of ["typing while nobody speaks", TYPING_UNDER_LOAD]) {
      log(work);
      await using client = await Client.start(options, "a terminal");
      const words = quick ? 3 : KEYS.length / WORD;
      const times = await client.type(words, work === TYPING_UNDER_LOAD);
      recorder.add(CLIENT, work, KEY_P50, percentile(times, 0.5) / 1000);
      recorder.add(CLIENT, work, KEY_P99, percentile(times, 0.99) / 1000);
    }
  }
  return recorder;
}

/** Our client at a scripted hub. */
class Client implements AsyncDisposable {
  readonly #hub: ScriptedHub;
  readonly #output: Output;
  #lastId = 0;

  private constructor(hub: ScriptedHub, output: Output) {
    this.#hub = hub;
    this.#output = output;
  }

  static async start({ processor, folder }: CaseOptions, into: Into): Promise<Client> {
    const hub = new ScriptedHub();
    const command = chat("client", "127.0.0.1", String(hub.port), "--name", "ana", "--lang", "en");
    const env = smallEnvironment({ XDG_STATE_HOME: folder, TERM: "xterm-256color" });
    const client = new Client(hub, new Output(into, pinned(processor, command), env));
    await hub.accept();
    await hub.frame();
    await hub.welcome("ana");
    const shown = client.#output.until(FIRST);
    await client.#post(1, FIRST);
    await shown;
    return client;
  }

  /** Messages shown per second, if they arrive as fast as the client reads them. */
  async show(count: number): Promise<number> {
    const start = performance.now();
    const shown = this.#output.until(LAST);
    for (let sent = 0; sent < count - 1; sent += BATCH) {
      await this.#post(Math.min(BATCH, count - 1 - sent), TEXT);
    }
    await this.#post(1, LAST);
    await shown;
    return 1000 * count / (performance.now() - start);
  }

  /** Types words, and returns the milliseconds until each key was shown, sorted. */
  async type(words: number, isUnderLoad: boolean): Promise<Float64Array> {
    const times: number[] = [];
    const load = isUnderLoad
      ? setInterval(() => this.#post(SMALL_BATCH, TEXT), BATCH_INTERVAL)
      : undefined;
    for (const [index, key] of KEYS.slice(0, words * WORD).entries()) {
      const start = performance.now();
      const shown = this.#output.until(key);
      this.#output.type(key);
      await shown;
      times.push(performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, KEY_INTERVAL));
      if (index % WORD === WORD - 1) this.#output.type(CLEAR);
    }
    clearInterval(load);
    return Float64Array.from(times).sort();
  }

  #post(count: number, text: string): Promise<void> {
    const frames = Array.from({ length: count }, () => ({
      type: "message",
      id: ++this.#lastId,
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
