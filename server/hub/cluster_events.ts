/**
 * What this hub hears of the others: who is there, what is said and laid down there, and what they want of somebody who is
 * here. It tells those here of it; how hubs reach each other, it does not know.
 */

import type { NoticeCode, Params } from "../../common/protocol/codes.ts";
import type { Ears } from "../cluster/mod.ts";
import type { Chat } from "../chat/chat.ts";
import type { HubApi } from "./api.ts";
import type { Room } from "../model/room.ts";
import type { Sessions } from "./sessions.ts";
import type { Order, Person, Rule, Said, Why } from "../types.ts";

export interface ElsewhereOptions {
  chat: Chat;
  sessions: Sessions;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Tells everyone who is here. */
  tellAll: (news: { code: NoticeCode; params: Params }) => void;
}

export class Elsewhere implements Ears {
  readonly #hub: HubApi;
  readonly #options: ElsewhereOptions;

  constructor(hub: HubApi, options: ElsewhereOptions) {
    this.#hub = hub;
    this.#options = options;
  }

  heard(said: Said, to?: string): void {
    this.#options.chat.talk.hear(said, to);
  }

  met(person: Person): void {
    const { chat, sessions } = this.#options;
    const own = sessions.get(person.id);
    const before = own
      ? { nick: own.nick, rooms: [...own.rooms].map(({ name }) => name) }
      : known(chat.people.find(person.id)?.person);
    if (own) sessions.moveOut(own);
    const remote = chat.people.set(person);
    const stays: Room[] = [];
    const rooms = new Set(person.rooms.map(([name]) => name));
    for (const name of before.rooms) {
      const room = chat.rooms.get(name);
      if (!room || room.members.size === 0) continue;
      if (rooms.has(name)) stays.push(room);
      else chat.presence.left(remote, room, {});
    }
    if (before.nick !== undefined && before.nick !== person.nick) {
      chat.tellRenamed(stays, { from: before.nick, nick: person.nick }, remote);
    }
    for (const name of rooms) {
      const room = chat.rooms.get(name);
      if (room && room.members.size > 0 && !before.rooms.includes(name)) {
        chat.presence.joined(remote, room);
      }
    }
  }

  gone(id: string, why: Why): void {
    const { chat } = this.#options;
    const remote = chat.people.delete(id);
    if (!remote) return;
    for (const [name] of remote.person.rooms) {
      const room = chat.rooms.get(name);
      if (room && room.members.size > 0) chat.presence.left(remote, room, why);
    }
  }

  ruled(rule: Rule): void {
    const { chat, now } = this.#options;
    switch (rule.kind) {
      case "room": {
        chat.rooms.rule(rule.room, rule.state);
        const room = chat.rooms.get(rule.room);
        if (rule.news && room && room.members.size > 0) chat.talk.tell(room, rule.news);
        return;
      }
      case "ban":
        if (rule.ban) chat.moderation.bans.add(rule.ban, rule.ban.host);
        else chat.moderation.bans.lift(rule.key);
        return;
      case "mute": {
        const { key, mute } = rule;
        const id = mute?.id ?? chat.nicks.holder(key)?.id ?? "";
        const left = mute ? mute.until - now() : 0;
        if (left > 0) chat.moderation.silence({ id, key }, left);
        else chat.moderation.hear({ id, key });
        return;
      }
    }
  }

  ordered(order: Order): void {
    const session = this.#options.sessions.get(order.id);
    if (!session) return; // it has gone on somewhere else meanwhile
    if (order.kind === "notify") this.#hub.notify(session, order.code, order.params);
    else this.#hub.dismiss(session, order.code, order.params, order.told);
  }

  away(isAway: boolean): void {
    this.#options.tellAll({ code: isAway ? "cluster_lost" : "cluster_back", params: {} });
  }
}

function known(person: Person | undefined): { nick: string | undefined; rooms: string[] } {
  return { nick: person?.nick, rooms: person?.rooms.map(([name]) => name) ?? [] };
}
