/** The composition root of the hub: opens its parts, wires them, runs until the signal aborts, and drains. */

import { type Address, formatAddress } from "../common/cli/address.ts";
import type { Environment } from "../common/cli/environment.ts";
import { listenFailure } from "../common/cli/failure.ts";
import { noteHub } from "../common/cli/hub_notes.ts";
import { translate } from "../common/i18n/mod.ts";
import { prepareNames } from "../common/protocol/names.ts";
import { ownInterfaces } from "../common/mdns/networks.ts";
import { BACKLOG } from "./accept_loop.ts";
import { systemClock, tickTime } from "./clock.ts";
import { LocalCluster } from "./cluster/local.ts";
import type { Cluster } from "./cluster/mod.ts";
import { MemoryHistory } from "./history/memory.ts";
import type { History } from "./history/mod.ts";
import { openHistory } from "./history/sqlite.ts";
import type { FileWorker } from "./files/worker.ts";
import type { HubOptions } from "./hub/api.ts";
import { Hub } from "./hub/hub.ts";
import { closeLog, type Log, openLog } from "./log.ts";
import { LogLimit } from "./log_limit.ts";
import { CONNECTION_TIMEOUTS, type ConnectionTimeouts } from "./net/connection.ts";
import { unmapIpv4 } from "../common/protocol/ip.ts";
import { DirectSend } from "./net/direct_send.ts";
import { shortenKeepAlive } from "./net/keep_alive.ts";
import { Listener } from "./net/listener.ts";
import { countFreeDescriptors, limitConnections } from "./net/open_file_limit.ts";
import { OutboxBudget } from "./net/outbox.ts";
import { Pace } from "./net/pace.ts";
import { banner, findPage } from "./setup/banner.ts";
import { certificateFailure, type HubCertificate } from "./setup/certificate.ts";
import { loadCertificate, warnOfValidity } from "./setup/certificate.ts";
import { warnOfExposed } from "./setup/exposed.ts";
import type { ServerOptions } from "./setup/options.ts";
import { openDoor } from "./web/door.ts";
import { openServiceManager } from "./setup/service_manager.ts";
import { type Loaded, LOOK_INTERVAL, Reloader, sourcesOf } from "./setup/reload.ts";
import { type PlainPasswords, publicId, readSecrets } from "./setup/secrets.ts";

/** How often the log warns of the certificate's end, in milliseconds. */
const DAY = 24 * 60 * 60 * 1000;

/** A hub that can be joined. */
export interface RunningHub {
  /** Where it listens; the host may be `0.0.0.0` or `::`. */
  address: Address;
  /** Where other machines find its page, if they can use it. */
  page: string | undefined;
  /** Of its certificate, if it encrypts. */
  fingerprint: string | undefined;
  /** Only with `--join`, for its host. */
  passwords: PlainPasswords | undefined;
  /** Number of users in the chat, including those whose connection is lost. */
  people: () => number;
  /** Reads its files again. */
  reload: () => Promise<void>;
}

export interface ServerContext {
  /** Program and version, such as `chat 0.1.0`. */
  name: string;
  /** Stops the hub when it aborts. */
  signal: AbortSignal;
  /** Prints a line on standard output. */
  print: (line: string) => void;
  /** Writes a line to the log, LF included. */
  writeLog: (line: string) => void;
  /** Names the service manager, if there is one. */
  environment?: Environment;
  /** Reads the files of the options again; without it they are only read at the start. */
  files?: FileWorker | undefined;
  /** Whether the log is read where the printed lines are: then it does not repeat them, except at the level debug. */
  isLogSeen?: boolean;
  /** Called when all files and ports are open. */
  onOpen?: () => void;
  /** Shows a QR code below the banner. */
  showQr?: ((text: string) => Promise<void>) | undefined;
  /** Called when the hub can be joined and its banner is printed. */
  onListening?: (hub: RunningHub) => void;
  /** A listener that is open already, in place of the address of the options. */
  listener?: Deno.TcpListener | Deno.TlsListener;
  timeouts?: Partial<ConnectionTimeouts>;
  /** Returns how many of the wanted descriptors are free. */
  freeDescriptors?: (wanted: number) => number;
}

/** Prints the banner, and runs the hub until `signal` aborts and all is drained. @throws {Failure} as its parts do. */
export async function runServer(options: ServerOptions, context: ServerContext): Promise<void> {
  await using closing = new AsyncDisposableStack(); // in reverse order
  await serve(options, context, await openParts(options, context, closing));
}

type HubParts = Awaited<ReturnType<typeof openParts>>;

/** Opens what the hub needs besides its options, to be closed when it has stopped. */
async function openParts(
  options: ServerOptions,
  context: ServerContext,
  closing: AsyncDisposableStack,
) {
  const secrets = await readSecrets(options);
  const certificate = options.tls && await loadCertificate(options.tls);
  const socket = context.listener ?? listen(options, certificate);
  let isServing = false; // then the listener closes its socket
  closing.defer(() => isServing ? undefined : socket.close());
  // Loaded only if they are needed, as it takes time, and now, while files may still be read.
  const metrics = options.metrics &&
    new (await import("./metrics/mod.ts")).Metrics(options.metrics);
  closing.defer(() => metrics?.close());
  const limited = new LogLimit(
    await openLog({ level: options.logLevel, format: options.logFormat }, context.writeLog),
    systemClock.after,
  );
  closing.defer(closeLog);
  const log = metrics ? metrics.countEvents(limited) : limited.log; // counts what is left out, too
  /** The log of what is printed as well. */
  const said = context.isLogSeen ? { ...log, info: log.debug } : log;
  closing.defer(() => {
    limited.close();
    if (isServing) said.info("stopped");
  });
  const announcer = options.isAnnounced &&
    new (await import("./setup/mdns.ts")).Announcer({ log: said, interfaces: ownInterfaces });
  closing.defer(() => announcer?.close());
  const door = await openDoor(options, announcer?.host);
  const service = context.environment && openServiceManager(context.environment, log);
  warnOfExposed(options, log);
  context.files?.failed.then(({ message: error }) =>
    log.error("files are not read again before the next start", { error })
  );
  // After the ports: if one is in use, no file is created.
  const { db } = options;
  const clocks = { now: Date.now, elapsed: systemClock.now, after: systemClock.after };
  const history: History = db
    ? openHistory({ ...db, ...clocks, log, look: context.files?.look })
    : new MemoryHistory();
  closing.defer(() => history.close());
  const now = tickTime(Date.now);
  const { cluster, close } = await openCluster(options, { ...secrets, log, history, now });
  closing.defer(() => close?.());
  isServing = true;
  return {
    ...secrets,
    ...{ certificate, socket, log, said, history, metrics, announcer, door, service, cluster, now },
  };
}

async function serve(
  options: ServerOptions,
  { name, signal, print, files, onOpen, onListening, timeouts, ...context }: ServerContext,
  { certificate, socket, log, said, metrics, announcer, door, service, plain, ...parts }: HubParts,
): Promise<void> {
  if (!shortenKeepAlive()) log.debug("dead peers are noticed when the system notices them");
  using direct = DirectSend.open();
  const bound = socket.addr as Deno.NetAddr;
  const fingerprint = certificate?.fingerprint;
  const limits = limitConnections(options, context.freeDescriptors ?? countFreeDescriptors, log);
  const { history, cluster } = parts;
  const loaded: Loaded = { ...parts, certificate };
  const pace = new Pace(systemClock.after);
  const schedule = (flush: () => void) =>
    pace.schedule(() => {
      try {
        flush();
      } catch (error) { // which must not stop the hub for everyone
        const text = error instanceof Error ? error.stack ?? error.message : String(error);
        log.error("fault", { error: text });
      }
    });
  const hasPage = options.web !== undefined;
  const hub = new Hub({
    name,
    lang: options.lang,
    elapsed: systemClock.now,
    grace: options.grace,
    webGrace: options.webGrace,
    host: door.name,
    hasIrc: options.hasIrc !== false,
    hasPage: hasPage && certificate?.isIssued !== false,
    limits,
    schedule: metrics ? metrics.timeDelivery(schedule) : schedule,
    random: Math.random,
    randomId: () => crypto.randomUUID(),
    historyOnJoin: options.history,
    ...parts,
    motd: () => loaded.motd,
    record: log.info,
  });
  const outboxBudget = new OutboxBudget(limits.pendingTotal);
  const listener = new Listener(socket, {
    hub,
    log,
    outboxBudget,
    rateLimit: options.rateLimit,
    trusted: options.trusted,
    proxies: options.proxies,
    limits,
    timeouts: { ...CONNECTION_TIMEOUTS, ...timeouts },
    clock: systemClock,
    door,
    direct,
    pace,
    answerInClear(conn) {
      const { hostname: host, port } = conn.localAddr;
      const text = translate(options.lang, "server.encrypted", { host: unmapIpv4(host), port });
      direct?.sendInClear(conn, `\r\n* ${text}\n`); // after the alert of TLS
    },
  });

  let unready: string | undefined = "the hub is starting";
  metrics?.start({
    ...{ name, limits, hub, listener, history, cluster },
    outboxes: outboxBudget,
    certificateEnd: () => loaded.certificate?.until ?? 0,
    unready() {
      if (unready !== undefined) return unready;
      if (cluster.isOffline) return "the other hubs cannot be reached";
      const { name, isLocked } = hub.chat.rooms.first;
      if (isLocked) return `#${name} is locked`;
      return listener.isFull ? "the hub is full" : undefined;
    },
  }, log);

  const { lang, noteFile } = options;
  const hasPassword = parts.password !== undefined;
  const isEncrypted = !!certificate;
  const isAnnounced = await announcer?.start({ bound, isEncrypted, requiresPassword: hasPassword });
  const place = { bound, interfaces: ownInterfaces(), certificate };
  const lines = banner({
    ...{ name, lang, hasPage, hasPassword, isAnnounced, ...place },
    unannounced: announcer?.failed.join(", "),
    metrics: metrics?.address,
  });
  for (const line of lines) print(line);
  const page = hasPage ? findPage(place) : undefined;
  if (page !== undefined) await context.showQr?.(page);
  if (noteFile) await noteHub(noteFile, bound);
  onOpen?.();
  const saidAt = (message: string, { hostname: address, port }: Address) =>
    said.info(message, { address, port });
  if (metrics) saidAt("metrics", metrics.address);
  saidAt("listening", bound);
  unready = undefined;
  const status = `listening on ${formatAddress(bound)}`;
  service?.ready(status);
  const show = (next: HubCertificate) =>
    listener.replace(() => listen({ ...options, address: bound }, next));
  const sources = files ? sourcesOf(options, loaded, { read: files.read, show }) : [];
  const reloader = new Reloader(sources, {
    log,
    look: (path) => files!.look(path).catch(() => undefined),
  });
  const warn = () => loaded.certificate && warnOfValidity(loaded.certificate, Date.now(), log);
  warn();
  const people = () => hub.userCount;
  const reload = async () => {
    service?.reloading();
    await reloader.reload();
    service?.ready(status);
  };
  onListening?.({ address: bound, page, fingerprint, passwords: plain, people, reload });

  const stop = () => {
    unready = "the hub is stopping";
    service?.stopping();
    said.info("stopping", { sessions: hub.size });
    print(translate(lang, "server.stopping"));
    announcer?.close();
    listener.stop();
    hub.shutdown();
  };
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  prepareNames();
  const timers = [setInterval(warn, DAY), setInterval(() => reloader.look(), LOOK_INTERVAL)];
  await listener.run();
  for (const timer of timers) clearInterval(timer);
  await listener.drained();
}

/** Joins the NATS cluster, or makes a cluster of this hub alone. */
async function openCluster(
  { nats, grace, webGrace }: ServerOptions,
  { log, history: { lastId, rules }, now, moderatorPassword }:
    & Pick<HubOptions, "history" | "now" | "moderatorPassword">
    & { log: Log },
): Promise<{ cluster: Cluster; close?: () => Promise<void> }> {
  if (!nats) {
    const kept = { rules, hasModeration: moderatorPassword !== undefined, log };
    const epoch = crypto.randomUUID();
    return { cluster: new LocalCluster({ epoch, lastId, now, sessionId: publicId, kept }) };
  }
  const { openNats } = await import("./cluster/nats/mod.ts");
  const longest = Math.max(grace, webGrace);
  const cluster = await openNats({ ...nats, grace: longest, log, now, sessionId: publicId });
  return { cluster, close: () => cluster.shutdown() };
}

function listen({ address, tls }: ServerOptions, certificate: HubCertificate | undefined) {
  const { hostname, port } = address;
  const listenOptions = { hostname, port, tcpBacklog: BACKLOG };
  try {
    if (!certificate) return Deno.listen(listenOptions);
    const { cert, key } = certificate;
    return Deno.listenTls({ ...listenOptions, cert, key });
  } catch (error) {
    throw (tls && certificateFailure(error, tls)) ?? listenFailure(error, address);
  }
}
