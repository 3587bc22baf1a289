/**
 * What a person has entered and the hub has not answered, in its order: what is on the wire, what waits for its turn, and
 * what was on a wire that broke. Pure: who sends it and how it looks is not its business.
 */

import type { CommandFrame, SayFrame } from "../../common/protocol/frame.ts";

export interface PendingLine {
  /** Its `ref` is used for this line alone, and stays the same when it is sent again. */
  readonly frame: SayFrame | CommandFrame;
  /** What may be shown of it. */
  readonly display: string;
  /** Of the frame, as it is sent. */
  readonly bytes: number;
}

/** So many lines, and bytes unless one line alone has more, are on the wire without an answer. */
const MAX_LINES = 32;
const MAX_BYTES = 128 * 1024;

export class PendingLines {
  /** By ref, in the order in which they were entered; those on the wire are always the first ones. */
  readonly #lines = new Map<string, { line: PendingLine; wasSent: boolean }>();
  #linesInFlight = 0;
  #bytesInFlight = 0;

  /** Lines that are not answered. */
  get size(): number {
    return this.#lines.size;
  }

  add(line: PendingLine): void {
    this.#lines.set(line.frame.ref, { line, wasSent: false });
  }

  /** The lines whose turn it is; they count as being on the wire from now on. */
  takeDue(): PendingLine[] {
    const due: PendingLine[] = [];
    let toSkip = this.#linesInFlight;
    for (const entry of this.#lines.values()) {
      if (toSkip-- > 0) continue;
      if (!this.#hasRoomFor(entry.line)) break;
      this.#linesInFlight++;
      this.#bytesInFlight += entry.line.bytes;
      entry.wasSent = true;
      due.push(entry.line);
    }
    return due;
  }

  #hasRoomFor({ bytes }: PendingLine): boolean {
    if (this.#linesInFlight === 0) return true;
    return this.#linesInFlight < MAX_LINES && this.#bytesInFlight + bytes <= MAX_BYTES;
  }

  /** The hub answered: gives the line that it did. Nothing changes where it was not asked. */
  takeAnswered(ref: string): PendingLine | undefined {
    const entry = this.#lines.get(ref);
    if (!entry?.wasSent) return undefined;
    this.#lines.delete(ref);
    this.#linesInFlight--;
    this.#bytesInFlight -= entry.line.bytes;
    return entry.line;
  }

  /** The connection is over: all that is not answered is due again. */
  requeue(): void {
    this.#linesInFlight = 0;
    this.#bytesInFlight = 0;
  }

  /** Takes out what was sent over a connection that is over: whether the hub has taken it is not known. */
  takeUncertain(): PendingLine[] {
    const taken = [...this.#lines.values()].filter(({ wasSent }) => wasSent);
    for (const { line } of taken) this.#lines.delete(line.frame.ref);
    return taken.map(({ line }) => line);
  }

  /** Takes out everything; to be called while nothing is on the wire. */
  takeAll(): PendingLine[] {
    const taken = [...this.#lines.values()].map(({ line }) => line);
    this.#lines.clear();
    return taken;
  }

  /** Takes out what was not sent and is of more bytes. */
  takeOversized(max: number): PendingLine[] {
    const taken = [...this.#lines.values()].filter(({ line, wasSent }) =>
      !wasSent && line.bytes > max
    );
    for (const { line } of taken) this.#lines.delete(line.frame.ref);
    return taken.map(({ line }) => line);
  }

  /**
   * The hub said goodbye: what stood before that is answered, and what stood behind it was not meant to be. Gives the line
   * that asked for it, where one did.
   */
  dropInFlight(): PendingLine | undefined {
    const dropped = [...this.#lines.values()].slice(0, this.#linesInFlight);
    for (const { line } of dropped) this.#lines.delete(line.frame.ref);
    this.requeue();
    return dropped[0]?.line;
  }

  /** What may be shown of each line. */
  displays(): string[] {
    return [...this.#lines.values()].map(({ line }) => line.display);
  }
}
