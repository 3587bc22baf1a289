/** The flags of `chat doctor`, which are those by which the client would join. Pure. */

import { type Address, parseAddress } from "../../cli/address.ts";
import {
  ADDRESS_POSITIONALS,
  type Arguments,
  type CommandLine,
  HELP_OPTION,
  parseChoice,
} from "../../cli/command_line.ts";
import { type Environment, environmentLang } from "../../cli/environment.ts";
import { FINGERPRINT_LIKE } from "../../cli/fingerprint.ts";
import { type Lang, LANGS } from "../../i18n/mod.ts";
import { COLOR_CHOICES, type ColorChoice, readTls } from "../options.ts";

export interface DoctorOptions {
  address: Address;
  /** The nick that is asked for: it may be banned. */
  nick?: string;
  lang: Lang;
  color: ColorChoice;
  /** Whether no signs but ASCII are drawn. */
  isAscii: boolean;
  /** As the client has it. */
  tls?: { pin?: string; caFile?: string };
  /** Of the hub; the file, in whose first line it is, goes before the environment. */
  password?: string;
  passwordFile?: string;
}

export const DOCTOR_COMMAND_LINE: CommandLine = {
  name: "doctor",
  positionals: ADDRESS_POSITIONALS,
  options: [
    { flag: "name", value: "NAME", help: "option.doctor_name" },
    { flag: "password-file", value: "FILE", help: "option.client_password_file" },
    { flag: "tls", value: "sha256:...", optional: FINGERPRINT_LIKE, help: "option.doctor_tls" },
    { flag: "tls-ca", value: "FILE", help: "option.tls_ca" },
    { flag: "lang", value: "es|en", choices: LANGS, help: "option.lang" },
    { flag: "color", value: "WHEN", choices: COLOR_CHOICES, help: "option.color" },
    { flag: "ascii", help: "option.ascii" },
    HELP_OPTION,
  ],
  examples: [
    { line: "chat doctor", help: "example.doctor" },
    { line: "chat doctor 192.168.1.20 3000", help: "example.doctor_lan" },
    { line: "chat doctor chat.example.org --tls", help: "example.doctor_tls" },
  ],
};

/**
 * Reads what {@linkcode DOCTOR_COMMAND_LINE} took apart.
 *
 * @throws {UsageError} for a value that an option does not take.
 */
export function readDoctorOptions(args: Arguments, environment: Environment): DoctorOptions {
  const nick = args.value("name");
  const lang = args.value("lang");
  const tls = readTls(args);
  const password = environment("CHAT_PASSWORD") || undefined;
  const passwordFile = args.value("password-file");
  return {
    address: parseAddress(args.positionals, { minPort: 1 }),
    ...(nick === undefined ? {} : { nick }),
    lang: lang === undefined ? environmentLang(environment) : parseChoice("lang", lang, LANGS),
    color: parseChoice("color", args.value("color") ?? COLOR_CHOICES[0], COLOR_CHOICES),
    isAscii: args.isOn("ascii"),
    ...(tls === undefined ? {} : { tls }),
    ...(password === undefined ? {} : { password }),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  };
}
