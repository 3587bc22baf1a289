/**
 * Which comings, goings and new names are shown, by a person's taste. It sees every frame once, in order, and remembers
 * who spoke. Pure.
 */

import type { HubFrame } from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";

/** `smart`: of those only who spoke. */
export const JOIN_CHOICES = ["all", "smart", "none"] as const;
export type JoinChoice = (typeof JOIN_CHOICES)[number];

/** So many who spoke are remembered; of more, those who have been silent longest are forgotten. */
const MAX_SPEAKERS = 1000;

export class JoinFilter {
  readonly #choice: JoinChoice;
  /** Keys of nicks, the one who spoke last at the end. */
  readonly #speakers = new Set<string>();

  constructor(choice: JoinChoice) {
    this.#choice = choice;
  }

  /** Whether a frame is shown; those that tell of no coming, going or new name always are. */
  shows(frame: HubFrame): boolean {
    switch (frame.type) {
      case "message":
        this.#remember(nickKey(frame.nick));
        return true;
      case "joined":
      case "left":
        return this.#isWanted(this.#speakers.has(nickKey(frame.nick)));
      case "presence": {
        const named = [...frame.joined.nicks, ...frame.left.nicks];
        return this.#isWanted(named.some((nick) => this.#speakers.has(nickKey(nick))));
      }
      case "renamed":
        return this.#isWanted(this.#rename(nickKey(frame.from), nickKey(frame.nick)));
      default:
        return true;
    }
  }

  #isWanted(spoke: boolean): boolean {
    return this.#choice === "all" || (this.#choice === "smart" && spoke);
  }

  #remember(key: string): void {
    this.#speakers.delete(key);
    this.#speakers.add(key);
    const [longestSilent = key] = this.#speakers;
    if (this.#speakers.size > MAX_SPEAKERS) this.#speakers.delete(longestSilent);
  }

  /** Whether the one with the new name spoke, by whichever of the two. */
  #rename(from: string, nick: string): boolean {
    const spoke = this.#speakers.has(from);
    if (spoke) {
      this.#speakers.delete(from);
      this.#remember(nick);
    }
    return this.#speakers.has(nick);
  }
}
