/** Which users are ignored, and which rooms are locked, paused or slow, as far as the hub has said. */

import type { HubFrame } from "../common/protocol/frame.ts";
import { nickKey } from "../common/protocol/names.ts";

/** The commands whose effect is kept. Not that of `mute`, which ends without a word. */
const COMMANDS = ["ignore", "lock", "pause", "slow"];
/** Beyond this many effects, all are unknown again. */
const MAX_KNOWN = 500;

export class Settings {
  /** By command and name; by the command alone, for all names that are not among them. */
  readonly #known = new Map<string, boolean>();

  update(frame: HubFrame): void {
    if (frame.type === "welcome" || this.#known.size > MAX_KNOWN) this.#known.clear();
    if (frame.type === "notice") {
      const [, un, command] = /^(un)?(lock|pause|slow)e?d$/.exec(frame.code) ?? [];
      if (command) this.#set(command, frame.params["room"], un === undefined);
    }
    if (frame.type === "renamed" && this.isOn("ignore", frame.from)) {
      this.#set("ignore", frame.nick, true);
    }
    if (frame.type !== "reply") return;
    const { nick, nicks, room, isIgnored, isLocked, isPaused, seconds } = frame.data;
    if (COMMANDS.includes(frame.code)) {
      this.#set(frame.code, nick ?? room, Boolean(isIgnored ?? isLocked ?? isPaused ?? seconds));
    }
    if (frame.code !== "ignored" || !Array.isArray(nicks)) return;
    this.#known.set("ignore", false);
    for (const ignored of nicks.slice(0, MAX_KNOWN)) this.#set("ignore", ignored, true);
  }

  /** Whether a command is in effect for a user or a room; undefined if that is unknown. */
  isOn(command: string, name: string): boolean | undefined {
    return this.#known.get(`${command} ${nickKey(name)}`) ?? this.#known.get(command);
  }

  #set(command: string, name: unknown, isOn: boolean): void {
    this.#known.set(`${command} ${nickKey(`${name}`)}`, isOn);
  }
}
