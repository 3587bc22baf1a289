/** The session at a terminal, for the client that starts after a crash: its file is locked while its process runs. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { openOwnFile, readUpTo, rewrite, tryLock } from "../../common/cli/own_files.ts";
import { type StateFile, stateFile } from "../../common/cli/state_folder.ts";
import { pause } from "../../common/cli/timers.ts";
import { integer, listOf, objectOf, text, type Values } from "../../common/protocol/fields.ts";
import { nickKey } from "../../common/protocol/names.ts";
import type { Conversation } from "./conversation.ts";
import type { ConversationState } from "./state.ts";

/** The most files; further clients keep no session. */
const MAX_FILES = 20;
/** The greatest age of a session to resume, in milliseconds; most hubs keep one for less. */
const MAX_AGE = 24 * 3_600_000;
/** How often the session is saved at most, in milliseconds. */
const SAVE_INTERVAL = 1000;
const MAX_BYTES = 16 * 1024;

const SAVED = { token: text(128), epoch: text(128), lastId: integer(0) };
/** `nicks`: the nick that the user asked for, or "", and the nick that the user had. */
const ENTRY = { hub: text(MAX_BYTES), nicks: listOf(text(MAX_BYTES), 2), session: objectOf(SAVED) };

/** A file of a client; without an entry if that is damaged or too old. */
type Slot = { file: Deno.FsFile; isNew: boolean; entry?: Values<typeof ENTRY> | undefined };
/** What a client joins, and the nick that it asks for. */
export type Visit = { addresses: readonly Address[]; tls?: unknown; nick?: string };

export class SessionFile {
  /** The session to resume. */
  readonly session: Values<typeof SAVED> | undefined;
  readonly #file: Deno.FsFile;
  readonly #visit: { hub: string; asked: string };
  #saved: ConversationState | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor({ file, entry }: Slot, visit: { hub: string; asked: string }) {
    this.session = entry?.session;
    this.#file = file;
    this.#visit = visit;
  }

  /** Takes the file that a client of the user left at this hub, or else a free one; undefined if there are too many. */
  static async open(
    environment: Environment,
    { addresses, tls, nick: asked = "" }: Visit,
  ): Promise<SessionFile | undefined> {
    const folder = stateFile("sessions", environment)?.file;
    // A token that was encrypted is never sent in the clear.
    const hub = `${tls ? "tls " : ""}${addresses.map(formatAddress).join(" ")}`;
    const fits = ({ entry }: Slot) =>
      entry?.hub === hub && (asked === "" || entry.nicks.map(nickKey).includes(nickKey(asked)));
    let chosen: Slot | undefined;
    for (let number = 1; folder && number <= MAX_FILES; number++) {
      const slot = await openSlot({ folder, file: `${folder}/${number}` });
      if (!slot) continue;
      const isTaken = (fits(slot) || (!slot.entry && !chosen)) && await tryLock(slot.file);
      (isTaken ? chosen : slot)?.file.close();
      if (isTaken) chosen = slot;
      if (chosen && (slot.isNew || fits(chosen))) break;
    }
    return chosen && new SessionFile(chosen, { hub, asked });
  }

  /** Saves the session at the welcome, and later when it has changed, until the file is closed. */
  async follow(conversation: Conversation): Promise<void> {
    const isNews = () =>
      this.#isClosed || (conversation.state.nick !== "" && conversation.state !== this.#saved);
    for (;; await pause(SAVE_INTERVAL)) {
      await conversation.until(isNews);
      if (this.#isClosed) return;
      const { nick, token, epoch, lastId } = this.#saved = conversation.state;
      const { hub, asked } = this.#visit;
      await this.#write({ hub, nicks: [asked, nick], session: { token, epoch, lastId } });
    }
  }

  /** Forgets the session if the user or the hub has ended it. */
  async close({ isLeaving, state }: Pick<Conversation, "isLeaving" | "state">): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    if (this.#saved && (isLeaving || state.bye)) await this.#write({});
    this.#file.close();
  }

  /** A full disk need not disturb the chat. */
  #write(entry: Partial<Slot["entry"]>): Promise<void> {
    return this.#writing = rewrite(this.#file, JSON.stringify(entry) + "\n").catch(() => {});
  }
}

/** Undefined if it is not a file of the user. */
async function openSlot(place: StateFile): Promise<Slot | undefined> {
  let slot: Slot | undefined;
  try {
    const file = await openOwnFile(place);
    const { size, mtime } = await file.stat();
    slot = { file, isNew: size === 0 };
    // A crash may have left more behind the first line.
    const entry = JSON.parse((await readUpTo(file, MAX_BYTES)).split("\n", 1)[0]!);
    const isFresh = Date.now() - mtime!.getTime() < MAX_AGE;
    return isFresh && objectOf(ENTRY).accepts(entry) ? { ...slot, entry } : slot;
  } catch {
    return slot;
  }
}
