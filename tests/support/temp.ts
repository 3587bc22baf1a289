/** A temporary directory. `await using` removes it with its contents. */
export interface TempDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty directory. */
export async function tempDirectory(): Promise<TempDirectory> {
  const path = await Deno.makeTempDir({ prefix: "chat-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** Makes a FIFO, which nobody opens for writing. */
export async function makeFifo(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`Cannot make a FIFO: ${path}`);
}
