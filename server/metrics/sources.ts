/** What the metrics of a hub are made of: each is asked for when somebody wants to see it. Pure. */

import type { HubCounts } from "../hub/hub.ts";

export interface HubStats {
  /** Program and version, such as `chat 0.1.0`. */
  readonly name: string;
  readonly limits: { readonly connections: number; readonly pendingTotal: number };
  counts: () => HubCounts;
  /** Connections that are open. */
  connections: () => number;
  /** Bytes that wait for all readers together, and those that the system has taken from the hub. */
  pendingBytes: () => number;
  sentBytes: () => number;
  /** Whether what is said is not written to the disk for now. */
  isHistoryFailing: () => boolean;
  /** Whether messages can be accepted, as far as that is up to what lies between hubs. */
  isClusterUp: () => boolean;
  /** Why nobody can come in at the moment, in one line; undefined where everybody can. */
  unready: () => string | undefined;
}

/** What the system tells of the process. */
export interface ProcessStats {
  /** Seconds since 1970. */
  readonly startedAt: number;
  residentBytes: () => number;
  heapBytes: () => number;
  cpuSeconds: () => number;
}
