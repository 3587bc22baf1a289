/**
 * Stands in for `@std/assert`, on top of `node:assert`. Its texts differ from the package's. Its `assertEquals` is the
 * stricter one: it tells 0 from -0, an object without a prototype from one with, and two errors by their messages.
 */

import nodeAssert from "node:assert";

/** What a failed assertion throws. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${msg ? `: ${msg}` : "."}`);
}

export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  expect(() => nodeAssert.notEqual(actual, null), msg);
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

export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void {
  expect(() => nodeAssert.doesNotMatch(actual, expected), msg);
}

export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  expectThat(actual.includes(expected), `to contain ${show(expected)}`, actual, msg);
}

export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  expectThat(actual > expected, `to be over ${show(expected)}`, actual, msg);
}

export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  expectThat(actual >= expected, `to be at least ${show(expected)}`, actual, msg);
}

export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  expectThat(actual < expected, `to be under ${show(expected)}`, actual, msg);
}

export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  expectThat(actual <= expected, `to be at most ${show(expected)}`, actual, msg);
}

// deno-lint-ignore no-explicit-any
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  expectedType: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  expectThat(actual instanceof expectedType, `to be a ${expectedType.name}`, actual, msg);
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = new (...args: any[]) => E;

/** Gives what `fn` throws, which must be of the class and contain the text, if these are named. */
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

/** Gives what the promise of `fn` rejects with; as `assertThrows`. A `fn` that throws at once fails. */
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
  expectThat(typeof promise?.then === "function", "to be a promise", promise);
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
  assertInstanceOf(error, expectedClass, msg);
  assertStringIncludes(error.message, msgIncludes, msg);
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

function expectThat(holds: boolean, what: string, actual: unknown, msg?: string): void {
  if (holds) return;
  throw new AssertionError(`Expected ${show(actual)} ${what}${msg ? `: ${msg}` : "."}`);
}

function show(value: unknown): string {
  return Deno.inspect(value, { depth: 4 });
}
