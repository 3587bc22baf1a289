/** PRIVMSG, NOTICE and TAGMSG to rooms and to users, and messages of several lines as a batch (IRCv3 draft/multiline). */

import { MAX_MESSAGE_LINES } from "../../../common/protocol/frame.ts";
import { type Client, MAX_TARGETS, type Params } from "./client.ts";
import { MAX_MULTILINE } from "./supported.ts";
import { sizeOf } from "./text.ts";

/** A message to the program of the other user (modern.ircdocs.horse/ctcp). */
// deno-lint-ignore no-control-regex
const CTCP = /^\x01([A-Z]+) ?([^\x01]*)\x01?$/;

/** Nothing answers a notice. TAGMSG is a notice that has only tags. */
export function message(client: Client, [targets = "", typed = ""]: Params): string | undefined {
  const { command, tags } = client.input;
  if (client.batch || tags.has("batch")) return addToBatch(client);
  const isNotice = command !== "PRIVMSG";
  const text = command === "TAGMSG" ? "" : typed;
  const refusals = targets === ""
    ? client.numeric("411 ERR_NORECIPIENT", "No recipient given (PRIVMSG)")
    : text === "" && !(command === "TAGMSG" && client.tags)
    ? client.numeric("412 ERR_NOTEXTTOSEND", "No text to send")
    : client.forEach(targets, (target) => send(client, target, text, isNotice), MAX_TARGETS);
  return isNotice ? "" : refusals;
}

/** Sends a text to a room or a user. Returns why not, if so. CTCP other than an action goes nowhere. */
function send(client: Client, target: string, text: string, isNotice: boolean): string {
  const [, ctcp, rest = ""] = CTCP.exec(text) ?? [];
  if (ctcp && ctcp !== "ACTION") return "";
  const isChannel = target.startsWith("#");
  const to = isChannel ? client.room(target) : client.user(target);
  if (!to && isChannel) return client.numeric("403 ERR_NOSUCHCHANNEL", target, "No such channel");
  if (!to) return client.numeric("401 ERR_NOSUCHNICK", target, "No such nick/channel");
  if ("members" in to && !client.session.rooms.has(to)) {
    return client.numeric("404 ERR_CANNOTSENDTOCHAN", target, "Cannot send to channel");
  }
  const kind = ctcp ? "action" : isNotice ? "notice" : undefined;
  return client.say(ctcp ? rest : text, to, target, kind);
}

/** BATCH: begins or ends a message. Undefined if nothing answers it. */
export function batch(client: Client, [typed = "", type, target = ""]: Params): string | undefined {
  const name = typed.slice(1);
  const { batch: open, label, tags } = client;
  if (typed.startsWith("+")) {
    if (type !== "draft/multiline") return fail(client, "INVALID_TYPE", "Unknown type of batch");
    if (target === "" || open) return fail(client, "MULTILINE_INVALID", "Invalid multiline batch");
    client.batch = { name, target, label, tags, lines: [], size: 0, isNotice: false };
    return undefined;
  }
  if (open?.name !== name) return fail(client, "MULTILINE_INVALID", "No such batch is open");
  client.label = open.label;
  client.tags = open.tags;
  const text = open.lines.join("\n");
  if (/^\n*$/.test(text)) return fail(client, "MULTILINE_INVALID", "No text");
  client.batch = undefined;
  const refusal = send(client, open.target, text, open.isNotice);
  return open.isNotice ? "" : refusal;
}

/** A line of the batch that is open. Undefined if nothing answers it. */
function addToBatch(client: Client): string | undefined {
  const { command, tags, params: [target, text = ""] } = client.input;
  const { batch: open } = client;
  if (!open || open.name !== tags.get("batch")) {
    return fail(client, "MULTILINE_INVALID", "Wrong batch tag");
  }
  if (target !== open.target) return fail(client, "MULTILINE_INVALID_TARGET", "Mismatched target");
  const isJoined = tags.has("draft/multiline-concat");
  if (isJoined && text === "") {
    return fail(client, "MULTILINE_INVALID", "A blank line cannot be joined");
  }
  const start = isJoined ? open.lines.pop() ?? "" : "";
  open.lines.push(start + text);
  open.size += sizeOf(text) + 1;
  open.isNotice = command === "NOTICE";
  if (open.size > MAX_MULTILINE) return fail(client, "MULTILINE_MAX_BYTES", `${MAX_MULTILINE}`);
  if (open.lines.length <= MAX_MESSAGE_LINES) return undefined;
  return fail(client, "MULTILINE_MAX_LINES", `${MAX_MESSAGE_LINES}`);
}

/** The batch that is open is given up. */
function fail(client: Client, code: string, text: string): string {
  client.batch = undefined;
  return client.line("FAIL", "BATCH", code, text);
}
