/** The known-hubs file, shared by all clients of a user: a line for each hub, with its address and fingerprint. */

import { type Address, formatAddress, parseAddress } from "../../common/cli/address.ts";
import type { Environment } from "../../common/cli/environment.ts";
import { Failure } from "../../common/cli/failure.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";
import { changeOwnFile, openToRead, readUpTo } from "../../common/cli/own_files.ts";
import { type StateFile, stateFile } from "../../common/cli/state_folder.ts";
import { addressBits } from "../../common/protocol/ip.ts";
import { attempt } from "../../common/result.ts";

/** Longest file that is read, in bytes. */
const MAX_BYTES = 1024 * 1024;

export class KnownHubs {
  readonly path: string;
  readonly #place: StateFile;
  readonly #onUnkept: ((path: string) => void) | undefined;
  #text: Promise<string> | undefined;

  /** `onUnkept` is called if a new hub could not be remembered; without it none is. */
  constructor(place: StateFile, onUnkept?: (path: string) => void) {
    this.path = place.file;
    this.#place = place;
    this.#onUnkept = onUnkept;
  }

  /** Reads the file once: later it may not. @throws {Failure} if it cannot: a changed certificate would go unseen. */
  async find(address: Address): Promise<string | undefined> {
    return findFingerprint(await (this.#text ??= this.#read()), address);
  }

  /** @throws {Failure} if the hub was encrypted before, so that it must not be joined without TLS. */
  async checkPlain(address: Address): Promise<void> {
    if (await this.find(address) === undefined) return;
    throw new Failure("failure.tls_known", { address: formatAddress(address), path: this.path });
  }

  async #read(): Promise<string> {
    try {
      using file = await openToRead(this.path);
      await file.lock(); // until it is closed
      return await readUpTo(file, MAX_BYTES);
    } catch (cause) {
      const { NotFound, NotADirectory } = Deno.errors;
      if (cause instanceof NotFound || cause instanceof NotADirectory) return "";
      throw new Failure("failure.known_hubs", { path: this.path }, { cause });
    }
  }

  /** Never rejects. */
  async remember(address: Address, fingerprint: string): Promise<void> {
    if (!this.#onUnkept) return;
    const change = (text: string) => setFingerprint(text, address, fingerprint);
    try {
      await changeOwnFile(this.#place, MAX_BYTES, change);
    } catch {
      this.#onUnkept(this.path);
    }
  }
}

/** The known hubs of the user, as in {@linkcode KnownHubs}; undefined without a state folder. */
export function findKnownHubs(environment: Environment, onUnkept?: (path: string) => void) {
  const place = stateFile("known-hubs", environment);
  return place && new KnownHubs(place, onUnkept);
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
  return [...others, `${formatAddress(address).toLowerCase()} ${fingerprint}`, ""].join("\n");
}

function parseLine(line: string): { name: string; fingerprint: string } | undefined {
  const [name = "", written = "", ...rest] = line.trim().split(/\s+/);
  const fingerprint = parseFingerprint(written);
  if (fingerprint === undefined || rest.length > 0) return undefined;
  const address = attempt(() => parseAddress([name]));
  return address && { name: nameOf(address), fingerprint };
}

/** The same for every way to write an address: letter case, a final dot, Punycode, and the forms of an IP address. */
function nameOf({ hostname, port }: Address): string {
  const [host = "", ...zone] = hostname.toLowerCase().replace(/\.$/, "").split("%");
  const name = host.includes(":") ? host : URL.parse(`http://${host}`)?.hostname ?? host;
  return `${[addressBits(name) ?? name, ...zone].join("%")}:${port}`;
}
