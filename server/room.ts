/** One room: its name, its topic, who is in it, and what moderators have laid down for it. */

import type { RoomSummary } from "../protocol/codes.ts";
import type { Session } from "./session.ts";
import { Waits } from "./waits.ts";

/** Longest topic, in UTF-16 units. */
export const MAX_TOPIC = 200;
/** In a slow room, so many people are made to wait at the same time. */
const MAX_WAITING = 10_000;

export class Room {
  /** In lower case (names.ts). */
  readonly name: string;
  readonly members: Set<Session> = new Set();
  /** Made safe; empty where there is none. */
  topic = "";
  /** Whether nobody but moderators may come in. */
  isLocked = false;
  /** Whether nobody but moderators may write. */
  isPaused = false;
  /** Who has written and has to wait before writing again. */
  readonly waiting: Waits = new Waits(MAX_WAITING);
  #slow = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Seconds from one message of somebody to the next; 0 for no wait. Whoever waits when it is set need not any more. */
  get slow(): number {
    return this.#slow;
  }

  set slow(seconds: number) {
    this.#slow = seconds;
    this.waiting.clear();
  }

  /** What moderators have laid down ends. */
  lift(): void {
    this.isLocked = this.isPaused = false;
    this.slow = 0;
  }

  /** The nicks of at most `max` members but one, in the order in which they came. */
  nicks(max: number, except?: Session): string[] {
    const nicks: string[] = [];
    for (const member of this.members) {
      if (nicks.length === max) break;
      if (member !== except) nicks.push(member.nick);
    }
    return nicks;
  }

  summary(): RoomSummary {
    return { room: this.name, count: this.members.size, topic: this.topic };
  }
}
