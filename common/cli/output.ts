/** Lines on standard output and standard error. */

const utf8 = new TextEncoder();

/** Prints a line on standard output. */
export function print(line: string): void {
  write(Deno.stdout, line + "\n");
}

/** Writes without waiting. Returns an error if the output is full, or closed, which may be ignored: nobody reads it. */
export function write(output: { writeSync(bytes: Uint8Array): number }, text: string): unknown {
  let bytes = utf8.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(output.writeSync(bytes));
    return undefined;
  } catch (error) {
    return error;
  }
}
