/** Creates the stream and the buckets of a chat at the NATS servers, and updates them to the hub's settings. */

import {
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import { pause } from "../../../common/cli/timers.ts";
import type { Retention } from "../../history/mod.ts";
import type { JetStreamClient } from "./client.ts";
import type { NatsContext } from "./context.ts";
import { hasCode, isNotReady, NO_STREAM } from "./failures.ts";
import { type Bucket, BUCKETS, type Subjects } from "./subjects.ts";

const NANOS = 1_000_000;
const DAY = 24 * 60 * 60 * 1000;
/** Copies of everything, if the cluster has that many servers. */
const REPLICAS = 3;
/** Milliseconds after which the servers delete a lease that was not renewed. */
const LEASE_MAX_AGE = 15_000;
/** In milliseconds. The window is at least `min`, and `margin` longer than the grace period. */
const DUPLICATE_WINDOW = { min: 120_000, margin: 60_000 } as const;

export interface StreamOptions extends Pick<NatsContext, "subjects" | "clock" | "timeouts"> {
  readonly keep: Retention;
  /** Grace period in milliseconds. */
  readonly grace: number;
}

type StreamSettings = Partial<StreamConfig> & { name: string };

/** Creates the stream and the buckets, with at least `replicas` of each. @throws {NoResponse | JetStreamApiError} */
export async function ensureStreams(client: JetStreamClient, options: StreamOptions) {
  const { subjects, clock, timeouts } = options;
  const until = clock.now() + timeouts.open;
  const ensure = (settings: StreamSettings) =>
    retryUntilReady(() => ensureStream(client, settings), until, options);
  const stream = await ensure(messageStream(options));
  let replicas = stream.config.num_replicas;
  for (const bucket of BUCKETS) {
    const { config } = await ensure(bucketStream(subjects, bucket));
    replicas = Math.min(replicas, config.num_replicas);
  }
  return { stream, replicas };
}

function messageStream({ subjects, keep, grace }: StreamOptions): StreamSettings {
  const window = Math.max(DUPLICATE_WINDOW.min, grace + DUPLICATE_WINDOW.margin);
  return {
    name: subjects.stream,
    description: "messages of the chat",
    subjects: [subjects.messages],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    storage: StorageType.File,
    max_msgs: "messages" in keep ? keep.messages : -1,
    max_age: "days" in keep ? keep.days * DAY * NANOS : 0,
    duplicate_window: window * NANOS,
    allow_direct: true,
    republish: { src: subjects.messages, dest: subjects.republished(subjects.messages) },
  };
}

function bucketStream(subjects: Subjects, bucket: Bucket): StreamSettings {
  const keys = subjects.allKeys(bucket);
  return {
    name: subjects.bucketStream(bucket),
    subjects: [keys],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    storage: StorageType.File,
    max_msgs_per_subject: 1,
    max_age: bucket === "hubs" ? LEASE_MAX_AGE * NANOS : 0,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    ...(bucket === "nicks" ? {} : { republish: { src: keys, dest: subjects.republished(keys) } }),
  };
}

async function ensureStream(client: JetStreamClient, wanted: StreamSettings): Promise<StreamInfo> {
  const found = await client.streamInfo(wanted.name).catch((error) => {
    if (!hasCode(error, NO_STREAM)) throw error;
  });
  if (found) return await updateStream(client, found, wanted);
  const create = (num_replicas: number) =>
    client.request((api) => api.streams.add({ ...wanted, num_replicas }));
  return await withReplicas(client, create);
}

/** Applies the settings that can change later: limits, and replicas if there are more servers than before. */
async function updateStream(client: JetStreamClient, found: StreamInfo, wanted: StreamSettings) {
  const { config } = found;
  const { name, max_msgs = -1, max_age = 0, duplicate_window = 0 } = wanted;
  // The longest window of all hubs wins.
  const window = Math.max(config.duplicate_window, duplicate_window);
  const changed: StreamSettings = { ...config, name, max_msgs, max_age, duplicate_window: window };
  const isSame = config.max_msgs === max_msgs && config.max_age === max_age &&
    config.duplicate_window === window;
  if (isSame && (config.num_replicas >= REPLICAS || !client.isClustered)) return found;
  const update = (replicas: number) => {
    const num_replicas = Math.max(replicas, config.num_replicas);
    return client.request((api) => api.streams.update(name, { ...changed, num_replicas }));
  };
  return await (config.num_replicas >= REPLICAS ? update(REPLICAS) : withReplicas(client, update));
}

/** Falls back to one replica if the cluster has too few servers. */
async function withReplicas(
  client: JetStreamClient,
  call: (replicas: number) => Promise<StreamInfo>,
): Promise<StreamInfo> {
  if (!client.isClustered) return await call(1);
  return await call(REPLICAS).catch((error) => {
    if (error instanceof JetStreamApiError) return call(1);
    throw error;
  });
}

/** Retries while the servers are not ready: a new cluster needs time to elect its leaders. */
export async function retryUntilReady<T>(
  run: () => Promise<T>,
  until: number,
  { clock, timeouts: { retry } }: Pick<NatsContext, "clock" | "timeouts">,
): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!isNotReady(error) || clock.now() + retry >= until) throw error;
      await pause(retry, clock);
    }
  }
}
