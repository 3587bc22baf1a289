/** Where the NATS servers are, as people write it: what of that may be shown, and what is a secret. Pure. */

export interface NatsServer {
  /** `HOST:PORT`, with an IPv6 address in brackets. */
  readonly address: string;
  /** Whether only an encrypted connection will do. */
  readonly isEncrypted: boolean;
  readonly user?: string;
  /** With a user, or without one a token. */
  readonly password?: string;
}

const DEFAULT_PORT = 4222;
const ADDRESS = /^(nats|tls):\/\/(?:(.*)@)?(\[[\da-f:.]+\]|[\p{L}\p{N}._-]+)(?::(\d{1,5}))?\/?$/iu;

/** Takes an address apart: `nats://` or `tls://`, maybe `USER:PASSWORD@` or `TOKEN@`, a host, and maybe a port. */
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

/** The addresses in a list with commas. A comma in a password has to be written as `%2C`. */
export function splitNatsServers(list: string): string[] {
  return list.split(",").map((each) => each.trim());
}

/** What is no address, without what might be a password in it. `list`: where it stands. */
export function showBadServer(address: string, list: string): string {
  if (!list.includes("@")) return address;
  // A comma or slash in a password has cut the list in the wrong place: only what is behind it is surely none.
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
