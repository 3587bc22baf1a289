/** The state of one subscription: which messages have been delivered, and which are buffered. */

import type { StreamMessage } from "./stream_reader.ts";

/** A message that waits for delivery. */
export interface QueuedMessage extends StreamMessage {
  /** Delivers by this subscription instead of the one of the subject. */
  readonly via?: Subscription;
}

/** Subjects whose last delivered message is remembered for each. */
const MAX_SUBJECTS = 10_000;

/** A subscription to one subject, or to several by a wildcard. */
export class Subscription {
  readonly filter: string;
  /** Stops the events from the servers. */
  readonly unsubscribe: () => void;
  /** Messages while the history is being loaded; undefined otherwise. */
  buffer: QueuedMessage[] | undefined;
  /** Messages up to this sequence number are delivered or not wanted. */
  base = 0;
  /** The last delivered message of each subject. */
  readonly #delivered: Map<string, number> = new Map();

  constructor(filter: string, unsubscribe: () => void) {
    this.filter = filter;
    this.unsubscribe = unsubscribe;
  }

  /** The sequence number up to which messages of a subject are delivered. */
  deliveredUpTo(subject: string): number {
    return this.#delivered.get(subject) ?? this.base;
  }

  /** Whether no message of its subject is missing before this one. Messages that were read are always in order. */
  isContiguous({ subject, previousSeq }: StreamMessage): boolean {
    if (previousSeq === undefined) return true;
    const last = this.#delivered.get(subject);
    return last === undefined ? previousSeq <= this.base : previousSeq === last;
  }

  markDelivered(subject: string, seq: number): void {
    if (this.#delivered.size >= MAX_SUBJECTS && !this.#delivered.has(subject)) {
      this.base = Math.max(...this.#delivered.values());
      this.#delivered.clear();
    }
    this.#delivered.set(subject, Math.max(seq, this.deliveredUpTo(subject)));
  }
}
