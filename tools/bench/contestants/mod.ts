/** The measured hubs: ours in several setups, its peers, and the baseline. Each is a process of its own. */

import { chat } from "../../../tests/support/program.ts";
import { isInstalled } from "../process.ts";
import {
  BARE_IRC_WIRE,
  BARE_PRESENCE_WIRE,
  BARE_WIRE,
  FRAMES_WIRE,
  IRC_WIRE,
  NCAT_WIRE,
  OUR_IRC_WIRE,
  PAGE_WIRE,
  SELECT_WIRE,
  TEXT_WIRE,
  type Wire,
} from "./wire.ts";

export interface Contestant {
  /** Its name in the tables. */
  readonly label: string;
  /** The program that must be installed; its package has the same name. */
  readonly needs?: string;
  /** The command that makes it listen on a port of 127.0.0.1; it may write files into the folder. */
  command(port: number, folder: string): string[];
  /** The members use these in turn. */
  readonly wires: readonly Wire[];
  /** The same for the presence case. */
  readonly presenceWires?: readonly Wire[];
  /** Members that may join at the same time, by default 64. */
  readonly concurrent?: number;
  /** The most members that it can have, and why. */
  readonly limit?: { readonly members: number; readonly why: string };
}

/** Our hub without rate limits, and with room for all connections. */
function hub(port: number, ...more: string[]): string[] {
  const options = "--rate 0 --grace 0 --history 0 --lang en --log warning --silence 86400 " +
    "--max-connections 20000";
  return chat("server", "127.0.0.1", String(port), ...options.split(" "), ...more);
}

function floor(port: number, folder: string): string[] {
  const [source, program] = [`${import.meta.dirname}/floor.c`, `${folder}/floor`];
  const script = 'gcc -O2 -o "$2" "$1" && exec "$2" "$3"';
  return ["sh", "-c", script, "sh", source, program, String(port)];
}

const TABLE = {
  floor: {
    label: "floor in C",
    needs: "gcc",
    command: floor,
    wires: [BARE_WIRE],
    presenceWires: [BARE_PRESENCE_WIRE],
  },
  floorIrc: {
    label: "floor in C, lines of IRC",
    needs: "gcc",
    command: floor,
    wires: [BARE_IRC_WIRE],
  },
  forwarder: {
    label: "floor in Deno",
    command: (port) => [
      ...[Deno.execPath(), "run", "--quiet", "--no-config", "--allow-net"],
      ...[`${import.meta.dirname}/forwarder.ts`, String(port)],
    ],
    wires: [BARE_WIRE],
    presenceWires: [BARE_PRESENCE_WIRE],
  },
  text: { label: "chat, text", command: (port) => hub(port), wires: [TEXT_WIRE] },
  frames: { label: "chat, frames", command: (port) => hub(port), wires: [FRAMES_WIRE] },
  pages: { label: "chat, pages", command: (port) => hub(port), wires: [PAGE_WIRE] },
  irc: { label: "chat, IRC", command: (port) => hub(port), wires: [OUR_IRC_WIRE] },
  mixed: { label: "chat, both", command: (port) => hub(port), wires: [FRAMES_WIRE, TEXT_WIRE] },
  disk: {
    label: "chat, text, --db",
    command: (port, folder) => hub(port, "--db", `${folder}/history.db`),
    wires: [TEXT_WIRE],
  },
  ngircd: {
    label: "ngircd",
    needs: "ngircd",
    command: (port, folder) => {
      const path = `${folder}/ngircd.conf`;
      Deno.writeTextFileSync(path, ircConfiguration(port));
      return ["ngircd", "--nodaemon", "--config", path];
    },
    wires: [IRC_WIRE],
  },
  ncat: {
    label: "ncat --chat",
    needs: "ncat",
    command: (port) =>
      ["ncat", "--listen", "127.0.0.1", String(port)].concat("--chat", "--max-conns", "1000"),
    wires: [NCAT_WIRE],
    // It hangs if many join while it sends the list of members to all.
    concurrent: 1,
    limit: { members: 100, why: "it sends the list of all members to everyone at each join" },
  },
  python: {
    label: "Python select",
    needs: "python3",
    command: (port) => ["python3", `${import.meta.dirname}/select_hub.py`, String(port)],
    wires: [SELECT_WIRE],
    limit: { members: 1000, why: "select() handles descriptors below 1024 only" },
  },
} satisfies Record<string, Contestant>;

export type ContestantName = keyof typeof TABLE;

export const CONTESTANTS: Readonly<Record<ContestantName, Contestant>> = TABLE;

/** Without limits, and without requests to name servers. */
function ircConfiguration(port: number): string {
  return `[Global]
Name = bench.invalid
Info = bench
Listen = 127.0.0.1
Ports = ${port}
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxPenaltyTime = 0
PingTimeout = 86400
[Options]
DNS = no
Ident = no
PAM = no
OperCanUseMode = no
[Channel]
Name = #c
`;
}

/** Why a contestant cannot have that many members here, or undefined. */
export async function whyNot(
  { needs, limit }: Contestant,
  members: number,
): Promise<string | undefined> {
  if (needs !== undefined && !await isInstalled(needs)) return `install ${needs} to measure it`;
  return limit && members > limit.members ? limit.why : undefined;
}
