/** What a chat needs at the NATS servers: makes it where it is not there, and keeps it as it should be. */

import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from "@nats-io/jetstream";
import type { Clock } from "../../clock.ts";
import type { Retention } from "../../history/mod.ts";
import { type Engine, REFUSED, Refused } from "./client.ts";
import { lacksJetStream } from "./failures.ts";
import type { Bucket, Names } from "./subjects.ts";

const NANOS = 1_000_000;
const DAY = 24 * 60 * 60 * 1000;
/** So many servers have a copy of everything, where there are as many. */
const REPLICAS = 3;
/** A hub that has not renewed its lease for so long has none, in milliseconds. */
const LEASE = 15_000;
/** What is published again within this time, in milliseconds, is the same: at least, and beyond the time that people may be away. */
const DUPLICATES = { least: 120_000, beyond: 60_000 } as const;

export interface StreamsOptions {
  readonly names: Names;
  readonly keep: Retention;
  /** In milliseconds. */
  readonly grace: number;
  readonly clock: Clock;
  /** In milliseconds: how long to wait for servers that are not ready, and between two tries. */
  readonly patience: number;
  readonly retry: number;
}

type Config = Partial<StreamConfig> & { name: string };

/**
 * Makes the stream and the buckets, and gives what there is to know of the stream, and how many servers have a copy.
 *
 * @throws {Unanswered | Refused}
 */
export async function makeStreams(
  engine: Engine,
  options: StreamsOptions,
): Promise<{ stream: StreamInfo; replicas: number }> {
  const { names } = options;
  const until = options.clock.now() + options.patience;
  const make = (config: Config) => patiently(() => makeOne(engine, config), until, options);
  const stream = await make(messages(options));
  let replicas = stream.config.num_replicas;
  for (const bucket of ["state", "nicks", "hubs"] as const) {
    const { config } = await make(bucketConfig(names, bucket));
    replicas = Math.min(replicas, config.num_replicas);
  }
  return { stream, replicas };
}

function messages({ names, keep, grace }: StreamsOptions): Config {
  const window = Math.max(DUPLICATES.least, grace + DUPLICATES.beyond);
  return {
    name: names.stream,
    description: "what was said in the chat",
    subjects: [names.said],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    storage: StorageType.File,
    max_msgs: "messages" in keep ? keep.messages : -1,
    max_age: "days" in keep ? keep.days * DAY * NANOS : 0,
    duplicate_window: window * NANOS,
    allow_direct: true,
    republish: { src: names.said, dest: names.told(names.said) },
  };
}

function bucketConfig(names: Names, bucket: Bucket): Config {
  const keys = names.keys(bucket);
  return {
    name: names.bucketStream(bucket),
    subjects: [keys],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    storage: StorageType.File,
    max_msgs_per_subject: 1,
    max_age: bucket === "hubs" ? LEASE * NANOS : 0,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    ...(bucket === "nicks" ? {} : { republish: { src: keys, dest: names.told(keys) } }),
  };
}

async function makeOne(engine: Engine, wanted: Config): Promise<StreamInfo> {
  const found = await find(engine, wanted.name);
  if (found) return await update(engine, found, wanted);
  try {
    return await withReplicas(engine, (num_replicas) => engine.add({ ...wanted, num_replicas }));
  } catch (error) {
    // Another hub was quicker.
    if (!(error instanceof Refused) || error.code !== REFUSED.nameInUse) throw error;
    return await update(engine, await engine.info(wanted.name), wanted);
  }
}

async function find(engine: Engine, name: string): Promise<StreamInfo | undefined> {
  try {
    return await engine.info(name);
  } catch (error) {
    if (error instanceof Refused && error.code === REFUSED.noStream) return undefined;
    throw error;
  }
}

/** As it should be, as far as that can be changed; more servers may be there than when it was made. */
async function update(engine: Engine, found: StreamInfo, wanted: Config): Promise<StreamInfo> {
  const { config } = found;
  const isSame = config.max_msgs === (wanted.max_msgs ?? -1) &&
    config.max_age === (wanted.max_age ?? 0) &&
    (wanted.duplicate_window ?? 0) <= config.duplicate_window;
  if (isSame && (config.num_replicas >= REPLICAS || !engine.isClustered)) return found;
  const changed: Config = {
    ...config,
    name: wanted.name,
    max_msgs: wanted.max_msgs ?? -1,
    max_age: wanted.max_age ?? 0,
    // The longest that any of the hubs wants.
    duplicate_window: Math.max(config.duplicate_window, wanted.duplicate_window ?? 0),
  };
  if (config.num_replicas >= REPLICAS) return await engine.update(changed);
  return await withReplicas(
    engine,
    (num_replicas) =>
      engine.update({ ...changed, num_replicas: Math.max(num_replicas, config.num_replicas) }),
  );
}

/** With as many copies as there should be, or with one where there are too few servers for it. */
async function withReplicas(
  engine: Engine,
  make: (replicas: number) => Promise<StreamInfo>,
): Promise<StreamInfo> {
  if (!engine.isClustered) return await make(1);
  try {
    return await make(REPLICAS);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return await make(1);
  }
}

/** Tries again while the servers are not ready: those of a cluster that has just started have to find one another. */
export async function patiently<T>(
  run: () => Promise<T>,
  until: number,
  { clock, retry }: Pick<StreamsOptions, "clock" | "retry">,
): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const isFinal = lacksJetStream(error) ||
        error instanceof Refused && !NOT_READY.has(error.code);
      if (isFinal || clock.now() + retry >= until) throw error;
      await new Promise<void>((resolve) => clock.after(retry, resolve));
    }
  }
}

/** Codes of what a cluster answers that is not ready: no leader, too few servers online, the meta leader has changed. */
const NOT_READY: ReadonlySet<number> = new Set([10008, 10005, 10009, 10118]);
