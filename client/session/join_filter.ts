/** Which joins, leaves and renames are shown. */

import { type HubFrame, MAX_PRESENCE_NAMED } from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";

/** `smart`: only joins and leaves of users who have written something. */
export const JOIN_CHOICES = ["all", "smart", "none"] as const;
export type JoinChoice = (typeof JOIN_CHOICES)[number];

/** How many speakers are remembered; those silent longest are forgotten first. */
const MAX_SPEAKERS = 1000;

/** Must see every frame once, in order, because it remembers the speakers. */
export class JoinFilter {
  readonly #choice: JoinChoice;
  /** Keys of nicks, the latest speaker last. */
  readonly #speakers = new Set<string>();

  constructor(choice: JoinChoice) {
    this.#choice = choice;
  }

  /** Whether a frame is shown; always true unless it announces a join, leave or rename. */
  shows(frame: HubFrame): boolean {
    switch (frame.type) {
      case "message":
        this.#remember(nickKey(frame.nick));
        return true;
      case "joined":
      case "left":
        return this.#isWanted(this.#speakers.has(nickKey(frame.nick)));
      case "presence": {
        const nicks = [frame.joined, frame.left]
          .flatMap(({ nicks }) => nicks.slice(0, MAX_PRESENCE_NAMED));
        return this.#isWanted(nicks.some((nick) => this.#speakers.has(nickKey(nick))));
      }
      case "renamed":
        return this.#isWanted(this.#rename(nickKey(frame.from), nickKey(frame.nick)));
      default:
        return true;
    }
  }

  #isWanted(hasSpoken: boolean): boolean {
    return this.#choice === "all" || (this.#choice === "smart" && hasSpoken);
  }

  #remember(key: string): void {
    this.#speakers.delete(key);
    this.#speakers.add(key);
    const [longestSilent = key] = this.#speakers;
    if (this.#speakers.size > MAX_SPEAKERS) this.#speakers.delete(longestSilent);
  }

  /** Returns whether the renamed user has spoken, under either nick. */
  #rename(from: string, to: string): boolean {
    if (this.#speakers.delete(from)) this.#remember(to);
    return this.#speakers.has(to);
  }
}
