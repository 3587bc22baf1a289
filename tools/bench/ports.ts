/** Ports of this machine. Linux only. */

/** A port of 127.0.0.1 that nobody listens on just now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether somebody listens on it. Nobody hears of the question: some hubs do not like who comes and goes at once. */
export async function isListening(port: number): Promise<boolean> {
  return hasListener(await Deno.readTextFile("/proc/net/tcp"), port);
}

/** The same of what /proc tells: a row a socket, with its own address, the other one and its state, all in hexadecimal. */
export function hasListener(table: string, port: number): boolean {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`^\\s*\\d+: [0-9A-F]{8}:${hexadecimal} \\S+ 0A `, "m").test(table);
}
