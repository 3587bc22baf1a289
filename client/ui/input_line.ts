/** The input line of the terminal client: a prompt that names the room, the user and the state of the connection. */

import { type Lang, translate } from "../../common/i18n/mod.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { ConversationState } from "../session/state.ts";
import type { Search } from "../terminal/editor_state.ts";
import type { InputLine } from "../terminal/layout.ts";
import type { Composer } from "./composer.ts";
import type { Glyphs } from "./theme.ts";

export interface InputLineContext {
  composer: Pick<Composer, "show" | "search"> & { password: { isOpen: boolean } };
  state: Pick<ConversationState, "stage" | "nick" | "room" | "home" | "lang">;
  /** Milliseconds until the next attempt to connect; undefined while one is under way. */
  retryIn: number | undefined;
  glyphs: Glyphs;
}

/** The line to show; undefined before the hub's welcome, unless something is asked. */
export function inputLine(
  { composer, state, retryIn, glyphs }: InputLineContext,
): InputLine | undefined {
  const { stage, nick, room, home, lang } = state;
  if (composer.password.isOpen) {
    return { prompt: `${translate(lang, "client.password")} `, line: "", cursor: 0 };
  }
  const shown = composer.show(lang, glyphs);
  if (composer.search) return searchLine(composer.search, shown, lang);
  if (nick === "") return undefined;
  // A user who never leaves the first room need not know that rooms exist.
  const prompt = sanitize(room === home ? `${nick}> ` : `#${room} ${nick}> `);
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
  const key = isFailed
    ? isForward ? "client.search_newer_failed" : "client.search_older_failed"
    : isForward
    ? "client.search_newer"
    : "client.search_older";
  return { prompt: `${translate(lang, key, { text })} `, line, cursor };
}

function connectionStatus(lang: Lang, retryIn: number | undefined): string {
  if (retryIn === undefined) return translate(lang, "client.connecting");
  const seconds = Math.max(1, Math.ceil(retryIn / 1000));
  return translate(lang, "client.again_in", { seconds });
}
