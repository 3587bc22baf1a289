/** SHA256SUMS, for `sha256sum -c`. */

const LINE = /^([0-9a-f]{64}) [ *](\S+)$/;

/** A line for each file, sorted by name. */
export function formatChecksums(sums: ReadonlyMap<string, string>): string {
  return [...sums.keys()].sort().map((name) => `${sums.get(name)}  ${name}\n`).join("");
}

/** The checksum of each file. Other lines are skipped. */
export function readChecksums(text: string): Map<string, string> {
  return new Map(
    text.split("\n").flatMap((line): [string, string][] => {
      const [, sum, name] = line.match(LINE) ?? [];
      return sum && name ? [[name, sum]] : [];
    }),
  );
}

/** In hexadecimal digits. */
export async function sha256(content: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", content as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
