/**
 * `chat doctor`: finds out whether a hub can be joined, and says what is wrong. It comes in nowhere, asks nobody, writes no
 * file, and ends by itself in a few seconds.
 */

import type { Address } from "../../common/cli/address.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { readPassword } from "../../common/cli/files.ts";
import { print } from "../../common/cli/output.ts";
import {
  type Context,
  giveUpFiles,
  reportErrors,
  runSubcommand,
} from "../../common/cli/subcommand.ts";
import { stateFile } from "../../common/cli/state_folder.ts";
import { readCaFile } from "../trust/mod.ts";
import { KnownHubsFile } from "../trust/known_hubs.ts";
import { usesColor } from "../options.ts";
import { makeTheme } from "../ui/theme.ts";
import { useSystemCas } from "../net/tls.ts";
import type { HubSocket } from "../net/tls_socket.ts";
import { diagnose } from "./diagnosis.ts";
import { examine, type Instruments } from "./examine.ts";
import type { Finding, Question } from "./findings.ts";
import { DOCTOR_COMMAND_LINE, type DoctorOptions, readDoctorOptions } from "./options.ts";
import { reach } from "./reach.ts";
import { reportDiagnosis, reportFinding, type ReportOptions } from "./report.ts";
import { resolve } from "./resolve.ts";
import { secure } from "./security.ts";
import { talk } from "./talk.ts";

/** Runs `chat doctor` and gives the exit code. Never rejects. */
export async function main(args: readonly string[], context: Context): Promise<number> {
  const { environment } = context;
  return await runSubcommand(DOCTOR_COMMAND_LINE, args, context, async (given) => {
    const options = readDoctorOptions(given, environment);
    const surroundings = { environment, onOpen: giveUpFiles, print };
    return await reportErrors(
      options.lang,
      DOCTOR_COMMAND_LINE.name,
      () => runDoctor(options, surroundings),
    );
  });
}

/** In milliseconds. */
export interface DoctorTimes {
  /** So long each step to a connection may take. */
  step: number;
  /** So long an answer may take that one waits for. */
  answer: number;
  /** And all together, however many steps there are. */
  all: number;
}

export const DOCTOR_TIMES: DoctorTimes = { step: 5000, answer: 4000, all: 15_000 };

/** A paragraph is easiest to read in lines no longer than this, in columns. */
const WIDEST = 80;

export interface DoctorSurroundings {
  environment: Environment;
  /** Called when all files are read that will be, and before anything is read of who answers. */
  onOpen: () => void;
  /** Takes a line for standard output. */
  print: (line: string) => void;
  /** {@linkcode DOCTOR_TIMES} unless given. */
  times?: DoctorTimes;
}

/**
 * Looks, tells each thing as it is found, and at last what it means.
 *
 * @returns the exit code, as the client would end that meets the same.
 * @throws {Failure} when a file that was named cannot be used.
 */
export async function runDoctor(
  options: DoctorOptions,
  { environment, onOpen, print, times = DOCTOR_TIMES }: DoctorSurroundings,
): Promise<number> {
  const { address, nick, lang, passwordFile, tls, color, isAscii } = options;
  const password = passwordFile === undefined
    ? options.password
    : (await readPassword(passwordFile)).password;
  const instruments = await makeInstruments(options, environment, { password, times });
  const question: Question = {
    address,
    hasPassword: password !== undefined,
    ...(nick === undefined ? {} : { nick }),
    ...(tls ? { tls } : {}),
    ...(passwordFile === undefined ? {} : { passwordFile }),
  };
  const report: ReportOptions = {
    question,
    lang,
    theme: makeTheme(usesColor(color, Deno.stdout.isTerminal(), environment)),
    isAscii,
    width: columns(),
  };
  onOpen();
  const findings: Finding[] = [];
  for await (const finding of examine(question, instruments)) {
    findings.push(finding);
    for (const line of reportFinding(finding, report)) print(line);
  }
  const diagnosis = diagnose(question, findings, { today: Date.now() });
  for (const line of reportDiagnosis(diagnosis, report)) print(line);
  return diagnosis.exitCode;
}

/** Reads all that is to be read of files, and of the machine. */
async function makeInstruments(
  { address, nick, tls }: DoctorOptions,
  environment: Environment,
  { password, times }: { password: string | undefined; times: DoctorTimes },
): Promise<Instruments<HubSocket>> {
  useSystemCas();
  const ca = tls?.caFile === undefined ? undefined : await readCaFile(tls.caFile);
  const known = tls?.pin !== undefined || ca ? undefined : await recall(address, environment, tls);
  const own = ownAddresses();
  const isOver = AbortSignal.timeout(times.all);
  const soon = () => AbortSignal.any([isOver, AbortSignal.timeout(times.step)]);
  return {
    resolve: (host) => resolve(host, soon()),
    reach: (address, connected) => reach(address, connected, soon()),
    secure: () => secure(address, { pin: tls?.pin, ca, known, signal: soon() }),
    talk: (socket, { mayTell }) =>
      talk(socket, {
        nick,
        password: mayTell ? password : undefined,
        answer: times.answer,
        signal: isOver,
      }),
    isOwn: (host) => own.has(host),
  };
}

/** The fingerprint by which the hub is remembered. That the list cannot be read matters only where it is asked for. */
async function recall(
  address: Address,
  environment: Environment,
  tls: DoctorOptions["tls"],
): Promise<string | undefined> {
  const place = stateFile("known-hubs", environment, Deno.build.os === "windows");
  if (!place) return undefined;
  try {
    return await new KnownHubsFile(place, { isWritable: false, onFailure() {} }).find(address);
  } catch (error) {
    if (tls) throw error;
    return undefined;
  }
}

/** The machine's own, by which it is reached from elsewhere. */
function ownAddresses(): ReadonlySet<string> {
  try {
    const all = Deno.networkInterfaces().map(({ address }) => address);
    return new Set(all.filter((address) => address !== "::1" && !address.startsWith("127.")));
  } catch {
    return new Set(); // it does not say
  }
}

function columns(): number {
  try {
    return Math.min(WIDEST, Deno.consoleSize().columns);
  } catch {
    return WIDEST; // no terminal
  }
}
