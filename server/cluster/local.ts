/** The cluster of a single hub: it accepts messages at once, and all users are its own. */

import type { Posted } from "../types.ts";
import type { ClaimOutcome, Cluster, MovedUser, Post } from "./mod.ts";

export interface LocalClusterOptions {
  epoch: string;
  /** The last message id of an earlier run; 0 for none. */
  lastId: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

export class LocalCluster implements Cluster {
  readonly isAlone = true;
  readonly epoch: string;
  readonly instanceId = "";
  readonly isOffline = false;
  readonly lastId: number;
  readonly #now: () => number;
  #lastGivenId: number;

  constructor({ epoch, lastId, now }: LocalClusterOptions) {
    this.epoch = epoch;
    this.lastId = this.#lastGivenId = lastId;
    this.#now = now;
  }

  /** The token itself: the id never leaves the hub. */
  sessionId(token: string): string {
    return token;
  }

  attach(): void {}

  publish(post: Post): void {
    post.message.id = ++this.#lastGivenId;
    post.message.ts = this.#now();
    post.onAccepted("new");
  }

  claim(_key: string, _id: string, done: (outcome: ClaimOutcome) => void): void {
    done("claimed");
  }

  release(): void {}

  openRoom(_room: string, _after: number, done: (history: readonly Posted[]) => void): void {
    done([]);
  }

  closeRoom(): void {}

  putUser(): void {}

  removeUser(): void {}

  takeUser(_id: string, _after: number, done: (moved: MovedUser | undefined) => void): void {
    done(undefined);
  }

  sendCommand(): void {}

  putRule(): void {}
}
