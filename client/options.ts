/** The options of `chat client`. */

import { type Address, parseAddresses } from "../common/cli/address.ts";
import {
  ADDRESS_POSITIONALS,
  type Arguments,
  type CommandLine,
  HELP_OPTION,
  inSection,
  parseChoice,
  parseNumber,
} from "../common/cli/command_line.ts";
import { type Environment, environmentLang } from "../common/cli/environment.ts";
import { FINGERPRINT_LIKE, parseFingerprint } from "../common/cli/fingerprint.ts";
import { misplacedNick } from "../common/cli/habits.ts";
import { UsageError } from "../common/cli/usage_error.ts";
import { defined } from "../common/defined.ts";
import { LANGS } from "../common/i18n/mod.ts";
import { isBlank } from "../common/protocol/visible.ts";
import { JOIN_CHOICES } from "./session/join_filter.ts";
import type { TlsOptions } from "./trust/mod.ts";
import { THEMES } from "./ui/theme.ts";
import { TIME_STYLES } from "./ui/timestamps.ts";

export const COLOR_CHOICES = ["auto", "always", "never"] as const;
const MARKUP_CHOICES = ["basic", "none"] as const;

/** How a mention alerts the user; `notify`: by a desktop notification, in terminals known to support them. */
type Bell = "bell" | "notify" | "none";

/** Largest value of --retry, in seconds. */
const MAX_RETRY = 1_000_000;

export const CLIENT_COMMAND_LINE: CommandLine = {
  name: "client",
  positionals: ADDRESS_POSITIONALS,
  options: [
    { flag: "name", value: "NAME", help: "option.name" },
    { flag: "room", value: "ROOM", help: "option.room" },
    { flag: "password-file", value: "FILE", help: "option.client_password_file" },
    { flag: "tls", value: "sha256:...", optional: FINGERPRINT_LIKE, help: "option.client_tls" },
    { flag: "send", value: "TEXT", help: "option.send" },
    { flag: "plain", help: "option.plain" },
    { flag: "lang", value: "es|en", choices: LANGS, help: "option.lang" },
    HELP_OPTION,
    ...inSection("display", [
      { flag: "color", value: "WHEN", choices: COLOR_CHOICES, help: "option.color" },
      { flag: "theme", value: THEMES.join("|"), choices: THEMES, help: "option.theme" },
      { flag: "time", value: TIME_STYLES.join("|"), choices: TIME_STYLES, help: "option.time" },
      { flag: "joins", value: JOIN_CHOICES.join("|"), choices: JOIN_CHOICES, help: "option.joins" },
      { flag: "markup", value: "basic|none", choices: MARKUP_CHOICES, help: "option.markup" },
      { flag: "ascii", help: "option.ascii" },
      { flag: "no-bell", help: "option.no_bell" },
      { flag: "notify", help: "option.notify" },
      { flag: "title", help: "option.title" },
      { flag: "no-history", help: "option.no_history" },
      { flag: "no-input-history", help: "option.no_input_history" },
    ]),
    ...inSection("scripts", [
      { flag: "json", help: "option.json" },
      { flag: "retry", value: "SECONDS", help: "option.retry" },
      { flag: "tls-ca", value: "FILE", help: "option.tls_ca" },
    ]),
  ],
  more: "display",
  examples: [
    { line: "chat client", help: "example.client" },
    { line: "chat client 192.168.1.20 3000 --name ana", help: "example.client_name" },
    { line: "chat client chat.example.org --tls", help: "example.client_tls" },
    { line: "chat client a.lan:3000 b.lan:3000", help: "example.client_several" },
    { line: "chat client --name bot --send hello", help: "example.client_send" },
    { line: "make 2>&1 | chat client --name ci", help: "example.client_pipe" },
  ],
};

export type ClientOptions = ReturnType<typeof readClientOptions>;

/** @throws {UsageError} for an invalid value. */
export function readClientOptions(args: Arguments, environment: Environment) {
  const json = args.isOn("json");
  const send = args.value("send")?.replaceAll("\r\n", "\n");
  if (send !== undefined && isBlank(send)) {
    throw new UsageError("usage.missing_value", { option: "--send" });
  }
  if (json && send !== undefined) {
    throw new UsageError("usage.excludes", { option: "--json", other: "--send" });
  }
  // The first choice is the default.
  const choice = <T extends string>(option: string, choices: readonly [T, ...T[]]): T =>
    parseChoice(option, args.value(option) ?? choices[0], choices);
  const retry = args.value("retry");
  const bell: Bell = args.isOn("no-bell") ? "none" : args.isOn("notify") ? "notify" : "bell";
  return {
    ...readConnectOptions(args, environment),
    /** The hubs of the chat, at least one. */
    addresses: readAddresses(args),
    ...defined({
      /** Set if none was given: at a terminal the client then searches for hubs first. */
      usesDefaultAddress: args.positionals.length === 0 || undefined,
      room: args.value("room"),
      /** Set if input and output are frames, not text. */
      json: json || undefined,
      /** A message or command to send before leaving; may have several lines. */
      send,
      /** How long to retry a lost connection, in seconds; the default differs between terminals and scripts. */
      retry: retry === undefined ? undefined : parseNumber("retry", retry, MAX_RETRY),
    }),
    theme: choice("theme", THEMES),
    time: choice("time", TIME_STYLES),
    joins: choice("joins", JOIN_CHOICES),
    markup: choice("markup", MARKUP_CHOICES),
    bell,
    /** Whether the title of the window shows the room and unread mentions. */
    showsTitle: args.isOn("title") && !["", "dumb", "linux"].includes(environment("TERM") ?? ""),
    wantsHistory: !args.isOn("no-history"),
    /** Whether to only append lines, without redrawing. */
    isPlain: args.isOn("plain") || environment("TERM") === "dumb",
    inputHistory: !args.isOn("no-input-history"),
  };
}

/** @throws {UsageError} for invalid addresses; where a nick may be meant, with its option. */
function readAddresses(args: Arguments): readonly Address[] {
  try {
    return parseAddresses(args.positionals, { minPort: 1 });
  } catch (error) {
    throw (args.isOn("name") ? undefined : misplacedNick(args.positionals)) ?? error;
  }
}

/** The options that joining and diagnosing a hub share. @throws {UsageError} for an invalid value. */
export function readConnectOptions(args: Arguments, environment: Environment) {
  return {
    ...defined({
      /** The nick to ask for; without it the hub assigns a guest nick. */
      nick: args.value("name"),
      /** Missing for a plain connection. */
      tls: readTls(args),
      password: environment("CHAT_PASSWORD") || undefined,
      /** A file with the password in its first line; overrides the environment. */
      passwordFile: args.value("password-file"),
    }),
    lang: parseChoice("lang", args.value("lang") ?? environmentLang(environment), LANGS),
    color: parseChoice("color", args.value("color") ?? COLOR_CHOICES[0], COLOR_CHOICES),
    /** Whether the client draws with ASCII only. */
    isAscii: args.isOn("ascii"),
  };
}

/** @throws {UsageError} for an invalid fingerprint. */
function readTls(args: Arguments): TlsOptions | undefined {
  const caFile = args.value("tls-ca");
  if (!args.isOn("tls") && caFile === undefined) return undefined;
  const value = args.value("tls");
  const pin = value === undefined ? undefined : parseFingerprint(value);
  if (value !== undefined && pin === undefined) {
    throw new UsageError("usage.bad_fingerprint", { option: "--tls", value });
  }
  return defined({ pin, caFile });
}

/** Whether a script sends and reads, not a person. */
export function isScript({ json, send }: ClientOptions): boolean {
  return json === true || send !== undefined;
}

/** Whether to use colour. A non-empty NO_COLOR (no-color.org) overrides --color, because @std/fmt obeys it. */
export function usesColor(
  choice: ClientOptions["color"],
  isTerminal: boolean,
  environment: Environment,
): boolean {
  if (environment("NO_COLOR")) return false;
  if (choice !== "auto") return choice === "always";
  return isTerminal && environment("TERM") !== "dumb";
}
