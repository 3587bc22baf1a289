/** The formats of an export: lines of text, a frame a line, or a page. */

import { type Lang, translate } from "../../common/i18n/mod.ts";
import { formatMoment, messageHead, plainLines } from "../../common/i18n/plain.ts";
import type { MessageFrame } from "../../common/protocol/frame.ts";
import { encodeFrame } from "../../common/protocol/frame_codec.ts";

type Messages = Iterable<MessageFrame>;

/** The lines of messages by the name of the format. */
export const formats = { text, json, html };

function* text(messages: Messages, lang: Lang): Generator<string> {
  for (const message of messages) {
    const [first, ...more] = plainLines(message, lang);
    yield `${formatMoment(message.ts)} #${message.room} ${first}`;
    yield* more;
  }
}

function* json(messages: Messages): Generator<string> {
  for (const message of messages) yield encodeFrame(message);
}

const STYLE = ":root{color-scheme:light dark}" +
  "body{max-width:48em;margin:auto;padding:1em;font:1em/1.5 system-ui,sans-serif}" +
  "h2{font-size:1em;border-bottom:thin solid}time{opacity:.7}bdi{font-weight:bold}" +
  "p{margin:0;padding-left:2em;text-indent:-2em;white-space:pre-wrap;overflow-wrap:anywhere}";
/** Allows this style by its hash, and nothing else. */
const POLICY =
  "default-src 'none'; style-src 'sha256-vmB1K5GkBC3634DKX7E0nhIjEpnClVuWAUVL3ZY7jXU='";

function* html(messages: Messages, lang: Lang): Generator<string> {
  yield `<!DOCTYPE html><html lang="${lang}"><head><meta charset="utf-8">`;
  yield `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  yield '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">';
  yield `<title>${translate(lang, "export.title")}</title><style>${STYLE}</style></head><body>`;
  const days = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { dateStyle: "full" });
  let [lastRoom, lastDay] = ["", ""];
  for (const { id, room, nick, text, ts, kind } of messages) {
    const [day, time] = formatMoment(ts).split(" ") as [string, string];
    if (room !== lastRoom) yield `<h1>#${escape(room)}</h1>`;
    if (room !== lastRoom || day !== lastDay) yield `<h2>${days.format(ts)}</h2>`;
    [lastRoom, lastDay] = [room, day];
    const head = messageHead(kind, lang).join(`<bdi>${escape(nick)}</bdi>`);
    yield `<p id="m${id}"><time>${time}</time> ${head}<span dir="auto">${escape(text)}</span></p>`;
  }
  yield "</body></html>";
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
