/** Lines that the hub has not answered, in the order of their input: in flight, waiting, or to be sent again. */

import type { CommandFrame, Ref, SayFrame } from "../../common/protocol/frame.ts";

export interface PendingLine {
  /** Its `ref` is unique, and stays the same when the line is sent again. */
  readonly frame: SayFrame | CommandFrame;
  /** The line as it may be shown, without a password. */
  readonly display: string;
  /** Size of the encoded frame. */
  readonly bytes: number;
  /** Set if the client asks for something by itself: it is sent like the others, and the user is not told of it. */
  readonly isSilent?: true;
}

/** Limits of what is in flight; a single line may have more bytes. */
const MAX_LINES_IN_FLIGHT = 32;
const MAX_BYTES_IN_FLIGHT = 128 * 1024;

export class PendingLines {
  /** By ref; the lines in flight are always the first ones. */
  readonly #lines = new Map<Ref, { line: PendingLine; wasSent: boolean }>();
  #inFlight = 0;

  /** `sent`: over an earlier connection. */
  constructor(sent: readonly PendingLine[] = []) {
    for (const line of sent) this.#lines.set(line.frame.ref, { line, wasSent: true });
  }

  get size(): number {
    return this.#lines.size;
  }

  add(line: PendingLine): void {
    this.#lines.set(line.frame.ref, { line, wasSent: false });
  }

  /** Returns the lines to send now, and counts them as in flight. */
  takeDue(): PendingLine[] {
    const due: PendingLine[] = [];
    let [index, bytes] = [0, 0];
    for (const entry of this.#lines.values()) {
      bytes += entry.line.bytes;
      if (index++ < this.#inFlight) continue;
      const isFull = this.#inFlight === MAX_LINES_IN_FLIGHT || bytes > MAX_BYTES_IN_FLIGHT;
      if (isFull && this.#inFlight > 0) break;
      this.#inFlight++;
      entry.wasSent = true;
      due.push(entry.line);
    }
    return due;
  }

  /** The line with a ref; undefined for a ref that was not sent. */
  findSent(ref: Ref): PendingLine | undefined {
    const entry = this.#lines.get(ref);
    return entry?.wasSent ? entry.line : undefined;
  }

  /** Removes and returns the line that the hub answered; undefined for a ref that was not sent. */
  takeAnswered(ref: Ref): PendingLine | undefined {
    const line = this.findSent(ref);
    if (!line) return undefined;
    this.#lines.delete(ref);
    this.#inFlight--;
    return line;
  }

  /** After the connection ended: everything unanswered is due again. */
  requeue(): void {
    this.#inFlight = 0;
  }

  /** Removes and returns the lines sent over a connection that ended: the hub may have accepted them or not. */
  takeUncertain(): PendingLine[] {
    return this.#take(({ wasSent }) => wasSent);
  }

  /** Removes and returns the lines that were never sent, of more than `over` bytes. */
  takeUnsent({ over = 0 } = {}): PendingLine[] {
    return this.#take(({ line, wasSent }) => !wasSent && line.bytes > over);
  }

  /**
   * Removes what is in flight when the hub says goodbye: lines before the one that asked for the goodbye are answered,
   * and lines after it were not meant to be. Returns the line that asked for it, if there was one.
   */
  dropInFlight(): PendingLine | undefined {
    const dropped = [...this.#lines.values()].slice(0, this.#inFlight);
    for (const { line } of dropped) this.#lines.delete(line.frame.ref);
    this.requeue();
    return dropped[0]?.line;
  }

  all(): PendingLine[] {
    return [...this.#lines.values()].map(({ line }) => line).filter(isTold);
  }

  #take(isTaken: (entry: { line: PendingLine; wasSent: boolean }) => boolean): PendingLine[] {
    const taken = [...this.#lines.values()].filter(isTaken).map(({ line }) => line);
    for (const { frame } of taken) this.#lines.delete(frame.ref);
    return taken.filter(isTold);
  }
}

const isTold = ({ isSilent }: PendingLine) => !isSilent;
