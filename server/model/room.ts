/** One room: its name, its topic, who is in it here and at other hubs, and what moderators have laid down for it. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { RoomSummary } from "../../common/protocol/codes.ts";
import type { RemoteUser, RemoteUsers } from "./remote_users.ts";
import { Cooldowns } from "./cooldowns.ts";
import type { Dialect } from "../dialect/mod.ts";
import type { IgnoreList } from "./ignore_list.ts";
import type { Author, RoomState } from "../types.ts";

/** Longest topic, in UTF-16 units. */
export const MAX_TOPIC = 200;
/** In a slow room, so many people are made to wait at the same time. */
const MAX_COOLDOWNS = 10_000;

/** What a room, and whoever writes to it, needs of a member at this hub. Session implements it. */
export interface Member extends Author {
  readonly lang: Lang;
  readonly dialect: Dialect;
  readonly stage: string;
  readonly peer: { send(bytes: Uint8Array): void };
  readonly ignoreList: IgnoreList;
  readonly rooms: ReadonlySet<Room>;
  /** The current one of its rooms. */
  readonly room: Room | undefined;
}

export class Room {
  /** In lower case (names.ts). */
  readonly name: string;
  /** Those who are at this hub. */
  readonly members: Set<Member> = new Set();
  /** Whether what is said in it is heard: not before the cluster has opened it, nor while nobody of it is here. */
  isOpen = false;
  /** Called when it is open, or cannot be. */
  readonly onOpened: ((isOpen: boolean) => void)[] = [];
  /** Made safe; empty where there is none. */
  topic = "";
  /** Whether nobody but moderators may come in. */
  isLocked = false;
  /** Whether nobody but moderators may write. */
  isPaused = false;
  /** Who has written and has to wait before writing again. */
  readonly cooldowns: Cooldowns = new Cooldowns(MAX_COOLDOWNS);
  readonly #remoteUsers: RemoteUsers;
  #slow = 0;

  constructor(name: string, people: RemoteUsers) {
    this.name = name;
    this.#remoteUsers = people;
  }

  /** The members at other hubs. */
  get remoteMembers(): ReadonlySet<RemoteUser> {
    return this.#remoteUsers.in(this.name);
  }

  /** Members, wherever they are. */
  get count(): number {
    return this.members.size + this.remoteMembers.size;
  }

  /** Seconds from one message of somebody to the next; 0 for no wait. Whoever waits when it is set need not any more. */
  get slow(): number {
    return this.#slow;
  }

  set slow(seconds: number) {
    this.#slow = seconds;
    this.cooldowns.clear();
  }

  /** What moderators have laid down ends. */
  resetSettings(): void {
    this.isLocked = this.isPaused = false;
    this.slow = 0;
  }

  /** What other hubs are to know of it; undefined where there is nothing to know. */
  get state(): RoomState | undefined {
    const { topic, isLocked, isPaused, slow } = this;
    if (topic === "" && !isLocked && !isPaused && slow === 0) return undefined;
    return { topic, isLocked, isPaused, slow };
  }

  set state(state: RoomState | undefined) {
    const { topic = "", isLocked = false, isPaused = false, slow = 0 } = state ?? {};
    this.topic = topic;
    this.isLocked = isLocked;
    this.isPaused = isPaused;
    if (slow !== this.slow) this.slow = slow;
  }

  /** The nicks of at most `max` members but one, in the order in which they came; those here first. */
  nicks(max: number, except?: Member): string[] {
    const nicks: string[] = [];
    for (const member of this.members) {
      if (nicks.length === max) break;
      if (member !== except) nicks.push(member.nick);
    }
    for (const { nick } of this.remoteMembers) {
      if (nicks.length === max) break;
      nicks.push(nick);
    }
    return nicks;
  }

  summary(): RoomSummary {
    return { room: this.name, count: this.count, topic: this.topic };
  }
}
