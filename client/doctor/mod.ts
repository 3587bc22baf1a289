/** `chat doctor`: explains why a hub can or cannot be joined. Asks nothing, writes no file, and takes 15 s at most. */

import { formatAddress } from "../../common/cli/address.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { EXIT } from "../../common/cli/failure.ts";
import { readPassword } from "../../common/cli/files.ts";
import { print } from "../../common/cli/output.ts";
import { columnsOf } from "../../common/cli/tell.ts";
import { type Context, giveUpFiles, runSubcommand } from "../../common/cli/subcommand.ts";
import { ownInterfaces } from "../../common/mdns/networks.ts";
import { defined } from "../../common/defined.ts";
import { isLoopback } from "../../common/protocol/ip.ts";
import { dial } from "../net/dial.ts";
import { probe } from "../net/probe.ts";
import { useSystemCas } from "../net/tls.ts";
import type { HubSocket } from "../net/tls_socket.ts";
import { usesColor } from "../options.ts";
import { findKnownHubs, type KnownHubs } from "../trust/known_hubs.ts";
import { readCaFile } from "../trust/mod.ts";
import { makeTheme } from "../ui/theme.ts";
import { type Instruments, type Probe, runChecks } from "./checks.ts";
import { connect, resolve } from "./connect.ts";
import { diagnose, isAnswered } from "./diagnosis.ts";
import type { Finding, Target } from "./findings.ts";
import { DOCTOR_COMMAND_LINE, type DoctorOptions, readDoctorOptions } from "./options.ts";
import { checkPage, type PageResult } from "./page_check.ts";
import { reportDiagnosis, reportFinding } from "./report.ts";
import { checkTls } from "./tls_check.ts";

/** Runs `chat doctor` and gives the exit code. Never rejects. */
export async function main(args: readonly string[], context: Context): Promise<number> {
  const { environment } = context;
  return await runSubcommand(DOCTOR_COMMAND_LINE, args, context, async (given) => {
    const options = readDoctorOptions(given, environment);
    return await runDoctor(options, { environment, onOpen: giveUpFiles, print });
  });
}

/** Time limits in milliseconds, for each step to a connection, for each answer to a probe, and for all. */
const TIMES = { step: 5000, answer: 4000, all: 15_000 };

/** Prints each finding at once, then the diagnosis. Returns an exit code. @throws {Failure} if a file is unusable. */
export async function runDoctor(
  options: DoctorOptions,
  { environment, onOpen, print, times = TIMES }: {
    environment: Environment;
    /** Called after the last file is read and before the first connection. */
    onOpen: () => void;
    print: (line: string) => void;
    times?: typeof TIMES;
  },
): Promise<number> {
  const { password: _, isAnswerEnough, ...others } = options;
  const password = isAnswerEnough ? undefined : await findPassword(options);
  const knownHubs = findKnownHubs(environment);
  const { pin } = options.tls ?? {}; // with it the file is not needed
  const known = pin === undefined ? await knownHubs?.find(options.address) : undefined;
  const wasEncrypted = known === undefined ? pin && {} : defined({ knownIn: knownHubs?.path });
  const instruments = await makeInstruments(options, { password, times, known, knownHubs });
  const target: Target = {
    ...others,
    hasPassword: password !== undefined,
    ...(wasEncrypted ? { wasEncrypted } : {}),
  };
  const isTerminal = Deno.stdout.isTerminal();
  const { lang, color, isAscii } = options;
  const theme = makeTheme(usesColor(color, isTerminal, environment));
  const report = { target, lang, theme, isAscii, isTerminal, width: columnsOf("stdout") };
  onOpen();
  const findings: Finding[] = [];
  for await (const finding of runChecks(target, instruments)) {
    findings.push(finding);
    for (const line of reportFinding(finding, report)) print(line);
  }
  const diagnosis = diagnose(target, findings, Date.now());
  for (const line of reportDiagnosis(diagnosis, report)) print(line);
  return isAnswerEnough && isAnswered(findings) ? EXIT.done : diagnosis.exitCode;
}

async function findPassword({ passwordFile, password }: DoctorOptions) {
  return passwordFile ? await readPassword(passwordFile) : password;
}

/** Reads all files that the checks need. */
async function makeInstruments(
  { address, nick, tls, isAnswerEnough }: DoctorOptions,
  { password, times, known, knownHubs }: {
    password: string | undefined;
    times: typeof TIMES;
    known: string | undefined;
    knownHubs: KnownHubs | undefined;
  },
): Promise<Instruments> {
  useSystemCas();
  const ca = tls?.caFile === undefined ? undefined : await readCaFile(tls.caFile);
  const own = ownInterfaces().map(({ address }) => address).filter((own) => !isLoopback(own));
  const { answer } = times;
  const isOver = AbortSignal.timeout(times.all);
  const soon = () => AbortSignal.any([isOver, AbortSignal.timeout(times.step)]);
  const probeOf = (socket: HubSocket): Probe => ({ maySendPassword }) =>
    probe(socket, { nick, answer, signal: isOver, ...(maySendPassword ? { password } : {}) });
  const connectTls = () => checkTls(address, { ...tls, ca, known }, soon());
  const findPage = async (isEncrypted: boolean): Promise<PageResult> => {
    const secured = isEncrypted ? await connectTls() : undefined;
    const socket = secured ? secured.socket : await dial(address, soon()).catch(() => undefined);
    if (!socket) return { kind: "silent" };
    const isOwn = secured?.result.kind === "trusted" && secured.result.certificate.isSelfIssued;
    const host = formatAddress(address);
    const page = isOwn ? { kind: "untrusted" } as const : await checkPage(socket, host, soon());
    socket.close();
    return page;
  };
  return {
    ...(isAnswerEnough ? {} : { checkPage: findPage }),
    resolve: (host) => resolve(host, soon()),
    connect: (address, connected) =>
      connect(address, (socket) => connected(probeOf(socket)), soon()),
    checkTls: async () => {
      const { result, socket } = await connectTls();
      if (!socket) return { result };
      return { result, probe: (options) => probeOf(socket)(options).finally(() => socket.close()) };
    },
    isOwn: (host) => own.includes(host),
    isKnown: async (address) => await knownHubs?.find(address) !== undefined,
  };
}
