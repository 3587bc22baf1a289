/** Applies events from other hubs: users, messages, rules and commands. */

import type { NoticeCode } from "../../common/protocol/codes.ts";
import type { Chat } from "../chat/chat.ts";
import type { ClusterListener } from "../cluster/mod.ts";
import type { Room } from "../model/room.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../types.ts";
import type { HubApi, HubOptions } from "./api.ts";
import type { Sessions } from "./sessions.ts";

export interface ClusterEventsOptions extends Pick<HubOptions, "now"> {
  chat: Chat;
  sessions: Sessions;
  /** Shows a notice to every member here. */
  notifyAll: (code: NoticeCode) => void;
}

export class ClusterEvents implements ClusterListener {
  readonly #hub: HubApi;
  readonly #options: ClusterEventsOptions;

  constructor(hub: HubApi, options: ClusterEventsOptions) {
    this.#hub = hub;
    this.#options = options;
  }

  onMessage(posted: Posted, to?: string): void {
    this.#options.chat.messages.deliver(posted, to);
  }

  onUser(user: User): void {
    const { chat, sessions } = this.#options;
    const own = sessions.get(user.id);
    const known = chat.remoteUsers.find(user.id)?.user;
    const before = own
      ? { nick: own.nick, rooms: [...own.rooms].map(({ name }) => name) }
      : { nick: known?.nick, rooms: known?.rooms.map(([name]) => name) ?? [] };
    if (own) sessions.moveOut(own);
    const remote = chat.remoteUsers.set(user);
    // As at the user's own hub (Chat.joinRoom).
    const isAnnounced = before.nick === undefined || !chat.moderation.checkMuted(remote);
    const stayed: Room[] = [];
    const rooms = new Set(user.rooms.map(([name]) => name));
    for (const name of before.rooms) {
      const room = chat.rooms.get(name);
      if (!room || room.members.size === 0) continue;
      if (rooms.has(name)) stayed.push(room);
      else if (isAnnounced) chat.presence.left(remote, room, {});
    }
    if (before.nick !== undefined && before.nick !== user.nick) {
      chat.announceRename(stayed, { from: before.nick, nick: user.nick }, remote);
    }
    for (const name of rooms) {
      const room = chat.rooms.get(name);
      const isNew = room && room.members.size > 0 && !before.rooms.includes(name);
      if (isNew && isAnnounced) chat.presence.joined(remote, room);
    }
  }

  onUserGone(id: string, departure: Departure): void {
    const { chat } = this.#options;
    const remote = chat.remoteUsers.delete(id);
    if (!remote) return;
    chat.departed.add(remote);
    for (const [name] of remote.user.rooms) {
      const room = chat.rooms.get(name);
      if (room && room.members.size > 0) chat.presence.left(remote, room, departure);
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
        if (rule.ban) chat.moderation.bans.add(rule.ban);
        else chat.moderation.bans.remove(rule.key);
        return;
      case "mute": {
        const { key, mute } = rule;
        const { id = chat.nicks.holder(key)?.id ?? "", until = 0, nick = key, by = "" } = mute ??
          {};
        chat.moderation.muteHere({ id, key, nick, by }, until - now());
        return;
      }
    }
  }

  onCommand(command: RemoteCommand): void {
    const session = this.#options.sessions.get(command.id);
    if (!session) return; // the user has moved on meanwhile
    if (command.kind === "notify") this.#hub.notify(session, command.code, command.params);
    else this.#hub.dismiss(session, command.code, command.params, command.told);
  }

  onOffline(isOffline: boolean): void {
    this.#options.notifyAll(isOffline ? "cluster_lost" : "cluster_back");
  }
}
