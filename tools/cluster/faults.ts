/**
 * What befalls hubs and what lies between them: which fault comes next, by chance, and how it is done and undone. What it
 * does to anybody, it does not know.
 */

import type { Nats } from "../../tests/support/nats.ts";
import { between, oneOf } from "../load/chance.ts";
import type { Engine } from "./engine.ts";
import type { HubUnderFire } from "./hubs.ts";

export type Kind = (typeof KINDS)[number];

export const KINDS = [
  "hub killed",
  "nats-server killed",
  "nats-server paused",
  "hub and nats-server killed",
] as const;

/** How often each comes, beside the others. */
const WEIGHTS: Readonly<Record<Kind, number>> = {
  "hub killed": 4,
  "nats-server killed": 2,
  "nats-server paused": 2,
  "hub and nats-server killed": 1,
};

/** In milliseconds: how long each lasts. */
const HUB_AWAY = [500, 5000] as const;
const SERVER_AWAY = 5000;
const SERVER_PAUSED = [2000, 8000] as const;

/** A fault that has begun. */
export interface Fault {
  readonly kind: Kind;
  /** What it was done to, for people. */
  readonly what: string;
  /** By the clock of this process. */
  readonly since: number;
  /** The hub that was killed, by name. */
  readonly hub?: string | undefined;
  /** Resolves when all runs again. */
  readonly undone: Promise<void>;
}

export interface Surroundings {
  hubs: readonly HubUnderFire[];
  engine: Engine;
  random: () => number;
  /** How many are at each hub. */
  spread: () => ReadonlyMap<string, number>;
}

/** One kind after another, by chance; all of them come before one of them comes often. */
export function* kinds(random: () => number): Generator<Kind, never> {
  for (;;) {
    const deck = KINDS.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));
    while (deck.length > 0) yield deck.splice(Math.floor(random() * deck.length), 1)[0]!;
  }
}

/** Does a fault; what it undoes later it does in any case, but for the starting when `signal` aborts. */
export async function strike(
  kind: Kind,
  { hubs, engine, random, spread }: Surroundings,
  signal: AbortSignal,
): Promise<Fault> {
  const peopled = hubs.filter(({ name, isUp }) => isUp && (spread().get(name) ?? 0) > 0);
  const hub = kind.startsWith("hub") ? oneOf(peopled, random) : undefined;
  const server = kind.includes("nats-server") ? oneOf(engine.servers, random) : undefined;
  // Taken in any case, so that the same seed has the same faults.
  const [hubAway, paused] = [between(...HUB_AWAY, random), between(...SERVER_PAUSED, random)];
  const since = performance.now();
  const undone: Promise<void>[] = [];
  if (hub) {
    await hub.kill();
    undone.push(startLater(hub, hubAway, signal));
  }
  if (server && kind === "nats-server paused") {
    server.pause();
    undone.push(resumeLater(server, paused, signal));
  } else if (server) {
    await server.kill();
    undone.push(startLater(server, SERVER_AWAY, signal));
  }
  const what = [
    hub && `hub ${hub.port} for ${seconds(hubAway)}`,
    server &&
    `server ${server.port} for ${seconds(kind === "nats-server paused" ? paused : SERVER_AWAY)}`,
  ].filter((each) => each !== undefined).join(", ");
  const all = Promise.all(undone).then(() => {});
  all.catch(() => {}); // who waits for it is told
  return { kind, what, since, hub: hub?.name, undone: all };
}

async function startLater(
  it: { start(signal: AbortSignal): Promise<void> },
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  await wait(milliseconds, signal);
  if (!signal.aborted) await it.start(signal);
}

async function resumeLater(server: Nats, milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, signal);
  server.resume();
}

/** Resolves after so many milliseconds, or when `signal` aborts. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
  clearTimeout(timer);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
