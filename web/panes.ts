/** The rooms, the people of the current room, its topic, and the menus of both. */

/// <reference lib="dom" />

import type { ConversationEvent, SubmitResult } from "../client/session/conversation.ts";
import type { ConversationState } from "../client/session/state.ts";
import { isSafeName } from "../client/ui/complete.ts";
import { readReply, type RoomSummary } from "../common/protocol/codes.ts";
import { type HubFrame, MAX_ROOMS_LISTED } from "../common/protocol/frame.ts";
import { nickKey } from "../common/protocol/names.ts";
import { sanitize } from "../common/protocol/sanitize.ts";
import { type Action, nameOf, roomActions, userActions, type Viewer } from "./actions.ts";
import { button, byId, element, LANG, say, showRows } from "./elements.ts";
import { makeDrawer } from "./drawers.ts";
import { Members } from "./members.ts";
import { openMenu } from "./menu.ts";
import { Settings } from "./settings.ts";

/** What the panes ask the hub for by themselves, without a line in the log. */
type Request = "who" | "rooms" | "ignore";

export interface PanesOptions {
  send: (line: string) => SubmitResult;
  /** Sends a line of which the user is not told. */
  ask: (line: string) => SubmitResult;
  /** Writes a text into the input. */
  compose: (text: string) => void;
}

export class Panes {
  readonly #options: PanesOptions;
  readonly #members = new Members();
  readonly #settings = new Settings();
  /** Of the user's rooms. */
  readonly #topics = new Map<string, string>();
  /** The rooms of the hub, by its latest answer. */
  #listed: readonly RoomSummary[] = [];
  /** The refs of the requests that the hub has not answered. */
  readonly #asked = new Map<Request, string>();
  #state!: ConversationState;
  #isDue = false;
  readonly #drawers = [
    makeDrawer("rooms", () => this.#ask("rooms")),
    makeDrawer("people", () => this.#ask("who")),
  ];

  constructor(options: PanesOptions) {
    this.#options = options;
    const other = byId<HTMLInputElement>("other-room");
    byId("join-room").addEventListener("submit", (event) => {
      event.preventDefault();
      if (other.value.trim() !== "") this.#goTo(other.value.trim());
      other.value = "";
    });
    document.addEventListener("keydown", (event) => {
      const { altKey, ctrlKey, metaKey, code } = event;
      const room = this.#state?.rooms[Number(/^Digit(\d)$/.exec(code)?.[1]) - 1];
      if (!altKey || ctrlKey || metaKey || room === undefined) return;
      event.preventDefault();
      this.#goTo(room);
    });
  }

  update(events: readonly ConversationEvent[], state: ConversationState): void {
    if (this.#state?.token !== state.token) this.#asked.clear();
    this.#state = state;
    for (const event of events) {
      this.#members.update(event, state);
      if (event.type === "frame") this.#receive(event.frame);
    }
    if (!this.#members.isKnown) this.#ask("who");
    if (!this.#isDue) requestAnimationFrame(() => this.#draw());
    this.#isDue = true;
  }

  /** Opens the menu of a user beside an element. */
  openMenu(nick: string, at: HTMLElement): void {
    const isOwn = nickKey(nick) === nickKey(this.#state.nick);
    this.#openMenu(nick, at, userActions(nick, isOwn, this.#viewer()));
  }

  #viewer(): Viewer {
    const isOn = this.#settings.isOn.bind(this.#settings);
    return { lang: LANG, isModerator: this.#state.isModerator, room: this.#state.room, isOn };
  }

  #openMenu(name: string, at: HTMLElement, actions: readonly Action[]): void {
    if (!isSafeName(name)) return;
    const items = actions.map(({ key, params, line }) =>
      button("", say(key, params), () => {
        if (!line.endsWith(" ")) return void this.#options.send(line);
        this.#closeDrawers();
        this.#options.compose(line);
      })
    );
    openMenu(at, name, items);
  }

  #receive(frame: HubFrame): void {
    this.#settings.update(frame, this.#state.nick);
    if (frame.type === "welcome") this.#ask("ignore");
    for (const [what, ref] of this.#asked) {
      if ("ref" in frame && frame.ref === ref) this.#asked.delete(what);
    }
    const reply = frame.type === "reply" ? readReply(frame.code, frame.data) : undefined;
    if (reply?.code === "rooms") this.#listed = reply.data.rooms.slice(0, MAX_ROOMS_LISTED);
    const about = reply?.code === "topic" || reply?.code === "join" ? reply.data : frame;
    if (!("topic" in about || about.type === "welcome")) return;
    if (this.#state.rooms.includes(about.room)) this.#topics.set(about.room, about.topic ?? "");
  }

  #ask(what: Request): void {
    if (this.#state?.stage !== "joined" || this.#asked.has(what)) return;
    const sent = this.#options.ask(nameOf(what, LANG));
    if (sent.kind === "sent") this.#asked.set(what, sent.ref);
  }

  #goTo(room: string): void {
    this.#closeDrawers();
    if (room !== this.#state.room) this.#options.send(`${nameOf("join", LANG)} ${room}`);
    // On a telephone the focus in the input would open the keyboard.
    if (!matchMedia("(pointer: coarse)").matches) this.#options.compose("");
  }

  #closeDrawers(): void {
    for (const close of this.#drawers) close();
  }

  #draw(): void {
    this.#isDue = false;
    const { rooms, room: current, unread } = this.#state;
    byId("room").textContent = `#${sanitize(current)}`;
    byId("topic").textContent = sanitize(this.#topics.get(current) ?? "");
    const roomRows = new Map<string, () => HTMLElement>();
    for (const room of [...rooms, ...this.#listed.map(({ room }) => room)]) {
      const { count = 0, isMention = false } = unread.get(room) ?? {};
      const look = [
        room === current ? "current" : "",
        count > 0 ? "unread" : "",
        isMention ? "mention" : "",
        rooms.includes(room) ? "" : "other",
      ].join(" ");
      roomRows.set(`${room} ${count} ${look}`, () => this.#makeRoom(room, count, look));
    }
    showRows(byId("rooms"), roomRows);
    const members = this.#members.list();
    const memberRows = members.map(({ nick, isOwn, absence }) => {
      const state = absence ? "away" : isOwn ? "you" : "";
      const text = absence?.text ?? "";
      return [`${nick} ${state} ${text}`, () => this.#makeMember(nick, state, text)] as const;
    });
    showRows(byId("people"), new Map(memberRows));
    const { count } = this.#members;
    byId("show-people").textContent = say("page.people_count", { count });
    const more = count - members.length;
    byId("more-people").textContent = more > 0 ? say("page.more_people", { more }) : "";
  }

  #makeRoom(room: string, count: number, look: string): HTMLElement {
    const name = element("bdi", "", `#${sanitize(room)}`);
    const go = button("", name, () => this.#goTo(room));
    const row = element("li", look, go);
    if (look.includes("current")) go.ariaCurrent = "true";
    if (count > 0) {
      const badge = element("span", "count", `${count}`);
      badge.role = "img";
      const key = look.includes("mention") ? "page.unread_mention" : "page.unread";
      badge.ariaLabel = say(key, { count });
      go.append(" ", badge);
    }
    if (look.includes("other")) return row;
    const menu = button("room-menu", "⋯", () => {
      this.#openMenu(room, menu, roomActions(room, this.#viewer()));
    });
    menu.ariaLabel = say("page.room_menu", { room });
    row.append(menu);
    return row;
  }

  #makeMember(nick: string, state: "away" | "you" | "", text: string): HTMLElement {
    const label = element("bdi", "", sanitize(nick));
    const name = button("nick", label, () => this.openMenu(nick, name));
    if (state !== "") name.append(element("small", "", say(`page.${state}`)));
    if (text !== "") name.title = sanitize(text);
    return element("li", state === "you" ? "me" : state, name);
  }
}
