/** What the doctor finds out, one thing after another, as plain values: who finds it out, and what it means, others know. */

import type { Address } from "../../cli/address.ts";
import type { Key } from "../../i18n/mod.ts";
import type { Params } from "../../protocol/codes.ts";
import type { Stranger } from "../net/services.ts";

/** What is asked. */
export interface Question {
  address: Address;
  /** Who would come in. */
  nick?: string;
  /** Missing where the connection is not to be encrypted. */
  tls?: { pin?: string; caFile?: string };
  /** Whether there is a password to try, and the file in which it is, where it is in one. */
  hasPassword: boolean;
  passwordFile?: string;
}

/** The addresses of a name. */
export type Resolved =
  | { kind: "found"; hosts: readonly string[] }
  /** It is an address itself. */
  | { kind: "address" }
  /** There is no such name. */
  | { kind: "unknown" }
  /** Nobody answered who could know. */
  | { kind: "unanswered" };

/** How it went to connect to one address. */
export interface Way {
  host: string;
  outcome:
    | { kind: "connected"; milliseconds: number }
    | { kind: "refused" }
    /** No network leads there. */
    | { kind: "unreachable" }
    /** Nothing came back in so many seconds. */
    | { kind: "filtered"; seconds: number }
    /** This machine does not permit it. */
    | { kind: "forbidden" }
    | { kind: "failed"; reason: string };
}

/** What a hub or something else shows of itself over TLS. */
export interface ShownCertificate {
  fingerprint: string;
  /** As TLS names its versions; empty where it is not known. */
  version: string;
  /** A name that it is made out to; undefined where it has none. */
  name: string | undefined;
  /** Whether no other has issued it, and else who has. */
  isSelfIssued: boolean;
  issuer: string;
  /** Milliseconds since 1970; NaN where it could not be read. */
  from: number;
  until: number;
}

/** Who says that a hub is the one that is meant. */
export type Voucher = "named" | "remembered" | "file" | "system";

/** How it went to speak TLS. */
export type Secured =
  | { kind: "trusted"; by: Voucher; certificate: ShownCertificate }
  /** `fault`: the sentence of the client that has met the same; `reason`: in the words of the system. */
  | { kind: "distrusted"; fault: Key; reason: string; certificate: ShownCertificate | undefined }
  | { kind: "not_tls" }
  /** Nothing came back in time. */
  | { kind: "silent" }
  | { kind: "failed"; reason: string };

/** What was heard of who was asked how it is. */
export type Heard =
  | HubHeard
  /** A hub that said bye before it told anything, or something like it; `code` is empty where it is not known here. */
  | { kind: "bye"; code: string; params: Params; text: string }
  | ({ kind: "stranger" } & Stranger)
  /** It speaks TLS, which was not expected. */
  | { kind: "tls" }
  /** It took the connection, and said nothing. */
  | { kind: "silent" }
  /** It took the connection, and closed it without a word. */
  | { kind: "closed" };

/** A hub that told what it is. */
export interface HubHeard {
  kind: "hub";
  hub: string;
  protocol: number;
  /** How many are in the chat, where it told that. */
  people?: number;
  /** From a ping to its pong, in milliseconds; missing where none came. */
  latency?: number;
  /** Whether a password was tried. */
  isTried: boolean;
  /** The last that it said against coming in. */
  refusal?: { type: "error" | "bye"; code: string; params: Params; text: string };
}

/** In the order in which they are found. */
export type Finding =
  | { step: "name"; resolved: Resolved }
  | { step: "ways"; ways: readonly Way[] }
  | { step: "tls"; secured: Secured }
  | { step: "talk"; isEncrypted: boolean; heard: Heard }
  /** Where it was asked for nothing listens, but there is a hub at another address of the same machine. */
  | { step: "elsewhere"; address: Address; isOwn: boolean };
