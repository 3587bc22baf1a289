/** How one speaks to each kind of hub: to come in, to say something, to go. Pure. */

import { REF, TEXT } from "../message.ts";

/** How a member speaks. Lines have their ends. */
export interface Wire {
  /** What it sends when it is connected. */
  enter(nick: string): string;
  /** It is in when it has been told this. */
  readonly entered: string;
  /** A message to all others; `REF` in it stands for a ref. */
  readonly say: string;
  /** What it sends before it goes, and who closes the connection then; undefined where one just goes. */
  readonly leave?: { readonly line: string; readonly closes: "hub" | "member" };
}

/** Our hub, as with nc. An empty line is a line: it need not wait to be greeted. */
export const TEXT_WIRE: Wire = {
  enter: () => "\n",
  entered: "* welcome, ",
  say: `${TEXT}\n`,
  leave: { line: "/exit\n", closes: "hub" },
};

/** Our hub, as our client and bots do. */
export const FRAMES_WIRE: Wire = {
  enter: (nick) =>
    JSON.stringify({ type: "hello", protocol: 1, nick, lang: "en", history: 0, runs: true }) + "\n",
  entered: '"type":"welcome"',
  say: JSON.stringify({ type: "say", ref: REF, text: TEXT }) + "\n",
  leave: {
    line: JSON.stringify({ type: "command", ref: "leave", line: "/exit" }) + "\n",
    closes: "hub",
  },
};

/** The forwarder: its lines have the name that a hub puts before them, so that the same bytes go out. */
export const BARE_WIRE: Wire = { enter: () => "", entered: "+\n", say: `guest1: ${TEXT}\n` };

/** The same, and all hear a line when somebody comes and when somebody goes, as a hub tells. */
export const BARE_PRESENCE_WIRE: Wire = {
  ...BARE_WIRE,
  enter: (nick) => `* ${nick} joined (1000 here)\n`,
  leave: { line: "* somebody left (1000 here)\n", closes: "member" },
};

export const NCAT_WIRE: Wire = {
  enter: () => "",
  entered: "already connected: ",
  say: `${TEXT}\n`,
};

export const IRC_WIRE: Wire = {
  enter: (nick) => `NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\nJOIN #c\r\n`,
  entered: " 366 ",
  say: `PRIVMSG #c :${TEXT}\r\n`,
  leave: { line: "QUIT\r\n", closes: "hub" },
};

export const SELECT_WIRE: Wire = {
  enter: () => "",
  entered: "* welcome, ",
  say: `${TEXT}\n`,
};
