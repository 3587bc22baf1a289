/**
 * Stands in for `@std/assert`, on top of `node:assert`: the assertions that this project uses. The texts of failures
 * differ from the package's, and `assertEquals` is stricter: it distinguishes 0 from -0, objects without a prototype from
 * those with one, and errors by their messages.
 */

import nodeAssert from "node:assert";

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  expect(() => nodeAssert.deepStrictEqual(actual, expected), msg);
}

export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  expect(() => nodeAssert.notDeepStrictEqual(actual, expected), msg);
}

export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  expect(() => nodeAssert.strictEqual(actual, expected), msg);
}

export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  expect(() => nodeAssert.match(actual, expected), msg);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  expect(
    () => nodeAssert.ok(actual.includes(expected), `"${expected}" is not in "${actual}"`),
    msg,
  );
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = new (...args: any[]) => E;

/** Returns what `fn` throws, which must be of the class and contain the text if these are given. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(fn: () => unknown, ...expected: Expected): unknown {
  try {
    fn();
  } catch (error) {
    return checkError(error, expected);
  }
  throw unmet("Expected function to throw", expected);
}

/** Returns what the promise of `fn` rejects with, as `assertThrows` does. Fails if `fn` itself throws. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  ...expected: Expected
): Promise<unknown> {
  let promise;
  try {
    promise = fn();
  } catch (cause) {
    throw unmet("Expected function to reject, but it threw", expected, { cause });
  }
  try {
    await promise;
  } catch (error) {
    return checkError(error, expected);
  }
  throw unmet("Expected function to reject", expected);
}

type Expected = [
  msgOrClass?: string | ErrorClass<Error>,
  msgIncludes?: string,
  msg?: string,
];

function checkError(error: unknown, [expectedClass, msgIncludes = "", msg]: Expected): unknown {
  if (typeof expectedClass !== "function") return error;
  const text = `Expected ${Deno.inspect(error)} to be a ${expectedClass.name}`;
  expect(() => nodeAssert.ok(error instanceof expectedClass, text), msg);
  assertStringIncludes((error as Error).message, msgIncludes, msg);
  return error;
}

function unmet(text: string, [first, , third]: Expected, options?: ErrorOptions): AssertionError {
  const msg = typeof first === "string" ? first : third;
  return new AssertionError(`${text}${msg ? `: ${msg}` : "."}`, options);
}

/** Runs an assertion of `node:assert` and puts the caller's message before its text. */
function expect(assertion: () => void, msg?: string): void {
  try {
    assertion();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new AssertionError(msg ? `${msg}: ${text}` : text);
  }
}
