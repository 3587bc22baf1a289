/** The users and rooms that the hub has named, for completion. */

import {
  COMMAND_NAMES,
  everyName,
  listedNames,
  MODERATOR_COMMANDS,
  type Names,
} from "../../common/protocol/command_names.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { MAX_MEMBERS_NAMED, MAX_PRESENCE_NAMED } from "../../common/protocol/frame.ts";
import { MAX_NICK_BYTES, nickKey } from "../../common/protocol/names.ts";
import { LOCAL_COMMANDS } from "../session/local_commands.ts";
import type { ConversationState } from "../session/state.ts";
import type { CompletionNames } from "./complete.ts";

/** The most rooms that are kept; beyond it, those named longest ago are forgotten. */
const MAX_ROOMS = 200;
/** The most users that are kept; beyond it, those silent longest are forgotten. */
const MAX_PEOPLE = 1000;

const COMMANDS: readonly (readonly [command: string, names: Names])[] = [
  ...Object.entries(COMMAND_NAMES),
  ...LOCAL_COMMANDS.map(({ name, names }) => [name, names] as const),
];

/** The key of the command with a name in any language, for its sentence `command.<key>`. */
export function findCommand(name: string): string | undefined {
  return COMMANDS.find(([, names]) => everyName(names).includes(name))?.[0];
}

type Viewer = Pick<ConversationState, "lang" | "hasModeration" | "isModerator">;

export class Roster {
  #speakers = new RecentSpeakers();
  /** The room named most recently is the last. */
  readonly #rooms = new Set<string>();
  #ownNick = "";

  /** Adds and removes the users and rooms that a frame names. */
  update(frame: HubFrame): void {
    if ("room" in frame) this.#addRoom(frame.room);
    switch (frame.type) {
      case "welcome":
        this.#ownNick = frame.nick;
        for (const room of frame.rooms ?? []) this.#addRoom(room);
        this.#speakers = new RecentSpeakers(); // those of an earlier session may be gone
        return this.#addPeople(frame.members);
      case "message":
        // The sender of a replayed message may be gone.
        return frame.replay ? undefined : this.#speakers.moveToFront(frame.nick);
      case "reply":
        return this.#readReply(frame.code, frame.data);
      default:
        return this.#speakers.update(frame);
    }
  }

  /** All names that can be completed: of commands, only those that the user may use. */
  completionNames({ lang, hasModeration, isModerator }: Viewer): CompletionNames {
    const usable = COMMANDS.filter(([command]) =>
      MODERATOR_COMMANDS.has(command) ? isModerator : command !== "mod" || hasModeration
    );
    return {
      commands: usable.flatMap(([, names]) => names[lang]),
      otherCommands: usable.flatMap(([, names]) => listedNames(names, lang)),
      nicks: this.#speakers.list(this.#ownNick),
      rooms: [...this.#rooms].reverse(),
    };
  }

  #readReply(code: string, data: Record<string, unknown>): void {
    const { nick, room, members, rooms } = data;
    if (code === "nick" && typeof nick === "string") {
      this.#speakers.rename(this.#ownNick, nick);
      this.#ownNick = nick;
    }
    if (code === "join" || code === "leave" || code === "who") this.#addRoom(room);
    if (code === "join" || code === "who") this.#addPeople(members);
    if (code === "rooms" && Array.isArray(rooms)) {
      for (const listed of rooms.slice(0, MAX_ROOMS).reverse()) this.#addRoom(listed?.room);
    }
  }

  #addPeople(nicks: unknown): void {
    if (!Array.isArray(nicks)) return;
    for (const nick of nicks.slice(0, MAX_MEMBERS_NAMED)) {
      if (typeof nick === "string" && nick.length <= MAX_NICK_BYTES) this.#speakers.add(nick);
    }
  }

  #addRoom(room: unknown): void {
    if (typeof room !== "string" || room === "") return;
    this.#rooms.delete(room);
    this.#rooms.add(room);
    if (this.#rooms.size > MAX_ROOMS) this.#rooms.delete(this.#rooms.values().next().value!);
  }
}

/** The users that have left by a frame. A user who is in both lists of a `presence` has come back. */
export function leftNicks(frame: HubFrame): readonly string[] {
  if (frame.type === "left") return [frame.nick];
  return frame.type === "presence" ? frame.left.nicks.slice(0, MAX_PRESENCE_NAMED) : [];
}

/** Nicks in the order of their last messages, followed by nicks without messages in the order in which they joined. */
export class RecentSpeakers {
  readonly #max: number;
  /** The most recent speaker first, each {@linkcode nickKey} once. */
  readonly #speakers: { nick: string; key: string }[] = [];

  constructor({ max = MAX_PEOPLE } = {}) {
    this.#max = max;
  }

  /** Adds a nick at the end, unless it is known or the list is full. */
  add(nick: string): void {
    if (this.#speakers.length >= this.#max) return;
    const key = nickKey(nick);
    if (this.#find(key) === -1) this.#speakers.push({ nick, key });
  }

  /** Takes in that users have joined, left or changed their nicks. */
  update(frame: HubFrame): void {
    for (const nick of leftNicks(frame)) this.remove(nick);
    const many = frame.type === "presence" ? frame.joined.nicks.slice(0, MAX_PRESENCE_NAMED) : [];
    for (const nick of frame.type === "joined" ? [frame.nick] : many) this.add(nick);
    if (frame.type === "renamed") this.rename(frame.from, frame.nick);
  }

  moveToFront(nick: string): void {
    this.remove(nick);
    this.#speakers.unshift({ nick, key: nickKey(nick) });
    if (this.#speakers.length > this.#max) this.#speakers.pop();
  }

  /** Replaces a nick at its place; adds the new nick if the old one is unknown. */
  rename(from: string, nick: string): void {
    const speaker = this.#speakers[this.#find(nickKey(from))];
    if (!speaker) return this.add(nick);
    const key = nickKey(nick);
    if (key !== speaker.key) this.remove(nick); // its earlier owner left without a frame
    speaker.nick = nick;
    speaker.key = key;
  }

  remove(nick: string): void {
    const index = this.#find(nickKey(nick));
    if (index !== -1) this.#speakers.splice(index, 1);
  }

  /** All nicks, the most recent speaker first and the user's own last. */
  list(own: string): string[] {
    const ownKey = nickKey(own);
    const others = this.#speakers.filter(({ key }) => key !== ownKey).map(({ nick }) => nick);
    return [...others, own];
  }

  #find(key: string): number {
    return this.#speakers.findIndex((speaker) => speaker.key === key);
  }
}
