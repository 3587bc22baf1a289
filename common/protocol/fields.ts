/** Checks the fields of a value from outside against a shape, and keeps only the fields of the shape. */

import { err, ok, type Result } from "../result.ts";

/** What one field may hold. */
export interface Field<T> {
  /** Completes "... must be", for the author of the other side. */
  readonly wanted: string;
  readonly optional: boolean;
  /** The shape of an object, if known. */
  readonly shape?: Fields;
  accepts(value: unknown): value is T;
}

/** A field that may be missing. */
type OptionalField<T> = Field<T> & { readonly optional: true };

/** Any shape. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What an object holds whose fields fit a shape, and what it holds besides. */
export type Values<S, Others = unknown> = Flat<
  & Others
  & { [K in keyof S as S[K] extends OptionalField<unknown> ? never : K]: ValueOf<S[K]> }
  & { [K in keyof S as S[K] extends OptionalField<unknown> ? K : never]?: ValueOf<S[K]> }
>;
type ValueOf<F> = F extends Field<infer T> ? T : never;
type Flat<T> = { [K in keyof T]: T[K] };

/** A field for each property of `T` but its `type`. Optional properties must have optional fields. */
export type Shape<T> = {
  readonly [K in Exclude<keyof T, "type">]-?: Field<NonNullable<T[K]>>;
};

/** A value that `accepts` allows, which is then a `T`; `wanted` describes it. */
export function field<T>(
  wanted: string,
  accepts: Field<T>["accepts"] | ((value: unknown) => boolean),
): Field<T> {
  return { wanted, optional: false, accepts: accepts as Field<T>["accepts"] };
}

/** A string of at most `max` UTF-16 units. */
export function text(max: number): Field<string> {
  return field(
    `a string of at most ${max} characters`,
    (value) => typeof value === "string" && value.length <= max,
  );
}

/** An integer from `min` to `max`. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Field<number> {
  return field(
    `an integer from ${min} to ${max}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  );
}

/** One of some strings. */
export function oneOf<T extends string>(...values: T[]): Field<T> {
  return field(`one of ${values.join(", ")}`, (value) => values.includes(value as T));
}

/** An array of at most `max` values that the field accepts. */
export function listOf<T>(item: Field<T>, max: number): Field<T[]> {
  return field(
    `a list of at most ${max}, each ${item.wanted}`,
    (value) => Array.isArray(value) && value.length <= max && value.every(item.accepts),
  );
}

/** An object whose fields fit a shape; further fields are allowed and kept. */
export function objectOf<S extends Fields>(shape: S): Field<Values<S>> {
  const isFit = (value: unknown) => isObject(value) && checkFields(value, shape).ok;
  return { ...field("an object with the right fields", isFit), shape };
}

export const boolean = field<boolean>("true or false", (value) => typeof value === "boolean");

/** `true`, for fields that are missing otherwise. */
export const isTrue = field<true>("true", (value) => value === true);

/** Any object, for data whose shape depends on something else. */
export function anyObject(): Field<Record<string, unknown>> {
  return field("an object", isObject);
}

/** An object of strings and finite numbers: JSON may hold numbers that are too large and become infinite. */
export function params(): Field<Record<string, string | number>> {
  const isFit = (value: unknown) => typeof value === "string" || Number.isFinite(value);
  return field(
    "an object of strings and numbers",
    (value) => isObject(value) && Object.values(value).every(isFit),
  );
}

/** The same field, which may also be missing. */
export function optional<T>(inner: Field<T>): OptionalField<T> {
  return { ...inner, optional: true };
}

/** Checks the fields of the shape in order, and copies those that are present; or says what is wrong with the first. */
export function checkFields<T>(value: Record<string, unknown>, shape: Shape<T>): Result<T, string> {
  const fields: Record<string, unknown> = {};
  const rules: Fields = shape;
  for (const name in rules) {
    const rule = rules[name]!;
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    if (found === undefined && rule.optional) continue;
    if (!rule.accepts(found)) return err(`"${name}" must be ${rule.wanted}`);
    fields[name] = found;
  }
  return ok(fields as T);
}

/** Whether a value is an object and not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
