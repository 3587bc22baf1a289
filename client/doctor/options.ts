/** The options of `chat doctor`: the client's options that affect joining. */

import { type Address, parseAddress } from "../../common/cli/address.ts";
import {
  ADDRESS_POSITIONALS,
  type Arguments,
  type CommandLine,
  HELP_OPTION,
} from "../../common/cli/command_line.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { FINGERPRINT_LIKE } from "../../common/cli/fingerprint.ts";
import { LANGS } from "../../common/i18n/mod.ts";
import { COLOR_CHOICES, type ConnectOptions, readConnectOptions } from "../options.ts";

export interface DoctorOptions extends ConnectOptions {
  address: Address;
  /** Set if the hub only has to answer, for health checks. */
  isAnswerEnough?: true;
}

export const DOCTOR_COMMAND_LINE: CommandLine = {
  name: "doctor",
  positionals: ADDRESS_POSITIONALS,
  options: [
    { flag: "name", value: "NAME", help: "option.doctor_name" },
    { flag: "password-file", value: "FILE", help: "option.client_password_file" },
    { flag: "tls", value: "sha256:...", optional: FINGERPRINT_LIKE, help: "option.doctor_tls" },
    { flag: "tls-ca", value: "FILE", help: "option.tls_ca" },
    { flag: "alive", help: "option.alive" },
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

/** @throws {UsageError} for an invalid value. */
export function readDoctorOptions(args: Arguments, environment: Environment): DoctorOptions {
  return {
    ...readConnectOptions(args, environment),
    address: parseAddress(args.positionals, { minPort: 1 }),
    ...(args.isOn("alive") ? { isAnswerEnough: true } : {}),
  };
}
