/** One room: its members here and at other hubs, its topic and its settings. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { RoomSummary } from "../../common/protocol/codes.ts";
import type { Dialect } from "../dialect/mod.ts";
import type { Author, RoomState } from "../types.ts";
import { Cooldowns } from "./cooldowns.ts";
import type { IgnoreList } from "./ignore_list.ts";
import type { RemoteUser, RemoteUsers } from "./remote_users.ts";

/** Longest topic, in UTF-16 units. */
export const MAX_TOPIC = 200;
/** Users whose last message in slow mode is remembered. */
const MAX_COOLDOWNS = 10_000;

/** A member at this hub, as the room and the fan-out see it. Session implements it. */
export interface Member extends Author {
  readonly lang: Lang;
  readonly dialect: Dialect;
  readonly stage: string;
  readonly awayText: string | undefined;
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
  /** Whether its messages reach this hub: from when the cluster has opened it until its last member here leaves. */
  isOpen = false;
  /** Called when it is open, or cannot be opened. */
  readonly onOpened: ((isOpen: boolean) => void)[] = [];
  /** Safe text; empty for none. */
  topic = "";
  /** Whether only moderators may join. */
  isLocked = false;
  /** Whether only moderators may post. */
  isPaused = false;
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

  /** Slow mode: seconds between two messages of a member; 0 turns it off. Setting it ends all waits. */
  get slow(): number {
    return this.#slow;
  }

  set slow(seconds: number) {
    this.#slow = seconds;
    this.cooldowns.clear();
  }

  /** What other hubs need to know; undefined if everything is as in a new room. */
  get state(): RoomState | undefined {
    const { topic, isLocked, isPaused, slow } = this;
    if (topic === "" && !isLocked && !isPaused && slow === 0) return undefined;
    return { topic, isLocked, isPaused, slow };
  }

  set state(state: Partial<RoomState> | undefined) {
    const { topic = "", isLocked = false, isPaused = false, slow = 0 } = state ?? {};
    Object.assign(this, { topic, isLocked, isPaused });
    if (slow !== this.slow) this.slow = slow;
  }

  /** All members; those here first, in the order in which they joined. */
  *users(): Generator<Member | RemoteUser> {
    yield* this.members;
    yield* this.remoteMembers;
  }

  has(user: Member | RemoteUser): boolean {
    return "user" in user ? this.remoteMembers.has(user) : this.members.has(user);
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
