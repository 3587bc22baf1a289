/** Reads files of the hub again, when they change or when it is told to. If they are bad, the hub keeps what it has. */

import { type ReadFile, readPassword } from "../../common/cli/files.ts";
import { formatDate } from "../../common/protocol/tls.ts";
import { FileWorker } from "../files/worker.ts";
import { databaseFiles } from "../history/database.ts";
import type { Log, LogFields } from "../log.ts";
import { checkCertificate, type HubCertificate } from "./certificate.ts";
import type { ServerOptions } from "./options.ts";
import { type HashedSecret, readMotd, type readSecrets } from "./secrets.ts";

/** Time between two looks at the files, in milliseconds: changed ones are read when two looks in a row see the same. */
export const LOOK_INTERVAL = 2_000;

/** What the hub has of its files. */
export type Loaded = Omit<Awaited<ReturnType<typeof readSecrets>>, "plain"> & {
  certificate: HubCertificate | undefined;
};

/** Files that belong together. */
export interface Source {
  /** The first one stands in the log. */
  paths: readonly string[];
  /** Reads and uses them. Returns what to log, or undefined without news; rejects if they cannot be used. */
  use: () => Promise<LogFields | undefined>;
}

/** Keeps the right to use files when the hub gives it up; undefined if there are none. */
export function openFiles(
  { tls, passwordFile, modPasswordFile, motdFile, logFile, db }: ServerOptions,
): FileWorker | undefined {
  const read = [
    ...[passwordFile, modPasswordFile, motdFile].filter((path) => path !== undefined),
    ...(tls && "key" in tls ? [tls.cert, tls.key] : []),
    ...(db ? databaseFiles(db.path) : []),
  ];
  const write = logFile === undefined ? [] : [logFile];
  return read.length + write.length === 0 ? undefined : new FileWorker({ read, write });
}

/** The files that change what is `loaded`. `show` makes a certificate the hub's. */
export function sourcesOf(
  { tls, passwordFile, modPasswordFile, motdFile }: ServerOptions,
  loaded: Loaded,
  { read, show }: { read: ReadFile; show: (certificate: HubCertificate) => Promise<void> },
): Source[] {
  const sources: Source[] = [];
  const add = (paths: string[], use: Source["use"]) => void sources.push({ paths, use });
  const addPassword = (path: string, secret: HashedSecret) =>
    add([path], async () => secret.change(await readPassword(path, read)) ? {} : undefined);
  if (passwordFile) addPassword(passwordFile, loaded.password!);
  if (modPasswordFile) addPassword(modPasswordFile, loaded.moderatorPassword!);
  if (motdFile) {
    add([motdFile], async () => {
      const motd = await readMotd(motdFile, read);
      if (motd === loaded.motd) return undefined;
      loaded.motd = motd;
      return {};
    });
  }
  if (tls && "key" in tls) {
    add([tls.cert, tls.key], async () => {
      const next = (await checkCertificate(tls, read))!;
      const { cert, key, fingerprint, until } = next;
      if (cert === loaded.certificate?.cert && key === loaded.certificate.key) return undefined;
      await show(next);
      loaded.certificate = next;
      return { fingerprint, until: formatDate(until) };
    });
  }
  return sources;
}

export class Reloader {
  /** Each with its state when it was last read, and at the last look. */
  readonly #sources: (Source & { read?: string; seen?: string })[];
  readonly #look: FileWorker["look"];
  readonly #log: Log;
  #reading: Promise<void> | undefined;

  constructor(sources: Source[], { look, log }: { look: FileWorker["look"]; log: Log }) {
    this.#sources = sources;
    this.#look = look;
    this.#log = log;
  }

  /** Reads everything again. */
  async reload(): Promise<void> {
    await this.#reading;
    await this.look({ isAsked: true });
  }

  /** Reads what has changed, but is the same as at the last look. Call it every {@linkcode LOOK_INTERVAL}. */
  async look({ isAsked = false } = {}): Promise<void> {
    await (this.#reading ??= this.#read(isAsked).finally(() => this.#reading = undefined));
  }

  async #read(isAsked: boolean): Promise<void> {
    let isSame = true;
    for (const source of this.#sources) {
      const seen = JSON.stringify(await Promise.all(source.paths.map(this.#look)));
      const isDue = isAsked || (seen === source.seen && seen !== source.read);
      source.seen = seen;
      if (!isDue) continue;
      source.read = seen;
      const path = source.paths[0]!;
      try {
        const fields = await source.use();
        if (!fields) continue;
        this.#log.info("reloaded", { path, ...fields });
      } catch (error) {
        this.#log.error("not reloaded", { path, error: (error as Error).message });
      }
      isSame = false;
    }
    if (isAsked && isSame) this.#log.info("nothing has changed");
  }
}
