/**
 * Waiting in tests for a state to be reached: the state's owner reports each change, every waiter
 * looks again, nobody sleeps. Knows nothing of what it watches.
 */

/**
 * How long a test waits for anything before it fails, in milliseconds. Only a test that fails ever
 * gets near it, so it is long enough for the slowest machine.
 */
export const DEADLINE_MS = 30_000;

/** What an attempt returns to say "not yet". */
export type NotYet = undefined | null | false | "" | 0;

/** What is looked for in a text. */
export type Wanted = string | RegExp;

/** The wanted text itself or the match, as soon as the text has it. */
export function search(text: string, wanted: Wanted): string | RegExpMatchArray | NotYet {
  if (typeof wanted === "string") return text.includes(wanted) && wanted;
  // With the flags g and y a match would begin where the last one ended, or be without groups.
  return text.match(new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, "")));
}

/** What is wanted, for the text of an error. */
export function show(wanted: Wanted): string {
  return typeof wanted === "string" ? JSON.stringify(wanted) : String(wanted);
}

/** A state that changes, and those who wait for it to become what they want. */
export class Watch {
  readonly #checks = new Set<() => void>();
  #ended: string | undefined;

  /** To be called after every change of the watched state. */
  changed(): void {
    for (const check of [...this.#checks]) check();
  }

  /** To be called when no change will follow: whoever still waits fails at once with `reason`. */
  end(reason: string): void {
    this.#ended ??= reason;
    this.changed();
  }

  /**
   * Resolves with the first truthy value of `attempt`, which is tried now and after each change.
   *
   * Rejects when the deadline passes or the watch has ended; `describe` gets the reason and returns
   * the error's text. The error's cause tells where the wait began.
   */
  until<T>(
    attempt: () => T | NotYet,
    describe: (reason: string) => string,
    { deadlineMs = DEADLINE_MS }: { deadlineMs?: number } = {},
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    // Taken now: an error made later, in a timer or a read, would not name the line of the test.
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
    // A test that has failed elsewhere no longer awaits this; its own error is the one to show.
    promise.catch(() => {});
    return promise;
  }
}
