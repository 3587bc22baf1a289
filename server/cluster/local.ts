/** The cluster of a hub that is alone: everything is accepted at once, and there is nobody elsewhere. Pure. */

import type { Cluster, Post } from "./mod.ts";
import type { Posted } from "../types.ts";

const NOTHING: readonly Posted[] = [];

export interface LocalOptions {
  epoch: string;
  /** The last id that was given in an earlier life of the hub; 0 where none is known of. */
  lastId: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

export class LocalCluster implements Cluster {
  readonly isAlone = true;
  readonly epoch: string;
  readonly hub = "";
  readonly isOffline = false;
  readonly lastId: number;
  readonly #now: () => number;
  #given: number;

  constructor({ epoch, lastId, now }: LocalOptions) {
    this.epoch = epoch;
    this.lastId = this.#given = lastId;
    this.#now = now;
  }

  /** Nobody else learns of it. */
  sessionId(token: string): string {
    return token;
  }

  attach(): void {}

  publish(post: Post): void {
    post.message.id = ++this.#given;
    post.message.ts = this.#now();
    post.accepted("now");
  }

  claim(_key: string, _id: string, done: (outcome: "claimed") => void): void {
    done("claimed");
  }

  release(): void {}

  openRoom(_room: string, _after: number, done: (past: readonly Posted[]) => void): void {
    done(NOTHING);
  }

  closeRoom(): void {}

  putUser(): void {}

  removeUser(): void {}

  takeUser(_id: string, _after: number, done: (taken: undefined) => void): void {
    done(undefined);
  }

  sendCommand(): void {}

  putRule(): void {}
}
