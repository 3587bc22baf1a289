/** What a tick brought to the members of some rooms, and its bytes, which readers who get the same share. */

import type { HubFrame } from "../../common/protocol/frame.ts";
import type { Member, Room } from "../model/room.ts";
import type { Peer } from "../model/session.ts";
import type { Author } from "../types.ts";

/** Consecutive frames of one type for the same members. They are encoded once for each variant, when first needed. */
export interface Entry {
  readonly order: number;
  readonly frames: HubFrame[];
  /** When it happened, in milliseconds since 1970. */
  readonly ts: number;
  /** Stored, since looking into the frames for each reader is slow. */
  readonly isMessages: boolean;
  /** Undefined for what goes to one session only. */
  readonly room: Room | undefined;
  /** Members who do not get it: the user who did it, or members that got it in another way. */
  readonly except: Author | ReadonlySet<Member> | undefined;
  /** Members who ignore this author do not get it. */
  readonly author: Author | undefined;
  /** The encoded frames by variant ({@linkcode Dialect.variant}). */
  readonly lines: string[];
}

export class Bundle {
  readonly #entries: readonly Entry[];
  readonly #rooms: ReadonlySet<Room | undefined>;
  /** The entries that sets of members do not get. */
  readonly #partial: readonly Entry[];
  /** By the current room of the readers if the dialect tells it from others, and by twice the variant, odd for pages. */
  readonly #chunks: Map<Room | undefined, Uint8Array[]> = new Map();
  /** The rest without some entries, by the order of these. */
  readonly #without: Map<string, Bundle> = new Map();
  /** What the last reader got: most are like the one before. */
  #last:
    | (Pick<Member, "dialect" | "lang" | "room"> & Pick<Peer, "frame"> & { chunk: Uint8Array })
    | undefined;
  /** Messages in it. */
  readonly messages: number;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#rooms = new Set(entries.map(({ room }) => room));
    this.#partial = entries.filter(({ except }) => except instanceof Set);
    this.messages = countMessages(entries);
  }

  /** The part for a reader who wrote none of it: without ignored users, and without what the reader got otherwise. */
  readBy(reader: Member): Bundle {
    const candidates = reader.ignoreList.size > 0 ? this.#entries : this.#partial;
    if (candidates.length === 0) return this;
    if (candidates.every((entry) => isFor(reader, entry))) return this;
    const hidden = candidates.filter((entry) => !isFor(reader, entry));
    const key = hidden.map(({ order }) => order).join();
    let rest = this.#without.get(key);
    if (!rest) {
      const isHidden = new Set(hidden);
      rest = new Bundle(this.#entries.filter((entry) => !isHidden.has(entry)));
      this.#without.set(key, rest);
    }
    return rest;
  }

  /** The bytes for a reader; the same for all whose dialect, transport, language and room make no difference. */
  chunkFor(reader: Member): Uint8Array {
    const { dialect, lang, room, peer } = reader;
    const last = this.#last;
    const isSame = last?.dialect === dialect && last.lang === lang && last.room === room &&
      last.frame === peer.frame;
    if (isSame) return last.chunk;
    const chunk = this.#chunkFor(reader);
    this.#last = { dialect, lang, room, frame: peer.frame, chunk };
    return chunk;
  }

  #chunkFor(reader: Member): Uint8Array {
    const { dialect, lang, room, peer } = reader;
    const [here, elsewhere] = [dialect.variant(lang, false), dialect.variant(lang, true)];
    const current = here !== elsewhere && this.#rooms.has(room) ? room : undefined;
    let chunks = this.#chunks.get(current);
    if (!chunks) this.#chunks.set(current, chunks = []);
    const index = 2 * (current ? here : elsewhere) + Number(peer.frame !== undefined);
    return chunks[index] ??= encode(this.#entries, reader);
  }
}

/** What happened in some rooms of a tick, in one order. Each set of rooms that some reader is in has one bundle. */
export function bundler(
  tick: ReadonlyMap<Room, readonly Entry[]>,
): (rooms: Iterable<Room>) => Bundle {
  /** By the first entries of their rooms. */
  const bundles = new Map<string, Bundle>();
  return (rooms) => {
    const found = Array.from(rooms, (room) => tick.get(room)).filter((each) => !!each);
    const key = found.map(([first]) => first!.order).sort((a, b) => a - b).join();
    const bundle = bundles.get(key) ?? new Bundle(found.flat().sort((a, b) => a.order - b.order));
    bundles.set(key, bundle);
    return bundle;
  };
}

/** Whether an entry of a room is for one of its members. */
export function isFor(session: Member, { except, author }: Entry): boolean {
  if (except instanceof Set ? except.has(session) : except === session) return false;
  return author === undefined || !session.ignoreList.hides(author);
}

export function countMessages(entries: readonly Entry[]): number {
  let count = 0;
  for (const { isMessages, frames } of entries) if (isMessages) count += frames.length;
  return count;
}

/** The entries as one chunk, in the reader's dialect and language, and framed if it is a page; empty if none are shown. */
export function encode(entries: readonly Entry[], reader: Member): Uint8Array {
  const { dialect, lang, room: current, peer } = reader;
  let lines = "";
  for (const { room, frames, ts, lines: encoded } of entries) {
    const isElsewhere = room !== undefined && room !== current;
    const variant = dialect.variant(lang, isElsewhere);
    lines += encoded[variant] ??= dialect.format(frames, lang, isElsewhere, ts);
  }
  const bytes = utf8.encode(lines); // all together: encoding line by line takes twenty times as long
  return peer.frame && lines !== "" ? peer.frame(bytes) : bytes;
}

const utf8 = new TextEncoder();
