/**
 * Splits a stream of bytes into lines of text, at any chunking, in bounded memory. Lines are pulled out one by one:
 * between two, the reader may stop (rate limit) or change the limits (a `hello` raises those of the text dialect).
 */

import { attempt } from "../result.ts";

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf] as const;
/** Shared: there may be ten thousand splitters. */
const NO_BYTES = new Uint8Array(0);

/** What {@linkcode LineSplitter.next} found. */
export type SplitResult =
  /** A line without its LF and one CR before it. */
  | { kind: "line"; text: string }
  /** The same, if it is not valid UTF-8 (RFC 3629). The bytes are valid only until the next call. */
  | { kind: "not_utf8"; bytes: Uint8Array }
  /** A line longer than {@linkcode SplitLimits.maxLine}. Reported once; the rest of it, up to its LF, is dropped. */
  | { kind: "too_long"; max: number }
  /** More than {@linkcode SplitLimits.maxUnended} bytes without an LF. Nothing follows. */
  | { kind: "overrun"; max: number };

/** Both in bytes. */
export interface SplitLimits {
  /** Longest line, without its LF, one CR before that and a BOM at the start of the stream. */
  maxLine: number;
  /** Most bytes without an LF before the splitter gives up; at least `maxLine`. */
  maxUnended: number;
}

/**
 * Whole lines are decoded together up to this many bytes: a flood of short ones takes a tenth of the time. V8 lets a
 * line share the memory of the text that it was cut from, so whoever keeps a line may keep this many bytes.
 */
const TOGETHER = 1024;

/**
 * {@linkcode push} a chunk, and pull lines by {@linkcode next} until it returns undefined. Between two chunks it holds
 * at most `maxLine + 1` bytes, and three more of the first line, whose BOM is dropped.
 */
export class LineSplitter {
  /** May be replaced between two calls; applies from the next line on. */
  limits: SplitLimits;

  #chunk: Uint8Array = NO_BYTES;
  #position = 0;
  /** Lines that were decoded together, each with its LF; those before `#decodedPosition` were pulled. */
  #decoded = "";
  #decodedPosition = 0;
  /** The unended line so far: its first `#heldLength` bytes are in use. */
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  /** Bytes of the unended line, dropped ones included. */
  #unended = 0;
  #state: "collecting" | "dropping" | "over" = "collecting";
  #atStart = true;

  constructor(limits: SplitLimits) {
    this.limits = limits;
  }

  /** Adds bytes, which must not change until {@linkcode next} returns undefined. @throws {RangeError} before that. */
  push(chunk: Uint8Array): void {
    if (this.#state === "over") return;
    if (this.#position < this.#chunk.length || this.#decodedPosition < this.#decoded.length) {
      throw new RangeError("pull the lines of a chunk before the next");
    }
    this.#chunk = chunk;
    this.#position = 0;
  }

  /** The next result, or undefined if more bytes are needed. */
  next(): SplitResult | undefined {
    while (this.#state !== "over") {
      if (this.#decodedPosition < this.#decoded.length) return this.#takeDecoded();
      if (this.#position >= this.#chunk.length) break;
      if (this.#decodeTogether()) continue;

      const end = this.#chunk.indexOf(LF, this.#position);
      const isEnded = end !== -1;
      const piece = this.#chunk.subarray(this.#position, isEnded ? end : undefined);
      this.#position = isEnded ? end + 1 : this.#chunk.length;
      this.#unended += piece.length;
      if (this.#unended > this.limits.maxUnended) {
        this.#state = "over";
        this.#forget();
        return { kind: "overrun", max: this.limits.maxUnended };
      }
      const result = isEnded ? this.#endLine(piece) : this.#continueLine(piece);
      if (result) return result;
    }
    // An idle reader keeps nothing of the chunk alive.
    this.#chunk = NO_BYTES;
    this.#decoded = "";
    return undefined;
  }

  /** The stream has ended: returns a last line without LF if it is within the limit. Call it once. */
  end(): SplitResult | undefined {
    if (this.#state !== "collecting" || this.#heldLength === 0) return undefined;
    return this.#endLine(NO_BYTES);
  }

  /** Decodes the next whole lines together if no limit applies to them and they are valid. */
  #decodeTogether(): boolean {
    const isPlain = this.#state === "collecting" && this.#heldLength === 0 && !this.#atStart;
    if (!isPlain || this.limits.maxLine < TOGETHER) return false;
    const from = this.#position;
    const to = this.#chunk.lastIndexOf(LF, from + TOGETHER - 1) + 1;
    if (to <= from) return false;
    const text = utf8.decode(this.#chunk.subarray(from, to));
    if (text.includes(REPLACEMENT)) return false; // perhaps only one line is invalid
    this.#position = to;
    this.#decoded = text;
    this.#decodedPosition = 0;
    return true;
  }

  #takeDecoded(): SplitResult {
    const from = this.#decodedPosition;
    const end = this.#decoded.indexOf("\n", from);
    this.#decodedPosition = end + 1;
    const hasCr = end > from && this.#decoded.charCodeAt(end - 1) === CR;
    const text = this.#decoded.slice(from, hasCr ? end - 1 : end);
    const { maxLine } = this.limits;
    // The limit may be lower by now.
    const isTooLong = maxLine < TOGETHER && encoder.encode(text).length > maxLine;
    return isTooLong ? { kind: "too_long", max: maxLine } : { kind: "line", text };
  }

  #continueLine(piece: Uint8Array): SplitResult | undefined {
    if (this.#state === "dropping") return undefined;
    // It may still lose a CR, and the first line a BOM.
    const max = this.limits.maxLine + 1 + (this.#atStart ? BOM.length : 0);
    if (this.#heldLength + piece.length > max) {
      this.#state = "dropping";
      this.#forget();
      return { kind: "too_long", max: this.limits.maxLine };
    }
    this.#hold(piece);
    return undefined;
  }

  #endLine(piece: Uint8Array): SplitResult | undefined {
    this.#unended = 0;
    const isFirst = this.#atStart;
    this.#atStart = false;
    if (this.#state === "dropping") {
      this.#state = "collecting";
      return undefined;
    }
    let line = piece;
    if (this.#heldLength > 0) {
      this.#hold(piece);
      line = this.#held.subarray(0, this.#heldLength);
      this.#forget();
    }
    if (line.at(-1) === CR) line = line.subarray(0, -1);
    if (isFirst && BOM.every((byte, index) => line[index] === byte)) {
      line = line.subarray(BOM.length);
    }
    if (line.length > this.limits.maxLine) return { kind: "too_long", max: this.limits.maxLine };
    const text = decodeLine(line);
    return text === undefined ? { kind: "not_utf8", bytes: line } : { kind: "line", text };
  }

  #hold(piece: Uint8Array): void {
    const needed = this.#heldLength + piece.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(
        Math.max(needed, Math.min(2 * this.#held.length, this.limits.maxLine + 1)),
      );
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(piece, this.#heldLength);
    this.#heldLength = needed;
  }

  #forget(): void {
    this.#held = NO_BYTES;
    this.#heldLength = 0;
  }
}

const REPLACEMENT = "\uFFFD";
const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a line, or undefined if it is not valid UTF-8 (RFC 3629). */
export function decodeLine(bytes: Uint8Array): string | undefined {
  // The lenient decoder is much faster; only a line with a replacement character has to be checked.
  const text = utf8.decode(bytes);
  return text.includes(REPLACEMENT) ? attempt(() => strictUtf8.decode(bytes)) : text;
}
