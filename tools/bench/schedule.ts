/**
 * When the messages of an open loop are due: at a steady rate from the start, whether the hub keeps up or not. How late a
 * message is heard counts from when it was due and not from when it was sent, lest a hub that holds up the sender look
 * quick (coordinated omission). Pure.
 */

export class Schedule {
  readonly #rate: number;
  /** Messages in all. */
  readonly total: number;

  /** So many messages a second for so many seconds. */
  constructor(rate: number, seconds: number) {
    this.#rate = rate;
    this.total = Math.round(rate * seconds);
  }

  /** When a message is due, in milliseconds from the start; the first is 0. */
  dueAt(message: number): number {
    return 1000 * message / this.#rate;
  }

  /** How many messages should have been sent so many milliseconds after the start. */
  dueBy(milliseconds: number): number {
    return Math.min(this.total, Math.floor(milliseconds * this.#rate / 1000) + 1);
  }
}
