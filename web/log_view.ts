/** The part of a room's log that is drawn, and its scrolling. */

import { button, byId, element, say } from "./elements.ts";
import { formatDay } from "./message.ts";

/** A row of a room; it is made when it is drawn first. */
export interface Row {
  /** In milliseconds since 1970. */
  moment: number;
  /** Of a message: it grows in the order of the messages. */
  id?: number | undefined;
  make: () => HTMLElement;
  made?: HTMLElement | undefined;
  /** The divider above the row, if it is the first of its day. */
  day?: HTMLElement;
}

/** The rows of a room, and which are drawn. */
export interface RoomLog {
  /** The oldest first. */
  rows: Row[];
  /** The first row that the user has not seen. */
  unseen?: Row | undefined;
  /** The first row drawn; undefined while the log follows the latest messages. */
  first?: Row | undefined;
  /** Messages that came meanwhile. */
  below: number;
  /** How many times older messages were asked for. */
  asked: number;
  /** Whether nothing older can be asked for. */
  isWhole?: boolean;
}

/** Rows drawn while the log follows, added on scrolling, and drawn at most. */
const [FOLLOWED, STEP, MAX_DRAWN] = [200, 200, 600];
/** How near to an edge more is drawn, and how near to the bottom the log follows, in CSS pixels. */
const [NEAR, AT_BOTTOM] = [600, 40];

export class LogView {
  readonly #root = byId("log");
  readonly #onTop: () => void;
  readonly #rows = element("div", "rows");
  readonly #pending = element("div", "unanswered");
  readonly #unseen = element("p", "divider unseen", say("page.new_messages"));
  readonly #start = element("p", "divider", say("page.history_start"));
  readonly #jump = button("jump", "", () => {
    this.follow();
    this.#root.focus();
  });
  #room: RoomLog = { rows: [], below: 0, asked: 0 };
  #isDue = false;
  #isQuiet = false;

  /** `onTop` is called when the user scrolls to the first row. */
  constructor(onTop: () => void) {
    const root = this.#root;
    this.#onTop = onTop;
    this.#pending.ariaLive = "off";
    root.append(this.#rows, this.#pending);
    root.after(this.#jump);
    for (const type of ["scroll", "wheel", "keydown"]) {
      root.addEventListener(type, () => this.#onScroll(type !== "scroll"), { passive: true });
    }
    new ResizeObserver(() => this.#schedule()).observe(root);
  }

  /** Draws a room with the next frame; `isQuiet`: what is new is not read out. */
  show(room: RoomLog, isQuiet: boolean): void {
    this.#isQuiet ||= isQuiet || room !== this.#room;
    if (room !== this.#room) room.first = undefined;
    this.#room = room;
    this.#schedule();
  }

  showPending(rows: readonly HTMLElement[]): void {
    this.#pending.replaceChildren(...rows);
    this.#schedule();
  }

  /** Goes to the latest messages and stays there. */
  follow(): void {
    this.#room.first = undefined;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => this.#draw());
  }

  /** The indices of the first row drawn and of the one behind the last. */
  #range(): [start: number, end: number] {
    const { rows, first } = this.#room;
    const start = Math.max(0, first ? rows.indexOf(first) : rows.length - FOLLOWED);
    return [start, Math.min(start + MAX_DRAWN, rows.length)];
  }

  #draw(): void {
    this.#isDue = false;
    const [start, end] = this.#range();
    const { rows, first, below, isWhole } = this.#room;
    if (!first) this.#room.below = 0;
    const nodes = rows.slice(start, end).flatMap((row, index) =>
      this.#nodes(row, rows[start + index - 1])
    );
    if (isWhole && start === 0) nodes.unshift(this.#start);
    const wanted = new Set<Node>(nodes);
    // The first row in sight that stays: it stays where it is.
    const { top } = this.#root.getBoundingClientRect();
    const anchor = first && [...this.#rows.children]
      .find((row) => wanted.has(row) && row.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top ?? 0;
    this.#root.ariaLive = this.#isQuiet || first ? "off" : "polite";
    this.#isQuiet = false;
    // What stays is not moved: it keeps the focus.
    for (const node of [...this.#rows.childNodes]) if (!wanted.has(node)) node.remove();
    let at = this.#rows.firstChild;
    for (const node of nodes) {
      if (node === at) at = at.nextSibling;
      else this.#rows.insertBefore(node, at);
    }
    if (!first) this.#root.scrollTop = this.#root.scrollHeight;
    else if (anchor) this.#root.scrollTop += anchor.getBoundingClientRect().top - before;
    this.#jump.hidden = !first;
    const key = below > 0 ? "page.new_below" : "page.latest";
    this.#jump.textContent = say(key, { count: below });
    if (first) this.#onScroll(false); // at the very top, the user cannot scroll further
  }

  #nodes(row: Row, above: Row | undefined): HTMLElement[] {
    const day = (moment: number) => new Date(moment).toDateString();
    const isNewDay = day(row.moment) !== day(above?.moment ?? Date.now());
    if (isNewDay) row.day ??= element("p", "divider", formatDay(row.moment));
    return [
      ...(isNewDay ? [row.day!] : []),
      ...(row === this.#room.unseen ? [this.#unseen] : []),
      row.made ??= row.make(),
    ];
  }

  #onScroll(isUsers: boolean): void {
    const { rows, first } = this.#room;
    if (this.#isDue || rows.length === 0) return;
    const [start, end] = this.#range();
    const { scrollTop, scrollHeight, clientHeight } = this.#root;
    const below = scrollHeight - clientHeight - scrollTop;
    let next = below < AT_BOTTOM && end === rows.length ? undefined : start;
    if (scrollTop < NEAR && start > 0) next = Math.max(0, start - STEP);
    else if (scrollTop < NEAR && (next !== undefined || isUsers)) this.#onTop();
    else if (below < NEAR && end < rows.length) next = start + STEP;
    this.#room.first = next === undefined ? undefined : rows[next];
    if (this.#room.first !== first) this.#schedule();
  }
}
