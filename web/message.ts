/** The DOM of what the log shows. Texts of others become text nodes only, so no markup of theirs is ever read. */

import { messageHead } from "../common/i18n/plain.ts";
import { nickKey } from "../common/protocol/names.ts";
import { sanitize } from "../common/protocol/sanitize.ts";
import { findMentions, type TextRange } from "../client/session/mentions.ts";
import type { ShownMessage } from "../client/session/own_lines.ts";
import { findUrls } from "../client/ui/links.ts";
import { findMarkup } from "../client/ui/markup.ts";
import { LOCALES } from "../client/ui/timestamps.ts";
import { button, element, LANG, say } from "./elements.ts";

/** A longer text is folded: UTF-16 units and lines. What is beyond the last limit is never shown. */
const [MAX_UNITS, MAX_LINES, MAX_TEXT] = [3000, 30, 200_000];

const TAGS = { code: "code", bold: "strong", faint: "small" } as const;
const timeOfDay = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const day = new Intl.DateTimeFormat(LOCALES[LANG], { dateStyle: "full" });
const dayAndTime = new Intl.DateTimeFormat(LOCALES[LANG], {
  dateStyle: "full",
  timeStyle: "medium",
});

export const formatDay = day.format; // bound to its object

/** A row of the log: its time, and beside it what was said. */
function makeRow(className: string, moment: number, ...children: (Node | string)[]): HTMLElement {
  const time = element("time", "", timeOfDay.format(moment));
  time.dateTime = new Date(moment).toISOString();
  time.title = dayAndTime.format(moment);
  return element("div", className, time, element("div", "said", ...children));
}

/** `nick`: the user's own. `isAccepted`: the hub has accepted the user's message. */
export interface MessageView {
  nick: string;
  color: number;
  isAccepted: boolean;
  onNick: (nick: string, at: HTMLElement) => void;
}

export function makeMessage(message: ShownMessage, view: MessageView): HTMLElement {
  const { nick, to, text, ts, kind, more = 0, found } = message;
  const [before, after] = to === undefined
    ? messageHead(kind, LANG, message.as)
    : say("reply.private", { to: "\n", text: "" }).split("\n") as [string, string];
  const name = to ?? nick;
  const isMine = nickKey(nick) === nickKey(view.nick);
  const safe = sanitize(text.slice(0, MAX_TEXT), { newlines: true });
  const mentions = isMine ? [] : findMentions(safe, view.nick);
  const shownName = element("bdi", "", sanitize(name));
  const label = button(`nick nick-${view.color}`, shownName, () => view.onNick(name, label));
  const parts: (Node | string)[] = [before, label, after, ...makeText(safe, mentions)];
  if (found) parts.unshift(element("small", "", `${formatDay(ts)}: `));
  if (more > 0) parts.push(element("p", "notice", say("event.more_lines", { count: more })));
  if (view.isAccepted) {
    const sign = element("span", "sent", "✓");
    parts.push(" ", Object.assign(sign, { role: "img", ariaLabel: say("page.sent") }));
  }
  const marks = [kind === "private" && kind, isMine && "me", mentions.length > 0 && "mention"]
    .filter(Boolean).join(" ");
  return makeRow(`message ${marks}`, ts, ...parts);
}

/** A notice, an error or the user's own command. */
export function makeLine(className: string, text: string, moment: number): HTMLElement {
  return makeRow(className, moment, ...makeText(sanitize(text, { newlines: true }), []));
}

/** A safe text with its markup, links and mentions; a long one with a button that shows all of it. */
function makeText(text: string, mentions: readonly TextRange[]): Node[] {
  const lines = text.split("\n", MAX_LINES + 1);
  const end = Math.min(MAX_UNITS, lines.slice(0, MAX_LINES).join("\n").length);
  const shown = element("bdi", "text", ...makeParts(text.slice(0, end).toWellFormed(), mentions));
  if (text.length <= end) return [shown];
  shown.append("…");
  const more = button("more", say("page.show_all"), () => {
    shown.replaceChildren(...makeParts(text, mentions));
    more.remove();
  });
  return [shown, more];
}

type Part = TextRange & { wrap: (inner: Node) => HTMLElement };

/** In time that is nearly linear in the length of the text. */
function makeParts(text: string, mentions: readonly TextRange[]): Node[] {
  const urls = findUrls(text).filter(({ start }) => /^https?:/i.test(text.slice(start, start + 6)));
  const parts: Part[] = [
    ...urls.map(({ start, end }): Part => {
      const link = { href: text.slice(start, end), target: "_blank", rel: "noopener noreferrer" };
      return { start, end, wrap: (inner) => Object.assign(element("a", "", inner), link) };
    }),
    ...findMarkup(text).map(({ look, ...range }): Part => (
      { ...range, wrap: (inner) => element(TAGS[look], "", inner) }
    )),
    ...mentions.map((range): Part => ({ ...range, wrap: (inner) => element("mark", "", inner) })),
  ].sort((a, b) => a.start - b.start);
  const cuts = [...new Set([0, ...parts.flatMap(({ start, end }) => [start, end])])]
    .filter((at) => at < text.length).sort((a, b) => a - b);
  let open: Part[] = [];
  let next = 0;
  return cuts.map((from, index) => {
    open = open.filter(({ end }) => end > from);
    while (next < parts.length && parts[next]!.start <= from) open.push(parts[next++]!);
    const inner: Node = document.createTextNode(text.slice(from, cuts[index + 1]));
    return open.reduce((inner, { wrap }) => wrap(inner), inner);
  });
}
