/**
 * Cuts a stream of bytes into lines at LF, at any chunking, in bounded memory.
 *
 * It knows nothing of text, frames or sockets: whoever reads the bytes pushes them in, and pulls lines
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
  /** A line without its LF and without one CR before it. The bytes are only valid until the next call. */
  | { kind: "line"; bytes: Uint8Array }
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
 * A pull parser for lines: {@linkcode push} a chunk, then call {@linkcode next} until it gives undefined,
 * then push again. Holds at most `maxLine + 1` bytes between two chunks, and of the first line three more: a BOM
 * that opens the stream is dropped.
 */
export class LineSplitter {
  /** May be replaced between two calls; holds from the next line on. */
  limits: SplitLimits;

  #chunk: Uint8Array = NO_BYTES;
  #position = 0;
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
    if (this.#position < this.#chunk.length) {
      throw new RangeError("pull the lines of a chunk before the next");
    }
    this.#chunk = chunk;
    this.#position = 0;
  }

  /** The next line or finding, or undefined when more bytes are needed. */
  next(): SplitResult | undefined {
    while (this.#state !== "over" && this.#position < this.#chunk.length) {
      const from = this.#position;
      const end = this.#chunk.indexOf(LF, from);
      const to = end === -1 ? this.#chunk.length : end;
      this.#position = end === -1 ? to : end + 1;

      const result = end === -1
        ? this.#continueLine(this.#chunk.subarray(from, to))
        : this.#endLine(this.#chunk.subarray(from, to));
      if (result) return result;
    }
    this.#chunk = NO_BYTES; // whoever is idle now holds nothing of it
    this.#position = 0;
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
    return { kind: "line", bytes: line };
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

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a line, or undefined when its bytes are not valid UTF-8 (RFC 3629). */
export function decodeLine(bytes: Uint8Array): string | undefined {
  // Much the quicker of both. It replaces what is not valid, so that only a line with a replacement is in doubt.
  const text = utf8.decode(bytes);
  if (!text.includes("\uFFFD")) return text;
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}
