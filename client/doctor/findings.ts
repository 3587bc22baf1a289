/** What the doctor is asked, and what it finds, as plain values. */

import type { Address } from "../../common/cli/address.ts";
import type { Key, KeyAfter } from "../../common/i18n/mod.ts";
import type { ProbeResult } from "../net/probe_reader.ts";
import type { CertificateDetails } from "../net/tls.ts";
import type { DoctorOptions } from "./options.ts";
import type { PageResult } from "./page_check.ts";

/** The hub to check, and how the user would join it. */
export interface Target extends Pick<DoctorOptions, "address" | "nick" | "tls" | "passwordFile"> {
  /** Set if the hub's fingerprint was given or is in the file: an answer without TLS may then be an impostor's. */
  wasEncrypted?: { knownIn?: string };
  hasPassword: boolean;
}

/** The result of resolving a host name. */
export type Resolution =
  | { kind: "found"; hosts: readonly string[] }
  /** The host is an IP address. */
  | { kind: "address" }
  /** The name does not exist. */
  | { kind: "unknown" }
  /** No name server answered. */
  | { kind: "unanswered" };

/** An attempt to connect to one address. */
export interface ConnectAttempt {
  host: string;
  outcome:
    | { kind: "connected"; milliseconds: number }
    | { kind: "refused" }
    /** The address is unreachable: the system has no route to it. */
    | { kind: "unreachable" }
    /** Timed out. */
    | { kind: "filtered"; seconds: number }
    /** This machine does not permit the connection. */
    | { kind: "forbidden" }
    | { kind: "failed"; reason: string };
}

/** The certificate that the other side sent. */
export type CertificateInfo = Omit<CertificateDetails, "pem">;

/** Why a certificate is trusted: `--tls sha256:...`, an earlier visit, `--tls-ca`, or the system's authorities. */
export type TrustSource = "named" | "remembered" | "file" | "system";

/** The result of a TLS handshake. */
export type TlsResult =
  | { kind: "trusted"; by: TrustSource; certificate: CertificateInfo }
  | Distrusted
  | { kind: "not_tls" }
  /** Timed out. */
  | { kind: "silent" }
  | { kind: "failed"; reason: string };

/** `fault`: the client's error message in the same case; `reason`: the system's words. */
export interface Distrusted {
  kind: "distrusted";
  fault: Key;
  reason: string;
  certificate: CertificateInfo | undefined;
}

/** In the order in which they are found. */
export type Finding =
  | { step: "resolve"; resolution: Resolution }
  | { step: "connect"; attempts: readonly ConnectAttempt[] }
  | { step: "tls"; result: TlsResult }
  | { step: "probe"; isEncrypted: boolean; result: ProbeResult }
  | { step: "page"; isEncrypted: boolean; result: PageResult }
  /** Every address refused the connection, but the same machine has a hub at this address. */
  | { step: "elsewhere"; address: Address; isOwn: boolean };

/** The key of a message in the diagnosis, without its prefix. */
export type MessageName = KeyAfter<"doctor.says.">;
