/** Ports for tests that need one before somebody listens on it, or after. */

/**
 * A port of 127.0.0.1 where nothing listens. Test files run at the same time, so it is one that the system does not hand
 * out meanwhile: below 32768, where Linux begins (other systems begin at 49152).
 */
export function idlePort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(12_000 * Math.random());
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch {
      // It is taken, or reserved by the system.
    }
  }
}
