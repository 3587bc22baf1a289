/** Messages: drafting, delivering and replaying them; and topics. */

import { isHello } from "../../common/protocol/foreign.ts";
import {
  type DeletedFrame,
  type HubFrame,
  MAX_MESSAGE_LINES,
  type MessageFrame,
  type SayFrame,
} from "../../common/protocol/frame.ts";
import { dropLineEnds, exceedsLines, findSlip } from "../../common/protocol/input.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import { ok } from "../../common/result.ts";
import type { Cluster } from "../cluster/mod.ts";
import type { History } from "../history/mod.ts";
import { findWords, wordsOf } from "../history/search.ts";
import { type ChatError, type ChatResult, fail } from "../model/errors.ts";
import type { Nicks } from "../model/nicks.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import { MAX_TOPIC, Room } from "../model/room.ts";
import { Session } from "../model/session.ts";
import type { Author, Posted } from "../types.ts";
import type { Fanout } from "./fanout.ts";
import type { Moderation } from "./moderation.ts";
import type { Presence } from "./presence.ts";
import { excerpt, type Missed, replayMissed, replayShortened } from "./replay.ts";
import type { Rooms } from "./rooms.ts";

/** Messages that a search shows, at most. */
const MAX_FOUND = 20;
/** Messages of a room that are looked at to find those to delete, or those that a newcomer has not seen. */
const MAX_SCANNED = 1000;

/** A message that may be posted and is not accepted yet: it has neither id nor time. */
export interface Draft {
  readonly message: MessageFrame;
  readonly author: Author;
  /** A room, or the receiver of a private message. */
  readonly to: Session | RemoteUser | Room;
}

/** The parts of a message besides its text. */
type Manner = Pick<SayFrame, "as" | "tags">;

export interface MessagesOptions {
  nicks: Nicks;
  rooms: Rooms;
  moderation: Moderation;
  presence: Presence;
  fanout: Fanout;
  history: History;
  cluster: Cluster;
  /** The most that is replayed at once, in UTF-16 units, each at most three bytes in an outbox; the newest go first. */
  maxReplay: number;
}

export class Messages {
  readonly #options: MessagesOptions;
  /** The id of the newest message that was accepted here or elsewhere, private ones included. */
  lastMessageId: number;

  constructor(options: MessagesOptions) {
    this.#options = options;
    this.lastMessageId = options.cluster.lastId;
  }

  // Drafting.

  /** A message to a room or a user, or the error that keeps the session from posting it. */
  draft(
    session: Session,
    typed: string,
    to: Draft["to"],
    { as, tags }: Manner = {},
  ): ChatResult<Draft> {
    const { moderation } = this.#options;
    const isRoom = to instanceof Room;
    const error = isRoom ? moderation.checkMayPost(to, session) : moderation.checkMuted(session);
    if (error) return { ok: false, error };
    if (isBlank(typed) && !(typed === "" && tags)) return fail("empty_message");
    typed = dropLineEnds(typed);
    if (exceedsLines(typed, MAX_MESSAGE_LINES)) {
      return fail("too_many_lines", { max: MAX_MESSAGE_LINES });
    }
    if (isHello(typed)) return fail("late_hello");
    const slip = isRoom ? findSlip(typed) : undefined;
    if (slip) return fail("misplaced_command", slip);
    const text = sanitize(typed, { newlines: true });
    const { nick, author } = session;
    const [room, kind] = isRoom ? [to.name, as ?? "say"] as const : ["", "private"] as const;
    const message: MessageFrame = { type: "message", id: 0, ts: 0, room, nick, text, kind };
    if (as && !isRoom) message.as = as;
    if (tags) message.tags = tags;
    // In slow mode, tags alone do not keep their user waiting.
    if (isRoom && text !== "") moderation.onPosted(to, session);
    return ok({ message, author, to });
  }

  /** A private message to the user with a nick, at whichever hub they are. */
  draftPrivate(session: Session, nick: string, typed: string, manner?: Manner): ChatResult<Draft> {
    const found = this.#options.nicks.lookUp(session, nick);
    return found.ok ? this.draft(session, typed, found.value, manner) : found;
  }

  /** A private message to whoever the session last exchanged private messages with, also under a new nick. */
  draftReply(session: Session, typed: string): ChatResult<Draft> {
    const { correspondent } = session;
    if (!correspondent) return fail("nobody_to_answer");
    const { nicks } = this.#options;
    const receiver = nicks.find(correspondent.id);
    if (receiver) return this.draft(session, typed, receiver);
    const namesake = nicks.holder(correspondent.key);
    return namesake
      ? fail("correspondent_replaced", { nick: namesake.nick })
      : fail("correspondent_gone", { nick: correspondent.nick });
  }

  // Delivering.

  /** Delivers an accepted message to its room, or to the receiver `to`, if they are here. Its author may be gone. */
  deliver(posted: Posted, to?: string): void {
    const { nicks, rooms, presence, fanout, history } = this.#options;
    const { message, author } = posted;
    const { id, room: name, nick, ts, tags = {} } = message;
    const kept = withoutTags(posted);
    const frame = kept ? message : { type: "tags", id, room: name, nick, ts, tags } as const;
    const by = nicks.find(author.id) ?? author;
    if (to === undefined) {
      const room = rooms.get(name);
      if (!room?.isOpen) return; // the author was its last member and is gone
      this.lastMessageId = Math.max(this.lastMessageId, id);
      if (kept) history.add(kept);
      presence.flush(room);
      fanout.toRoom(room, frame, by, by);
      return;
    }
    this.lastMessageId = Math.max(this.lastMessageId, id);
    const receiver = nicks.find(to);
    if (!(receiver instanceof Session) || receiver.ignoreList.hides(author)) return;
    if (kept && receiver.hasWelcome) receiver.mailbox.addPrivate(kept);
    fanout.toOne(receiver, frame);
    if (kept) receiver.correspondent = by;
  }

  /** Shows a room what one of its members did, except for that member, and for those who ignore an author. */
  broadcast(room: Room, frame: HubFrame, by?: Author, author?: Author): void {
    this.#options.presence.flush(room);
    this.#options.fanout.toRoom(room, frame, by, author);
  }

  /** Shows the users of some rooms what a member did, once to each. */
  broadcastOnce(
    [first, ...others]: readonly Room[],
    frameFor: (room: Room) => HubFrame,
    by: Author,
  ): void {
    if (!first) return;
    const { fanout, presence } = this.#options;
    for (const room of others) presence.flush(room);
    this.broadcast(first, frameFor(first), by);
    const informed = new Set(first.readers);
    for (const room of others) {
      const rest = room.readers.difference(informed);
      if (rest.size > room.readers.size / 2) { // shared, but each reader of the room costs a little
        fanout.toRoom(room, frameFor(room), room.readers.difference(rest));
      } else {
        for (const member of rest) fanout.toOne(member, frameFor(room), room);
      }
      for (const member of rest) informed.add(member);
    }
  }

  // Deleting.

  /** Deletes at all hubs the newest messages of a room that fit, at most `count`; undefined if there are none. */
  delete(by: Session, { name: room, state }: Room, count: number, fits: (it: Posted) => boolean) {
    const { history, cluster } = this.#options;
    const found = history.last(room, MAX_SCANNED).filter(fits).slice(-count);
    const author = found.at(-1)?.author;
    if (!author) return undefined;
    const ids = found.map(({ message }) => message.id);
    const nick = author.id === by.id ? by.nick : author.nick;
    const frame: DeletedFrame = { type: "deleted", room, ids, nick, by: by.nick };
    this.onDeleted(frame, by);
    cluster.putRule({ kind: "room", room, state, news: frame });
    cluster.erase(ids);
    return frame;
  }

  /** From now on nothing of deleted messages is replayed. Members learn it, except those who ignore the author. */
  onDeleted(frame: DeletedFrame, by?: Session): void {
    const { history, nicks, rooms } = this.#options;
    const author = { id: "", key: nickKey(frame.nick), nick: frame.nick };
    const ids = new Set(frame.ids);
    history.remove(frame.room, frame.ids);
    for (const user of nicks.users()) if (user instanceof Session) user.forgetMessages(ids);
    const room = rooms.get(frame.room);
    if (room) this.broadcast(room, frame, by, author);
  }

  /** Tells what another program has removed from the history on the disk. */
  sweep(): void {
    const { history } = this.#options;
    for (const { room, ids } of history.takeRemoved()) {
      const nicks = new Set(history.remove(room, ids).map(({ author }) => author.nick));
      const nick = nicks.size === 1 ? [...nicks][0]! : "";
      this.onDeleted({ type: "deleted", room, ids: [...ids], nick, by: "" });
    }
  }

  // Topics and settings.

  /** Sets the topic of a room, which counts as a message there; an empty one removes it. */
  setTopic(session: Session, room: Room, typed: string): ChatError | undefined {
    const { moderation } = this.#options;
    const error = moderation.checkMayPost(room, session);
    if (error) return error;
    const wanted = typed.trim();
    if (wanted !== "" && isBlank(wanted)) return { code: "empty_topic", params: {} };
    const topic = wanted.length > MAX_TOPIC ? wanted : sanitize(wanted); // where a TAB becomes longer
    if (topic.length > MAX_TOPIC) return { code: "topic_too_long", params: { max: MAX_TOPIC } };
    room.topic = topic;
    moderation.onPosted(room, session);
    const { nick } = session;
    this.publishRoomState(room, { type: "topic", room: room.name, nick, topic }, session);
    return undefined;
  }

  /** Shows a room what a member has set for it, and publishes the room's settings to other hubs. */
  publishRoomState(room: Room, news: HubFrame, by: Session): void {
    this.broadcast(room, news, by);
    this.#options.cluster.putRule({ kind: "room", room: room.name, state: room.state, news });
  }

  // Replaying.

  /**
   * The last messages of a room that the session may see, at most `count`, or those of them that are chosen; the long
   * ones shortened if not all fit into `max` UTF-16 units.
   */
  replayLast(
    { ignoreList }: Session,
    { name }: Room,
    count: number,
    { choose = (all: readonly Posted[]) => all, max = Infinity } = {},
  ): MessageFrame[] {
    const hidden = ignoreList.size > 0 ? ignoreList : undefined;
    const posted = this.#options.history.last(name, count, hidden);
    return replayShortened(choose(posted), Math.min(max, this.#options.maxReplay));
  }

  /** The latest messages of a room with all words of a text, the newest first; long ones cut around the first word. */
  search({ ignoreList: hidden }: Session, { name: room }: Room, typed: string) {
    const words = wordsOf(typed);
    if (words.length === 0) return { messages: [], hasMore: false };
    const { history } = this.#options;
    const { messages, hasMore } = history.search({ room, words, count: MAX_FOUND, hidden });
    const excerpts = messages.map(({ message }) => {
      const text = excerpt(message.text, findWords(message.text, words));
      return { ...message, text, replay: true, found: true } as const;
    });
    return { messages: excerpts, hasMore };
  }

  /** Whether something was said in a room that is kept, by whomever. */
  hasHistory({ name }: Room): boolean {
    return this.#options.history.last(name, 1).length > 0;
  }

  /** What was said in a room after the message with an id, and how many of these messages are no longer kept. */
  saidAfter({ name }: Room, after: number): Missed {
    const { history, maxReplay } = this.#options;
    const kept = history.last(name, MAX_SCANNED).filter(({ message }) => message.id > after);
    return replayMissed(kept, history.after(name, after).dropped, maxReplay);
  }

  /** What others wrote to the session after the message with an id, and how many of these are no longer kept. */
  missedBy(session: Session, after: number): Missed {
    const logs = [
      session.mailbox.after(after),
      ...[...session.rooms].map(({ name, joinedAfter }) =>
        this.#options.history.after(name, Math.max(after, joinedAfter.get(session)!))
      ),
    ];
    const isForSession = ({ author }: { author: Author }) =>
      author.id !== session.id && !session.ignoreList.hides(author);
    const kept = logs.flatMap((log) => log.kept).filter(isForSession)
      .sort((a, b) => a.message.id - b.message.id);
    const dropped = logs.flatMap((log) => log.dropped).filter(isForSession);
    return replayMissed(kept, dropped, this.#options.maxReplay);
  }

  /** Keeps what was posted in a room before it was opened here. */
  addHistory(past: readonly Posted[]): void {
    for (const posted of past) {
      this.lastMessageId = Math.max(this.lastMessageId, posted.message.id);
      const kept = withoutTags(posted);
      if (kept) this.#options.history.add(kept);
    }
  }
}

/** A message as it is kept, without tags; undefined if it has no text. */
function withoutTags({ message, author }: Posted): Posted | undefined {
  if (!message.tags) return { message, author };
  const { tags: _, ...kept } = message;
  return kept.text === "" ? undefined : { message: kept, author };
}
