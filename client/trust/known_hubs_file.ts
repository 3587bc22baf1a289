/** The file with the hubs that were joined before, for the clients of one person together. What is in it, known_hubs.ts knows. */

import type { Address } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { openOwnFile, readBytes, writeAll } from "../../common/cli/own_files.ts";
import type { StateFile } from "../../common/cli/state_folder.ts";
import { findFingerprint, setFingerprint } from "./known_hubs.ts";
import type { KnownHubs } from "./trust.ts";

/** Longest file that is read, in bytes. */
const MAX_BYTES = 1024 * 1024;

export interface KnownHubsOptions {
  /** Whether anything new is remembered. */
  isWritable: boolean;
  /** Called when it could not be. */
  onFailure: (path: string) => void;
}

export class KnownHubsFile implements KnownHubs {
  readonly #place: StateFile;
  readonly #options: KnownHubsOptions;

  constructor(place: StateFile, options: KnownHubsOptions) {
    this.#place = place;
    this.#options = options;
  }

  /** @throws {Failure} when there is a file that cannot be read. */
  async find(address: Address): Promise<string | undefined> {
    const path = this.#place.file;
    try {
      using file = await Deno.open(path);
      await file.lock(); // until it is closed
      return findFingerprint(await readAll(file), address);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return undefined;
      throw new Failure("failure.known_hubs", { path }, { cause });
    }
  }

  async remember(address: Address, fingerprint: string): Promise<void> {
    if (!this.#options.isWritable) return;
    try {
      using file = await openOwnFile(this.#place);
      await file.lock(true); // until it is closed
      const text = await readAll(file);
      if (findFingerprint(text, address) === fingerprint) return;
      const bytes = new TextEncoder().encode(setFingerprint(text, address, fingerprint));
      await file.seek(0, Deno.SeekMode.Start);
      await writeAll(file, bytes);
      await file.truncate(bytes.length);
    } catch {
      this.#options.onFailure(this.#place.file);
    }
  }
}

async function readAll(file: Deno.FsFile): Promise<string> {
  const { size, isFile } = await file.stat();
  if (!isFile || size > MAX_BYTES) throw new Error("not a list of hubs");
  return new TextDecoder("utf-8", { fatal: true }).decode(await readBytes(file, size));
}
