/**
 * The order in which the doctor looks: the name, the ways, encryption where it is asked for, and what is said. It gives what
 * it finds as it finds it, knows no sockets, and judges nothing: instruments do the one, diagnosis.ts the other.
 */

import { type Address, DEFAULT_PORT } from "../../cli/address.ts";
import type { Finding, Heard, Question, Resolved, Secured, Way } from "./findings.ts";

/** A connection; what it is made of, the instruments know. */
export interface Closable {
  close(): void;
}

/** What is done with the world. Nothing of it ever rejects, and each takes a bounded time. */
export interface Instruments<Socket extends Closable> {
  resolve(host: string): Promise<Resolved>;
  /** Connects to one address. `connected`: takes over the connection, which is closed when that is done. */
  reach(address: Address, connected: (socket: Socket) => Promise<void>): Promise<Way>;
  /** Connects by TLS; what it gives besides may be spoken on, and only where it is trusted. */
  secure(): Promise<{ secured: Secured; socket?: Socket }>;
  /** Asks who is there how it is, also with the password where one is wanted and may be told. */
  talk(socket: Socket, options: { mayTell: boolean }): Promise<Heard>;
  /** Whether the machine itself has this address, and it is no loopback address. */
  isOwn(host: string): boolean;
}

/** No more addresses of a name are tried. */
const MAX_HOSTS = 8;

/** Where a hub is looked for that others than the machine itself do not reach. */
const LOOPBACK = "127.0.0.1";

export async function* examine<Socket extends Closable>(
  { address, tls }: Question,
  instruments: Instruments<Socket>,
): AsyncGenerator<Finding> {
  const resolved = await instruments.resolve(address.hostname);
  yield { step: "name", resolved };
  if (resolved.kind === "unknown" || resolved.kind === "unanswered") return;
  const hosts = resolved.kind === "found" ? resolved.hosts.slice(0, MAX_HOSTS) : [address.hostname];
  const all = hosts.map((hostname) => ({ hostname, port: address.port }));

  if (tls) {
    const ways = await Promise.all(all.map((each) => instruments.reach(each, nothing)));
    yield { step: "ways", ways };
    const way = ways.find(isConnected);
    if (!way) return yield* lookElsewhere(ways, address, instruments);
    const { kind } = yield* talkOverTls(instruments, { mayTell: true });
    if (kind !== "not_tls") return;
    // What is it then? The password is not for who does not encrypt it.
    const place = { hostname: way.host, port: address.port };
    const heard = await hear(place, instruments);
    if (heard) yield { step: "talk", isEncrypted: false, heard };
    return;
  }
  const { ways, heard } = await reachAndTalk(all, instruments);
  yield { step: "ways", ways };
  if (!heard) return yield* lookElsewhere(ways, address, instruments);
  yield { step: "talk", isEncrypted: false, heard };
  // The password was not meant for who is met by surprise.
  if (heard.kind === "tls") yield* talkOverTls(instruments, { mayTell: false });
}

/** To who is trusted; who is not is told nothing, not even that one looks. */
async function* talkOverTls<Socket extends Closable>(
  instruments: Instruments<Socket>,
  options: { mayTell: boolean },
): AsyncGenerator<Finding, Secured> {
  const { secured, socket } = await instruments.secure();
  yield { step: "tls", secured };
  if (socket) {
    const heard = await instruments.talk(socket, options);
    socket.close();
    yield { step: "talk", isEncrypted: true, heard };
  }
  return secured;
}

/**
 * Connects to all addresses at the same time, and talks over the first connection that there is, at once: of one on which
 * nothing is said a hub thinks that a person is at it.
 */
async function reachAndTalk<Socket extends Closable>(
  addresses: readonly Address[],
  instruments: Instruments<Socket>,
): Promise<{ ways: Way[]; heard: Heard | undefined }> {
  const talks: Promise<Heard>[] = [];
  const ways = await Promise.all(addresses.map((each) =>
    instruments.reach(each, async (socket) => {
      if (talks.length > 0) return;
      talks.push(instruments.talk(socket, { mayTell: true }));
      await talks[0];
    })
  ));
  const heard = await talks[0];
  const open = addresses.filter((_, index) => isConnected(ways[index]!));
  if (!heard || open.length < 2 || !isFull(heard)) return { ways, heard };
  // One of our own connections may have taken the place that there was.
  const again = await hear(open[0]!, instruments, { mayTell: true });
  return { ways, heard: again ?? heard };
}

/** Connects, and asks who is there; undefined where there is no connection. */
async function hear<Socket extends Closable>(
  address: Address,
  instruments: Instruments<Socket>,
  { mayTell } = { mayTell: false },
): Promise<Heard | undefined> {
  const heard: Heard[] = [];
  await instruments.reach(address, async (socket) => {
    heard.push(await instruments.talk(socket, { mayTell }));
  });
  return heard[0];
}

/** Where everything is refused: whether the machine has a hub at the usual port, or one that it alone reaches. */
async function* lookElsewhere<Socket extends Closable>(
  ways: readonly Way[],
  { hostname, port }: Address,
  instruments: Instruments<Socket>,
): AsyncGenerator<Finding> {
  if (!ways.every(({ outcome }) => outcome.kind === "refused")) return;
  const isOwn = ways.some(({ host }) => instruments.isOwn(host));
  const places = [
    ...(isOwn ? [{ address: { hostname: LOOPBACK, port }, isOwn }] : []),
    ...(port === DEFAULT_PORT ? [] : [{ address: { hostname, port: DEFAULT_PORT }, isOwn: false }]),
  ];
  for (const place of places) {
    const heard = await hear(place.address, instruments);
    if (heard?.kind === "hub") return yield { step: "elsewhere", ...place };
  }
}

function isConnected({ outcome }: Way): boolean {
  return outcome.kind === "connected";
}

function isFull(heard: Heard): boolean {
  return heard.kind === "bye" && (heard.code === "server_full" || heard.code === "address_full");
}

async function nothing(): Promise<void> {}
