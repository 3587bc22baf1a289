/** IRC clients for tests, at a hub without sockets and over real sockets. */

import { assert, assertEquals } from "@std/assert";
import type { TestHub, TestPeer } from "./hub.ts";
import { Peer, type PeerOptions } from "./peer.ts";

const utf8 = new TextEncoder();

/** A peer whose first line was an IRC client's. */
export function ircPeer(test: TestHub): TestPeer {
  const peer = test.connect();
  test.hub.useIrc(peer.session);
  return peer;
}

/** A member with a nick and capabilities, which has taken what it received so far. */
export function ircMember(test: TestHub, nick: string, ...capabilities: string[]): TestPeer {
  const peer = ircPeer(test);
  if (capabilities.length > 0) peer.send(`CAP REQ :${capabilities.join(" ")}`);
  peer.send(`NICK ${nick}`, `USER ${nick} 0 * :${nick}`);
  if (capabilities.length > 0) peer.send("CAP END");
  const { presence, rooms } = test.hub.chat;
  presence.flush(rooms.first); // the others learn it now
  test.tick();
  assertEquals(peer.session.stage, "member", peer.take().join("\n"));
  peer.take();
  return peer;
}

/** Sends lines, ends the tick, and returns what the peer received, without the CR LF that each line must have. */
export function askIrc(peer: TestPeer, ...lines: string[]): string[] {
  return peer.ask(...lines).map(readLine);
}

/** The line without its CR. Asserts that it fits: 512 bytes with CR LF, and no more CR in it. */
export function readLine(line: string): string {
  assert(line.endsWith("\r"), `a line without CR: ${JSON.stringify(line)}`);
  const text = line.slice(0, -1);
  assertEquals(/[\r\0]/.test(text), false, JSON.stringify(text));
  const rest = text.replace(/^@\S+ /, "");
  assert(utf8.encode(rest).length <= 510, `${utf8.encode(rest).length + 2} bytes: ${text}`);
  return text;
}

/** A line without its tags and, of a numeric, without the hub and the reader. */
export function bareLine(line: string): string {
  return line.replace(/^@\S+ /, "").replace(/^:\S+ (\d{3}) \S+/, "$1").replace(/^:/, "");
}

export interface IrcOptions extends PeerOptions {
  password?: string | undefined;
  /** Those that it asks for. */
  capabilities?: readonly string[];
}

/** Joins over a socket, and reads up to the end of the list of names of the first room. */
export async function joinWithIrc(
  { port }: { port: number },
  nick: string,
  { password, capabilities = [], ...options }: IrcOptions = {},
): Promise<Peer> {
  const peer = await Peer.connect(port, options);
  const lines = [
    ...capabilities.length > 0 ? [`CAP REQ :${capabilities.join(" ")}`] : [],
    ...password === undefined ? [] : [`PASS ${password}`],
    `NICK ${nick}`,
    `USER ${nick} 0 * :${nick}`,
    ...capabilities.length > 0 ? ["CAP END"] : [],
  ];
  peer.send(lines.map((line) => `${line}\r\n`).join(""));
  if (options.reading !== false) await peer.until(/ 366 \S+ #general /);
  return peer;
}
