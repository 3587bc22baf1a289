/** How to speak to each kind of hub: join, post, leave. */

import { REF, TEXT } from "../message.ts";

/** What a member sends, with line ends: each character is a byte. */
export interface Wire {
  /** Sent when it is connected. */
  join(nick: string): string;
  /** The hub sends this to a member that has joined. */
  readonly joined: string;
  /** A message to all other members; `REF` in it stands for a ref. */
  readonly post: string;
  /** Sent to leave, and the side that then closes the connection; without it, the member just closes. */
  readonly leave?: { readonly line: string; readonly closes: "hub" | "member" };
}

/** Our hub, as with nc. An empty line, so that it is greeted at once. */
export const TEXT_WIRE: Wire = {
  join: () => "\n",
  joined: "* welcome, ",
  post: `${TEXT}\n`,
  leave: { line: "/exit\n", closes: "hub" },
};

/** Our hub, as our client and bots. */
export const FRAMES_WIRE: Wire = {
  join: (nick) =>
    JSON.stringify({ type: "hello", protocol: 1, nick, lang: "en", history: 0, runs: true }) + "\n",
  joined: '"type":"welcome"',
  post: JSON.stringify({ type: "say", ref: REF, text: TEXT }) + "\n",
  leave: {
    line: JSON.stringify({ type: "command", ref: "leave", line: "/exit" }) + "\n",
    closes: "hub",
  },
};

/** The same in the WebSocket of a page. It asks for the WebSocket and joins by one write. */
export const PAGE_WIRE: Wire = {
  join: (nick) => UPGRADE + inWebSocket(FRAMES_WIRE.join(nick)),
  joined: FRAMES_WIRE.joined,
  post: inWebSocket(FRAMES_WIRE.post),
  leave: { line: inWebSocket(FRAMES_WIRE.leave!.line), closes: "hub" },
};

const UPGRADE = [
  ...["GET /ws HTTP/1.1", "Host: 127.0.0.1", "Origin: http://127.0.0.1"],
  ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
  ...["Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", "", ""],
].join("\r\n");

/** A text message (RFC 6455, 5.2) with a mask of zeros, which changes nothing. */
function inWebSocket(line: string): string {
  const { length } = line;
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
  return String.fromCharCode(0x81, ...size, 0, 0, 0, 0) + line;
}

/** The forwarder. A line begins with the nick that a hub would put there, so that the same bytes are delivered. */
export const BARE_WIRE: Wire = { join: () => "", joined: "+\n", post: `guest1: ${TEXT}\n` };

/** The same with lines as long as those of IRC. */
export const BARE_IRC_WIRE: Wire = {
  ...BARE_WIRE,
  post: `:guest1!chat@chat PRIVMSG #general :${TEXT}\r\n`,
};

/** The same, with the joins and leaves that a hub would announce. */
export const BARE_PRESENCE_WIRE: Wire = {
  ...BARE_WIRE,
  join: (nick) => `* ${nick} joined (1000 here)\n`,
  leave: { line: "* somebody left (1000 here)\n", closes: "member" },
};

export const NCAT_WIRE: Wire = { join: () => "", joined: "already connected: ", post: `${TEXT}\n` };

export const IRC_WIRE: Wire = {
  join: (nick) => `NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\nJOIN #c\r\n`,
  joined: " 366 ",
  post: `PRIVMSG #c :${TEXT}\r\n`,
  leave: { line: "QUIT\r\n", closes: "hub" },
};

/** Our hub, as an IRC client, which is in the first room from its welcome on. */
export const OUR_IRC_WIRE: Wire = {
  ...IRC_WIRE,
  join: (nick) => `NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\n`,
  post: `PRIVMSG #general :${TEXT}\r\n`,
};

export const SELECT_WIRE: Wire = { join: () => "", joined: "* welcome, ", post: `${TEXT}\n` };
