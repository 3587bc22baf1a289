/** Writes to files and sockets, which may take a part of the bytes at a time. */

/** Writes all of the bytes, in as many writes as it takes. */
export async function writeAll(
  file: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
}
