/** What happens in a room, as lines. They are the same for all readers of a variant. */

import { describeCode, describeFrame } from "../../../common/i18n/frames.ts";
import type { HubFrame, LeftFrame, MessageFrame } from "../../../common/protocol/frame.ts";
import { openBatch } from "./batch.ts";
import type { Client } from "./client.ts";
import { formatLine, formatTags } from "./line.ts";
import { namesOf } from "./queries.ts";
import { cut, MESSAGE_OVERHEAD, sizeOf } from "./text.ts";
import { aboutOf } from "./users.ts";

/** By the code of a reply or a notice without its ends, the mode of a room that it is about. */
const MODES: Readonly<Record<string, string>> = { lock: "i", paus: "m", limit: "l", key: "k" };

/** What others did or said. */
export function formatEvent(client: Client, frame: HubFrame): string {
  const { lang } = client.session;
  switch (frame.type) {
    case "message":
    case "tags":
      return formatMessage(client, frame, `#${frame.room}`);
    case "joined":
      return formatJoin(client, frame.nick, frame.room);
    case "left":
      return formatLeft(client, frame);
    case "presence":
      return frame.left.nicks.map((nick) => client.by(nick, "QUIT")).join("") +
        frame.joined.nicks.map((nick) => formatJoin(client, nick, frame.room)).join("") +
        (frame.joined.count > frame.joined.nicks.length
          ? namesOf(client, `#${frame.room}`, "*")
          : "");
    case "away":
      if (!client.has("away-notify")) return "";
      return client.by(frame.nick, "AWAY", ...frame.isAway ? [frame.text || "away"] : []);
    case "renamed":
      return client.by(frame.from, "NICK", frame.nick);
    case "topic":
      return client.by(frame.nick, "TOPIC", `#${frame.room}`, frame.topic);
    case "notice": {
      const { code, params } = frame;
      const { nick, room, member, count = true } = params;
      if (member !== undefined) {
        return client.by(
          `${nick}`,
          "MODE",
          `#${room}`,
          code === "opped" ? "+o" : "-o",
          `${member}`,
        );
      }
      return formatMode(client, code, params, !code.startsWith("un") && count) ??
        client.notice(describeFrame(frame, lang), room === undefined ? "*" : `#${room}`);
    }
    case "deleted":
      return client.notice(describeFrame(frame, lang), `#${frame.room}`);
    default:
      return "";
  }
}

/** The mode that a user has set to a value, if a code is about one. Nobody but them is told a key. */
export function formatMode(
  client: Client,
  code: string,
  { nick, room }: Record<string, unknown>,
  value: unknown,
): string | undefined {
  const letter = MODES[/^(?:un)?(.*?)e?d?$/.exec(code)![1]!];
  if (!letter) return undefined;
  const params = value && value !== true ? [`${value}`] : letter === "k" ? ["*"] : [];
  return client.by(`${nick}`, "MODE", `#${room}`, `${value ? "+" : "-"}${letter}`, ...params);
}

export function formatJoin(client: Client, nick: string, room: string): string {
  const user = client.user(nick);
  const more = client.has("extended-join") ? ["*", aboutOf(user ?? { nick }).realName] : [];
  const absence = user && client.has("away-notify") && client.chat.absenceOf(user);
  return client.by(nick, "JOIN", `#${room}`, ...more) +
    (absence ? client.by(nick, "AWAY", absence.text || "away") : "");
}

/** A user has left a room, or has left the chat, which is shown in each room. */
function formatLeft(client: Client, frame: LeftFrame): string {
  const { nick, room, reason = "quit", params: { because = "", by } = {} } = frame;
  if (reason === "removed") return client.by(`${by}`, "KICK", `#${room}`, nick, `${because || by}`);
  const why = describeCode("left", reason, { ...frame.params, because }, client.session.lang) ??
    reason;
  const shown = why === "" ? [] : [why];
  return client.user(nick)
    ? client.by(nick, "PART", `#${room}`, ...shown)
    : client.by(nick, "QUIT", ...shown);
}

type Message = Pick<MessageFrame, "nick" | "id" | "ts"> & Partial<Omit<MessageFrame, "type">>;

/** A message to a target, which is a channel or the reader; without a text its tags alone. */
export function formatMessage(client: Client, message: Message, target: string): string {
  const { nick, text = "", id, ts, kind, as = kind } = message;
  const mask = client.maskOf(nick);
  const time = client.time(ts);
  const isTagged = client.has("message-tags") && id > 0;
  const all = isTagged && message.tags ? { ...time, ...message.tags } : time;
  const tags = isTagged ? { msgid: `${id}`, ...all } : all;
  if (text === "") return isTagged ? formatLine(mask, "TAGMSG", [target], tags) : "";
  const lines = cutLines(message, mask, target);
  if (client.has("draft/multiline") && text.includes("\n") && as !== "action") {
    const opening = formatLine(mask, "BATCH", [`+m${id}`, "draft/multiline", target], tags);
    const batch = openBatch(client.options.host, `m${id}`, opening);
    return batch.add(lines.map((pieces) => pieces.join("@draft/multiline-concat ")).join(""));
  }
  const blank = lines.length > 1 ? formatPiece(message, mask, target, "") : undefined;
  const shown = lines.flat().filter((line) => line !== blank);
  const first = formatTags(tags);
  if (first === "") return shown.join("");
  const other = formatTags(shown.length * first.length < MAX_REPEATED ? all : time);
  return shown.map((line, index) => (index === 0 ? first : other) + line).join("");
}

/** The most of tags in all lines of a message, in UTF-16 units: a client must not send much by sending little. */
const MAX_REPEATED = 4096;

/** The longest text that is cut for each variant anew, in UTF-16 units, as remembering it takes longer. */
const SHORT = 200;

/** For each line of a message, the lines of IRC without tags, cut once for readers of all variants. */
const cutMessages = new WeakMap<Message, { target: string; lines: string[][] }>();

function cutLines(message: Message, mask: string, target: string): string[][] {
  const known = cutMessages.get(message);
  if (known?.target === target) return known.lines;
  const taken = sizeOf(mask + target) + MESSAGE_OVERHEAD;
  const lines = message.text!.split("\n")
    .map((line) => cut(line, taken).map((text) => formatPiece(message, mask, target, text)));
  if (message.text!.length > SHORT) cutMessages.set(message, { target, lines });
  return lines;
}

function formatPiece({ kind, as }: Message, mask: string, target: string, text: string): string {
  const manner = as ?? kind;
  const shown = manner === "action" ? `\x01ACTION ${text}\x01` : text;
  return formatLine(mask, manner === "notice" ? "NOTICE" : "PRIVMSG", [target, shown]);
}
