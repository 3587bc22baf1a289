/**
 * Tells what was pasted from what was typed, in the bytes of a terminal that marks pastes ("bracketed paste" of xterm's
 * control sequences). Pure: it knows neither the terminal nor the line that is being typed, and has no clock.
 */

import { sanitize } from "../../common/protocol/sanitize.ts";

/** Makes the terminal mark what is pasted. One that does not know it ignores it, and pastes as if it were typed. */
export const ENABLE_BRACKETED_PASTE = "\x1b[?2004h";
/** Ends that; to be written before the terminal is given back. */
export const DISABLE_BRACKETED_PASTE = "\x1b[?2004l";

/** At most so much of a paste is kept, in bytes of UTF-8. */
export const MAX_PASTE_BYTES = 64 * 1024;

const START = "\x1b[200~";
// deno-lint-ignore no-control-regex
const MARKER = /\x1b\[20[01]~/g;
/** What may become a marker with the next bytes. */
// deno-lint-ignore no-control-regex
const PARTIAL_MARKER = /\x1b(?:\[(?:2(?:0[01]?)?)?)?$/;

const latin1 = new TextDecoder("latin1");
const utf8 = new TextEncoder();

export type InputSegment =
  /** Keys, as the terminal sent them. They may share the memory of what was pushed. */
  | { kind: "typed"; bytes: Uint8Array }
  /**
   * Safe to show; LF between lines, none at the end. May be empty. With `isCut` more was pasted than is kept, and the
   * end of it is missing.
   */
  | { kind: "pasted"; text: string; isCut: boolean };

/**
 * Takes the terminal's bytes at any chunking. Of a paste it holds at most `maxBytes`, and drops the rest up to its end;
 * of what is typed, at most the five bytes with which a marker may have begun.
 *
 * The first end marker ends a paste, as in every line editor: who manages to have one pasted can type what follows. The
 * terminal must keep that out, and most do (xterm, for one, pastes no ESC). An end marker without a paste is dropped,
 * and a start marker within a paste is text like any other.
 */
export class PasteSplitter {
  readonly #maxBytes: number;
  /** What was begun and may become a marker. */
  #held: Uint8Array = new Uint8Array(0);
  #paste: PasteBuffer | undefined;

  constructor({ maxBytes = MAX_PASTE_BYTES }: { maxBytes?: number } = {}) {
    this.#maxBytes = maxBytes;
  }

  /**
   * What has to wait for more bytes: `key` is ESC or more, which may be the key or the beginning of a marker; `paste`
   * is one whose end has not come. Neither may wait for ever: when nothing more comes, the owner calls
   * {@linkcode flush}, after a moment for a key (a tenth of a second) and after a longer one for a paste (seconds: what
   * still comes of it then is taken as typed).
   */
  get pending(): "nothing" | "key" | "paste" {
    if (this.#paste) return "paste";
    return this.#held.length > 0 ? "key" : "nothing";
  }

  /** The next bytes, which must not change any more; gives what is complete now. */
  push(bytes: Uint8Array): InputSegment[] {
    const all = join(this.#held, bytes);
    const text = latin1.decode(all); // one character a byte, so positions are the same
    const pieces: InputSegment[] = [];
    let from = 0;
    for (const { 0: marker, index } of text.matchAll(MARKER)) {
      const isStart = marker === START;
      if (isStart && this.#paste) continue;
      this.#append(all.subarray(from, index), pieces);
      from = index + marker.length;
      if (isStart) this.#paste = new PasteBuffer(this.#maxBytes);
      else this.#endPaste(pieces);
    }
    const to = PARTIAL_MARKER.exec(text)?.index ?? all.length;
    this.#append(all.subarray(from, to), pieces);
    this.#held = all.slice(to);
    return pieces;
  }

  /** Gives what was waiting, which no marker follows any more: a key as typed, a paste as if it had ended. */
  flush(): InputSegment[] {
    const pieces: InputSegment[] = [];
    this.#append(this.#held, pieces);
    this.#held = new Uint8Array(0);
    this.#endPaste(pieces);
    return pieces;
  }

  #append(bytes: Uint8Array, pieces: InputSegment[]): void {
    if (this.#paste) this.#paste.add(bytes);
    else if (bytes.length > 0) pieces.push({ kind: "typed", bytes });
  }

  #endPaste(pieces: InputSegment[]): void {
    if (this.#paste) pieces.push(this.#paste.end());
    this.#paste = undefined;
  }
}

/** One paste while it comes in. */
class PasteBuffer {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();
  #text = "";
  #bytes = 0;
  #isCut = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, this.#maxBytes - this.#bytes);
    this.#text += this.#decoder.decode(kept, { stream: true });
    this.#bytes += kept.length;
    if (kept.length < bytes.length) this.#isCut = true;
  }

  end(): InputSegment {
    // Half a character at the end is an error of the text, but not where the text was cut there.
    const rest = this.#isCut ? "" : this.#decoder.decode();
    const safe = withoutEndingNewlines(sanitize(this.#text + rest, { newlines: true }));
    // Tabs and replaced characters have grown.
    const { read } = utf8.encodeInto(safe, new Uint8Array(this.#maxBytes));
    return {
      kind: "pasted",
      text: withoutEndingNewlines(safe.slice(0, read)),
      isCut: this.#isCut || read < safe.length,
    };
  }
}

/** In one go: a regular expression would try at every newline of a text of newlines. */
function withoutEndingNewlines(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
