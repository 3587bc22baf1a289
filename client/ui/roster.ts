/** What there is to complete: the commands, and the people and rooms that the hub's frames have named. Pure. */

import { type Lang, LANGS } from "../../common/i18n/mod.ts";
import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { LOCAL_COMMANDS } from "../session/local_commands.ts";
import type { Known } from "./complete.ts";
import { Speakers } from "./speakers.ts";

/** So many rooms are kept; which was named the longest ago is forgotten first. */
const MAX_ROOMS = 200;

const ALL_NAMES = [
  ...Object.values(COMMAND_NAMES),
  ...LOCAL_COMMANDS.map(({ names }) => names),
];

export class Acquaintance {
  #speakers = new Speakers();
  /** The one that was named last is the last. */
  readonly #rooms = new Set<string>();
  /** One's own nick. */
  #own = "";

  /** Takes in what the hub has told. */
  take(frame: HubFrame): void {
    if ("room" in frame) this.#seeRoom(frame.room);
    switch (frame.type) {
      case "welcome":
        this.#own = frame.nick;
        this.#speakers = new Speakers(); // those of an earlier session may be gone
        return this.#meet(frame.members);
      case "message":
        // Who spoke before one came may not be there any more.
        return frame.replay ? undefined : this.#speakers.spoke(frame.nick);
      case "joined":
        return this.#speakers.met(frame.nick);
      case "left":
        return this.#speakers.left(frame.nick);
      case "presence":
        // Who is named in both has come back.
        for (const nick of frame.left.nicks) this.#speakers.left(nick);
        return this.#meet(frame.joined.nicks);
      case "renamed":
        return this.#speakers.renamed(frame.from, frame.nick);
      case "reply":
        return this.#learn(frame.code, frame.data);
    }
  }

  /** All of it, the names of a language first. */
  known(lang: Lang): Known {
    return {
      commands: [lang, ...LANGS].flatMap((each) => ALL_NAMES.flatMap((names) => names[each])),
      nicks: this.#speakers.nicks(this.#own),
      rooms: [...this.#rooms].reverse(),
    };
  }

  #learn(code: string, data: Record<string, unknown>): void {
    const { nick, room, members, rooms } = data;
    if (code === "nick" && typeof nick === "string") {
      this.#speakers.renamed(this.#own, nick);
      this.#own = nick;
    }
    if (code === "join" || code === "leave" || code === "who") this.#seeRoom(room);
    if (code === "join" || code === "who") this.#meet(members);
    if (code === "rooms" && Array.isArray(rooms)) {
      for (const each of rooms.slice(0, MAX_ROOMS).reverse()) this.#seeRoom(each?.room);
    }
  }

  #meet(nicks: unknown): void {
    if (!Array.isArray(nicks)) return;
    for (const nick of nicks) if (typeof nick === "string") this.#speakers.met(nick);
  }

  #seeRoom(room: unknown): void {
    if (typeof room !== "string" || room === "") return;
    this.#rooms.delete(room);
    this.#rooms.add(room);
    if (this.#rooms.size > MAX_ROOMS) this.#rooms.delete(this.#rooms.values().next().value!);
  }
}
