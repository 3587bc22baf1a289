/** Asks at a terminal, where nothing else reads or draws, for a line that may be seen. It knows nothing of what it is for. */

const READ_BUFFER = 4096;

const utf8 = new TextEncoder();

/** The line that is typed, which the terminal itself shows and edits; undefined at its end. */
export async function askLine(question: string): Promise<string | undefined> {
  let bytes = utf8.encode(`${question} `);
  while (bytes.length > 0) bytes = bytes.subarray(await Deno.stdout.write(bytes));
  // A terminal gives one line at a time, however much was typed ahead.
  const buffer = new Uint8Array(READ_BUFFER);
  const size = await Deno.stdin.read(buffer);
  return size === null ? undefined : new TextDecoder().decode(buffer.subarray(0, size)).trim();
}
