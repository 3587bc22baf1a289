/**
 * What is said: what may be, who gets it when it is accepted, and what of it is told again. Pure and synchronous. Who may be
 * where, chat.ts knows, and how a command is typed, commands/.
 */

import { type HubFrame, type MessageFrame } from "../../common/protocol/frame.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Cluster } from "../cluster/mod.ts";
import type { Fanout } from "./fanout.ts";
import type { History } from "../history/mod.ts";
import type { Moderation } from "./moderation.ts";
import type { Nicks } from "../model/nicks.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import type { Presence } from "./presence.ts";
import type { ChatError } from "../model/errors.ts";
import { MAX_TOPIC, Room } from "../model/room.ts";
import type { Rooms } from "./rooms.ts";
import { Session } from "../model/session.ts";
import type { Author, Posted } from "../types.ts";

/** A message takes about so many besides its text. */
const MESSAGE_OVERHEAD = 300;

/** A message that may be said, and is not accepted yet: it has neither id nor time. */
export interface Draft {
  readonly message: MessageFrame;
  readonly author: Author;
  /** Whom it is for, or the room. */
  readonly to: Session | RemoteUser | Room;
}

export interface MessagesOptions {
  nicks: Nicks;
  rooms: Rooms;
  moderation: Moderation;
  presence: Presence;
  fanout: Fanout;
  history: History;
  cluster: Cluster;
  /**
   * So many UTF-16 units are told again at once, the newest: what a reader may have waiting is bounded, and each of them
   * takes at most three bytes, with what stands before a new line.
   */
  maxReplay: number;
}

export class Messages {
  readonly #options: MessagesOptions;
  #lastMessageId: number;

  constructor(options: MessagesOptions) {
    this.#options = options;
    this.#lastMessageId = options.cluster.lastId;
  }

  /** The id of the newest message that was accepted or heard, a private one too. */
  get lastMessageId(): number {
    return this.#lastMessageId;
  }

  /** Tells a room something that one of its members did, who knows it, wherever that one is. */
  broadcast(room: Room, frame: HubFrame, by?: Author): void {
    this.#options.presence.flush(room); // what was before comes before
    this.#options.fanout.toRoom(room, frame, by);
  }

  /** What the session says in a room of its own, the current one unless it names another; or why it may not. */
  draft(
    session: Session,
    said: string,
    { kind = "say", room = session.room! }: { kind?: "say" | "action"; room?: Room } = {},
  ): ChatError | Draft {
    const refusal = this.#options.moderation.checkMayPost(room, session);
    if (refusal) return refusal;
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    this.#options.moderation.onPosted(room, session);
    const message = makeMessage({ room: room.name, nick: session.nick, text, kind });
    return { message, author: session.author, to: room };
  }

  /** What the session says to one person only, wherever that one is; or why it cannot. */
  draftPrivate(session: Session, to: string, said: string): ChatError | Draft {
    const receiver = this.#options.nicks.lookUp(session, to);
    return "code" in receiver ? receiver : this.#draftPrivate(session, receiver, said);
  }

  /** A message was accepted: it goes to its room, or to the one whom it is for as far as that one is here. */
  deliver(draft: Draft): void {
    this.hear(draft, draft.to instanceof Room ? undefined : draft.to.id);
  }

  /**
   * The same, of somebody at another hub. Since it was said its author may have come here or gone, and its room may have
   * been closed and opened again: they are looked for as they are now.
   */
  hear(said: Posted, to?: string): void {
    const { message, author } = said;
    const by = this.#options.nicks.find(author.id) ?? author;
    if (to !== undefined) return this.#deliverTo(to, said, by);
    const room = this.#options.rooms.get(message.room);
    if (room) this.#deliverIn(room, said, by);
  }

  /** Answers the one with whom the session last spoke in private, also under a new nick. */
  draftReply(session: Session, said: string): ChatError | Draft {
    const { correspondent } = session;
    if (!correspondent) return { code: "nobody_to_answer", params: {} };
    const receiver = this.#options.nicks.find(correspondent.id);
    if (!receiver) return { code: "no_such_nick", params: { nick: correspondent.nick } };
    return this.#draftPrivate(session, receiver, said);
  }

  /** Gives the session's room a topic, or with an empty one none. */
  setTopic(session: Session, wanted: string): ChatError | undefined {
    const room = session.room!;
    const refusal = this.#options.moderation.checkMayChange(room, session);
    if (refusal) return refusal;
    const topic = sanitize(wanted.trim());
    if (topic.length > MAX_TOPIC) return { code: "topic_too_long", params: { max: MAX_TOPIC } };
    room.topic = topic;
    this.publishRoomState(
      room,
      { type: "topic", room: room.name, nick: session.nick, topic },
      session,
    );
    return undefined;
  }

  /** Tells a room what one of its members has laid down for it, at other hubs too. */
  publishRoomState(room: Room, news: HubFrame, by: Session): void {
    this.broadcast(room, news, by);
    this.#options.cluster.putRule({ kind: "room", room: room.name, state: room.state, news });
  }

  /** The last messages of the session's room, as they are told again. */
  replayLast(session: Session, count: number): MessageFrame[] {
    const said = this.#options.history.last(session.room!.name, count)
      .filter(({ author }) => !session.ignoreList.hides(author));
    return asReplay(said, this.#options.maxReplay);
  }

  /** What others said to the session after the message of an id, and how much of it is no longer there. */
  missedBy(session: Session, after: number): { messages: MessageFrame[]; missing: number } {
    const logs = [
      session.mailbox.after(after),
      ...[...session.joinedAfter].map(([room, id]) =>
        this.#options.history.after(room.name, Math.max(after, id))
      ),
    ];
    const isForIt = ({ author }: { author: Author }) =>
      author.id !== session.id && !session.ignoreList.hides(author);
    const kept = logs.flatMap((log) => log.kept).filter(isForIt)
      .sort((a, b) => a.message.id - b.message.id);
    const dropped = logs.flatMap((log) => log.dropped).filter(isForIt)
      .reduce((sum, { messages }) => sum + messages, 0);
    const messages = asReplay(kept, this.#options.maxReplay);
    return { messages, missing: dropped + kept.length - messages.length };
  }

  /** What was said in a room before it was heard here. */
  addHistory(past: readonly Posted[]): void {
    for (const said of past) this.#keep(said);
  }

  #draftPrivate(session: Session, to: Session | RemoteUser, said: string): ChatError | Draft {
    const silenced = this.#options.moderation.checkMuted(session);
    if (silenced) return silenced;
    const text = sanitize(said, { newlines: true });
    if (text.trim() === "") return { code: "empty_message", params: {} };
    const message = makeMessage({ room: "", nick: session.nick, text, kind: "private" });
    return { message, author: session.author, to };
  }

  #deliverIn(room: Room, said: Posted, by: Author): void {
    if (!room.isOpen) return; // who said it was the last there, and is gone
    this.#keep(said);
    this.broadcast(room, said.message, by);
  }

  #deliverTo(id: string, { message, author }: Posted, by: Author): void {
    this.#note(message.id);
    const receiver = this.#options.nicks.find(id);
    if (!(receiver instanceof Session) || receiver.ignoreList.hides(author)) return;
    if (receiver.hasWelcome) receiver.mailbox.add({ message, author });
    this.#options.fanout.toOne(receiver, message);
    receiver.correspondent = by;
  }

  #keep(said: Posted): void {
    this.#note(said.message.id);
    this.#options.history.add(said);
  }

  #note(id: number): void {
    if (id > this.#lastMessageId) this.#lastMessageId = id;
  }
}

/** A message without id and time, which the cluster gives it. */
function makeMessage(
  { room, nick, text, kind }: Pick<MessageFrame, "room" | "nick" | "text" | "kind">,
): MessageFrame {
  return { type: "message", id: 0, ts: 0, room, nick, text, kind };
}

/** The messages as they are told again: the newest, of so many UTF-16 units, of which a new line counts as two. */
function asReplay(said: Posted[], max: number): MessageFrame[] {
  let size = 0;
  const first = said.findLastIndex(({ message: { text } }) =>
    (size += text.length + text.split("\n").length - 1 + MESSAGE_OVERHEAD) > max
  );
  return said.slice(first + 1).map(({ message }) => ({ ...message, replay: true }));
}
