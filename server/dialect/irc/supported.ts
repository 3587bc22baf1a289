/** What the hub supports of IRC. */

import { MAX_MESSAGE_LINES } from "../../../common/protocol/frame.ts";

/** The most bytes of a message of several lines. */
export const MAX_MULTILINE = 16_384;

/** The capabilities that a client may ask for, some with values (ircv3.net/irc). */
export const CAPABILITIES: readonly string[] = [
  "away-notify batch cap-notify draft/chathistory echo-message extended-join labeled-response",
  "message-tags multi-prefix server-time setname standard-replies userhost-in-names sasl=PLAIN",
  `draft/multiline=max-bytes=${MAX_MULTILINE},max-lines=${MAX_MESSAGE_LINES}`,
].join(" ").split(" ");

/** Those that change the lines about what happens in a room. */
export const VARIED = "server-time message-tags extended-join draft/multiline away-notify"
  .split(" ");

/** The tokens of each line of 005 (modern.ircdocs.horse/#rplisupport-parameters). */
export const ISUPPORT: readonly (readonly string[])[] = [
  "CASEMAPPING=ascii CHANMODES=b,k,l,imn CHANTYPES=# PREFIX=(o)@ STATUSMSG= NETWORK=chat UTF8ONLY",
  "NICKLEN=24 CHANNELLEN=25 TOPICLEN=200 AWAYLEN=80 KICKLEN=200 LINELEN=512 MODES=3 ELIST=U WHOX",
  "CHATHISTORY=100 MSGREFTYPES=msgid,timestamp",
  "TARGMAX=JOIN:10,KICK:10,NAMES:10,NOTICE:4,PART:10,PRIVMSG:4,TAGMSG:4",
].map((line) => line.split(" "));
