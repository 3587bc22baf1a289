/**
 * Plays a transcript to a real hub over real sockets: sends what it sends, and fails at the first line that does not come as
 * it shows. In the end nothing may have come that it does not show.
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

/** Longer than any transcript lasts: nobody is greeted before the first line has come. */
const NEVER = 60_000;
/** As a hub has it unless told. */
const USUAL_HISTORY = 50;

/** One connection of a transcript. */
interface Player {
  readonly peer: Peer;
  speaksFrames: boolean;
  /** Whether any lines may come before the next one that is shown. */
  skips: boolean;
  isOpen: boolean;
}

/** Plays it to a hub with its options: see {@linkcode hubOptions}. Rejects with the line of the document where it fails. */
export async function play({ options, steps, line }: Transcript): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await tempDirectory());
  const hub = stack.use(new LiveHub(await hubOptions(options, directory.path)));
  const playing = new Playing(hub, stack);
  let at = line;
  try {
    for (const [index, step] of steps.entries()) {
      at = step.line;
      await playing.perform(step, steps[index + 1]);
    }
    await playing.assertSilence();
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`line ${at}: ${reason}`, { cause: error });
  }
}

class Playing {
  readonly #hub: LiveHub;
  readonly #stack: AsyncDisposableStack;
  readonly #players = new Map<string, Player>();
  readonly #bindings: Bindings = new Map();
  /** What one connection sends before anything else happens goes out together, as a program would send it. */
  #outgoing = "";
  #broken = 0;

  /** `stack`: ends the connections. */
  constructor(hub: LiveHub, stack: AsyncDisposableStack) {
    this.#hub = hub;
    this.#stack = stack;
  }

  async perform(step: Step, next: Step | undefined): Promise<void> {
    if (step.kind === "event" && step.event === "stopped") return this.#hub.tellToStop();
    const player = await this.#playerOf(step.name);
    switch (step.kind) {
      case "send":
        this.#send(step.text, player);
        if (next?.kind === "send" && next.name === step.name) return;
        player.peer.send(this.#outgoing);
        this.#outgoing = "";
        return;
      case "skip":
        player.skips = true;
        return;
      case "receive":
        return await this.#receive(step.text, player);
      case "event":
        return await this.#take(step.event, player);
    }
  }

  async #playerOf(name: string): Promise<Player> {
    const known = this.#players.get(name);
    if (known) return known;
    const peer = this.#stack.use(await this.#hub.connect());
    const player = { peer, speaksFrames: false, skips: false, isOpen: true };
    this.#players.set(name, player);
    return player;
  }

  #send(text: string, player: Player): void {
    const line = fillIn(text, this.#bindings);
    if (line.startsWith('{"type":"hello"')) player.speaksFrames = true;
    this.#outgoing += `${line}\n`;
  }

  async #receive(shown: string, player: Player): Promise<void> {
    for (;;) {
      const came = (await player.peer.line()).replace(/\r$/, "");
      if (matches(shown, came, this.#bindings)) break;
      if (!player.skips) throw new Error(`this came: ${came}\nin place of: ${shown}`);
    }
    player.skips = false;
  }

  async #take(event: TranscriptEvent, player: Player): Promise<void> {
    const { peer, skips } = player;
    switch (event) {
      case "ended":
        return peer.end();
      case "broken":
        peer.reset();
        await this.#hub.untilLogged(/msg="?connection lost/, ++this.#broken);
        player.isOpen = false;
        return;
      case "closed":
        await peer.closed();
        if (peer.pending().length > 0 && !skips) {
          throw new Error(`this came too: ${peer.pending()[0]}`);
        }
        player.isOpen = false;
        return;
    }
  }

  /** Asks on each connection for something to which the answer is known: it has to be what comes next. */
  async assertSilence(): Promise<void> {
    for (const { peer, speaksFrames, skips, isOpen } of this.#players.values()) {
      if (!isOpen) continue;
      peer.send(speaksFrames ? '{"type":"ping"}\n' : "/lang ?\n");
      const answer = speaksFrames ? /^{"type":"pong"}$/ : /^! .*("\?"|password|contraseña)/;
      const came = skips ? await peer.until(answer) : await peer.line();
      if (!answer.test(came)) throw new Error(`this came too: ${came}`);
    }
  }
}

/**
 * `greet`: who is silent is greeted as usual, else nobody is. `password` and `mod`: those that the hub wants. `rate`, `burst`,
 * `history`, `grace`, `lang`, `max-line`, `max-frame` and `max-connections`: as those of `chat server`.
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
    history: number("history") ?? USUAL_HISTORY,
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
