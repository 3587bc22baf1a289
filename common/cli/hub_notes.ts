/** The hubs that the user has started here, the newest first. They cannot remove themselves, having given up files. */

import { attempt } from "../result.ts";
import { type Address, formatAddress, fromHere, parseAddress } from "./address.ts";
import { changeOwnFile, openToRead, readUpTo } from "./own_files.ts";
import type { StateFile } from "./state_folder.ts";

const MAX_HUBS = 16;
/** Longest file that is read, in bytes. */
const MAX_BYTES = 4096;

/** Adds a hub, given where it listens. If that fails, clients do not find it without its address. */
export async function noteHub(place: StateFile, bound: Address): Promise<void> {
  await changeOwnFile(place, MAX_BYTES, (text) => {
    const hubs = [fromHere(bound), ...parseNotes(text)].map(formatAddress);
    return [...new Set(hubs)].slice(0, MAX_HUBS).join("\n") + "\n";
  }).catch(() => {}); // a folder that cannot be written
}

/** The hubs that were started, whether they still run or not. */
export async function notedHubs({ file: path }: StateFile): Promise<Address[]> {
  try {
    using file = await openToRead(path);
    return parseNotes(await readUpTo(file, MAX_BYTES));
  } catch {
    return []; // none was started, or not a list
  }
}

function parseNotes(text: string): Address[] {
  const lines = text.split("\n").slice(0, MAX_HUBS).filter(Boolean);
  return lines.flatMap((line) => attempt(() => parseAddress([line])) ?? []);
}
