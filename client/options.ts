/** The flags of `chat client`. Pure. */

import { type Address, parseAddresses } from "../common/cli/address.ts";
import {
  ADDRESS_POSITIONALS,
  type Arguments,
  type CommandLine,
  HELP_OPTION,
  type Option,
  parseChoice,
  parseNumber,
} from "../common/cli/command_line.ts";
import { type Environment, environmentLang } from "../common/cli/environment.ts";
import { FINGERPRINT_LIKE, parseFingerprint } from "../common/cli/fingerprint.ts";
import { UsageError } from "../common/cli/usage_error.ts";
import { type Lang, LANGS } from "../common/i18n/mod.ts";
import { TIME_STYLES, type TimeStyle } from "./ui/timestamps.ts";
import { JOIN_CHOICES, type JoinChoice } from "./session/join_filter.ts";
import type { TlsOptions } from "./trust/mod.ts";
import { type ThemeName, THEMES } from "./ui/theme.ts";

export const COLOR_CHOICES = ["auto", "always", "never"] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];

/** `notify`: a notification of the desktop, where the terminal is known to show one. */
export type BellChoice = "bell" | "notify" | "none";

/** The longest time for which a lost connection may be tried again by a number, in seconds. */
const MAX_RETRY = 1_000_000;

export interface ClientOptions {
  /** Of the hub, or of several that are one chat; at least one. */
  addresses: readonly Address[];
  /** Whether none was named: a person may have one found, and everybody else gets the usual one. */
  hasNoAddress?: true;
  /** The nick to ask for; the hub gives a guest's where there is none. */
  nick?: string;
  lang: Lang;
  color: ColorChoice;
  theme: ThemeName;
  time: TimeStyle;
  joins: JoinChoice;
  /** Whether the client draws no signs but ASCII. */
  isAscii: boolean;
  /** What calls a person whom somebody mentions. */
  bell: BellChoice;
  /** Whether what was said before is to be shown. */
  wantsHistory: boolean;
  /** Whether nothing is to be redrawn. */
  isPlain: boolean;
  /** Missing where the connection is not encrypted. */
  tls?: TlsOptions;
  /** The room to come into in place of the hub's first one. */
  room?: string;
  /** Whether frames go in and out in place of lines of text. */
  json?: true;
  /** The one message or command to send, of one line or several. */
  send?: string;
  /** How long to try again when the connection is lost, in seconds; where nothing is said, the surroundings decide. */
  retry?: number;
  /** Of the hub; the file, in whose first line it is, goes before the environment. */
  password?: string;
  passwordFile?: string;
  /** Whether what is typed is kept for the next time, where there is a terminal. */
  inputHistory: boolean;
}

/** An option that shows the words that it takes. */
const words = (flag: "theme" | "time" | "joins", choices: readonly string[]): Option => ({
  flag,
  value: choices.join("|"),
  choices,
  help: `option.${flag}`,
});

export const CLIENT_COMMAND_LINE: CommandLine = {
  name: "client",
  positionals: ADDRESS_POSITIONALS,
  options: [
    { flag: "name", value: "NAME", help: "option.name" },
    { flag: "room", value: "ROOM", help: "option.room" },
    { flag: "send", value: "TEXT", help: "option.send" },
    { flag: "json", help: "option.json" },
    { flag: "lang", value: "es|en", choices: LANGS, help: "option.lang" },
    { flag: "color", value: "WHEN", choices: COLOR_CHOICES, help: "option.color" },
    words("theme", THEMES),
    words("time", TIME_STYLES),
    words("joins", JOIN_CHOICES),
    { flag: "ascii", help: "option.ascii" },
    { flag: "no-bell", help: "option.no_bell" },
    { flag: "notify", help: "option.notify" },
    { flag: "no-history", help: "option.no_history" },
    { flag: "plain", help: "option.plain" },
    { flag: "retry", value: "SECONDS", help: "option.retry" },
    { flag: "password-file", value: "FILE", help: "option.client_password_file" },
    { flag: "tls", value: "sha256:...", optional: FINGERPRINT_LIKE, help: "option.client_tls" },
    { flag: "tls-ca", value: "FILE", help: "option.tls_ca" },
    { flag: "no-input-history", help: "option.no_input_history" },
    HELP_OPTION,
  ],
  examples: [
    { line: "chat client", help: "example.client" },
    { line: "chat client 192.168.1.20 3000 --name ana", help: "example.client_name" },
    { line: "chat client --name bot --send hello", help: "example.client_send" },
    { line: "chat client chat.example.org --tls", help: "example.client_tls" },
    { line: "chat client a.lan:3000 b.lan:3000", help: "example.client_several" },
    { line: "make 2>&1 | chat client --name ci", help: "example.client_pipe" },
  ],
};

/**
 * Reads what {@linkcode CLIENT_COMMAND_LINE} took apart.
 *
 * @throws {UsageError} for a value that an option does not take.
 */
export function readClientOptions(args: Arguments, environment: Environment): ClientOptions {
  const room = args.value("room");
  const json = args.isOn("json");
  const send = args.value("send")?.replaceAll("\r\n", "\n");
  if (send?.trim() === "") throw new UsageError("usage.missing_value", { option: "--send" });
  if (json && send !== undefined) {
    throw new UsageError("usage.excludes", { option: "--json", other: "--send" });
  }
  // The first one is chosen unless told.
  const choice = <T extends string>(option: string, choices: readonly [T, ...T[]]): T =>
    parseChoice(option, args.value(option) ?? choices[0], choices);
  const retry = args.value("retry");
  return {
    ...readConnectOptions(args, environment),
    addresses: parseAddresses(args.positionals, { minPort: 1 }),
    ...(args.positionals.length === 0 ? { hasNoAddress: true } : {}),
    ...(room === undefined ? {} : { room }),
    ...(json ? { json: true } : {}),
    ...(send === undefined ? {} : { send }),
    theme: choice("theme", THEMES),
    time: choice("time", TIME_STYLES),
    joins: choice("joins", JOIN_CHOICES),
    bell: args.isOn("no-bell") ? "none" : args.isOn("notify") ? "notify" : "bell",
    wantsHistory: !args.isOn("no-history"),
    isPlain: args.isOn("plain") || environment("TERM") === "dumb",
    ...(retry === undefined ? {} : { retry: parseNumber("retry", retry, MAX_RETRY) }),
    inputHistory: !args.isOn("no-input-history"),
  };
}

/** What joining a hub and looking at one have in common: as whom, by which way, and how what comes of it is told. */
export type ConnectOptions = Pick<
  ClientOptions,
  "nick" | "lang" | "color" | "isAscii" | "tls" | "password" | "passwordFile"
>;

/**
 * Reads that.
 *
 * @throws {UsageError} for a value that an option does not take.
 */
export function readConnectOptions(args: Arguments, environment: Environment): ConnectOptions {
  const nick = args.value("name");
  const lang = args.value("lang");
  const tls = readTls(args);
  const password = environment("CHAT_PASSWORD") || undefined;
  const passwordFile = args.value("password-file");
  return {
    ...(nick === undefined ? {} : { nick }),
    lang: lang === undefined ? environmentLang(environment) : parseChoice("lang", lang, LANGS),
    color: parseChoice("color", args.value("color") ?? COLOR_CHOICES[0], COLOR_CHOICES),
    isAscii: args.isOn("ascii"),
    ...(tls === undefined ? {} : { tls }),
    ...(password === undefined ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  };
}

/**
 * By what a hub is known over TLS; undefined where the connection is not to be encrypted.
 *
 * @throws {UsageError} for what is no fingerprint.
 */
function readTls(args: Arguments): TlsOptions | undefined {
  const caFile = args.value("tls-ca");
  if (!args.isOn("tls") && caFile === undefined) return undefined;
  const value = args.value("tls");
  const pin = value === undefined ? undefined : parseFingerprint(value);
  if (value !== undefined && pin === undefined) {
    throw new UsageError("usage.bad_fingerprint", { option: "--tls", value });
  }
  return {
    ...(pin === undefined ? {} : { pin }),
    ...(caFile === undefined ? {} : { caFile }),
  };
}

/**
 * Whether to use colour. NO_COLOR, set to anything but nothing (no-color.org), wins over every choice: @std/fmt styles
 * nothing then.
 */
export function usesColor(
  choice: ColorChoice,
  isTerminal: boolean,
  environment: Environment,
): boolean {
  if (environment("NO_COLOR")) return false;
  if (choice !== "auto") return choice === "always";
  return isTerminal && environment("TERM") !== "dumb";
}
