/**
 * The cluster of hubs that are one chat by NATS servers with JetStream: the order of what is said is that of a stream, whose
 * places are the ids. Reads the files that it needs, and connects; what comes after that, cluster.ts knows.
 */

import { Failure } from "../../../common/cli/failure.ts";
import { readPem } from "../../../common/cli/files.ts";
import { systemClock } from "../../clock.ts";
import type { Retention } from "../../history/mod.ts";
import type { Log } from "../../log.ts";
import { NatsCluster } from "./cluster.ts";
import { Engine, type EngineOptions } from "./client.ts";
import { openFailure } from "./failures.ts";
import { OwnClock } from "./timers.ts";
import { NATS_TIMES, type NatsTimes } from "./timeouts.ts";

export { NatsCluster } from "./cluster.ts";
export type { NatsTimes } from "./timeouts.ts";

export interface NatsClusterOptions {
  /** Addresses, as `--nats` takes them. */
  readonly servers: readonly string[];
  /** The file with the credentials of this hub's user. */
  readonly creds?: string;
  /** The file with the authorities that vouch for the servers. */
  readonly ca?: string;
  /** The name of the chat. */
  readonly cluster: string;
  readonly keep: Retention;
  /** How long people are waited for whose connection broke, in milliseconds. */
  readonly grace: number;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly times?: Partial<NatsTimes>;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;
/** A credentials file has a token and the seed of its key. */
const CREDS = /BEGIN NATS USER JWT[^]+BEGIN USER NKEY SEED/;

/**
 * Connects, makes what is needed there, and learns who is in the chat.
 *
 * @throws {Failure} when that cannot be done.
 */
export async function openNats(options: NatsClusterOptions): Promise<NatsCluster> {
  const times = { ...NATS_TIMES, ...options.times };
  const clock = new OwnClock(systemClock);
  let engine: Engine | undefined;
  try {
    const { servers } = options;
    engine = await Engine.connect({ servers, clock, times, ...await readFiles(options) });
    return await NatsCluster.open(engine, { ...options, hub: crypto.randomUUID(), clock, times });
  } catch (error) {
    await engine?.close();
    clock.close();
    throw openFailure(error, options);
  }
}

/** What stands in the files of the options. @throws {Failure} when one cannot be used. */
async function readFiles(
  { creds, ca, log }: NatsClusterOptions,
): Promise<Pick<EngineOptions, "creds" | "ca">> {
  const files: { creds?: string; ca?: string } = {};
  if (creds !== undefined) {
    const { text, isOpenToOthers } = await readPem(creds);
    if (!CREDS.test(text)) throw new Failure("failure.nats_creds", { path: creds });
    if (isOpenToOthers) {
      log.warning("others can read a password: chmod 600 keeps it secret", { path: creds });
    }
    files.creds = text;
  }
  if (ca !== undefined) {
    const { text } = await readPem(ca);
    if (!CERTIFICATE.test(text)) throw new Failure("failure.no_certificates", { path: ca });
    files.ca = text;
  }
  return files;
}
