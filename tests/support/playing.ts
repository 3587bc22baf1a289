/**
 * Plays a transcript to a real hub over real sockets: sends what it sends, and fails at the first line that does not come as
 * it shows. In the end nothing may have come that it does not show.
 */

import { LiveHub, type LiveHubOptions } from "./live_hub.ts";
import type { Peer } from "./peer.ts";
import { tempDirectory } from "./temp.ts";
import { type Bindings, fillIn, matches, type Step, type Transcript } from "./transcript.ts";

/** Longer than any transcript lasts: nobody is greeted before the first line has come. */
const NEVER = 60_000;
/** As a hub has it unless told. */
const USUAL_HISTORY = 50;

/** One connection of a transcript. */
interface Player {
  readonly peer: Peer;
  speaksFrames: boolean;
  /** Whether lines may come before the next one that is shown. */
  skips: boolean;
  isOpen: boolean;
}

/** Plays it to a hub with its options: see {@linkcode hubOptions}. Rejects with the line of the document. */
export async function play({ options, steps, line }: Transcript): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const directory = stack.use(await tempDirectory());
  const hub = stack.use(new LiveHub(await hubOptions(options, directory.path)));
  const players = new Map<string, Player>();
  const bindings: Bindings = new Map();
  const playerOf = async (name: string): Promise<Player> => {
    const known = players.get(name);
    if (known) return known;
    const peer = stack.use(await hub.connect());
    const player = { peer, speaksFrames: false, skips: false, isOpen: true };
    players.set(name, player);
    return player;
  };
  let at = line;
  let broken = 0;
  try {
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      at = step.line;
      if (step.kind === "event" && step.event === "stopped") {
        hub.tellToStop();
        continue;
      }
      const player = await playerOf(step.name);
      if (step.kind === "send") {
        const sent = linesFrom(steps, index).map(({ text }) => fillIn(text, bindings));
        if (sent[0]!.startsWith('{"type":"hello"')) player.speaksFrames = true;
        player.peer.send(sent.map((each) => `${each}\n`).join("")); // together, as a program would
        index += sent.length - 1;
      } else {
        await perform(step, player, bindings);
        if (step.kind === "event" && step.event === "broken") {
          await hub.untilLogged(/msg="?connection lost/, ++broken);
        }
      }
    }
    at = line;
    for (const player of players.values()) await assertSilent(player);
  } catch (error) {
    throw new Error(`line ${at}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

/** The lines that one connection sends from a step on, before anything else happens. */
function linesFrom(steps: readonly Step[], from: number): Extract<Step, { text: string }>[] {
  const lines: Extract<Step, { text: string }>[] = [];
  for (const step of steps.slice(from)) {
    if (step.kind !== "send" || step.name !== steps[from]!.name) break;
    lines.push(step);
  }
  return lines;
}

async function perform(step: Step, player: Player, bindings: Bindings): Promise<void> {
  const { peer } = player;
  switch (step.kind) {
    case "skip":
      player.skips = true;
      return;
    case "receive":
      for (;;) {
        const came = (await peer.line()).replace(/\r$/, "");
        if (matches(step.text, came, bindings)) break;
        if (!player.skips) throw new Error(`this came: ${came}\nin place of: ${step.text}`);
      }
      player.skips = false;
      return;
    case "event":
      if (step.event === "connected") return;
      if (step.event === "ended") return peer.end();
      player.isOpen = false;
      if (step.event === "broken") return peer.reset();
      await peer.closed();
      if (peer.pending().length > 0 && !player.skips) {
        throw new Error(`this came too: ${peer.pending()[0]}`);
      }
  }
}

/** Asks for something to which the answer is known: it has to be what comes next. */
async function assertSilent({ peer, speaksFrames, skips, isOpen }: Player): Promise<void> {
  if (!isOpen) return;
  peer.send(speaksFrames ? '{"type":"ping"}\n' : "/lang ?\n");
  const answer = speaksFrames ? /^{"type":"pong"}$/ : /^! .*("\?"|password|contraseña)/;
  if (skips) return void await peer.until(answer);
  const came = await peer.line();
  if (!answer.test(came)) throw new Error(`this came too: ${came}`);
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
  if (unknown !== undefined) throw new SyntaxError(`no option of a transcript: ${unknown}`);
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
