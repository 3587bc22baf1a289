/** A user's session: nick, connection, dialect and rooms. Only the hub changes it. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { ByeCode, NoticeCode } from "../../common/protocol/codes.ts";
import type { Dialect } from "../dialect/mod.ts";
import type { Author, User } from "../types.ts";
import { IgnoreList } from "./ignore_list.ts";
import { Mailbox } from "./mailbox.ts";
import { ReplyCache } from "./reply_cache.ts";
import type { Member, Room } from "./room.ts";

/** A connection, as the hub uses it. */
export interface Peer {
  readonly host: string;
  /** The network that it counts for in the budgets of addresses (common/protocol/ip.ts); undefined if it is trusted. */
  readonly network?: string | undefined;
  /** Host and port, as in the log. */
  readonly address: string;
  readonly isPage?: boolean | undefined;
  /** Makes of lines what a page receives; the same function for all pages. Others receive the lines as they are. */
  readonly frame?: ((lines: Uint8Array) => Uint8Array) | undefined;
  /** From now on, the connection's input belongs to this session. */
  adopt(session: Session): void;
  /** Queues bytes. MUST NOT block, throw or call the hub. */
  send(bytes: Uint8Array): void;
  /** Sends what is queued and closes. MUST NOT call the hub before it returns. */
  close(): void;
  /** The session's input is no longer paused. */
  resumeReading(): void;
}

/** Stands in for a connection that broke. */
export function absentPeer(
  { host, network, address, isPage }: Pick<Peer, "host" | "network" | "address" | "isPage">,
): Peer {
  return { host, network, address, isPage, adopt() {}, send() {}, close() {}, resumeReading() {} };
}

/** `greeting`: a `hello` or a password is expected; `member`: in the chat; `away`: in it, its connection broke. */
export type SessionStage = "new" | "greeting" | "member" | "away" | "gone";

export class Session implements Member {
  peer: Peer;
  /** Secret that resumes the session. */
  readonly token: string;
  /** Public name of the session, made from the token by the cluster so that the token cannot be found from it. */
  readonly id: string;
  /** Whether a line was received: only the first line can be the `hello` that changes the dialect. */
  hasSpoken = false;
  /** Whether a message of it was accepted. */
  hasPosted = false;
  /** Whether the last of these was a private one. */
  wroteInPrivate = false;
  /** Whether its `hello` was answered with a welcome. */
  hasWelcome = false;
  nick = "";
  /** The nick's key (common/protocol/names.ts); empty before there is a nick. */
  key = "";
  lang: Lang;
  dialect: Dialect;
  /** In the order in which it joined them. */
  readonly rooms: Set<Room> = new Set();
  /** The current room, where its messages go; undefined only while the session is in no room. */
  room: Room | undefined;
  isModerator = false;
  hints: Set<NoticeCode> | undefined;
  readonly ignoreList: IgnoreList = new IgnoreList();
  /** Whoever it last exchanged private messages with; they may be gone. */
  correspondent: Author | undefined;
  /** What its user says about being away, which may be empty; undefined while they are not away by their own word. */
  awayText: string | undefined;
  about: User["about"];
  /** The last such text that it was told, after its user's id; undefined if its last correspondent was not away. */
  toldAway: string | undefined;
  /** Since its connection broke: when (SessionsOptions.elapsed), why, and the id of the newest message then. */
  disconnected: { at: number; reason: ByeCode | undefined; after: number } | undefined;
  /** Number of its requests that are not done: no input is processed while it is above 0. */
  inputPauses = 0;
  /** What runs when the input is no longer paused, for whichever session the peer has then. */
  deferred: ((session: Session) => void)[] | undefined;
  /** Number of its messages that came without a ref. */
  refsGiven = 0;
  /** Number of a room's messages that it wants to see when it joins; undefined for the hub's default. */
  historyWanted: number | undefined;

  #stage: SessionStage = "new";
  #replies: ReplyCache | undefined;
  #mailbox: Mailbox | undefined;
  #author: Author | undefined;

  constructor(
    { peer, token, id, lang, dialect }: Pick<Session, "peer" | "token" | "id" | "lang" | "dialect">,
  ) {
    this.peer = peer;
    this.token = token;
    this.id = id;
    this.lang = lang;
    this.dialect = dialect;
  }

  /** The host from which it is connected, or was. */
  get host(): string {
    return this.peer.host;
  }

  get stage(): SessionStage {
    return this.#stage;
  }

  /** Its rooms deliver nothing to it while it is away. */
  set stage(stage: SessionStage) {
    this.#stage = stage;
    for (const { readers } of this.rooms) {
      if (stage === "away") readers.delete(this);
      else readers.add(this);
    }
  }

  /** Pauses its input until {@linkcode resumeInput} was called as often. */
  pauseInput(): void {
    this.inputPauses++;
  }

  resumeInput(): void {
    this.inputPauses--;
    this.continueInput();
  }

  /** Processes the input that waited, unless it is paused. */
  continueInput(): void {
    while (this.inputPauses === 0 && this.deferred) {
      const next = this.deferred.shift();
      if (!next) this.deferred = undefined;
      else if (this.stage !== "gone") next(this);
    }
    if (this.inputPauses === 0) this.peer.resumeReading();
  }

  defer(act: (session: Session) => void): void {
    (this.deferred ??= []).push(act);
  }

  /** Its latest answers, by ref. */
  get replies(): ReplyCache {
    return this.#replies ??= new ReplyCache();
  }

  /** Its latest private messages. */
  get mailbox(): Mailbox {
    return this.#mailbox ??= new Mailbox();
  }

  /** The author of its messages: the same object until its nick changes, because every message refers to it. */
  get author(): Author {
    if (this.#author?.nick !== this.nick) {
      const { id, key, nick } = this;
      this.#author = { id, key, nick };
    }
    return this.#author!;
  }

  /** Whether its user wrote something, got private messages or is a moderator, which would be lost with it. */
  get hasTakenPart(): boolean {
    return this.hasPosted || this.isModerator || (this.#mailbox?.bytes ?? 0) > 0;
  }

  /** Approximate size of its replies and its mailbox, in bytes. */
  get retainedBytes(): number {
    return (this.#replies?.bytes ?? 0) + (this.#mailbox?.bytes ?? 0);
  }

  /** Nothing of these messages may be replayed to it. */
  forgetMessages(ids: ReadonlySet<number>): void {
    this.#mailbox?.remove(ids);
  }

  /** Drops its oldest replies and private messages above this many bytes of each. Returns the bytes that were freed. */
  trimRetained(max: number): number {
    const before = this.retainedBytes;
    this.#replies?.trim(max);
    this.#mailbox?.trim(max);
    return before - this.retainedBytes;
  }
}
