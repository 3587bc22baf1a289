/** Temporary directories that are gone when the test is over. Does not know what they are for. */

/** A directory of its own. `await using` removes it with all that is in it. */
export interface TempDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty directory. */
export async function tempDirectory(): Promise<TempDirectory> {
  const path = await Deno.makeTempDir({ prefix: "chat-test-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
