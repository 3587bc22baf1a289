/** The commands of IRC: what a line asks the hub for, and what the dialect answers by itself. */

import { TAGS, type Tags } from "../../../common/protocol/tags.ts";
import type { ClientRequest } from "../mod.ts";
import { openBatch } from "./batch.ts";
import { Client, type Params } from "./client.ts";
import { chatHistory } from "./history.ts";
import { formatLine, type IrcLine } from "./line.ts";
import { batch, message } from "./messages.ts";
import * as queries from "./queries.ts";
import { authenticate, cap, nick, pass, user } from "./registration.ts";
import * as rooms from "./rooms.ts";
import { aboutOf, maskOf, realNameOf } from "./users.ts";

/** Returns what is answered at once; undefined if nothing answers it, not even an ACK for its label. */
type Run = (client: Client, params: Params) => string | undefined;

/** How many params, which are not empty, a command must have, and what it does. */
export const COMMANDS: Readonly<Record<string, readonly [least: number, run: Run]>> = {
  AUTHENTICATE: [1, authenticate],
  AWAY: [0, away],
  BATCH: [1, batch],
  CAP: [0, cap],
  CHATHISTORY: [0, chatHistory],
  HELP: [0, help],
  INFO: [0, info],
  INVITE: [2, (client, params) => client.ask("invite", params.join(" "))],
  ISON: [1, queries.ison],
  JOIN: [1, rooms.join],
  KICK: [2, rooms.kick],
  KILL: [1, (client, params) => client.ask("kick", params.join(" "))],
  LIST: [0, queries.list],
  LUSERS: [0, queries.lusers],
  MODE: [1, rooms.mode],
  MOTD: [0, queries.motd],
  NAMES: [0, (client, [list = "*"]) => queries.namesOf(client, list)],
  NICK: [0, nick],
  NOTICE: [0, message],
  OPER: [2, (client, [, password = ""]) => client.ask("mod", password)],
  PART: [1, rooms.part],
  PASS: [1, pass],
  PING: [1, (client, [text = ""]) => client.line("PONG", client.options.host, text)],
  PONG: [0, () => ""],
  PRIVMSG: [0, message],
  QUIT: [0, quit],
  SETNAME: [1, setName],
  TAGMSG: [0, message],
  TIME: [0, time],
  TOPIC: [1, rooms.topic],
  USER: [4, user],
  USERHOST: [1, queries.userhost],
  VERSION: [0, version],
  WHO: [1, queries.who],
  WHOIS: [1, queries.whois],
  WHOWAS: [1, queries.whowas],
};

/** Those for a client that has not joined yet, and those for no other. */
const FOR_NEWCOMERS = ["AUTHENTICATE", "CAP", "NICK", "PASS", "PING", "QUIT", "USER"];
const FOR_NO_OTHER = ["PASS", "USER"];

/** The requests of a line, with what is answered at once. */
export function receive(client: Client, line: IrcLine): ClientRequest[] {
  client.input = line;
  client.label = line.tags.get("label") || undefined;
  client.tags = client.has("message-tags") ? tagsForOthers(line) : undefined;
  const answer = run(client, line);
  const requests = client.requests.splice(0);
  const text = answer === undefined ? "" : labelled(client, answer, requests);
  return text === "" ? requests : [{ kind: "own", text }, ...requests];
}

/** Of the tags of a line; undefined for none. */
function tagsForOthers({ tags }: IrcLine): Tags | undefined {
  const accepted = [...tags].filter(([name, text]) => TAGS.accepts({ [name]: text }));
  return accepted.length > 0 ? Object.fromEntries(accepted) : undefined;
}

function run(client: Client, { command, params }: IrcLine): string | undefined {
  const [least, act] = COMMANDS[command] ?? [0];
  if (!client.isRegistered && !FOR_NEWCOMERS.includes(command)) {
    return client.numeric("451 ERR_NOTREGISTERED", "You have not registered");
  }
  if (client.isRegistered && FOR_NO_OTHER.includes(command)) {
    return client.numeric("462 ERR_ALREADYREGISTERED", "You may not reregister");
  }
  if (!act) return client.numeric("421 ERR_UNKNOWNCOMMAND", command, "Unknown command");
  if (params.slice(0, least).filter((param) => param !== "").length === least) {
    return act(client, params);
  }
  return client.numeric("461 ERR_NEEDMOREPARAMS", command, "Not enough parameters");
}

/** Puts the answers under the label of the line, if it has one: this one, and those that the hub gives later. */
function labelled(client: Client, answer: string, requests: readonly ClientRequest[]): string {
  const { label } = client;
  if (label === undefined || !client.has("labeled-response")) return answer;
  const asked = requests.flatMap((each) => "ref" in each ? client.asked.get(each.ref!) ?? [] : []);
  const isAnswered = answer !== "" || asked.length === 0;
  const name = `l${label.replace(/[^A-Za-z\d]/g, "")}`;
  const { host } = client.options;
  const opening = formatLine(host, "BATCH", [`+${name}`, "labeled-response"], { label });
  const batch = openBatch(host, name, opening, { label, parts: asked.length + Number(isAnswered) });
  for (const each of asked) each.batch = batch;
  return isAnswered ? batch.add(answer) : "";
}

function quit(client: Client, [reason = ""]: Params): string {
  if (client.isRegistered) return client.ask("exit", reason);
  client.requests.push({ kind: "foreign", code: "quit", params: {} });
  return "";
}

function version(client: Client): string {
  const { name, host } = client.options;
  return client.numeric("351 RPL_VERSION", name.replaceAll(" ", "-"), host, "");
}

function time(client: Client): string {
  const { host, now } = client.options;
  return client.numeric("391 RPL_TIME", host, new Date(now()).toUTCString());
}

function info(client: Client): string {
  const end = ["374 RPL_ENDOFINFO", "End of INFO list"];
  return client.numerics(["371 RPL_INFO", client.options.name], end);
}

function help(client: Client, [typed = "*"]: Params): string {
  const subject = typed.toUpperCase();
  if (subject !== "*" && !COMMANDS[subject]) {
    return client.numeric("524 ERR_HELPNOTFOUND", subject, "No help available on this topic");
  }
  return client.numerics(
    ["704 RPL_HELPSTART", subject, "The chat over IRC, as in modern.ircdocs.horse"],
    ["705 RPL_HELPTXT", subject, Object.keys(COMMANDS).join(" ")],
    ["706 RPL_ENDOFHELP", subject, "End of /HELP"],
  );
}

/** The command of the chat without a text says that its user is away, or is back. */
function away(client: Client, [text = ""]: Params): string {
  const isBack = text === "" && client.session.awayText === undefined;
  if (!isBack) return client.ask("away", text);
  return client.numeric("305 RPL_UNAWAY", "You are no longer marked as being away");
}

function setName(client: Client, [name = ""]: Params): string {
  const { session, chat } = client;
  const muted = chat.moderation.checkMuted(session); // nothing that a muted user says is shown
  session.about = { ...aboutOf(session), realName: realNameOf(name) };
  chat.publishUser(session);
  const line = formatLine(maskOf(session), "SETNAME", [session.about.realName]);
  const bytes = new TextEncoder().encode(line);
  const readers = new Set(session.rooms.values().flatMap(({ readers }) => readers));
  for (const { dialect, peer } of readers.difference(new Set([session]))) {
    if (!muted && dialect instanceof Client && dialect.has("setname")) peer.send(bytes);
  }
  return line;
}
