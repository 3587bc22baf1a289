/** The input line of the terminal client: a prompt that names the room, the user and the state of the connection. */

import { textWidth } from "../../common/cli/width.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Conversation } from "../session/conversation.ts";
import type { Unread } from "../session/state.ts";
import type { Search } from "../terminal/editor_state.ts";
import type { InputLine } from "../terminal/layout.ts";
import type { Composer } from "./composer.ts";
import type { Glyphs } from "./theme.ts";

/** The line to show in a terminal of this width; undefined before the hub's welcome, unless something is asked. */
export function inputLine(
  composer: Pick<Composer, "show"> & { password: { prompt: unknown } },
  { state, retryIn }: Pick<Conversation, "state" | "retryIn">,
  columns: number,
  glyphs: Glyphs,
): InputLine | undefined {
  const { stage, nick, room, unread, home, lang } = state;
  if (composer.password.prompt) {
    return { prompt: `${translate(lang, "client.password")} `, line: "", cursor: 0 };
  }
  const { search, ...shown } = composer.show(lang, glyphs);
  if (search) return searchLine(search, shown, lang);
  if (nick === "") return undefined;
  const counts = unreadCounts(unread, columns / 3);
  // A user who never leaves the first room need not know that rooms exist.
  const place = counts !== "" ? `[${room}] ${counts} ` : room === home ? "" : `#${room} `;
  const prompt = sanitize(`${place}${nick}> `);
  const status = stage === "joined" ? "" : `${connectionStatus(lang, retryIn)} `;
  return { prompt: status + prompt, ...shown };
}

/** The line that the search has found; while words are asked for, these. */
function searchLine(
  { isAsked, isForward, isFailed, text }: Search,
  { line, cursor }: Pick<InputLine, "line" | "cursor">,
  lang: Lang,
): InputLine {
  if (isAsked) {
    return { prompt: `${translate(lang, "client.ask_search")} `, line: text, cursor: text.length };
  }
  const key = `client.search_${isForward ? "newer" : "older"}${isFailed ? "_failed" : ""}` as const;
  return { prompt: `${translate(lang, key, { text })} `, line, cursor };
}

function connectionStatus(lang: Lang, retryIn: number | undefined): string {
  if (retryIn === undefined) return translate(lang, "client.connecting");
  const seconds = Math.max(1, Math.ceil(retryIn / 1000));
  return translate(lang, "client.again_in", { seconds });
}

/** Rooms with unread messages, the newest first, as `dev:3! ops:1 +2`: `!` mentions, `+2` do not fit `max` columns. */
function unreadCounts(unread: Unread, max: number): string {
  const rooms = [...unread].reverse();
  const mark = (some: typeof rooms) => some.some(([, { isMention }]) => isMention) ? "!" : "";
  // Each room takes 4 columns at least, a space included.
  for (let shown = Math.min(rooms.length, Math.ceil(max / 4));; shown--) {
    const words = rooms.slice(0, shown).map((room) => `${room[0]}:${room[1].count}${mark([room])}`);
    const others = rooms.slice(shown);
    if (others.length > 0) words.push(`+${others.length}${mark(others)}`);
    const text = sanitize(words.join(" "));
    if (shown === 0 || textWidth(text) <= max) return text;
  }
}
