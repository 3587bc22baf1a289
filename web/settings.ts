/** Which users are ignored, and which rooms are locked, paused, slow or moderated by the user, as far as the hub has said. */

import type { HubFrame } from "../common/protocol/frame.ts";
import { nickKey } from "../common/protocol/names.ts";

/** The commands whose effect is kept. Not that of `mute`, which ends without a word. */
const COMMANDS = ["ignore", "lock", "pause", "slow"];
/** Beyond this many effects, all are unknown again. */
const MAX_KNOWN = 500;

export class Settings {
  /** By command and name; by the command alone, for all names that are not among them. */
  readonly #known = new Map<string, boolean>();

  update(frame: HubFrame, ownNick: string): void {
    if (frame.type === "welcome" || this.#known.size > MAX_KNOWN) this.#known.clear();
    if (frame.type === "notice") {
      const [, un, command] = /^(un)?(lock|pause|slow)e?d$/.exec(frame.code) ?? [];
      const { room, member } = frame.params;
      if (command) this.#set(command, room, un === undefined);
      if (/^(room_moderator|removed)$/.test(frame.code) || member === ownNick) {
        this.#set("moderate", room, !/^(removed|deopped)$/.test(frame.code));
      }
    }
    if (frame.type === "renamed" && this.isOn("ignore", frame.from)) {
      this.#set("ignore", frame.nick, true);
    }
    if (frame.type !== "reply") return;
    const { nick, nicks, room, isIgnored, isLocked, isPaused, isModerator, seconds } = frame.data;
    if (frame.code === "leave" || frame.code === "op" && nick === ownNick) {
      this.#set("moderate", room, isModerator === true);
    }
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
