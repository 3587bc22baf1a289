/** One room: who is in it. */

import type { Session } from "./session.ts";

export class Room {
  readonly name: string;
  readonly members: Set<Session> = new Set();

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
}
