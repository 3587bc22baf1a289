/**
 * What this hub hears of the others: who is there, what is said and laid down there, and what they want of somebody who is
 * here. It tells those here of it; how hubs reach each other, it does not know.
 */

import type { NoticeCode, Params } from "../../common/protocol/codes.ts";
import type { ClusterListener } from "../cluster/mod.ts";
import type { Chat } from "../chat/chat.ts";
import type { HubApi } from "./api.ts";
import type { Room } from "../model/room.ts";
import type { Sessions } from "./sessions.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../types.ts";

export interface ClusterEventsOptions {
  chat: Chat;
  sessions: Sessions;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Tells everyone who is here. */
  notifyAll: (news: { code: NoticeCode; params: Params }) => void;
}

export class ClusterEvents implements ClusterListener {
  readonly #hub: HubApi;
  readonly #options: ClusterEventsOptions;

  constructor(hub: HubApi, options: ClusterEventsOptions) {
    this.#hub = hub;
    this.#options = options;
  }

  onMessage(said: Posted, to?: string): void {
    this.#options.chat.messages.hear(said, to);
  }

  onUser(person: User): void {
    const { chat, sessions } = this.#options;
    const own = sessions.get(person.id);
    const before = own
      ? { nick: own.nick, rooms: [...own.rooms].map(({ name }) => name) }
      : known(chat.remoteUsers.find(person.id)?.person);
    if (own) sessions.moveOut(own);
    const remote = chat.remoteUsers.set(person);
    const stays: Room[] = [];
    const rooms = new Set(person.rooms.map(([name]) => name));
    for (const name of before.rooms) {
      const room = chat.rooms.get(name);
      if (!room || room.members.size === 0) continue;
      if (rooms.has(name)) stays.push(room);
      else chat.presence.left(remote, room, {});
    }
    if (before.nick !== undefined && before.nick !== person.nick) {
      chat.announceRename(stays, { from: before.nick, nick: person.nick }, remote);
    }
    for (const name of rooms) {
      const room = chat.rooms.get(name);
      if (room && room.members.size > 0 && !before.rooms.includes(name)) {
        chat.presence.joined(remote, room);
      }
    }
  }

  onUserGone(id: string, why: Departure): void {
    const { chat } = this.#options;
    const remote = chat.remoteUsers.delete(id);
    if (!remote) return;
    for (const [name] of remote.person.rooms) {
      const room = chat.rooms.get(name);
      if (room && room.members.size > 0) chat.presence.left(remote, room, why);
    }
  }

  onRule(rule: Rule): void {
    const { chat, now } = this.#options;
    switch (rule.kind) {
      case "room": {
        chat.rooms.setState(rule.room, rule.state);
        const room = chat.rooms.get(rule.room);
        if (rule.news && room && room.members.size > 0) chat.messages.broadcast(room, rule.news);
        return;
      }
      case "ban":
        if (rule.ban) chat.moderation.bans.add(rule.ban, rule.ban.host);
        else chat.moderation.bans.remove(rule.key);
        return;
      case "mute": {
        const { key, mute } = rule;
        const id = mute?.id ?? chat.nicks.holder(key)?.id ?? "";
        const left = mute ? mute.until - now() : 0;
        if (left > 0) chat.moderation.muteHere({ id, key }, left);
        else chat.moderation.unmuteHere({ id, key });
        return;
      }
    }
  }

  onCommand(order: RemoteCommand): void {
    const session = this.#options.sessions.get(order.id);
    if (!session) return; // it has gone on somewhere else meanwhile
    if (order.kind === "notify") this.#hub.notify(session, order.code, order.params);
    else this.#hub.dismiss(session, order.code, order.params, order.told);
  }

  onOffline(isAway: boolean): void {
    this.#options.notifyAll({ code: isAway ? "cluster_lost" : "cluster_back", params: {} });
  }
}

function known(person: User | undefined): { nick: string | undefined; rooms: string[] } {
  return { nick: person?.nick, rooms: person?.rooms.map(([name]) => name) ?? [] };
}
