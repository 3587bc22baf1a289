/** The options of `chat doctor`: the client's options that affect joining. */

import { parseAddress } from "../../common/cli/address.ts";
import type { Arguments, CommandLine } from "../../common/cli/command_line.ts";
import { ADDRESS_POSITIONALS, HELP_OPTION } from "../../common/cli/command_line.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { FINGERPRINT_LIKE } from "../../common/cli/fingerprint.ts";
import { defined } from "../../common/defined.ts";
import { LANGS } from "../../common/i18n/mod.ts";
import { COLOR_CHOICES, readConnectOptions } from "../options.ts";

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

export type DoctorOptions = ReturnType<typeof readDoctorOptions>;

/** @throws {UsageError} for an invalid value. */
export function readDoctorOptions(args: Arguments, environment: Environment) {
  return {
    ...readConnectOptions(args, environment),
    address: parseAddress(args.positionals, { minPort: 1 }),
    /** Set if the hub only has to answer, for health checks. */
    ...defined({ isAnswerEnough: args.isOn("alive") || undefined }),
  };
}
