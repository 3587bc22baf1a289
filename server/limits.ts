/**
 * The limits that keep one peer from hurting the others: how each is set and said, its range and what it is unless set.
 * What becomes of who passes one, the part that keeps it knows.
 */

import type { Key } from "../common/i18n/mod.ts";
import { GREATEST_FRAME, MAX_FRAME, MAX_TEXT_LINE } from "../common/protocol/frame.ts";
import type { SplitLimits } from "../common/protocol/line_splitter.ts";
import type { Dialect } from "./dialect/mod.ts";

/** In bytes, milliseconds and connections. */
export interface Limits {
  /** A line of the text dialect may be so long. */
  line: number;
  /** A frame may be so long. */
  frame: number;
  /** So many bytes may wait for one reader. */
  pending: number;
  /** So many bytes may wait for all readers together. */
  pendingTotal: number;
  /** With bytes waiting and none taken for so long, a peer reads too slowly. */
  stall: number;
  /** A peer that is not in after so long, for want of a `hello` or of the password, is turned away. */
  handshake: number;
  /** A peer that should ping is dead when nothing was heard for so long. */
  silence: number;
  /** Connections at the same time; one more is told that the hub is full. */
  connections: number;
  /** Connections from one address at the same time. */
  perAddress: number;
  /** After accepts that failed, the next one waits so long at the most. */
  acceptPause: number;
  /** After the last word, so long may what waits for the peer take. */
  drain: number;
}

/** How a limit is written, and how much of what {@linkcode Limits} counts in one of these is. */
export const UNITS = {
  bytes: { value: "BYTES", factor: 1 },
  connections: { value: "N", factor: 1 },
  seconds: { value: "SECONDS", factor: 1000 },
  milliseconds: { value: "MILLISECONDS", factor: 1 },
} as const;

/** A limit as an option: all numbers in its unit. */
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

/** The longest `hello` that there can be, with a password of 1024 characters of three bytes, has to fit into a line. */
const LEAST_LINE = 4 * KIB;
/** Our client pings every half a minute. */
const LEAST_SILENCE = 45;

export const LIMITS: { readonly [Name in keyof Limits]: LimitOption } = {
  line: {
    flag: "max-line",
    unit: "bytes",
    initial: MAX_TEXT_LINE,
    min: LEAST_LINE,
    max: GREATEST_FRAME,
    help: "option.max_line",
  },
  frame: {
    flag: "max-frame",
    unit: "bytes",
    initial: MAX_FRAME,
    min: LEAST_LINE,
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
    min: LEAST_SILENCE,
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

/** Limits of which each is what a function gives for its row, in the row's unit. */
export function limitsFrom(valueOf: (limit: LimitOption) => number): Limits {
  const of = (name: keyof Limits) => valueOf(LIMITS[name]) * UNITS[LIMITS[name].unit].factor;
  return {
    line: of("line"),
    frame: of("frame"),
    pending: of("pending"),
    pendingTotal: of("pendingTotal"),
    stall: of("stall"),
    handshake: of("handshake"),
    silence: of("silence"),
    connections: of("connections"),
    perAddress: of("perAddress"),
    acceptPause: of("acceptPause"),
    drain: of("drain"),
  };
}

/** The limits of a hub that is told no others. */
export const DEFAULT_LIMITS: Limits = limitsFrom(({ initial }) => initial);

/** Bytes without a line end, after which a peer does not speak in lines, however short these may be. */
const LEAST_UNENDED = 64 * KIB;

/** How long the lines of a dialect may be. */
export function splitLimits({ line, frame }: Limits, { name }: Dialect): SplitLimits {
  const maxLine = name === "frames" ? frame : line;
  return { maxLine, maxUnended: Math.max(2 * maxLine, LEAST_UNENDED) };
}
