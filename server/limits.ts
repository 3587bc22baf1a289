/** The limits that keep one peer from hurting the others, and the table of their options: flag, range and default. */

import type { Key } from "../common/i18n/mod.ts";
import { GREATEST_FRAME, MAX_FRAME, MAX_TEXT_LINE } from "../common/protocol/frame.ts";
import type { SplitLimits } from "../common/protocol/line_splitter.ts";
import type { Dialect } from "./dialect/mod.ts";

/** The units of the options: the placeholder in the help, and the factor to the unit of {@linkcode Limits}. */
export const UNITS = {
  bytes: { value: "BYTES", factor: 1 },
  connections: { value: "N", factor: 1 },
  seconds: { value: "SECONDS", factor: 1000 },
  milliseconds: { value: "MILLISECONDS", factor: 1 },
} as const;

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** The longest `hello`, with a password of 1024 characters of three bytes each, must fit into a line. */
const LINE_RANGE = [4 * KIB, GREATEST_FRAME] as const;
const CONNECTIONS = [1, 100_000] as const;
const TOTAL = [MIB, 64 * GIB] as const;
/** The client sends a ping every 30 s. */
const MIN_SILENCE = 45;

/** The option that sets a limit. All numbers are in its unit. */
type LimitOption = ReturnType<typeof row>;

function row(
  flag: string,
  unit: keyof typeof UNITS,
  initial: number,
  [min, max]: readonly [min: number, max: number],
  help: Key,
) {
  return { flag, unit, initial, min, max, help };
}

export const LIMITS = {
  /** Longest line of the text dialect. */
  line: row("max-line", "bytes", MAX_TEXT_LINE, LINE_RANGE, "option.max_line"),
  /** Longest frame. */
  frame: row("max-frame", "bytes", MAX_FRAME, LINE_RANGE, "option.max_frame"),
  /** Bytes pending for one reader. */
  pending: row("max-pending", "bytes", MIB, [256 * KIB, GIB], "option.max_pending"),
  /** Bytes pending for all readers together. */
  pendingTotal: row("max-pending-total", "bytes", 256 * MIB, TOTAL, "option.max_pending_total"),
  /** How long a reader may read nothing while bytes are pending, before it counts as a slow consumer. */
  stall: row("stall", "seconds", 10, [1, 3600], "option.stall"),
  /** How long a peer may take to be admitted, with a `hello` or the password. */
  handshake: row("handshake", "seconds", 30, [1, 3600], "option.handshake"),
  /** How long a peer that should send pings may send nothing before it counts as dead. */
  silence: row("silence", "seconds", 90, [MIN_SILENCE, 86_400], "option.silence"),
  /** Connections at the same time. */
  connections: row("max-connections", "connections", 10_000, CONNECTIONS, "option.max_connections"),
  /** Connections at the same time from one IPv4 address or IPv6 /64. */
  perAddress: row("max-per-address", "connections", 256, CONNECTIONS, "option.max_per_address"),
  /** Longest pause after accepts that failed. */
  acceptPause: row("accept-pause", "milliseconds", 1000, [10, 60_000], "option.accept_pause"),
  /** How long a closing connection may take to write what is pending. */
  drain: row("drain", "seconds", 5, [1, 600], "option.drain"),
} as const;

/** In bytes, milliseconds and connections. */
export type Limits = Record<keyof typeof LIMITS, number>;

/** Limits made of the value of each row, in the row's unit. */
export function limitsFrom(valueOf: (limit: LimitOption) => number): Limits {
  const entries = Object.entries(LIMITS)
    .map(([name, limit]) => [name, valueOf(limit) * UNITS[limit.unit].factor]);
  return Object.fromEntries(entries);
}

/** The limits of a hub without options. */
export const DEFAULT_LIMITS: Limits = limitsFrom(({ initial }) => initial);

/** Bytes without a line end that every peer may send, however short its lines must be. */
const MIN_UNENDED = 64 * KIB;

/** Of IRC, with the tags of a client (IRCv3 message-tags). */
const MAX_IRC_LINE = 4096 + 512;

/** The limits of the lines of a dialect. */
export function splitLimits({ line, frame }: Limits, { name }: Dialect): SplitLimits {
  const maxLine = name === "frames" ? frame : name === "irc" ? MAX_IRC_LINE : line;
  return { maxLine, maxUnended: Math.max(2 * maxLine, MIN_UNENDED) };
}
