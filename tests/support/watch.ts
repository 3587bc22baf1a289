/** Waits for a state in tests, without sleeping: the state's owner reports each change, and waiters check again. */

/**
 * How long a test waits for anything before it fails, in milliseconds. Only failing tests wait that
 * long, so it suits the slowest machine.
 */
export const DEADLINE_MS = 30_000;

/** The results of an attempt that mean "not yet". */
export type NotYet = undefined | null | false | "" | 0;

/** A text or a pattern to search for. */
export type Wanted = string | RegExp;

/** The wanted text itself, or the match, if the text has it. */
export function search(text: string, wanted: Wanted): string | RegExpMatchArray | NotYet {
  if (typeof wanted === "string") return text.includes(wanted) && wanted;
  // The flags g and y would start at the last match, or drop the groups.
  return text.match(new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, "")));
}

/** Formats what is wanted, for error messages. */
export function show(wanted: Wanted): string {
  return typeof wanted === "string" ? JSON.stringify(wanted) : String(wanted);
}

/** A changing state, and the waits for it. */
export class Watch {
  readonly #checks = new Set<() => void>();
  #ended: string | undefined;

  /** Must be called after every change of the state. */
  changed(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Must be called when no change will follow: all waits fail at once with `reason`. */
  end(reason: string): void {
    this.#ended ??= reason;
    this.changed();
  }

  /**
   * Resolves to the first truthy result of `attempt`, which is called now and after each change.
   *
   * Rejects when the deadline passes or the watch has ended; `describe` makes the error's text from
   * the reason. The error's cause has the stack of the call.
   */
  until<T>(
    attempt: () => T | NotYet,
    describe: (reason: string) => string,
    { deadlineMs = DEADLINE_MS }: { deadlineMs?: number } = {},
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    // Created now: an error created later, in a timer or a read, would not name the line of the test.
    const begun = new Error("the wait began here");
    const finish = () => {
      clearTimeout(timer);
      this.#checks.delete(check);
    };
    const fail = (reason: string) => {
      finish();
      reject(new Error(describe(reason), { cause: begun }));
    };
    const check = () => {
      try {
        const found = attempt();
        if (found) {
          finish();
          resolve(found);
        } else if (this.#ended !== undefined) fail(this.#ended);
      } catch (error) {
        finish();
        reject(error);
      }
    };
    const timer = setTimeout(() => fail(`nothing came of it in ${deadlineMs} ms`), deadlineMs);
    this.#checks.add(check);
    check();
    // A test that failed elsewhere no longer awaits this; its own error is what to show.
    promise.catch(() => {});
    return promise;
  }
}
