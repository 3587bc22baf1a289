/**
 * How many messages a second reach people, measured on any system: by Deno's own sockets, which take more time for a message
 * than the hub does. So it sees less than the bench itself, and only what is far off; what a process uses it cannot tell.
 */

import { writeAll } from "../../common/cli/own_files.ts";
import { Notebook } from "./arena.ts";
import { CASE, describe, type FanOut, SPEED } from "./cases/fan_out.ts";
import { type ContestantName, CONTESTANTS } from "./contestants/mod.ts";
import type { Wire } from "./contestants/wire.ts";
import { Batch, countMessages } from "./message.ts";
import { freePort } from "./ports.ts";
import type { Series } from "./results.ts";

/** A hub that does not start, or from which nothing comes for so long, has failed, in milliseconds. */
const PATIENCE = 60_000;
const LOOK_EVERY = 20;
const READ_BUFFER = 64 * 1024;

export interface AnywhereOptions {
  readonly contestants: readonly ContestantName[];
  readonly loops: readonly FanOut[];
  readonly rounds: number;
  /** Seconds for each loop in each round. */
  readonly seconds: number;
  /** A folder for what contestants keep. */
  readonly folder: string;
}

/**
 * Runs each loop in each round for each contestant, one after the other, so that noise hits all alike. The first round is
 * not counted: what runs often is compiled meanwhile.
 *
 * @throws {Error} when one does not start, or nothing comes from it.
 */
export async function measureAnywhere(
  { contestants, loops, rounds, seconds, folder }: AnywhereOptions,
): Promise<Series[]> {
  const notebook = new Notebook(CASE);
  const members = Math.max(...loops.map((loop) => loop.members));
  await using up = new AsyncDisposableStack();
  const crowds: { name: ContestantName; crowd: Crowd; wire: Wire }[] = [];
  for (const name of contestants) {
    const { command, wires: [wire] } = CONTESTANTS[name];
    const port = freePort();
    up.use(start(command(port, folder)));
    crowds.push({ name, crowd: up.use(await Crowd.enter(port, wire!, members)), wire: wire! });
  }
  for (let round = 0; round <= rounds; round++) {
    for (const { name, crowd, wire } of crowds) {
      for (const loop of loops) {
        const speed = await crowd.run(new Batch(wire.say, loop.outstanding), seconds);
        if (round > 0) notebook.note(name, describe(loop), SPEED, speed);
      }
    }
  }
  return notebook.series;
}

/** A program that is ended with what uses it. */
function start(command: readonly string[]): AsyncDisposable {
  const [file, ...args] = command;
  const child = new Deno.Command(file!, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let isOver = false;
  child.status.then(() => isOver = true);
  return {
    async [Symbol.asyncDispose]() {
      if (!isOver) child.kill("SIGKILL");
      await child.status;
    },
  };
}

/** Members at one port, of whom the first speaks. */
class Crowd implements AsyncDisposable {
  readonly #sockets: Deno.TcpConn[] = [];
  readonly #listening: Promise<void>[] = [];
  #entered = 0;
  #heard = 0;
  #nextRef = 1;
  /** Called when somebody has come in or heard something. */
  #onNews: () => void = () => {};

  /** Brings so many in, one after the other. */
  static async enter(port: number, wire: Wire, count: number): Promise<Crowd> {
    const crowd = new Crowd();
    try {
      while (crowd.#sockets.length < count) {
        const socket = await connect(port);
        crowd.#sockets.push(socket);
        crowd.#listening.push(crowd.#listen(socket, wire.entered));
        await writeAll(socket, new TextEncoder().encode(wire.enter(`m${crowd.#sockets.length}`)));
        await crowd.#until(() => crowd.#entered === crowd.#sockets.length);
      }
      return crowd;
    } catch (error) {
      await crowd[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Says a batch, and when all others have heard it the next one, for so many seconds; gives how many were heard a second. */
  async run(batch: Batch, seconds: number): Promise<number> {
    const [speaker, ...others] = this.#sockets;
    const begin = performance.now();
    const before = this.#heard;
    do {
      this.#nextRef = batch.number(this.#nextRef);
      const due = this.#heard + batch.count * others.length;
      await writeAll(speaker!, batch.bytes);
      await this.#until(() => this.#heard >= due);
    } while (performance.now() < begin + 1000 * seconds);
    return 1000 * (this.#heard - before) / (performance.now() - begin);
  }

  async #listen(socket: Deno.TcpConn, entered: string): Promise<void> {
    const buffer = new Uint8Array(READ_BUFFER);
    const latin1 = new TextDecoder("latin1");
    let told: string | undefined = "";
    try {
      for (let size; (size = await socket.read(buffer)) !== null;) {
        if (told === undefined) {
          this.#heard += countMessages(buffer, size);
        } else {
          told += latin1.decode(buffer.subarray(0, size));
          if (!told.includes(entered)) continue;
          told = undefined;
          this.#entered++;
        }
        this.#onNews();
      }
    } catch {
      // it was closed; who waits for something of it is told when it does not come
    }
  }

  /** Waits until something is so; throws when it does not come to that. */
  async #until(isSo: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = () => reject(new Error(`for ${PATIENCE / 1000} seconds nothing comes`));
    const timer = setTimeout(late, PATIENCE);
    this.#onNews = () => isSo() && resolve();
    this.#onNews();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#onNews = () => {};
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#listening);
  }
}

/** Connects as soon as somebody listens. */
async function connect(port: number): Promise<Deno.TcpConn> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      const socket = await Deno.connect({ hostname: "127.0.0.1", port });
      socket.setNoDelay(true);
      return socket;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }
}
