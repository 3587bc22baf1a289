/** Parses the addresses of `--nats`, and redacts them for messages. */

export interface NatsServer {
  /** `HOST:PORT`, with an IPv6 address in brackets. */
  readonly address: string;
  readonly isEncrypted: boolean;
  readonly user?: string;
  /** A password, or without a user a token. */
  readonly password?: string;
}

const DEFAULT_PORT = 4222;
const ADDRESS = /^(nats|tls):\/\/(?:(.*)@)?(\[[\da-f:.]+\]|[\p{L}\p{N}._-]+)(?::(\d{1,5}))?\/?$/iu;

/** Parses `nats://` or `tls://`, optionally `USER:PASSWORD@` or `TOKEN@`, a host, and optionally a port. */
export function parseNatsServer(address: string): NatsServer | undefined {
  const [, scheme, userInfo, host, digits] = ADDRESS.exec(address) ?? [];
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (scheme === undefined || port < 1 || port > 65_535) return undefined;
  const credentials = parseUserInfo(userInfo);
  if (!credentials) return undefined;
  return {
    address: `${host}:${port}`,
    isEncrypted: scheme.toLowerCase() === "tls",
    ...credentials,
  };
}

/** The addresses without what is secret. */
export function natsAddresses(servers: readonly string[]): string[] {
  return servers.map((server) => parseNatsServer(server)!.address);
}

/** Splits a list at commas. A comma in a password must be written as `%2C`. */
export function splitNatsServers(list: string): string[] {
  return list.split(",").map((address) => address.trim());
}

/** An invalid address of a list, without anything that may be part of a password. */
export function redactServer(address: string, list: string): string {
  if (!list.includes("@")) return address;
  // A comma or slash in a password splits the list in the wrong place: only what follows an @ is safe to show.
  return `…${address.includes("@") ? address.slice(address.lastIndexOf("@")) : ""}`;
}

function parseUserInfo(
  userInfo: string | undefined,
): Pick<NatsServer, "user" | "password"> | undefined {
  if (userInfo === undefined) return {};
  const colon = userInfo.indexOf(":");
  try {
    const password = decodeURIComponent(userInfo.slice(colon + 1));
    if (password === "") return undefined;
    if (colon === -1) return { password };
    const user = decodeURIComponent(userInfo.slice(0, colon));
    return user === "" ? undefined : { user, password };
  } catch {
    return undefined; // a lone %
  }
}
