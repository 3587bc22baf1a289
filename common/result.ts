/** The outcome of what may fail in expected ways: a value, or the error as a value. Exceptions are for faults. */

export type Result<Value, Fault> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Fault };

export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

export function err<Fault>(error: Fault): { readonly ok: false; readonly error: Fault } {
  return { ok: false, error };
}

/** What a function returns; undefined if it throws: for functions of the platform that tell by this that they cannot. */
export function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
