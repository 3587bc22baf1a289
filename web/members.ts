/** The members of the current room, as far as the hub has named them. */

import type { ConversationEvent } from "../client/session/conversation.ts";
import type { ConversationState } from "../client/session/state.ts";
import { leftNicks, RecentSpeakers } from "../client/ui/roster.ts";
import { type Absence, readReply } from "../common/protocol/codes.ts";
import { type HubFrame, type HubFrames, MAX_MEMBERS_NAMED } from "../common/protocol/frame.ts";
import { nickKey } from "../common/protocol/names.ts";

/** The most members that are shown. */
const MAX_SHOWN = 200;
const order = new Intl.Collator([], { numeric: true });

export class Members {
  /** Of all members, named or not. */
  count = 0;
  /** Whether the hub has named members since the user went to the room, and since the connection broke. */
  isKnown = false;
  #room = "";
  #own = "";
  #nicks = new RecentSpeakers();
  /** By key, as the hub last said. */
  #away = new Map<string, Absence>();
  /** The list, until it changes: sorting it for each message is slow. */
  #listed: { nick: string; isOwn: boolean; absence: Absence | undefined }[] | undefined;

  /** `state` is that after the event. */
  update(event: ConversationEvent, { room, nick }: Pick<ConversationState, "room" | "nick">): void {
    const isMessage = event.type === "frame" && event.frame.type === "message";
    if (!isMessage || room !== this.#room) this.#listed = undefined;
    if (room !== this.#room) this.#set(room, [], 0, false);
    if (event.type === "lost") this.isKnown = false;
    if (event.type === "frame") this.#receive(event.frame);
    if (nick !== this.#own) this.#nicks.rename(this.#own, nick);
    this.#own = nick;
  }

  /** At most {@linkcode MAX_SHOWN}: the user first, the others by name. */
  list() {
    if (this.#listed) return this.#listed;
    const others = this.#nicks.list(this.#own).slice(0, -1).sort(order.compare);
    const members = this.#own === "" ? [] : [this.#own, ...others];
    return this.#listed = members.slice(0, MAX_SHOWN).map((nick, index) => (
      { nick, isOwn: index === 0, absence: this.#away.get(nickKey(nick)) }
    ));
  }

  #receive(frame: HubFrame): void {
    const reply = frame.type === "reply" ? readReply(frame.code, frame.data) : undefined;
    const isList = reply?.code === "who" || reply?.code === "join";
    if (isList && reply.data.room === this.#room) {
      this.#set(this.#room, reply.data.members, reply.data.count);
      const { away = [] } = reply.code === "who" ? reply.data : {};
      for (const absence of away) this.#away.set(nickKey(absence.nick), absence);
    }
    if (frame.type === "away") return this.#setAway(frame); // of any shared room
    if (frame.type === "renamed") return this.#rename(frame.from, frame.nick);
    if (!("room" in frame) || frame.room !== this.#room) return;
    if ("count" in frame) this.count = frame.count;
    if (frame.type === "welcome") this.#set(frame.room, frame.members, frame.count);
    this.#nicks.update(frame);
    // A user who writes or leaves is no longer away.
    const writers = frame.type === "message" && !frame.replay ? [frame.nick] : [];
    for (const nick of [...writers, ...leftNicks(frame)]) {
      if (this.#away.delete(nickKey(nick))) this.#listed = undefined;
    }
  }

  /** It is told once, in any of the rooms that the two users share. */
  #rename(from: string, nick: string): void {
    if (!this.#nicks.list(this.#own).includes(from)) return;
    this.#nicks.rename(from, nick);
    const absence = this.#away.get(nickKey(from));
    this.#away.delete(nickKey(from));
    if (absence) this.#away.set(nickKey(nick), absence);
  }

  #setAway(frame: HubFrames["away"]): void {
    const key = nickKey(frame.nick);
    if (!frame.isAway) this.#away.delete(key);
    else if (this.#away.size < MAX_MEMBERS_NAMED) this.#away.set(key, frame);
  }

  #set(room: string, nicks: readonly string[], count: number, isKnown = true): void {
    [this.#room, this.count, this.isKnown] = [room, count, isKnown];
    this.#nicks = new RecentSpeakers();
    this.#away.clear();
    for (const nick of nicks.slice(0, MAX_MEMBERS_NAMED)) this.#nicks.add(nick);
  }
}
