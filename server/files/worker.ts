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
    this.#worker.onmessage = ({ data: { value, fault, isMissing } }) => {
      const { resolve, reject } = this.#calls.shift()!;
      if (fault === undefined) resolve(value);
      else reject(isMissing ? new Deno.errors.NotFound(fault) : new Error(fault));
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
  readonly look = (path: string): Promise<Look | undefined> => this.#call("look", path);

  /** Appends to the file that is at the path now; a new one is for its owner alone. Returns how many bytes it took. */
  append(path: string, bytes: Uint8Array): Promise<number> {
    return this.#call("append", path, bytes);
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

/** Runs in the worker, which gets the source of this function alone. It answers in order. */
function serveFiles(): void {
  const files: Record<string, (path: string, given: never) => unknown> = {
    read(path, max: number) {
      if (!Deno.statSync(path).isFile) throw new Error("not a file"); // to open a FIFO could take for ever
      const file = Deno.openSync(path);
      const bytes = new Uint8Array(max);
      let size = 0;
      for (let count; size < max && (count = file.readSync(bytes.subarray(size))); size += count);
      file.close();
      return bytes.slice(0, size);
    },
    look(path) {
      try {
        const { dev, ino, size, mtime } = Deno.statSync(path);
        return { dev, ino, size, mtime };
      } catch {
        return undefined;
      }
    },
    append(path, bytes: Uint8Array) {
      const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
      try {
        return file.writeSync(bytes);
      } finally {
        file.close();
      }
    },
  };
  const port = globalThis as unknown as Pick<Worker, "onmessage" | "postMessage">;
  port.onmessage = ({ data: [name, path, given] }) => {
    try {
      port.postMessage({ value: files[name]!(path, given as never) });
    } catch (error) {
      const isMissing = error instanceof Deno.errors.NotFound;
      port.postMessage({ fault: (error as Error).message, isMissing });
    }
  };
}
