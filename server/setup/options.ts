/** The options of `chat server`. */

import { type Address, parseAddress, parsePlace } from "../../common/cli/address.ts";
import {
  ADDRESS_POSITIONALS,
  type Arguments,
  type CommandLine,
  formatBytes,
  HELP_OPTION,
  inSection,
  type Option,
  parseBytes,
  parseChoice,
  parseNumber,
} from "../../common/cli/command_line.ts";
import { type Environment, environmentLang } from "../../common/cli/environment.ts";
import { type StateFile, stateFile } from "../../common/cli/state_folder.ts";
import { UsageError } from "../../common/cli/usage_error.ts";
import { defined } from "../../common/defined.ts";
import { type Key, type Lang, LANGS } from "../../common/i18n/mod.ts";
import { isLoopback, parseIp, parseNetwork, unmapIpv4 } from "../../common/protocol/ip.ts";
import type { NatsClusterOptions } from "../cluster/nats/mod.ts";
import { parseNatsServer, redactServer, splitNatsServers } from "../cluster/nats/servers.ts";
import type { Retention } from "../history/mod.ts";
import { LIMITS, type Limits, limitsFrom, UNITS } from "../limits.ts";
import { LOG_LEVELS, type LogFormat, type LogLevel } from "../log.ts";
import type { RateLimit } from "../../common/rate_limit.ts";
import { parseHost } from "../web/hosts.ts";

/** The files of a given certificate and its key, or the file in which the hub keeps its own. */
export type TlsFiles = { cert: string; key: string } | { kept: StateFile };

type NatsOptions = Pick<NatsClusterOptions, "servers" | "creds" | "ca" | "cluster" | "keep">;

export interface ServerOptions {
  address: Address;
  lang: Lang;
  rateLimit: RateLimit;
  limits: Limits;
  /** Addresses that the limits of addresses do not hold for, in canonical form. */
  trusted: readonly string[];
  /** Proxies that send a PROXY header: addresses and networks as parseNetwork writes them. */
  proxies?: readonly string[];
  hasConnectionLimit: boolean;
  /** Whether the banner has a QR code at a terminal. */
  qr?: (typeof QR_CHOICES)[number];
  /** Messages replayed to whoever joins a room. */
  history: number;
  /** How long a disconnected session can resume, in milliseconds. */
  grace: number;
  /** That of a page, whose telephone may sleep, in milliseconds. */
  webGrace: number;
  hasIrc?: boolean;
  /** The file of the history, and how much it keeps; without it, history is in memory only. */
  db?: { path: string; keep: Retention };
  /** The NATS servers that connect this hub with others. */
  nats?: NatsOptions;
  /** Only if the hub encrypts. */
  tls?: TlsFiles;
  logLevel: LogLevel;
  /** Logfmt if it is missing. */
  logFormat?: LogFormat;
  logFile?: string;
  isAnnounced?: true;
  /** The names of the hub for browsers, besides those that it knows; undefined with `--no-web`. */
  web?: { hosts: readonly string[] };
  metrics?: Address;
  /** Whether the host joins from the same terminal, and with which nick. */
  join?: { nick?: string };
  passwordFile?: string;
  /** From the environment. */
  password?: string;
  modPasswordFile?: string;
  motdFile?: string;
  /** Where the hub is noted for clients on this machine. */
  noteFile?: StateFile;
}

const DEFAULT_RATE_LIMIT: RateLimit = { rate: 5, burst: 10 };
const MAX_RATE = 1_000_000;
const DEFAULT_HISTORY = 50;
const MAX_HISTORY = 1000;
/** In seconds. */
const DEFAULT_GRACE = 120;
const DEFAULT_WEB_GRACE = 900;
const MAX_GRACE = 3600;
const DEFAULT_KEEP: Retention = { messages: 1_000_000 };
const MAX_KEEP = { messages: 1_000_000_000, days: 36_500 };

const QR_CHOICES = ["auto", "never"] as const;

const DEFAULT_CLUSTER = "chat";
const CLUSTER = /^[A-Za-z0-9_-]{1,32}$/;

const LOG_CHOICES = [...LOG_LEVELS, "json", ...LOG_LEVELS.map((level) => `${level},json`)];

const LIMIT_OPTIONS: Option[] = Object.values(LIMITS).map(({ flag, unit, initial, help }) => {
  const usual = unit === "bytes" ? formatBytes(initial) : initial;
  return { flag, value: UNITS[unit].value, help, params: { usual } };
});

export const SERVER_COMMAND_LINE: CommandLine = {
  name: "server",
  positionals: ADDRESS_POSITIONALS,
  options: [
    { flag: "announce", help: "option.announce" },
    { flag: "join", help: "option.join" },
    { flag: "name", value: "NAME", help: "option.join_name", needs: ["join"] },
    { flag: "password-file", value: "FILE", help: "option.password_file" },
    { flag: "mod-password-file", value: "FILE", help: "option.mod_password_file" },
    { flag: "tls", help: "option.tls" },
    { flag: "db", value: "FILE", help: "option.db" },
    { flag: "motd-file", value: "FILE", help: "option.motd_file" },
    HELP_OPTION,
    ...inSection("users", [
      { flag: "lang", value: "es|en", choices: LANGS, help: "option.server_lang" },
      { flag: "history", value: "N", help: "option.history" },
      { flag: "keep", value: "N|Nd", help: "option.keep", needs: ["db", "nats"] },
      { flag: "grace", value: "SECONDS", help: "option.grace" },
      { flag: "web-grace", value: "SECONDS", help: "option.web_grace" },
      { flag: "qr", value: QR_CHOICES.join("|"), choices: QR_CHOICES, help: "option.qr" },
      { flag: "rate", value: "N", help: "option.rate" },
      { flag: "burst", value: "N", help: "option.burst" },
      { flag: "trusted", value: "ADDRESS", help: "option.trusted" },
      { flag: "proxy-protocol", value: "ADDRESS", help: "option.proxy_protocol" },
      { flag: "no-irc", help: "option.no_irc" },
      { flag: "no-web", help: "option.no_web" },
      { flag: "web-host", value: "NAME", help: "option.web_host" },
      { flag: "tls-cert", value: "FILE", help: "option.tls_cert" },
      { flag: "tls-key", value: "FILE", help: "option.tls_key" },
    ]),
    ...inSection("hubs", [
      { flag: "nats", value: "URL", help: "option.nats" },
      { flag: "nats-creds", value: "FILE", help: "option.nats_creds", needs: ["nats"] },
      { flag: "nats-ca", value: "FILE", help: "option.nats_ca", needs: ["nats"] },
      { flag: "cluster", value: "NAME", help: "option.cluster", needs: ["nats"] },
    ]),
    ...inSection("log", [
      { flag: "log", value: "LEVEL[,json]", choices: LOG_CHOICES, help: "option.log" },
      { flag: "log-file", value: "FILE", help: "option.log_file" },
      { flag: "metrics", value: "HOST:PORT", help: "option.metrics" },
      { flag: "check", help: "option.check" },
    ]),
    ...inSection("limits", LIMIT_OPTIONS),
  ],
  more: "limits",
  examples: [
    { line: "chat server", help: "example.server" },
    { line: "chat server 0.0.0.0", help: "example.server_lan" },
    { line: "chat server 0.0.0.0 --announce", help: "example.server_announce" },
    { line: "chat server 0.0.0.0 --join --name ana", help: "example.server_join" },
    { line: "chat server 0.0.0.0 4000 --tls", help: "example.server_tls" },
  ],
};

/** @throws {UsageError} for a value that is not valid, and for options that contradict each other. */
export function readServerOptions(args: Arguments, environment: Environment): ServerOptions {
  const number = (flag: string, otherwise: number, max = MAX_RATE) => {
    const value = args.value(flag);
    return value === undefined ? otherwise : parseNumber(flag, value, max);
  };
  const passwordFile = args.value("password-file");
  const path = args.value("db");
  const keep = readKeep(args);
  const metrics = args.value("metrics");
  const parseWebHost = (text: string) => parseIp(text) ?? parseHost(text); // without its port
  const hosts = readList(args, "web-host", "usage.bad_web_host", parseWebHost) ?? [];
  const nick = args.value("name");
  const address = parseAddress(args.positionals);
  const isAnnounced = args.isOn("announce");
  const host = address.hostname;
  if (isAnnounced && (host.toLowerCase() === "localhost" || isLoopback(host))) {
    throw new UsageError("usage.announce_loopback", { option: "--announce" });
  }
  return {
    address,
    lang: parseChoice("lang", args.value("lang") ?? environmentLang(environment), LANGS),
    rateLimit: {
      rate: number("rate", DEFAULT_RATE_LIMIT.rate),
      burst: number("burst", DEFAULT_RATE_LIMIT.burst),
    },
    limits: readLimits(args),
    trusted: readList(args, "trusted", "usage.bad_trusted", parseIp) ?? [],
    hasConnectionLimit: args.value(LIMITS.connections.flag) !== undefined,
    history: number("history", DEFAULT_HISTORY, MAX_HISTORY),
    grace: 1000 * number("grace", DEFAULT_GRACE, MAX_GRACE),
    webGrace: 1000 * number("web-grace", DEFAULT_WEB_GRACE, MAX_GRACE),
    qr: parseChoice("qr", args.value("qr") ?? QR_CHOICES[0], QR_CHOICES),
    hasIrc: !args.isOn("no-irc"),
    ...readLog(args),
    ...(isAnnounced ? { isAnnounced } : {}),
    ...defined({
      db: path === undefined ? undefined : { path, keep },
      nats: readNats(args, keep),
      proxies: readProxies(args),
      web: args.isOn("no-web") ? undefined : { hosts },
      tls: readCertificate(args, environment),
      logFile: args.value("log-file"),
      metrics: metrics === undefined ? undefined : parsePlace("metrics", metrics),
      join: args.isOn("join") ? defined({ nick }) : undefined,
      passwordFile,
      // An empty CHAT_PASSWORD is none.
      password: passwordFile === undefined ? environment("CHAT_PASSWORD") || undefined : undefined,
      modPasswordFile: args.value("mod-password-file"),
      motdFile: args.value("motd-file"),
      noteFile: stateFile("hubs", environment),
    }),
  };
}

function readLimits(args: Arguments): Limits {
  return limitsFrom(({ flag, unit, initial, min, max }) => {
    const value = args.value(flag);
    if (value === undefined) return initial;
    const parse = unit === "bytes" ? parseBytes : parseNumber;
    return parse(flag, value, max, { min });
  });
}

/** A level, `json`, or both, separated by a comma. */
function readLog(args: Arguments): Pick<ServerOptions, "logLevel" | "logFormat"> {
  const words = (args.value("log") ?? "info").split(",");
  const levels = words.filter((word) => word !== "json");
  const level = parseChoice("log", levels.join(",") || "json", [...LOG_LEVELS, "json"]);
  const logLevel = level === "json" ? "info" : level;
  return levels.length < words.length ? { logLevel, logFormat: "json" } : { logLevel };
}

/** Addresses or names, separated by commas. */
function readList(
  args: Arguments,
  flag: string,
  complaint: Key,
  parse: (text: string) => string | undefined,
): string[] | undefined {
  return args.value(flag)?.split(",").map((text) => {
    const address = parse(unmapIpv4(text.trim()));
    if (address !== undefined) return address;
    throw new UsageError(complaint, { option: `--${flag}`, value: text });
  });
}

function readProxies(args: Arguments): string[] | undefined {
  const option = "--proxy-protocol";
  const isOn = args.isOn("proxy-protocol");
  const tls = ["tls", "tls-cert"].find(args.isOn);
  if (isOn && tls) throw new UsageError("usage.proxy_tls", { option, other: `--${tls}` });
  if (isOn && args.isOn("join")) {
    throw new UsageError("usage.excludes", { option, other: "--join" });
  }
  // An IPv6 address is trusted alone, without the rest of its /64.
  const alone = (text: string) => parseIp(text)?.includes(":") ? `${text}/128` : text;
  const parse = (text: string) => parseNetwork(alone(text))?.text;
  return readList(args, "proxy-protocol", "usage.bad_proxy", parse);
}

/** The two files go together; without them the hub keeps a certificate of its own. */
function readCertificate(args: Arguments, environment: Environment): TlsFiles | undefined {
  const cert = args.value("tls-cert");
  const key = args.value("tls-key");
  if (cert && key) return { cert, key };
  if (cert || key) {
    const [option, needed] = cert ? ["--tls-cert", "--tls-key"] : ["--tls-key", "--tls-cert"];
    throw new UsageError("usage.needs", { option, needed });
  }
  if (!args.isOn("tls")) return undefined;
  const kept = stateFile("hub.pem", environment);
  if (!kept) throw new UsageError("usage.no_state_folder", { option: "--tls" });
  return { kept };
}

/** A number of messages, or of days if it ends in `d`. */
function readKeep(args: Arguments): Retention {
  const value = args.value("keep");
  if (value === undefined) return DEFAULT_KEEP;
  const [, digits, unit] = /^(\d+)(d?)$/.exec(value) ?? [];
  const number = Number(digits);
  const max = unit === "d" ? MAX_KEEP.days : MAX_KEEP.messages;
  if (!(number >= 1 && number <= max)) {
    throw new UsageError("usage.bad_keep", { option: "--keep", value });
  }
  return unit === "d" ? { days: number } : { messages: number };
}

function readNats(args: Arguments, keep: Retention): NatsOptions | undefined {
  const list = args.value("nats");
  if (list === undefined) return undefined;
  if (args.isOn("db")) {
    throw new UsageError("usage.two_histories", { option: "--db", other: "--nats" });
  }
  const servers = splitNatsServers(list);
  const bad = servers.find((server) => !parseNatsServer(server));
  if (bad !== undefined) {
    throw new UsageError("usage.bad_nats", { option: "--nats", value: redactServer(bad, list) });
  }
  const cluster = args.value("cluster") ?? DEFAULT_CLUSTER;
  if (!CLUSTER.test(cluster)) {
    throw new UsageError("usage.bad_cluster", { option: "--cluster", value: cluster });
  }
  const files = defined({ creds: args.value("nats-creds"), ca: args.value("nats-ca") });
  return { servers, ...files, cluster, keep };
}
