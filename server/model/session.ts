/** One peer as the hub knows it: who it is, how it speaks, where it is. The hub alone changes it. */

import type { Lang } from "../../common/i18n/mod.ts";
import type { ByeCode } from "../../common/protocol/codes.ts";
import type { Dialect } from "../dialect/mod.ts";
import { ReplyCache } from "./reply_cache.ts";
import { IgnoreList } from "./ignore_list.ts";
import { Mailbox } from "./mailbox.ts";
import type { Member, Room } from "./room.ts";
import type { Author } from "../types.ts";

/** What the hub asks of a connection. */
export interface Peer {
  /** The host from which it comes, and with its port the address by which the log calls it. */
  readonly host: string;
  readonly address: string;
  /** From now on, what comes over it is of this session. */
  adopt(session: Session): void;
  /** Takes bytes to be sent. MUST NOT block, throw or call the hub. */
  send(bytes: Uint8Array): void;
  /** Sends what it has taken and ends the connection. MUST NOT call the hub before it returns. */
  close(): void;
  /** What its session asked for is done, and more is taken from it. */
  resumeReading(): void;
}

/** In place of a connection that broke. */
export function absentPeer({ host, address }: Pick<Peer, "host" | "address">): Peer {
  return { host, address, adopt() {}, send() {}, close() {}, resumeReading() {} };
}

/**
 * `new`: nothing was heard yet; `greeting`: a `hello` or a password is due; `member`: in the chat; `away`: in the chat, and its
 * connection broke; `gone`: nothing more happens.
 */
export type SessionStage = "new" | "greeting" | "member" | "away" | "gone";

export class Session implements Member {
  peer: Peer;
  /** Secret by which the session can be taken up again. */
  readonly token: string;
  /** Names the session to all who know it, which the token must not: the cluster makes it of that. */
  readonly id: string;
  stage: SessionStage = "new";
  /** Whether a line has come: only the first one can be a `hello` that changes the dialect. */
  hasSpoken = false;
  /** Whether its `hello` was answered with a welcome. */
  hasWelcome = false;
  nick = "";
  /** The nick's key (names.ts); empty until there is a nick. */
  key = "";
  lang: Lang;
  dialect: Dialect;
  /** The rooms that it is in, in the order in which it came. */
  readonly rooms: Set<Room> = new Set();
  /** The last message before it came into each of them, by its id. */
  readonly joinedAfter: Map<Room, number> = new Map();
  /** The current one of them, where what it says goes; undefined only while it is in none. */
  room: Room | undefined;
  isModerator = false;
  /** Whom it does not want to hear. */
  readonly ignoreList: IgnoreList = new IgnoreList();
  /** The one with whom it last spoke in private, who may be gone. */
  correspondent: Author | undefined;
  /** Since its connection broke: when that was (SessionsOptions.elapsed), why, and the newest message then, by its id. */
  disconnected: { at: number; reason: ByeCode | undefined; after: number } | undefined;
  /** How much of what it asked for is not done yet: until then nothing more is taken from its peer. */
  inputPauses = 0;
  /** What is to be done when that is, by whichever session its peer has then. */
  deferred: ((session: Session) => void)[] | undefined;
  /** How many of its messages had no ref of their own. */
  refsGiven = 0;
  /** How many messages of a room it wants to see when it comes in; undefined for as many as usual. */
  historyWanted: number | undefined;

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

  /** What it was answered lately. */
  get replies(): ReplyCache {
    return this.#replies ??= new ReplyCache();
  }

  /** The private messages that it was sent lately. */
  get mailbox(): Mailbox {
    return this.#mailbox ??= new Mailbox();
  }

  /** Who says what it says: the same object until it has another nick, as every message holds one. */
  get author(): Author {
    if (this.#author?.nick !== this.nick) {
      const { id, key, nick } = this;
      this.#author = { id, key, nick };
    }
    return this.#author!;
  }

  /** What is kept of what it was answered and told, about, in bytes. */
  get retainedBytes(): number {
    return (this.#replies?.bytes ?? 0) + (this.#mailbox?.bytes ?? 0);
  }
}
