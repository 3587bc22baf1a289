/** The sessions that wait for their clients to come back: how many may wait, and which of them give way to others. */

import type { Session } from "../model/session.ts";

/** Sessions that may be away at the same time. */
export const MAX_AWAY = 10_000;

export class AwaySessions {
  readonly #perNetwork: number;
  /** Longest away first; likewise those that never took part, and those of each network. */
  readonly all: Set<Session> = new Set();
  readonly #silent: Set<Session> = new Set();
  readonly #byNetwork: Map<string, Set<Session>> = new Map();

  /** At most `perNetwork` sessions of a network (common/protocol/ip.ts) that is not trusted. */
  constructor(perNetwork: number) {
    this.#perNetwork = perNetwork;
  }

  /**
   * Adds a session. If they are too many, returns the session that must end for it: of the same network if that has
   * more than its share, a session that never took part before others, and the longest away first.
   */
  add(session: Session): Session | undefined {
    this.all.add(session);
    if (!session.hasTakenPart) this.#silent.add(session);
    const { network } = session.peer;
    if (network !== undefined) {
      const ofNetwork = this.#byNetwork.get(network) ?? new Set();
      this.#byNetwork.set(network, ofNetwork.add(session));
      if (ofNetwork.size > this.#perNetwork) return firstSilent(ofNetwork) ?? first(ofNetwork);
    }
    if (this.all.size <= MAX_AWAY) return undefined;
    return firstSilent(this.#silent) ?? first(this.all);
  }

  delete(session: Session): void {
    this.all.delete(session);
    this.#silent.delete(session);
    const { network } = session.peer;
    const ofNetwork = network === undefined ? undefined : this.#byNetwork.get(network);
    ofNetwork?.delete(session);
    if (ofNetwork?.size === 0) this.#byNetwork.delete(network!);
  }
}

function first(sessions: ReadonlySet<Session>): Session | undefined {
  return sessions.values().next().value;
}

/** A session that was silent when it was added may have got private messages since. */
function firstSilent(sessions: ReadonlySet<Session>): Session | undefined {
  return sessions.values().find(({ hasTakenPart }) => !hasTakenPart);
}
