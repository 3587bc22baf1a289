/** Who is measured: our hub in its ways, its peers, and the floor. Each is a process of its own. */

import { chat } from "../../../tests/support/program.ts";
import { isInstalled } from "../process.ts";
import {
  BARE_PRESENCE_WIRE,
  BARE_WIRE,
  FRAMES_WIRE,
  IRC_WIRE,
  NCAT_WIRE,
  SELECT_WIRE,
  TEXT_WIRE,
  type Wire,
} from "./wire.ts";

export const CONTESTANT_NAMES = [
  "forwarder",
  "text",
  "frames",
  "mixed",
  "disk",
  "ngircd",
  "ncat",
  "python",
] as const;
export type ContestantName = (typeof CONTESTANT_NAMES)[number];

export interface Contestant {
  /** As the tables have it. */
  readonly label: string;
  /** The program that must be installed, and how to get it. */
  readonly needs?: { readonly program: string; readonly hint: string };
  /** The command that makes it listen on a port of 127.0.0.1; it may put files into a folder. */
  command(port: number, folder: string): string[];
  /** How its members speak, in turn. */
  readonly wires: readonly Wire[];
  /** The same where coming and going is measured. */
  readonly presenceWires?: readonly Wire[];
  /** Members that may come in at the same time; 64 unless told. */
  readonly atOnce?: number;
  /** Members that it can have, and why no more. */
  readonly most?: { readonly members: number; readonly why: string };
}

/** Without limits on how much one peer sends, and of connections as many as there can be. */
const HUB_OPTIONS = "--rate 0 --grace 0 --history 0 --lang en --log warning --silence 86400"
  .split(" ");

function hub(port: number, ...more: string[]): string[] {
  return chat("server", "127.0.0.1", String(port), ...HUB_OPTIONS, ...more);
}

const MANY = ["--max-connections", "20000"];

/** `select` knows descriptors up to 1023 only, and some are taken. */
const SELECT_LIMIT = { members: 1000, why: "select() ends at 1024 descriptors" };

export const CONTESTANTS: Readonly<Record<ContestantName, Contestant>> = {
  forwarder: {
    label: "bare forwarder",
    command: (port) => [
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-config",
      "--allow-net",
      `${import.meta.dirname}/forwarder.ts`,
      String(port),
    ],
    wires: [BARE_WIRE],
    presenceWires: [BARE_PRESENCE_WIRE],
  },
  text: {
    label: "chat, text",
    command: (port) => hub(port, ...MANY),
    wires: [TEXT_WIRE],
  },
  frames: {
    label: "chat, frames",
    command: (port) => hub(port, ...MANY),
    wires: [FRAMES_WIRE],
  },
  mixed: {
    label: "chat, both",
    command: (port) => hub(port, ...MANY),
    wires: [FRAMES_WIRE, TEXT_WIRE],
  },
  disk: {
    label: "chat, text, --db",
    command: (port, folder) => hub(port, ...MANY, "--db", `${folder}/history.db`),
    wires: [TEXT_WIRE],
  },
  ngircd: {
    label: "ngircd",
    needs: { program: "ngircd", hint: "apt-get install ngircd" },
    command: (port, folder) => {
      const path = `${folder}/ngircd.conf`;
      Deno.writeTextFileSync(path, ircConfiguration(port));
      return ["ngircd", "--nodaemon", "--config", path];
    },
    wires: [IRC_WIRE],
  },
  ncat: {
    label: "ncat --chat",
    needs: { program: "ncat", hint: "apt-get install ncat" },
    command: (port) => [
      "ncat",
      "--listen",
      "127.0.0.1",
      String(port),
      "--chat",
      "--max-conns",
      "1000",
    ],
    wires: [NCAT_WIRE],
    // It stands still when many come while it tells everybody who is here.
    atOnce: 1,
    most: { members: 100, why: "it tells everybody the list of all whenever somebody comes" },
  },
  python: {
    label: "Python select",
    needs: { program: "python3", hint: "apt-get install python3" },
    command: (port) => [
      "python3",
      `${import.meta.dirname}/select_hub.py`,
      String(port),
    ],
    wires: [SELECT_WIRE],
    most: SELECT_LIMIT,
  },
};

/** Nothing that would hold a member back, and no questions to others. */
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

/** Why a contestant cannot be measured here, or undefined. */
export async function missing({ needs }: Contestant): Promise<string | undefined> {
  if (!needs || await isInstalled(needs.program)) return undefined;
  return `${needs.program} is not installed (${needs.hint})`;
}
