/**
 * Cuts a stream of bytes into lines of text at LF, at any chunking, in bounded memory.
 *
 * It knows nothing of dialects, frames or sockets: whoever reads the bytes pushes them in, and pulls lines
 * out one by one, so that a reader may stop between two lines (rate limit) or change the limits between
 * them (a `hello` raises the text dialect's to the frames dialect's).
 */

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf] as const;
/** One for all: each of them takes memory, and there may be ten thousand splitters. */
const NO_BYTES = new Uint8Array(0);

/** What {@linkcode LineSplitter.next} found. */
export type SplitResult =
  /** A line without its LF and without one CR before it. */
  | { kind: "line"; text: string }
  /** The same, where that is not valid UTF-8 (RFC 3629). The bytes are only valid until the next call. */
  | { kind: "not_utf8"; bytes: Uint8Array }
  /** A line passed {@linkcode SplitLimits.maxLine}. Told once; the rest of it, up to its LF, is dropped. */
  | { kind: "too_long"; max: number }
  /** More than {@linkcode SplitLimits.maxUnended} bytes came without an LF. Nothing follows. */
  | { kind: "overrun"; max: number };

/** Both in bytes. */
export interface SplitLimits {
  /** The longest line that is passed on; its LF, one CR before that and a BOM that opens the stream are not counted. */
  maxLine: number;
  /** How much may come without an LF, whatever it is, before the stream is given up; at least `maxLine`. */
  maxUnended: number;
}

/**
 * Whole lines are decoded together, up to so many bytes: of a flood of short ones that takes a tenth of what it takes to
 * decode each by itself. V8 lets a line share the memory of those it was decoded with, so that who keeps one line may
 * keep so many bytes.
 */
const TOGETHER = 1024;

/**
 * A pull parser for lines: {@linkcode push} a chunk, then call {@linkcode next} until it gives undefined,
 * then push again. Holds at most `maxLine + 1` bytes between two chunks, and of the first line three more: a BOM
 * that opens the stream is dropped.
 */
export class LineSplitter {
  /** May be replaced between two calls; holds from the next line on. */
  limits: SplitLimits;

  #chunk: Uint8Array = NO_BYTES;
  #position = 0;
  /** Lines that were decoded together, each with its LF; those before `#decodedPosition` have been pulled. */
  #decoded = "";
  #decodedPosition = 0;
  /** The unended line so far: its first `#heldLength` bytes are in use. */
  #held: Uint8Array = NO_BYTES;
  #heldLength = 0;
  /** Bytes of the unended line in all, those that were dropped included. */
  #unended = 0;
  #state: "collecting" | "dropping" | "over" = "collecting";
  #atStart = true;

  constructor(limits: SplitLimits) {
    this.limits = limits;
  }

  /**
   * Takes the next bytes of the stream. The array is read, not copied, until {@linkcode next} gives
   * undefined, and must not change before that. After an `overrun` it is dropped.
   *
   * @throws {RangeError} when the chunk before was not pulled to its end.
   */
  push(chunk: Uint8Array): void {
    if (this.#state === "over") return;
    if (this.#position < this.#chunk.length || this.#decodedPosition < this.#decoded.length) {
      throw new RangeError("pull the lines of a chunk before the next");
    }
    this.#chunk = chunk;
    this.#position = 0;
  }

  /** The next line or finding, or undefined when more bytes are needed. */
  next(): SplitResult | undefined {
    while (this.#state !== "over") {
      if (this.#decodedPosition < this.#decoded.length) return this.#takeDecoded();
      if (this.#position === this.#chunk.length) break;
      if (this.#decodeTogether()) continue;

      const from = this.#position;
      const end = this.#chunk.indexOf(LF, from);
      const to = end === -1 ? this.#chunk.length : end;
      this.#position = end === -1 ? to : end + 1;

      const result = end === -1
        ? this.#continueLine(this.#chunk.subarray(from, to))
        : this.#endLine(this.#chunk.subarray(from, to));
      if (result) return result;
    }
    // Whoever is idle now holds nothing of it.
    this.#chunk = NO_BYTES;
    this.#position = 0;
    this.#decoded = "";
    this.#decodedPosition = 0;
    return undefined;
  }

  /** The stream ended: gives the last line if it had no LF and was within the limit. Call it once. */
  end(): SplitResult | undefined {
    if (this.#state !== "collecting" || this.#heldLength === 0) return undefined;
    return this.#endLine(new Uint8Array(0));
  }

  /** How long the unended line may become: it may still lose a CR, and as the first one a BOM. */
  get #maxHeld(): number {
    return this.limits.maxLine + 1 + (this.#atStart ? BOM.length : 0);
  }

  /** Decodes the next whole lines together, if they can be: no limit concerns them, and they are valid. */
  #decodeTogether(): boolean {
    const isPlain = this.#state === "collecting" && this.#heldLength === 0 && !this.#atStart;
    if (!isPlain || this.limits.maxLine < TOGETHER) return false;
    const from = this.#position;
    const to = this.#chunk.lastIndexOf(LF, from + TOGETHER - 1) + 1;
    if (to <= from) return false;
    const text = utf8.decode(this.#chunk.subarray(from, to));
    if (text.includes(REPLACEMENT)) return false; // perhaps of one line only
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
    // They may have become lower meanwhile.
    const isTooLong = maxLine < TOGETHER && encoder.encode(text).length > maxLine;
    return isTooLong ? { kind: "too_long", max: maxLine } : { kind: "line", text };
  }

  #continueLine(piece: Uint8Array): SplitResult | undefined {
    const overrun = this.#count(piece);
    if (overrun || this.#state === "dropping") return overrun;
    if (this.#heldLength + piece.length > this.#maxHeld) {
      this.#state = "dropping";
      this.#forget();
      return { kind: "too_long", max: this.limits.maxLine };
    }
    this.#hold(piece);
    return undefined;
  }

  #endLine(piece: Uint8Array): SplitResult | undefined {
    const overrun = this.#count(piece);
    if (overrun) return overrun;
    this.#unended = 0;
    const [isFirst, maxHeld] = [this.#atStart, this.#maxHeld];
    this.#atStart = false;
    if (this.#state === "dropping") {
      this.#state = "collecting";
      return undefined;
    }
    let line = piece;
    if (this.#heldLength > 0) {
      if (this.#heldLength + piece.length > maxHeld) {
        this.#forget();
        return { kind: "too_long", max: this.limits.maxLine };
      }
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

  #count(piece: Uint8Array): SplitResult | undefined {
    this.#unended += piece.length;
    if (this.#unended <= this.limits.maxUnended) return undefined;
    this.#state = "over";
    this.#forget();
    return { kind: "overrun", max: this.limits.maxUnended };
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

/** The text of a line, or undefined when its bytes are not valid UTF-8 (RFC 3629). */
export function decodeLine(bytes: Uint8Array): string | undefined {
  // Much the quicker of both. It replaces what is not valid, so that only a line with a replacement is in doubt.
  const text = utf8.decode(bytes);
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}
