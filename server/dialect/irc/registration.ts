/** How a client comes in: capabilities, password, nick and user, until the hub welcomes it (modern.ircdocs.horse). */

import { defined } from "../../../common/defined.ts";
import { PROTOCOL } from "../../../common/protocol/frame.ts";
import { formatError } from "./answers.ts";
import type { Client, Params } from "./client.ts";
import { CAPABILITIES } from "./supported.ts";
import { DEFAULT_USER, realNameOf } from "./users.ts";

/** The longest user name, in UTF-16 units. */
const MAX_USER = 10;
/** The longest line of AUTHENTICATE, in characters; a longer password is not read (ircv3.net/specs/extensions/sasl-3.1). */
const MAX_SASL = 400;

/** Asks the hub to let the client join, when all is known. */
function askToJoin(client: Client): string {
  const { nick, session, password } = client;
  if (client.isRegistered || nick === "") return "";
  const checked = client.chat.nicks.check(session, nick);
  if (!checked.ok) {
    client.nick = "";
    return formatError(client, checked.error);
  }
  if (client.isNegotiating || !session.about) return "";
  // A client that shows no times would show what is old as new, and a bot would answer it.
  const history = client.has("server-time") ? undefined : 0;
  const joining = { protocol: PROTOCOL, nick, ...defined({ password, history }) };
  const hello = { type: "hello", ...joining } as const;
  client.requests.push({ kind: "hello", hello });
  return "";
}

export function pass(client: Client, [password]: Params): string {
  client.password = password;
  return askToJoin(client);
}

export function nick(client: Client, [wanted = ""]: Params): string {
  if (wanted === "") return client.numeric("431 ERR_NONICKNAMEGIVEN", "No nickname given");
  if (client.isRegistered) return client.ask("nick", wanted);
  client.nick = wanted;
  return askToJoin(client);
}

export function user(client: Client, [typed = "", , , realName = ""]: Params): string {
  const user = typed.replace(/[^\w.~-]/g, "").slice(0, MAX_USER) || DEFAULT_USER;
  client.session.about = { user, realName: realNameOf(realName) };
  return askToJoin(client);
}

/** Of the capabilities, without their values. */
const NAMES = CAPABILITIES.map((each) => each.replace(/=.*/, ""));

export function cap(client: Client, [typed = "", text = ""]: Params): string {
  const sub = typed.toUpperCase();
  const nick = client.isRegistered ? client.session.nick : "*";
  const reply = (verb: string, names: string) => client.line("CAP", nick, verb, names);
  if (sub === "LS" || sub === "REQ") client.isNegotiating = !client.isRegistered;
  switch (sub) {
    case "LS": {
      const hasValues = Number(text) >= 302;
      if (hasValues) client.turn("cap-notify", true);
      return reply("LS", (hasValues ? CAPABILITIES : NAMES).join(" "));
    }
    case "LIST":
      return reply("LIST", [...client.capabilities].join(" "));
    case "REQ": {
      const changes = text.split(" ").filter((name) => name !== "");
      const isKnown = changes.every((change) => NAMES.includes(change.replace(/^-/, "")));
      for (const change of isKnown ? changes : []) {
        const isOn = !change.startsWith("-");
        client.turn(isOn ? change : change.slice(1), isOn);
      }
      return reply(isKnown ? "ACK" : "NAK", text.trim());
    }
    case "END":
      client.isNegotiating = false;
      return askToJoin(client);
    default:
      return client.numeric("410 ERR_INVALIDCAPCMD", typed, "Invalid CAP subcommand");
  }
}

/** SASL PLAIN. The hub is asked whether the password is right. */
export function authenticate(client: Client, [text = ""]: Params): string {
  const { isAuthenticating } = client;
  if (client.isRegistered) {
    return client.numeric("907 ERR_SASLALREADY", "You have already authenticated");
  }
  client.isAuthenticating = text.toUpperCase() === "PLAIN";
  if (client.isAuthenticating) return "AUTHENTICATE +\r\n";
  if (text === "*") return client.numeric("906 ERR_SASLABORTED", "SASL authentication aborted");
  const failed = ["904 ERR_SASLFAIL", "SASL authentication failed"];
  if (!isAuthenticating) {
    const mechanisms = ["908 RPL_SASLMECHS", "PLAIN", "are available SASL mechanisms"];
    return client.numerics(mechanisms, failed);
  }
  if (text.length > MAX_SASL) return client.numeric("905 ERR_SASLTOOLONG", "SASL message too long");
  const [, nick = "", password] = decodePlain(text);
  if (password === undefined) return client.numerics(failed);
  client.password = password;
  const hello = { type: "hello", protocol: PROTOCOL, look: true, nick, password } as const;
  client.requests.push({ kind: "hello", hello });
  return "";
}

/** The fields of SASL PLAIN (RFC 4616, section 2): identity, user and password. */
function decodePlain(text: string): string[] {
  try {
    const bytes = Uint8Array.fromBase64(text);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).split("\0");
  } catch {
    return [];
  }
}
