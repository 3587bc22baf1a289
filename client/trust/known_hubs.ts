/**
 * The known-hubs file, shared by all clients of a user: one line per hub, with its address and its certificate's
 * fingerprint. Other lines stay as they are.
 */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";
import { openOwnFile, readBytes, writeAll } from "../../common/cli/own_files.ts";
import type { StateFile } from "../../common/cli/state_folder.ts";
import type { KnownHubs } from "./trust.ts";

/** Longest file that is read, in bytes. */
const MAX_BYTES = 1024 * 1024;

export interface KnownHubsOptions {
  /** Whether new hubs are remembered. */
  isWritable: boolean;
  /** Called if a hub could not be remembered. */
  onFailure: (path: string) => void;
}

export class KnownHubsFile implements KnownHubs {
  readonly #place: StateFile;
  readonly #options: KnownHubsOptions;

  constructor(place: StateFile, options: KnownHubsOptions) {
    this.#place = place;
    this.#options = options;
  }

  /** @throws {Failure} if the file exists and cannot be read. */
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

/** The fingerprint of a hub in the text of the file; the last of several lines counts. */
export function findFingerprint(text: string, address: Address): string | undefined {
  const name = nameOf(address);
  return text.split("\n").map(parseLine).findLast((line) => line?.name === name)?.fingerprint;
}

/** The text of the file with a hub's new fingerprint in place of its old one. */
export function setFingerprint(text: string, address: Address, fingerprint: string): string {
  const name = nameOf(address);
  const others = text.split("\n").filter((line) => parseLine(line)?.name !== name);
  while (others.at(-1) === "") others.pop();
  return [...others, `${name} ${fingerprint}`, ""].join("\n");
}

function parseLine(line: string): { name: string; fingerprint: string } | undefined {
  const [name = "", written = "", ...rest] = line.trim().split(/\s+/);
  const fingerprint = parseFingerprint(written);
  if (fingerprint === undefined || rest.length > 0) return undefined;
  return { name: name.toLowerCase(), fingerprint };
}

function nameOf(address: Address): string {
  return formatAddress(address).toLowerCase();
}

async function readAll(file: Deno.FsFile): Promise<string> {
  const { size, isFile } = await file.stat();
  if (!isFile || size > MAX_BYTES) throw new Error("not a list of hubs");
  return new TextDecoder("utf-8", { fatal: true }).decode(await readBytes(file, size));
}
