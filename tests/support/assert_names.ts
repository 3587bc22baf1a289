import { assert } from "@std/assert";

/**
 * Asserts that a document names exactly what it should, each once. The message says which names it misses, has too many
 * or has twice, as in "docs/commands.md misses /dado, /die".
 */
export function assertNames(
  path: string,
  found: readonly string[],
  wanted: readonly string[],
): void {
  const faults = [
    ["misses", wanted.filter((name) => !found.includes(name))],
    ["has, but should not have,", found.filter((name) => !wanted.includes(name))],
    ["has twice", found.filter((name, index) => found.indexOf(name) !== index)],
  ] as const;
  const message = faults.filter(([, names]) => names.length > 0)
    .map(([fault, names]) => `${path} ${fault} ${names.join(", ")}`)
    .join("; ");
  assert(message === "", message);
}
