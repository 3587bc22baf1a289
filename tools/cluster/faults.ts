/** Faults of hubs and NATS servers: chooses the next fault at random, injects it, and undoes it. */

import type { NatsServerProcess } from "../../tests/support/nats.ts";
import { between, oneOf } from "../load/chance.ts";
import { wait } from "../load/timing.ts";
import type { NatsServers } from "./servers.ts";
import type { HubProcess } from "./hubs.ts";

export type FaultKind = (typeof FAULT_KINDS)[number];

export const FAULT_KINDS = [
  "hub killed",
  "nats-server killed",
  "nats-server paused",
  "hub and nats-server killed",
] as const;

/** Relative frequencies. */
const WEIGHTS: Readonly<Record<FaultKind, number>> = {
  "hub killed": 4,
  "nats-server killed": 2,
  "nats-server paused": 2,
  "hub and nats-server killed": 1,
};

/** Durations in milliseconds. */
const HUB_DOWN = [500, 5000] as const;
const SERVER_DOWN = 5000;
const SERVER_PAUSED = [2000, 8000] as const;

export interface InjectedFault {
  readonly kind: FaultKind;
  /** A description, with what was hit and for how long. */
  readonly what: string;
  /** On the clock of `performance.now`. */
  readonly since: number;
  /** The name of the killed hub. */
  readonly hub?: string | undefined;
  /** Resolves when all runs again. */
  readonly undone: Promise<void>;
}

export interface FaultContext {
  hubs: readonly HubProcess[];
  nats: NatsServers;
  random: () => number;
  /** The number of users at each hub. */
  usersPerHub: () => ReadonlyMap<string, number>;
}

/** An endless sequence of kinds, dealt from shuffled decks by weight. */
export function* shuffleKinds(random: () => number): Generator<FaultKind, never> {
  for (;;) {
    const deck = FAULT_KINDS.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));
    while (deck.length > 0) yield deck.splice(Math.floor(random() * deck.length), 1)[0]!;
  }
}

/** Injects a fault. It is undone later by itself; if `signal` aborts, what was killed stays down. */
export async function inject(
  kind: FaultKind,
  { hubs, nats, random, usersPerHub }: FaultContext,
  signal: AbortSignal,
): Promise<InjectedFault> {
  const busy = hubs.filter(({ name, isUp }) => isUp && (usersPerHub().get(name) ?? 0) > 0);
  const hub = kind.startsWith("hub") ? oneOf(busy, random) : undefined;
  const server = kind.includes("nats-server") ? oneOf(nats.servers, random) : undefined;
  // Drawn for every kind, so that the same seed gives the same faults.
  const [hubDownFor, pausedFor] = [between(...HUB_DOWN, random), between(...SERVER_PAUSED, random)];
  const since = performance.now();
  const undone: Promise<void>[] = [];
  if (hub) {
    await hub.kill();
    undone.push(startLater(hub, hubDownFor, signal));
  }
  if (server && kind === "nats-server paused") {
    server.pause();
    undone.push(resumeLater(server, pausedFor, signal));
  } else if (server) {
    await server.kill();
    undone.push(startLater(server, SERVER_DOWN, signal));
  }
  const what = [
    hub && `hub ${hub.port} for ${seconds(hubDownFor)}`,
    server &&
    `server ${server.port} for ${seconds(kind === "nats-server paused" ? pausedFor : SERVER_DOWN)}`,
  ].filter((part) => part !== undefined).join(", ");
  const all = Promise.all(undone).then(() => {});
  all.catch(() => {}); // the caller awaits it later and reports errors
  return { kind, what, since, hub: hub?.name, undone: all };
}

async function startLater(
  target: { start(signal: AbortSignal): Promise<void> },
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  await wait(milliseconds, signal);
  if (!signal.aborted) await target.start(signal);
}

async function resumeLater(
  server: NatsServerProcess,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  await wait(milliseconds, signal);
  server.resume();
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
