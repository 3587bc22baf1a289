/** The flags of `chat client`. Pure. */

import { type Address, parseAddress } from "../cli/address.ts";
import {
  type Arguments,
  type CommandLine,
  HELP_OPTION,
  parseChoice,
  parseNumber,
} from "../cli/command_line.ts";
import { type Environment, environmentLang } from "../cli/environment.ts";
import { type Lang, LANGS } from "../i18n/mod.ts";

const COLOR_CHOICES = ["auto", "always", "never"] as const;
export type ColorChoice = (typeof COLOR_CHOICES)[number];

/** The longest time for which a lost connection may be tried again by a number, in seconds. */
const MAX_RETRY = 1_000_000;

export interface ClientOptions {
  address: Address;
  /** The nick to ask for; the hub gives a guest's where there is none. */
  nick?: string;
  lang: Lang;
  color: ColorChoice;
  /** How long to try again when the connection is lost, in seconds; where nothing is said, the surroundings decide. */
  retry?: number;
  /** Of the hub; the file, in whose first line it is, goes before the environment. */
  password?: string;
  passwordFile?: string;
  /** Whether what is typed is kept for the next time, where there is a terminal. */
  inputHistory: boolean;
}

export const CLIENT_COMMAND_LINE: CommandLine = {
  name: "client",
  options: [
    { flag: "name", value: "NAME", help: "option.name" },
    { flag: "lang", value: "es|en", help: "option.lang" },
    { flag: "color", value: "WHEN", help: "option.color" },
    { flag: "retry", value: "SECONDS", help: "option.retry" },
    { flag: "password-file", value: "FILE", help: "option.client_password_file" },
    { flag: "no-input-history", help: "option.no_input_history" },
    HELP_OPTION,
  ],
  examples: [
    { line: "chat client", help: "example.client" },
    { line: "chat client 192.168.1.20 3000 --name ana", help: "example.client_name" },
    { line: "echo hello | chat client --name bot", help: "example.client_pipe" },
  ],
};

/**
 * Reads what {@linkcode CLIENT_COMMAND_LINE} took apart.
 *
 * @throws {UsageError} for a value that an option does not take.
 */
export function readClientOptions(args: Arguments, environment: Environment): ClientOptions {
  const nick = args.value("name");
  const lang = args.value("lang");
  const color = args.value("color");
  const retry = args.value("retry");
  const password = environment("CHAT_PASSWORD") || undefined;
  const passwordFile = args.value("password-file");
  return {
    address: parseAddress(args.positionals, { minPort: 1 }),
    ...(nick === undefined ? {} : { nick }),
    lang: lang === undefined ? environmentLang(environment) : parseChoice("lang", lang, LANGS),
    color: color === undefined ? "auto" : parseChoice("color", color, COLOR_CHOICES),
    ...(retry === undefined ? {} : { retry: parseNumber("retry", retry, MAX_RETRY) }),
    ...(password === undefined ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
    inputHistory: !args.isOn("no-input-history"),
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
