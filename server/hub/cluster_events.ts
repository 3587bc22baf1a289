/** Applies events from other hubs: users, messages, rules and commands. */

import type { ClusterListener } from "../cluster/mod.ts";
import type { Room } from "../model/room.ts";
import type { Departure, Mute, Posted, RemoteCommand, Rule, User } from "../types.ts";
import type { HubApi } from "./api.ts";
import type { Sessions } from "./sessions.ts";

export class ClusterEvents implements ClusterListener {
  readonly #hub: HubApi;
  readonly #sessions: Sessions;
  readonly #now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor(hub: HubApi, sessions: Sessions, now: () => number) {
    this.#hub = hub;
    this.#sessions = sessions;
    this.#now = now;
  }

  onMessage(posted: Posted, to?: string): void {
    this.#hub.chat.messages.deliver(posted, to);
  }

  onUser(user: User): void {
    const { chat } = this.#hub;
    const own = this.#sessions.get(user.id);
    const known = chat.remoteUsers.find(user.id)?.user;
    const { nick, awayText } = own ?? known ?? {};
    const before = own ? new Set(own.rooms.values().map(({ name }) => name)) : roomsOf(known);
    if (own) this.#sessions.moveOut(own);
    const remote = chat.remoteUsers.set(user);
    const rooms = roomsOf(user);
    // As at the user's own hub (Chat.joinRoom).
    const isAnnounced = nick === undefined || !chat.moderation.checkMuted(remote);
    const { departure = {} } = user;
    if (isAnnounced || departure.reason) {
      for (const room of this.#here(before.difference(rooms))) {
        chat.presence.left(remote, room, departure);
      }
    }
    const stayed = this.#here(before.intersection(rooms));
    if (nick !== undefined && nick !== user.nick) {
      chat.announceRename(stayed, { from: nick, nick: user.nick }, remote);
    }
    if (awayText !== user.awayText) chat.announceAway(stayed, remote);
    if (isAnnounced) {
      for (const room of this.#here(rooms.difference(before))) chat.presence.joined(remote, room);
    }
  }

  onUserGone(id: string, departure: Departure): void {
    const { chat } = this.#hub;
    const remote = chat.remoteUsers.delete(id);
    if (!remote) return;
    chat.departed.add(remote);
    const rooms = this.#here(roomsOf(remote.user));
    for (const room of rooms) chat.presence.left(remote, room, departure);
  }

  onRule(rule: Rule): void {
    const { chat } = this.#hub;
    switch (rule.kind) {
      case "room": {
        chat.rooms.setState(rule.room, rule.state);
        const [room] = this.#here([rule.room]);
        if (rule.news?.type === "deleted") chat.messages.onDeleted(rule.news);
        else if (rule.news && room) chat.messages.broadcast(room, rule.news);
        return;
      }
      case "ban":
        if (rule.ban) chat.moderation.bans.add(rule.ban);
        else chat.moderation.bans.remove(rule.key);
        return;
      case "mute": {
        const { key, mute } = rule;
        const lifted: Mute = { id: chat.nicks.holder(key)?.id ?? "", until: 0 };
        const { id, until, nick = key, by = "" } = mute ?? lifted;
        chat.moderation.muteHere({ id, key, nick, by }, until - this.#now());
        return;
      }
    }
  }

  onCommand(command: RemoteCommand): void {
    if (command.kind === "notify" && command.id === "") {
      return this.#hub.notifyHere(command);
    }
    const session = this.#sessions.get(command.id);
    if (!session) return; // the user has moved on meanwhile
    const { chat } = this.#hub;
    if (command.kind === "notify") this.#hub.notify(session, command.code, command.params);
    else if (command.kind === "dismiss") {
      this.#hub.dismiss(session, command.code, command.params, command.told);
    } else if (command.kind === "remove") {
      chat.removeFromRoom(session, command.room, command.params);
    } else chat.setModerator(session, command.room, command.kind);
  }

  onOffline(isOffline: boolean): void {
    this.#hub.notifyHere({ code: isOffline ? "cluster_lost" : "cluster_back", params: {} });
  }

  /** Those of these rooms that have members here. */
  #here(names: Iterable<string>): Room[] {
    const { rooms } = this.#hub.chat;
    return [...names].flatMap((name) => rooms.get(name) ?? [])
      .filter(({ members }) => members.size > 0);
  }
}

function roomsOf(user: User | undefined): Set<string> {
  return new Set(user?.rooms.map(([name]) => name));
}
