/** Opens a cluster over NATS servers: one stream orders all messages; its sequence numbers are their ids. */

import { Failure } from "../../../common/cli/failure.ts";
import { readPem } from "../../../common/cli/files.ts";
import { systemClock } from "../../clock.ts";
import { JetStreamClient, type JetStreamClientOptions } from "./client.ts";
import { NatsCluster, type NatsClusterDeps } from "./cluster.ts";
import { connectFailure } from "./failures.ts";
import { DEFAULT_TIMEOUTS, type Timeouts } from "./timeouts.ts";
import { TimerScope } from "./timers.ts";

export interface NatsClusterOptions
  extends Pick<NatsClusterDeps, "cluster" | "keep" | "grace" | "log" | "now" | "sessionId"> {
  /** Addresses as parseNatsServer reads them. They may contain passwords. */
  readonly servers: readonly string[];
  /** Path of the credentials file. */
  readonly creds?: string;
  /** Path of the CA certificates. */
  readonly ca?: string;
  readonly timeouts?: Partial<Timeouts>;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----/;
/** A credentials file holds a token and the seed of its key. */
const CREDS = /BEGIN NATS USER JWT[^]+BEGIN USER NKEY SEED/;

/** Connects, creates the stream and the buckets, and loads the users and rules. @throws {Failure} for the operator. */
export async function openNats(options: NatsClusterOptions): Promise<NatsCluster> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const clock = new TimerScope(systemClock);
  let client: JetStreamClient | undefined;
  try {
    const { servers } = options;
    const files = await readNatsFiles(options);
    client = await JetStreamClient.connect({ servers, clock, timeouts, ...files });
    const instanceId = crypto.randomUUID();
    return await NatsCluster.open(client, { ...options, instanceId, clock, timeouts });
  } catch (error) {
    await client?.close();
    clock.close();
    throw connectFailure(error, options);
  }
}

/** Reads the files of the options. @throws {Failure} if one cannot be used. */
export async function readNatsFiles(
  { creds, ca }: Pick<NatsClusterOptions, "creds" | "ca">,
): Promise<Pick<JetStreamClientOptions, "creds" | "ca">> {
  const files: { creds?: string; ca?: string } = {};
  if (creds !== undefined) {
    const text = await readPem(creds);
    if (!CREDS.test(text)) throw new Failure("failure.nats_creds", { path: creds });
    files.creds = text;
  }
  if (ca !== undefined) {
    const text = await readPem(ca);
    if (!CERTIFICATE.test(text)) throw new Failure("failure.no_certificates", { path: ca });
    files.ca = text;
  }
  return files;
}
