/** A thread that keeps the right to use a few files when the hub gives it up. */

import type { ReadFile } from "../../common/cli/files.ts";

/** What changes when a file does. */
export type Look = Pick<Deno.FileInfo, "dev" | "ino" | "size" | "mtime">;

export class FileWorker {
  readonly #worker: Worker;
  /** Calls without an answer yet, in their order. */
  readonly #calls: PromiseWithResolvers<unknown>[] = [];
  #failure: Error | undefined;
  /** Resolves if it ends by itself: from then on every call fails. */
  readonly failed: Promise<Error>;

  /** `permissions`: the paths that may be read, and written. */
  constructor(permissions: { read: string[]; write: string[] }, serve = serveFiles) {
    const source = `data:text/javascript,${encodeURIComponent(`(${serve})()`)}`;
    const options = { type: "module", deno: { permissions } };
    this.#worker = new Worker(source, options as WorkerOptions);
    this.#worker.onmessage = ({ data: { value, missing, failed } }) => {
      const { resolve, reject } = this.#calls.shift()!;
      if (missing) reject(new Deno.errors.NotFound(missing));
      else if (failed) reject(new Error(failed));
      else resolve(value);
    };
    this.failed = new Promise((resolve) =>
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#failure = new Error(event.message);
        for (const { reject } of this.#calls.splice(0)) reject(this.#failure);
        resolve(this.#failure);
      }
    );
  }

  readonly read: ReadFile = (path, max) => this.#call("read", path, max);

  /** Undefined if nothing is there, or it cannot be seen. Rejects if the worker has ended. */
  readonly look = (path: string): Promise<Look | undefined> =>
    this.#call<Look>("look", path).catch((error) => {
      if (this.#failure) throw error;
      return undefined;
    });

  /** Appends to the file that is at the path now; a new one is for its owner alone. */
  append(path: string, text: string): Promise<void> {
    return this.#call("append", path, text);
  }

  close(): void {
    this.#worker.terminate();
  }

  async #call<T>(name: string, ...args: unknown[]): Promise<T> {
    if (this.#failure) throw this.#failure;
    const call = Promise.withResolvers<unknown>();
    this.#calls.push(call);
    this.#worker.postMessage([name, ...args]);
    return await call.promise as T;
  }
}

/** Runs in the worker, which gets the source of this function alone: it uses nothing from outside, and answers in order. */
function serveFiles(): void {
  const files: Record<string, (path: string, given: never) => unknown> = {
    read(path, max: number) {
      const { isFile, mode } = Deno.statSync(path);
      if (!isFile) throw new Error("not a file"); // to open a FIFO could take for ever
      const file = Deno.openSync(path);
      const bytes = new Uint8Array(max);
      let size = 0;
      for (let count; size < max && (count = file.readSync(bytes.subarray(size))); size += count);
      file.close();
      return { bytes: bytes.slice(0, size), mode };
    },
    look(path) {
      const { dev, ino, size, mtime } = Deno.statSync(path);
      return { dev, ino, size, mtime };
    },
    append(path, text: string) {
      const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
      let bytes = new TextEncoder().encode(text);
      while (bytes.length > 0) bytes = bytes.subarray(file.writeSync(bytes));
      file.close();
    },
  };
  const port = globalThis as unknown as Pick<Worker, "onmessage" | "postMessage">;
  port.onmessage = ({ data: [name, path, given] }) => {
    try {
      port.postMessage({ value: files[name]!(path, given as never) });
    } catch (error) {
      const { message } = error as Error;
      port.postMessage(
        error instanceof Deno.errors.NotFound ? { missing: message } : { failed: message },
      );
    }
  };
}
