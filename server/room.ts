/** One room: its name, its topic, and who is in it. */

import type { RoomSummary } from "../protocol/codes.ts";
import type { Session } from "./session.ts";

/** Longest topic, in UTF-16 units. */
export const MAX_TOPIC = 200;

export class Room {
  /** In lower case (names.ts). */
  readonly name: string;
  readonly members: Set<Session> = new Set();
  /** Made safe; empty where there is none. */
  topic = "";

  constructor(name: string) {
    this.name = name;
  }

  /** The nicks of at most `max` members, in the order in which they came. */
  nicks(max: number): string[] {
    const nicks: string[] = [];
    for (const member of this.members) {
      if (nicks.length === max) break;
      nicks.push(member.nick);
    }
    return nicks;
  }

  summary(): RoomSummary {
    return { room: this.name, count: this.members.size, topic: this.topic };
  }
}
