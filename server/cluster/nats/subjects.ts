/** The names that a chat uses at the NATS servers: streams, buckets, keys and subjects. */

import { parseRoom } from "../../../common/protocol/names.ts";
import { attempt } from "../../../common/result.ts";

/** In characters. The encoder makes no longer ones. */
const MAX_TOKEN = 1024;
/** Parsed subjects to cache. */
const MAX_PARSED = 10_000;
/** Stands for the empty text, since a token has at least one character. */
const EMPTY = "=";

const utf8 = new TextEncoder();

/** Encodes a text as a subject token: letters, digits, `_` and `-` of ASCII stay, other bytes are `=` and 2 digits. */
export function encodeToken(text: string): string {
  if (text === "") return EMPTY;
  return text.toWellFormed().replace(/[^A-Za-z0-9_-]/gu, (char) => {
    const bytes = Array.from(utf8.encode(char), (byte) => byte.toString(16).padStart(2, "0"));
    return `=${bytes.join("=")}`;
  });
}

/** Decodes a token; undefined if {@linkcode encodeToken} cannot have made it. */
export function decodeToken(token: string): string | undefined {
  if (token === EMPTY) return "";
  if (token.length > MAX_TOKEN) return undefined;
  const text = attempt(() => decodeURIComponent(token.replaceAll("=", "%")));
  return text !== undefined && encodeToken(text) === token ? text : undefined;
}

/** Where a message goes: to a room, or from a hub to one user. */
export type Destination =
  | { readonly kind: "room"; readonly room: string }
  | { readonly kind: "private"; readonly to: string; readonly hub: string };

export const BUCKETS = ["state", "nicks", "hubs"] as const;
/** `state`: users and rules; `nicks`: claims; `hubs`: leases. */
export type Bucket = (typeof BUCKETS)[number];

export class Subjects {
  readonly stream: string;
  readonly messages: string;
  readonly privateMessages: string;
  readonly #cluster: string;
  readonly #parsed: Map<string, Destination> = new Map();

  /** `cluster`: letters, digits, `-` and `_`. */
  constructor(cluster: string) {
    this.#cluster = cluster;
    this.stream = `chat-${cluster}`;
    this.messages = `chat.${cluster}.>`;
    this.privateMessages = `chat.${cluster}.private.>`;
  }

  room(room: string): string {
    return `chat.${this.#cluster}.room.${encodeToken(room)}`;
  }

  /** Private messages to a user from one hub, or from all hubs. */
  privateTo(to: string, hub?: string): string {
    const from = hub === undefined ? "*" : encodeToken(hub);
    return `chat.${this.#cluster}.private.${encodeToken(to)}.${from}`;
  }

  /** Private messages from one hub to all users. */
  privateFrom(hub: string): string {
    return `chat.${this.#cluster}.private.*.${encodeToken(hub)}`;
  }

  /** The subject on which the servers republish what was stored at a subject of the stream or of a bucket. */
  republished(subject: string): string {
    return subject.startsWith("$KV.")
      ? `chat-kv.${subject.slice(4)}`
      : `chat-told${subject.slice(4)}`;
  }

  /** The inverse of {@linkcode republished}. */
  original(republished: string): string {
    return republished.startsWith("chat-kv.")
      ? `$KV.${republished.slice(8)}`
      : `chat${republished.slice(9)}`;
  }

  /** Parses a subject of the stream; undefined for a foreign one. */
  parse(subject: string): Destination | undefined {
    const known = this.#parsed.get(subject);
    if (known) return known;
    const destination = this.#parseUncached(subject);
    if (!destination) return undefined;
    if (this.#parsed.size >= MAX_PARSED) this.#parsed.clear();
    this.#parsed.set(subject, destination);
    return destination;
  }

  #parseUncached(subject: string): Destination | undefined {
    const [chat, cluster, kind, first, second, ...more] = subject.split(".");
    if (chat !== "chat" || cluster !== this.#cluster || more.length > 0) return undefined;
    if (kind === "room" && second === undefined) {
      const room = decodeToken(first ?? "");
      const parsed = room === undefined ? undefined : parseRoom(room);
      return parsed?.ok && parsed.value === room ? { kind, room: parsed.value } : undefined;
    }
    if (kind !== "private") return undefined;
    const to = decodeToken(first ?? "");
    const hub = decodeToken(second ?? "");
    return to && hub ? { kind, to, hub } : undefined;
  }

  /** The stream of a bucket, by the convention of the NATS tools. */
  bucketStream(bucket: Bucket): string {
    return `KV_${this.#bucket(bucket)}`;
  }

  allKeys(bucket: Bucket): string {
    return `$KV.${this.#bucket(bucket)}.>`;
  }

  key(bucket: Bucket, ...parts: string[]): string {
    return `$KV.${this.#bucket(bucket)}.${parts.map(encodeToken).join(".")}`;
  }

  /** The parts of a key; undefined if the subject is not a key of the bucket. */
  keyParts(bucket: Bucket, subject: string): string[] | undefined {
    const start = `$KV.${this.#bucket(bucket)}.`;
    if (!subject.startsWith(start)) return undefined;
    const parts = subject.slice(start.length).split(".").map(decodeToken);
    return parts.every((part) => part !== undefined) ? parts : undefined;
  }

  /** Commands to a hub; not stored. */
  commands(hub: string): string {
    return `chat-hub.${this.#cluster}.${encodeToken(hub)}`;
  }

  #bucket(bucket: Bucket): string {
    return `chat-${this.#cluster}-${bucket}`;
  }
}
