/** The doctor's checks in their order: name, connection, TLS and probe. */

import { type Address, DEFAULT_HOST, DEFAULT_PORT } from "../../common/cli/address.ts";
import type { ProbeResult } from "../net/probe_reader.ts";
import { FULL_CODES } from "../session/bye.ts";
import type { ConnectAttempt, Finding, Resolution, Target, TlsResult } from "./findings.ts";
import type { PageResult } from "./page_check.ts";

/** Probes what is at the other end of a connection. */
export type Probe = (options: { maySendPassword: boolean }) => Promise<ProbeResult>;

/** Access to the network. No method ever rejects, and each takes a bounded time. */
export interface Instruments {
  resolve(host: string): Promise<Resolution>;
  /** Connects to one address, and closes the connection when `connected` is done. */
  connect(address: Address, connected: (probe: Probe) => Promise<void>): Promise<ConnectAttempt>;
  /** Connects with TLS. If the hub is trusted it can be probed once, which closes the connection. */
  checkTls(): Promise<{ result: TlsResult; probe?: Probe }>;
  /** Asks for the hub's page; missing if that does not matter. */
  checkPage?(isEncrypted: boolean): Promise<PageResult>;
  /** Whether this machine has the address, and other machines can reach it. */
  isOwn(host: string): boolean;
  /** Whether the hub at the address was encrypted before. */
  isKnown(address: Address): Promise<boolean>;
}

/** Addresses of a name that are tried at most. */
const MAX_HOSTS = 8;

/** Yields each finding as soon as it is known. */
export async function* runChecks(
  target: Target,
  instruments: Instruments,
): AsyncGenerator<Finding> {
  for await (const finding of checkHub(target, instruments)) {
    yield finding;
    if (finding.step !== "probe" || finding.result.kind !== "hub") continue;
    const { isEncrypted } = finding;
    const result = await instruments.checkPage?.(isEncrypted);
    if (result) yield { step: "page", isEncrypted, result };
  }
}

async function* checkHub(target: Target, instruments: Instruments): AsyncGenerator<Finding> {
  const { address, tls, wasEncrypted } = target;
  const resolution = await instruments.resolve(address.hostname);
  yield { step: "resolve", resolution };
  if (resolution.kind === "unknown" || resolution.kind === "unanswered") return;
  const hosts = resolution.kind === "found" ? resolution.hosts : [address.hostname];
  const all = hosts.slice(0, MAX_HOSTS).map((hostname) => ({ hostname, port: address.port }));

  if (tls || wasEncrypted) {
    const attempts = await Promise.all(
      all.map((each) => instruments.connect(each, async () => {})),
    );
    yield { step: "connect", attempts };
    const open = attempts.find(isConnected);
    if (!open) return yield* lookElsewhere(attempts, target, instruments);
    const { kind } = yield* probeOverTls(instruments, { maySendPassword: tls !== undefined });
    // An impostor's own words would only mislead.
    if (kind !== "not_tls" || wasEncrypted) return;
    // Find out what it is, without sending the password unencrypted.
    const result = await probeAt({ hostname: open.host, port: address.port }, instruments);
    if (result) yield { step: "probe", isEncrypted: false, result };
    return;
  }
  const { attempts, result } = await connectAndProbe(all, instruments);
  yield { step: "connect", attempts };
  if (!result) return yield* lookElsewhere(attempts, target, instruments);
  yield { step: "probe", isEncrypted: false, result };
  // Without --tls the user has not said which hub to trust with the password.
  if (result.kind === "tls") yield* probeOverTls(instruments, { maySendPassword: false });
}

/** Sends nothing to a hub that is not trusted. */
async function* probeOverTls(
  instruments: Instruments,
  options: { maySendPassword: boolean },
): AsyncGenerator<Finding, TlsResult> {
  const { result, probe } = await instruments.checkTls();
  yield { step: "tls", result };
  if (probe) yield { step: "probe", isEncrypted: true, result: await probe(options) };
  return result;
}

/** Connects to all addresses, and at once probes the first that connects: a hub greets silent clients as text users. */
async function connectAndProbe(addresses: readonly Address[], instruments: Instruments) {
  let probing: Promise<ProbeResult> | undefined;
  const attempts = await Promise.all(
    addresses.map((each) =>
      instruments.connect(each, async (probe) => {
        if (!probing) await (probing = probe({ maySendPassword: true }));
      })
    ),
  );
  const result = await probing;
  const open = addresses.filter((_, index) => isConnected(attempts[index]!));
  const isFull = result?.kind === "bye" && FULL_CODES.includes(result.code);
  if (!isFull || open.length < 2) return { attempts, result };
  // Our other connections may have taken the last places.
  const again = await probeAt(open[0]!, instruments, { maySendPassword: true });
  return { attempts, result: again ?? result };
}

/** Connects and probes; undefined if the connection fails. */
async function probeAt(
  address: Address,
  instruments: Instruments,
  options = { maySendPassword: false },
): Promise<ProbeResult | undefined> {
  let result: ProbeResult | undefined;
  await instruments.connect(address, async (probe) => {
    result = await probe(options);
  });
  return result;
}

/** If all addresses refuse, looks for a hub without TLS on the default port, and on loopback if it is this machine. */
async function* lookElsewhere(
  attempts: readonly ConnectAttempt[],
  { address: { hostname, port }, wasEncrypted }: Target,
  instruments: Instruments,
): AsyncGenerator<Finding> {
  if (wasEncrypted || !attempts.every(({ outcome }) => outcome.kind === "refused")) return;
  const isOwn = attempts.some(({ host }) => instruments.isOwn(host));
  const places = [
    ...(isOwn ? [{ address: { hostname: DEFAULT_HOST, port }, isOwn }] : []),
    ...(port === DEFAULT_PORT ? [] : [{ address: { hostname, port: DEFAULT_PORT }, isOwn: false }]),
  ];
  for (const place of places) {
    if (await instruments.isKnown(place.address)) continue;
    const result = await probeAt(place.address, instruments);
    if (result?.kind === "hub") return yield { step: "elsewhere", ...place };
  }
}

export function isConnected({ outcome }: ConnectAttempt): boolean {
  return outcome.kind === "connected";
}
