/** One room: its members here and at other hubs, its topic and its settings. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { RoomSummary } from "../../common/protocol/codes.ts";
import type { Dialect } from "../dialect/mod.ts";
import type { Author, RoomState, User } from "../types.ts";
import { Cooldowns } from "./cooldowns.ts";
import type { ChatError } from "./errors.ts";
import type { IgnoreList } from "./ignore_list.ts";
import type { RemoteUser, RemoteUsers } from "./remote_users.ts";

/** Longest topic, in UTF-16 units. */
export const MAX_TOPIC = 200;
/** A number of members that a room may be limited to, and a key: a word that fits into a list, and turns nothing off. */
export const LIMIT: RegExp = /^[1-9]\d{0,4}$/;
export const KEY: RegExp = /^(?!#|(?:off|no|0)$)[^\s,\p{C}]{1,50}$/iu;
/** Users whose last message in slow mode is remembered. */
const MAX_COOLDOWNS = 10_000;
/** The settings of a new room. */
const NEW = {
  topic: "",
  isLocked: false,
  isPaused: false,
  slow: 0,
  limit: 0,
  key: "",
  invited: [],
};
/** Invitations that hold; beyond it, the oldest ends. */
export const MAX_INVITED = 50;

/** A member at this hub, as the room and the fan-out see it. Session implements it. */
export interface Member extends Author {
  readonly lang: Lang;
  readonly dialect: Dialect;
  readonly stage: string;
  readonly isModerator: boolean;
  readonly awayText: string | undefined;
  readonly about: User["about"];
  readonly peer: {
    send(bytes: Uint8Array): void;
    readonly frame?: ((lines: Uint8Array) => Uint8Array) | undefined;
  };
  readonly ignoreList: IgnoreList;
  readonly rooms: ReadonlySet<Room>;
  /** The current room. */
  readonly room: Room | undefined;
}

export class Room {
  /** In its one spelling (common/protocol/names.ts). */
  readonly name: string;
  /** The members at this hub, in the order in which they joined. */
  readonly members: Set<Member> = new Set();
  /** The members whose connection is not broken: the others get what they missed when they resume. Session keeps it. */
  readonly readers: Set<Member> = new Set();
  /** For each of the members, the id of the last message before it joined. */
  readonly joinedAfter: Map<Member, number> = new Map();
  /** The members at this hub who moderate it, by having opened it or by the word of a moderator, until they leave it. */
  readonly moderators: Set<Member> = new Set();
  /** Whether its messages reach this hub: from when the cluster has opened it until its last member here leaves. */
  isOpen = false;
  /** Called when it is open, or cannot be opened. */
  readonly onOpened: ((isOpen: boolean) => void)[] = [];
  /** Safe text; empty for none. */
  topic = "";
  /** Whether only moderators may join. */
  isLocked = false;
  /** The ids of users at all hubs who may join it once, even if it is locked or full, or has a key. */
  invited: readonly string[] = [];
  /** Whether only moderators may post. */
  isPaused = false;
  /** With how many members it is full; 0 for any number. */
  limit = 0;
  /** The word with which users join; empty for none. Only moderators may see it. */
  key = "";
  /** When each member may post again in slow mode. */
  readonly cooldowns: Cooldowns = new Cooldowns(MAX_COOLDOWNS);
  /** The network of the user who opened it; undefined if that is trusted or unknown. */
  readonly openedBy: string | undefined;
  readonly #remoteUsers: RemoteUsers;
  #slow = 0;

  constructor(name: string, remoteUsers: RemoteUsers, openedBy?: string) {
    this.name = name;
    this.openedBy = openedBy;
    this.#remoteUsers = remoteUsers;
  }

  /** The members at other hubs. */
  get remoteMembers(): ReadonlySet<RemoteUser> {
    return this.#remoteUsers.in(this.name);
  }

  /** The number of members at all hubs. */
  get count(): number {
    return this.members.size + this.remoteMembers.size;
  }

  /** Slow mode: seconds between two messages of a member; 0 turns it off. Another number ends all waits. */
  get slow(): number {
    return this.#slow;
  }

  set slow(seconds: number) {
    if (seconds !== this.#slow) this.cooldowns.clear();
    this.#slow = seconds;
  }

  /** What other hubs need to know; undefined if everything is as in a new room. */
  get state(): RoomState | undefined {
    const { topic, isLocked, isPaused, slow, limit, key, invited } = this;
    const state = { topic, isLocked, isPaused, slow, limit, key };
    if (!Object.values(state).some(Boolean)) return undefined;
    return { ...state, ...(invited.length > 0 ? { invited } : {}) };
  }

  set state(state: Partial<RoomState> | undefined) {
    Object.assign(this, { ...NEW, ...state });
  }

  /** All members; those here first, in the order in which they joined. */
  *users(): Generator<Member | RemoteUser> {
    yield* this.members;
    yield* this.remoteMembers;
  }

  has(user: Member | RemoteUser): boolean {
    return "user" in user ? this.remoteMembers.has(user) : this.members.has(user);
  }

  /** Whether a user may moderate it, as a moderator of this room or of all. */
  isModeratedBy(user: Member | RemoteUser): boolean {
    if (!("user" in user)) return user.isModerator || this.moderators.has(user);
    return user.user.isModerator || user.user.moderates?.includes(this.name) === true;
  }

  /** Why a user may not join it with a word as its key; undefined if they may. */
  checkMayJoin(user: Member, word: string): ChatError | undefined {
    const { name: room, isLocked, key, limit: max } = this;
    if (user.isModerator || this.invited.includes(user.id)) return undefined;
    if (isLocked) return { code: "room_locked", params: { room } };
    if (key !== "" && word !== key) return { code: "wrong_key", params: { room } };
    return max > 0 && this.count >= max ? { code: "room_full", params: { room, max } } : undefined;
  }

  /** The nicks of at most `max` members, excluding one, in that order. */
  nicks(max: number, except?: Member): string[] {
    const others = this.users().filter((user) => user !== except);
    return [...others.take(max).map(({ nick }) => nick)];
  }

  summary(): RoomSummary {
    return { room: this.name, count: this.count, topic: this.topic };
  }
}
