/** The limits that keep one peer from hurting the others, and the table of their options: flag, range and default. */

import type { Key } from "../common/i18n/mod.ts";
import { GREATEST_FRAME, MAX_FRAME, MAX_TEXT_LINE } from "../common/protocol/frame.ts";
import type { SplitLimits } from "../common/protocol/line_splitter.ts";
import type { Dialect } from "./dialect/mod.ts";

/** In bytes, milliseconds and connections. */
export interface Limits {
  /** Longest line of the text dialect. */
  line: number;
  /** Longest frame. */
  frame: number;
  /** Bytes pending for one reader. */
  pending: number;
  /** Bytes pending for all readers together. */
  pendingTotal: number;
  /** How long a reader may read nothing while bytes are pending, before it counts as a slow consumer. */
  stall: number;
  /** How long a peer may take to be admitted, with a `hello` or the password. */
  handshake: number;
  /** How long a peer that should send pings may send nothing before it counts as dead. */
  silence: number;
  /** Connections at the same time. */
  connections: number;
  /** Connections at the same time from one IPv4 address or IPv6 /64. */
  perAddress: number;
  /** Longest pause after accepts that failed. */
  acceptPause: number;
  /** How long a closing connection may take to write what is pending. */
  drain: number;
}

/** The units of the options: the placeholder in the help, and the factor to the unit of {@linkcode Limits}. */
export const UNITS = {
  bytes: { value: "BYTES", factor: 1 },
  connections: { value: "N", factor: 1 },
  seconds: { value: "SECONDS", factor: 1000 },
  milliseconds: { value: "MILLISECONDS", factor: 1 },
} as const;

/** The option that sets a limit. All numbers are in its unit. */
export interface LimitOption {
  readonly flag: string;
  readonly unit: keyof typeof UNITS;
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  readonly help: Key;
}

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** The longest `hello`, with a password of 1024 characters of three bytes each, must fit into a line. */
const MIN_LINE = 4 * KIB;
/** The client sends a ping every 30 s. */
const MIN_SILENCE = 45;

export const LIMITS: { readonly [Name in keyof Limits]: LimitOption } = {
  line: {
    flag: "max-line",
    unit: "bytes",
    initial: MAX_TEXT_LINE,
    min: MIN_LINE,
    max: GREATEST_FRAME,
    help: "option.max_line",
  },
  frame: {
    flag: "max-frame",
    unit: "bytes",
    initial: MAX_FRAME,
    min: MIN_LINE,
    max: GREATEST_FRAME,
    help: "option.max_frame",
  },
  pending: {
    flag: "max-pending",
    unit: "bytes",
    initial: MIB,
    min: 256 * KIB,
    max: GIB,
    help: "option.max_pending",
  },
  pendingTotal: {
    flag: "max-pending-total",
    unit: "bytes",
    initial: 256 * MIB,
    min: MIB,
    max: 64 * GIB,
    help: "option.max_pending_total",
  },
  stall: {
    flag: "stall",
    unit: "seconds",
    initial: 10,
    min: 1,
    max: 3600,
    help: "option.stall",
  },
  handshake: {
    flag: "handshake",
    unit: "seconds",
    initial: 30,
    min: 1,
    max: 3600,
    help: "option.handshake",
  },
  silence: {
    flag: "silence",
    unit: "seconds",
    initial: 90,
    min: MIN_SILENCE,
    max: 86_400,
    help: "option.silence",
  },
  connections: {
    flag: "max-connections",
    unit: "connections",
    initial: 10_000,
    min: 1,
    max: 100_000,
    help: "option.max_connections",
  },
  perAddress: {
    flag: "max-per-address",
    unit: "connections",
    initial: 256,
    min: 1,
    max: 100_000,
    help: "option.max_per_address",
  },
  acceptPause: {
    flag: "accept-pause",
    unit: "milliseconds",
    initial: 1000,
    min: 10,
    max: 60_000,
    help: "option.accept_pause",
  },
  drain: {
    flag: "drain",
    unit: "seconds",
    initial: 5,
    min: 1,
    max: 600,
    help: "option.drain",
  },
};

/** Limits made of the value of each row, in the row's unit. */
export function limitsFrom(valueOf: (limit: LimitOption) => number): Limits {
  const entries = Object.entries(LIMITS).map(([name, limit]) => [
    name,
    valueOf(limit) * UNITS[limit.unit].factor,
  ]);
  return Object.fromEntries(entries);
}

/** The limits of a hub without options. */
export const DEFAULT_LIMITS: Limits = limitsFrom(({ initial }) => initial);

/** Bytes without a line end that every peer may send, however short its lines must be. */
const MIN_UNENDED = 64 * KIB;

/** The limits of the lines of a dialect. */
export function splitLimits({ line, frame }: Limits, { name }: Dialect): SplitLimits {
  const maxLine = name === "frames" ? frame : line;
  return { maxLine, maxUnended: Math.max(2 * maxLine, MIN_UNENDED) };
}
