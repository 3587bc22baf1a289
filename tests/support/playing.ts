/**
 * Plays a transcript against a real hub over real sockets: sends its lines, and fails at the first line of the hub that differs.
 * At the end no line may have arrived that the transcript does not show.
 */

import { LiveHub, type LiveHubOptions } from "./live_hub.ts";
import type { Peer } from "./peer.ts";
import { tempDirectory } from "./temp.ts";
import {
  type Bindings,
  fillIn,
  matches,
  type Step,
  type Transcript,
  type TranscriptEvent,
} from "./transcript.ts";

/** Longer than any transcript takes: no connection is greeted before its first line. */
const NEVER = 60_000;
/** Default of `--history`. */
const DEFAULT_HISTORY = 50;

/** One connection of a transcript. */
interface PlayedConnection {
  readonly peer: Peer;
  speaksFrames: boolean;
  /** Whether any lines may arrive before the next one that is shown. */
  skips: boolean;
  isOpen: boolean;
}

/** Plays a transcript against a hub with its options ({@linkcode hubOptions}). Rejects with the line where it fails. */
export async function play({ options, steps, line }: Transcript): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await tempDirectory());
  const hub = stack.use(new LiveHub(await hubOptions(options, directory.path)));
  const player = new TranscriptPlayer(hub, stack);
  let at = line;
  try {
    for (const [index, step] of steps.entries()) {
      at = step.line;
      await player.perform(step, steps[index + 1]);
    }
    await player.assertSilence();
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`line ${at}: ${reason}`, { cause: error });
  }
}

class TranscriptPlayer {
  readonly #hub: LiveHub;
  readonly #stack: AsyncDisposableStack;
  readonly #connections = new Map<string, PlayedConnection>();
  readonly #bindings: Bindings = new Map();
  /** Consecutive lines of a connection are sent together, as a program would send them. */
  #outgoing = "";
  #broken = 0;

  /** `stack` closes the connections. */
  constructor(hub: LiveHub, stack: AsyncDisposableStack) {
    this.#hub = hub;
    this.#stack = stack;
  }

  async perform(step: Step, next: Step | undefined): Promise<void> {
    if (step.kind === "event" && step.event === "stopped") return this.#hub.tellToStop();
    const connection = await this.#connectionOf(step.name);
    switch (step.kind) {
      case "send":
        this.#send(step.text, connection);
        if (next?.kind === "send" && next.name === step.name) return;
        connection.peer.send(this.#outgoing);
        this.#outgoing = "";
        return;
      case "skip":
        connection.skips = true;
        return;
      case "receive":
        return await this.#receive(step.text, connection);
      case "event":
        return await this.#take(step.event, connection);
    }
  }

  async #connectionOf(name: string): Promise<PlayedConnection> {
    const known = this.#connections.get(name);
    if (known) return known;
    const peer = this.#stack.use(await this.#hub.connect());
    const connection = { peer, speaksFrames: false, skips: false, isOpen: true };
    this.#connections.set(name, connection);
    return connection;
  }

  #send(text: string, connection: PlayedConnection): void {
    const line = fillIn(text, this.#bindings);
    if (line.startsWith('{"type":"hello"')) connection.speaksFrames = true;
    this.#outgoing += `${line}\n`;
  }

  async #receive(shown: string, connection: PlayedConnection): Promise<void> {
    for (;;) {
      const line = (await connection.peer.line()).replace(/\r$/, "");
      if (matches(shown, line, this.#bindings)) break;
      if (!connection.skips) throw new Error(`this came: ${line}\ninstead of: ${shown}`);
    }
    connection.skips = false;
  }

  async #take(event: TranscriptEvent, connection: PlayedConnection): Promise<void> {
    const { peer, skips } = connection;
    switch (event) {
      case "ended":
        return peer.end();
      case "broken":
        peer.reset();
        await this.#hub.untilLogged(/msg="?connection lost/, ++this.#broken);
        connection.isOpen = false;
        return;
      case "closed":
        await peer.closed();
        if (peer.pending().length > 0 && !skips) {
          throw new Error(`this came too: ${peer.pending()[0]}`);
        }
        connection.isOpen = false;
        return;
    }
  }

  /** Sends a request on each connection: its answer has to be the next line. */
  async assertSilence(): Promise<void> {
    for (const { peer, speaksFrames, skips, isOpen } of this.#connections.values()) {
      if (!isOpen) continue;
      peer.send(speaksFrames ? '{"type":"ping"}\n' : "/lang ?\n");
      const answer = speaksFrames ? /^{"type":"pong"}$/ : /^! .*("\?"|password|contraseña)/;
      const line = skips ? await peer.until(answer) : await peer.line();
      if (!answer.test(line)) throw new Error(`this came too: ${line}`);
    }
  }
}

/**
 * `greet`: silent connections are greeted, which otherwise never happens. `password` and `mod`: the passwords of the hub. `rate`,
 * `burst`, `history`, `grace`, `lang`, `max-line`, `max-frame` and `max-connections`: as for `chat server`.
 */
async function hubOptions(
  options: Transcript["options"],
  directory: string,
): Promise<LiveHubOptions> {
  const number = (name: string) => {
    const value = options.get(name);
    return value === undefined ? undefined : Number(value);
  };
  const known =
    "greet password mod rate burst history grace lang max-line max-frame max-connections";
  const unknown = [...options.keys()].find((name) => !known.split(" ").includes(name));
  if (unknown !== undefined) throw new SyntaxError(`unknown option of a transcript: ${unknown}`);
  const [line, frame] = [number("max-line"), number("max-frame")];
  const connections = number("max-connections");
  const [grace, rate] = [number("grace"), number("rate")];
  const [password, mod] = [options.get("password"), options.get("mod")];
  const modPasswordFile = `${directory}/mod`;
  if (mod !== undefined) await Deno.writeTextFile(modPasswordFile, mod, { mode: 0o600 });
  return {
    history: number("history") ?? DEFAULT_HISTORY,
    times: options.has("greet") ? {} : { greetAfter: NEVER },
    limits: {
      ...(line === undefined ? {} : { line }),
      ...(frame === undefined ? {} : { frame }),
      ...(connections === undefined ? {} : { connections }),
    },
    ...(options.get("lang") === "es" ? { lang: "es" } : {}),
    ...(grace === undefined ? {} : { grace: grace * 1000 }),
    ...(rate === undefined ? {} : { rateLimit: { rate, burst: number("burst") ?? rate } }),
    ...(password === undefined ? {} : { password }),
    ...(mod === undefined ? {} : { modPasswordFile }),
  };
}
