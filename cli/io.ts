/** Reads and writes that go on until all bytes are done: a file, pipe or socket may take or give only some at a time. */

export interface ByteReader {
  read(buffer: Uint8Array): Promise<number | null>;
}

export interface ByteWriter {
  write(bytes: Uint8Array): Promise<number>;
}

/** Reads up to the end, but at most `max` bytes. */
export async function readBytes(input: ByteReader, max: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(max);
  let size = 0;
  while (size < max) {
    const count = await input.read(bytes.subarray(size));
    if (count === null) break;
    size += count;
  }
  return bytes.subarray(0, size);
}

export async function writeAll(output: ByteWriter, bytes: Uint8Array): Promise<void> {
  while (bytes.length > 0) bytes = bytes.subarray(await output.write(bytes));
}
