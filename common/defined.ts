/** Optional properties, which the compiler does not let be present and undefined (`exactOptionalPropertyTypes`). */

/** The properties that are not undefined. */
export function defined<T extends object>(properties: T) {
  const entries = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
