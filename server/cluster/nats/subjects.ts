/**
 * What things are called at the NATS servers: streams, buckets and subjects of one chat. People's words become tokens that
 * every server takes. Pure: it knows no connection.
 */

import { parseRoom } from "../../../common/protocol/names.ts";

/** Longer ones than any that is made here are none. */
const MAX_TOKEN = 1024;
const MAX_KNOWN = 10_000;
const TOKEN = /^(?:[A-Za-z0-9_-]|=[0-9a-f]{2})+$/;
/** What stands for the empty text: a token has at least one character. */
const EMPTY = "=";

const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A text as a token of a subject: ASCII letters, digits, `_` and `-` as they are, other bytes of its UTF-8 as `=` and two hexadecimal digits. */
export function encodeToken(text: string): string {
  if (text === "") return EMPTY;
  return text.toWellFormed().replace(/[^A-Za-z0-9_-]/gu, (char) => {
    const bytes = Array.from(utf8.encode(char), (byte) => byte.toString(16).padStart(2, "0"));
    return `=${bytes.join("=")}`;
  });
}

/** The text of a token; undefined where {@linkcode encodeToken} makes no such one. */
export function decodeToken(token: string): string | undefined {
  if (token === EMPTY) return "";
  if (token.length > MAX_TOKEN || !TOKEN.test(token)) return undefined;
  const bytes = (token.match(/=..|./g) ?? []).map((part) =>
    part.length === 1 ? part.charCodeAt(0) : parseInt(part.slice(1), 16)
  );
  try {
    const text = strict.decode(Uint8Array.from(bytes));
    return encodeToken(text) === token ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Where a message is: in a room, or on its way from a hub to one person. */
export type Place =
  | { readonly kind: "room"; readonly room: string }
  | { readonly kind: "private"; readonly to: string; readonly hub: string };

/** The buckets of keys with values. */
export const BUCKETS = ["state", "nicks", "hubs"] as const;
export type Bucket = (typeof BUCKETS)[number];

export class Names {
  /** The stream with all that is said. */
  readonly stream: string;
  /** All subjects of that stream. */
  readonly said: string;
  readonly privates: string;
  readonly #cluster: string;
  /** Of the subjects that were asked for last. */
  readonly #places: Map<string, Place> = new Map();

  /** `cluster`: letters, digits, `-` and `_`. */
  constructor(cluster: string) {
    this.#cluster = cluster;
    this.stream = `chat-${cluster}`;
    this.said = `chat.${cluster}.>`;
    this.privates = `chat.${cluster}.private.>`;
  }

  room(room: string): string {
    return `chat.${this.#cluster}.room.${encodeToken(room)}`;
  }

  /** Of what a hub's people write to one person in private; without a hub, of what all do. */
  letters(to: string, hub?: string): string {
    const from = hub === undefined ? "*" : encodeToken(hub);
    return `chat.${this.#cluster}.private.${encodeToken(to)}.${from}`;
  }

  /** Of all that a hub's people write in private. */
  lettersFrom(hub: string): string {
    return `chat.${this.#cluster}.private.*.${encodeToken(hub)}`;
  }

  /** The subject by which is told at once what came to one of the stream or of a bucket. */
  told(subject: string): string {
    return subject.startsWith("$KV.")
      ? `chat-kv.${subject.slice(4)}`
      : `chat-told${subject.slice(4)}`;
  }

  /** The one of which {@linkcode told} tells. */
  untold(told: string): string {
    return told.startsWith("chat-kv.") ? `$KV.${told.slice(8)}` : `chat${told.slice(9)}`;
  }

  /** Where a message of a subject of the stream is; undefined for what is none of this chat's. */
  place(subject: string): Place | undefined {
    const known = this.#places.get(subject);
    if (known) return known;
    const place = this.#parse(subject);
    if (!place) return undefined;
    if (this.#places.size >= MAX_KNOWN) this.#places.clear();
    this.#places.set(subject, place);
    return place;
  }

  #parse(subject: string): Place | undefined {
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

  /** The stream of a bucket, named as the tools of NATS look for it. */
  bucketStream(bucket: Bucket): string {
    return `KV_${this.#bucket(bucket)}`;
  }

  /** All keys of a bucket. */
  keys(bucket: Bucket): string {
    return `$KV.${this.#bucket(bucket)}.>`;
  }

  /** A key of a bucket, of one or more words. */
  key(bucket: Bucket, ...words: string[]): string {
    return `$KV.${this.#bucket(bucket)}.${words.map(encodeToken).join(".")}`;
  }

  /** The words of a key; undefined where the subject is none. */
  words(bucket: Bucket, subject: string): string[] | undefined {
    const start = `$KV.${this.#bucket(bucket)}.`;
    if (!subject.startsWith(start)) return undefined;
    const words = subject.slice(start.length).split(".").map(decodeToken);
    return words.every((word) => word !== undefined) ? words : undefined;
  }

  /** By which a hub is asked for something. */
  orders(hub: string): string {
    return `chat-hub.${this.#cluster}.${encodeToken(hub)}`;
  }

  #bucket(bucket: Bucket): string {
    return `chat-${this.#cluster}-${bucket}`;
  }
}
