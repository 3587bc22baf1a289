/**
 * The file that remembers hubs by their certificates: a line for each, its address and its fingerprint. Lines that are none of
 * these stay as they are. Pure; known_hubs_file.ts reads and writes.
 */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { parseFingerprint } from "../../common/cli/fingerprint.ts";

/** The fingerprint of a hub in the file's text. Of several lines, the last one counts. */
export function findFingerprint(text: string, address: Address): string | undefined {
  const name = nameOf(address);
  const found = text.split("\n").findLast((line) => readLine(line)?.name === name);
  return found === undefined ? undefined : readLine(found)!.fingerprint;
}

/** The file's text with a hub by its fingerprint, in place of another one that it had. */
export function setFingerprint(text: string, address: Address, fingerprint: string): string {
  const name = nameOf(address);
  const others = text.split("\n").filter((line) => readLine(line)?.name !== name);
  while (others.at(-1) === "") others.pop();
  return [...others, `${name} ${fingerprint}`, ""].join("\n");
}

function readLine(line: string): { name: string; fingerprint: string } | undefined {
  const [name = "", written = "", ...rest] = line.trim().split(/\s+/);
  const fingerprint = parseFingerprint(written);
  if (fingerprint === undefined || rest.length > 0) return undefined;
  return { name: name.toLowerCase(), fingerprint };
}

function nameOf(address: Address): string {
  return formatAddress(address).toLowerCase();
}
