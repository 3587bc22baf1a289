/** The hub as a program: puts the parts together, runs them until it is told to stop, and drains. */

import type { Address } from "../common/cli/address.ts";
import { listenFailure } from "../common/cli/failure.ts";
import { translate } from "../common/i18n/mod.ts";
import type { Announcer } from "./setup/mdns.ts";
import type { Cluster } from "./cluster/mod.ts";
import { LocalCluster } from "./cluster/local.ts";
import { certificateFailure, type HubCertificate, loadCertificate } from "./setup/certificate.ts";
import { systemClock, tickTime } from "./clock.ts";
import { CONNECTION_TIMEOUTS, type ConnectionTimeouts } from "./net/connection.ts";
import { countFreeDescriptors as countFreeDescriptors } from "./net/open_file_limit.ts";
import { type PlainPasswords, readSecrets, type ServerSecrets } from "./setup/secrets.ts";
import { MemoryHistory } from "./history/memory.ts";
import type { History } from "./history/mod.ts";
import { openHistory } from "./history/sqlite.ts";
import { Hub } from "./hub/hub.ts";
import { banner } from "./setup/banner.ts";
import type { Limits } from "./limits.ts";
import { Listener } from "./net/listener.ts";
import { closeLog, type Log, openLog } from "./log.ts";
import type { Metrics } from "./metrics/mod.ts";
import type { ServerOptions } from "./setup/options.ts";
import { OutboxBudget } from "./net/outbox.ts";

/** Connections that may wait to be accepted: with the usual 128 a class that joins at once waits for seconds. */
const BACKLOG = 4096;

/** Descriptors that are kept for all else but connections, those included that are turned away. */
const RESERVED_DESCRIPTORS = 64;

/** Why nobody can come in, as it is told where the hub is watched over. */
const CUT_OFF = "the other hubs cannot be reached";

/** A hub that can be joined, as who runs it sees it. */
export interface RunningHub {
  /** Where it listens; the host may be all of the machine's. */
  address: Address;
  /** Of the hub's certificate, where there is encryption. */
  fingerprint: string | undefined;
  /** Where who runs the hub joins in. */
  passwords: PlainPasswords | undefined;
  /** How many people are in the chat, those counted whose connection is lost. */
  people: () => number;
}

export interface ServerContext {
  /** Program and version, such as `chat 0.1.0`. */
  name: string;
  /** Ends the hub when it aborts. */
  signal: AbortSignal;
  /** Takes a line for standard output. */
  print: (line: string) => void;
  /** Takes a line for the log, with its LF. */
  writeLog: (line: string) => void;
  /** Called when everything is open that the hub will use: from then on it only accepts. */
  onOpen?: () => void;
  /** Called when the hub can be joined and has printed how. */
  onListening?: (listening: RunningHub) => void;
  /** Listened on already, in place of the address of the options. */
  listener?: Deno.TcpListener | Deno.TlsListener;
  timeouts?: Partial<ConnectionTimeouts>;
  /** How many of so many wanted descriptors are free. */
  freeDescriptors?: (wanted: number) => number;
}

/**
 * Runs a hub until the signal aborts and everyone was told. Prints its address and the lines to join with.
 *
 * @throws {Failure} when the address cannot be listened on, or a file of the options cannot be used.
 */
export async function runServer(
  options: ServerOptions,
  surroundings: ServerContext,
): Promise<void> {
  const files = await readSecrets(options);
  const certificate = options.tls && await loadCertificate(options.tls);
  const socket = surroundings.listener ?? listen(options, certificate);
  const metrics = await openMetrics(options, socket);
  const plainLog = await openLog(options.logLevel, surroundings.writeLog);
  const log = metrics ? metrics.countEvents(plainLog) : plainLog;
  const announcer = await createAnnouncer(options, log);
  try {
    // Behind the ports: where one is taken, no file is made.
    const history = openHistoryStore(options, socket, log);
    try {
      const now = tickTime(Date.now);
      const between = await openCluster(options, { socket, log, history, now });
      try {
        const parts = { ...files, certificate, socket, log, history, metrics, announcer, now };
        await serve(options, surroundings, { ...parts, cluster: between.cluster });
      } finally {
        await between.close();
      }
    } finally {
      history.close();
    }
    log.info("stopped");
  } finally {
    await announcer?.close();
    await metrics?.close();
    await closeLog();
  }
}

/** What the hub needs besides its options. */
interface HubParts extends ServerSecrets {
  certificate: HubCertificate | undefined;
  socket: Deno.TcpListener | Deno.TlsListener;
  log: Log;
  history: History;
  metrics: Metrics | undefined;
  announcer: Announcer | undefined;
  cluster: Cluster;
  now: () => number;
}

async function serve(
  options: ServerOptions,
  { name, signal, print, onOpen, onListening, timeouts, freeDescriptors = countFreeDescriptors }:
    ServerContext,
  { certificate, socket, log, metrics, announcer, openToOthers, plain, ...given }: HubParts,
): Promise<void> {
  const bound = socket.addr as Deno.NetAddr;
  const fingerprint = certificate?.fingerprint;
  for (const path of openToOthers) {
    log.warning("others can read a password: chmod 600 keeps it secret", { path });
  }
  if (certificate?.isOpenToOthers && options.tls && "key" in options.tls) {
    log.warning("others can read a key: chmod 600 keeps it secret", { path: options.tls.key });
  }
  const limits = limitConnections(options, freeDescriptors, log);
  const { history, cluster } = given;
  const schedule = (flush: () => void) => queueMicrotask(() => logFaults(log, flush));
  const hub = new Hub({
    name,
    lang: options.lang,
    elapsed: systemClock.now,
    grace: options.grace,
    limits,
    schedule: metrics ? metrics.timeDelivery(schedule) : schedule,
    randomId: () => crypto.randomUUID(),
    historyOnJoin: options.history,
    ...given,
    record: log.info,
  });
  const outboxBudget = new OutboxBudget(limits.pendingTotal);
  const listener = new Listener(socket, {
    hub,
    log,
    outboxBudget,
    rateLimit: options.rateLimit,
    limits,
    timeouts: { ...CONNECTION_TIMEOUTS, ...timeouts },
    clock: systemClock,
  });

  let unready: string | undefined = "the hub is starting";
  metrics?.start({
    name,
    limits,
    counts: () => hub.counts,
    connections: () => listener.size,
    pendingBytes: () => outboxBudget.pendingBytes,
    sentBytes: () => outboxBudget.sentBytes,
    isHistoryFailing: () => history.isFailing,
    isClusterUp: () => !cluster.isOffline,
    unready: () => unready ?? (cluster.isOffline ? CUT_OFF : undefined),
  }, log);

  const hasPassword = given.password !== undefined;
  const interfaces = networkInterfaces();
  const { lang } = options;
  const isAnnounced = await announcer?.start({
    bound,
    isEncrypted: certificate !== undefined,
    wantsPassword: hasPassword,
  });
  const inviting = { name, bound, interfaces, lang, fingerprint, hasPassword };
  for (const line of banner({ ...inviting, isAnnounced: isAnnounced ?? false })) print(line);
  onOpen?.();
  if (metrics) {
    const { hostname, port } = metrics.address;
    log.info("metrics", { address: hostname, port });
  }
  log.info("listening", { address: bound.hostname, port: bound.port });
  unready = undefined;
  onListening?.({ address: bound, fingerprint, passwords: plain, people: () => hub.people });

  const stop = () => {
    unready = "the hub is stopping";
    log.info("stopping", { sessions: hub.size });
    print(translate(options.lang, "server.stopping"));
    announcer?.close();
    listener.stop();
    hub.shutdown();
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  await listener.run();
  await listener.drained();
  signal.removeEventListener("abort", stop);
}

/** The limits, with no more connections among them than there are descriptors for. */
function limitConnections(
  { limits, hasConnectionLimit }: ServerOptions,
  freeDescriptors: (wanted: number) => number,
  log: Log,
): Limits {
  const wanted = limits.connections;
  const free = freeDescriptors(wanted + RESERVED_DESCRIPTORS);
  const connections = Math.min(wanted, Math.max(1, free - RESERVED_DESCRIPTORS));
  if (connections < wanted && hasConnectionLimit) {
    log.warning("the system allows fewer open files than --max-connections needs (ulimit -n)", {
      wanted,
      connections,
    });
  }
  return { ...limits, connections };
}

/** What is loaded for them is loaded only where they are wanted. */
async function openMetrics(
  { metrics }: ServerOptions,
  socket: Deno.TcpListener | Deno.TlsListener,
): Promise<Metrics | undefined> {
  if (!metrics) return undefined;
  try {
    const { Metrics } = await import("./metrics/mod.ts");
    return new Metrics(metrics);
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** The same; what it needs of the system it is given while that is still permitted. */
async function createAnnouncer(
  { isAnnounced }: ServerOptions,
  log: Log,
): Promise<Announcer | undefined> {
  if (!isAnnounced) return undefined;
  const { Announcer } = await import("./setup/mdns.ts");
  return new Announcer({ log, interfaces: networkInterfaces });
}

function openHistoryStore(
  { db }: ServerOptions,
  socket: Deno.TcpListener | Deno.TlsListener,
  log: Log,
): History {
  try {
    return db ? openHistory({ ...db, log, now: Date.now }) : new MemoryHistory();
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** What lies between this hub and others; alone, there is nothing. */
async function openCluster(
  { nats, grace }: ServerOptions,
  { socket, log, history: { lastId }, now }: Pick<HubParts, "socket" | "log" | "history" | "now">,
): Promise<{ cluster: Cluster; close: () => Promise<void> }> {
  if (!nats) {
    const cluster = new LocalCluster({ epoch: crypto.randomUUID(), lastId, now });
    return { cluster, close: () => Promise.resolve() };
  }
  try {
    const { openNats } = await import("./cluster/nats/mod.ts"); // loaded only where it is wanted
    const cluster = await openNats({ ...nats, grace, log, now });
    return { cluster, close: () => cluster.shutdown() };
  } catch (error) {
    socket.close();
    throw error;
  }
}

function listen(
  { address, tls }: ServerOptions,
  certificate: HubCertificate | undefined,
): Deno.TcpListener | Deno.TlsListener {
  const where = { ...address, tcpBacklog: BACKLOG };
  try {
    if (!certificate) return Deno.listen(where);
    const { cert, key } = certificate;
    return Deno.listenTls({ ...where, cert, key });
  } catch (error) {
    throw (tls && certificateFailure(error, tls)) ?? listenFailure(error, address);
  }
}

function networkInterfaces(): Deno.NetworkInterfaceInfo[] {
  try {
    return Deno.networkInterfaces();
  } catch {
    return []; // some containers do not tell; the address that was bound is still printed
  }
}

/** A fault in one tick must not end the hub for everyone. */
function logFaults(log: Log, run: () => void): void {
  try {
    run();
  } catch (error) {
    log.error("fault", {
      error: error instanceof Error ? error.stack ?? error.message : String(error),
    });
  }
}
