/** A crowded hub and the costliest lines for it: what the cost audit measures. */

import { COMMANDS } from "../../server/commands/mod.ts";
import { MAX_RULES } from "../../server/chat/user_rules.ts";
import { MAX_ROOMS, MAX_ROOMS_OF_SESSION } from "../../server/chat/rooms.ts";
import { MAX_IGNORED } from "../../server/model/ignore_list.ts";
import type { Peer, Session } from "../../server/model/session.ts";
import { HashedSecret } from "../../server/setup/secrets.ts";
import { CLIENT_SHAPES, MAX_FRAME, MAX_TEXT_LINE } from "../../common/protocol/frame.ts";
import { MAX_NICK_BYTES, MAX_NICK_GRAPHEMES } from "../../common/protocol/names.ts";
import { TestHub } from "./hub.ts";

/** The name of a row of the table of commands. */
type CommandName = typeof COMMANDS[number]["name"];
type FrameType = keyof typeof CLIENT_SHAPES;

const utf8 = new TextEncoder();
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** Ten units of a script each, to write numbers with: a nick of them is as long as nicks may be. */
const DIGITS = [
  "abcdefghij",
  "ñéüåçœøþðß",
  "αβγδεζηθικ",
  "абвгдежзик",
  "ابتثجحخدذر",
  "日月火水木金土山川田",
  "가나다라마바사아자차",
  "अआइईउऊएऐओऔ",
].map((letters) => Array.from(letters))
  .concat([["ạ̃", "ẹ̃", "ị̃", "ọ̃", "ụ̃", "ḅ̃", "ḍ̃", "ḥ̃", "ḳ̃", "ḷ̃"], Array.from("𐐨𐐩𐐪𐐫𐐬𐐭𐐮𐐯𐐰𐐱")]);

/** A nick for a number, of as many graphemes and bytes as a nick may have. All of a script differ in their ends only. */
export function longNick(number: number): string {
  const letters = DIGITS[number % DIGITS.length]!;
  const end = Array.from(String(number), (digit) => letters[Number(digit)]).join("");
  let nick = end;
  for (;;) {
    const longer = letters[0] + nick;
    if (utf8.encode(longer.normalize("NFC")).length > MAX_NICK_BYTES) return nick.normalize("NFC");
    if ([...graphemes.segment(longer)].length > MAX_NICK_GRAPHEMES) return nick.normalize("NFC");
    nick = longer;
  }
}

/** A connection that drops everything that it receives. */
export class Member {
  session: Session;
  readonly #hub: TestHub;
  static #hosts = 0;

  constructor(hub: TestHub, fields?: Record<string, unknown>) {
    this.#hub = hub;
    const host = `10.0.0.${++Member.#hosts}`;
    const peer: Peer = {
      host,
      address: `${host}:1`,
      adopt: (session) => this.session = session,
      send: () => {},
      close: () => {},
      resumeReading: () => {},
    };
    this.session = hub.hub.attach(peer);
    if (fields) this.send(JSON.stringify({ type: "hello", protocol: 1, ...fields }));
  }

  sendFrame(frame: Record<string, unknown>): void {
    this.send(JSON.stringify(frame));
  }

  /** A member with an IRC client. */
  static irc(hub: TestHub, nick: string, capabilities = "batch"): Member {
    const member = new Member(hub);
    hub.hub.useIrc(member.session);
    const lines = [`CAP REQ :${capabilities}`, `NICK ${nick}`, `USER ${nick} 0 * :x`, "CAP END"];
    for (const line of lines) member.send(line);
    return member;
  }

  /** Sends a line, and ends the tick. */
  send(line: string): void {
    this.#hub.hub.onLine(this.session, line);
    this.#hub.tick();
  }
}

export const MOD_PASSWORD = "tiza";

/** Capabilities that change the lines: all, some and none. */
const IRC_CAPABILITIES = [
  "batch server-time message-tags extended-join draft/multiline echo-message labeled-response",
  "server-time userhost-in-names",
  "sasl",
];

/** A hub with as much of everything as there may be: members of all dialects and languages, rooms, bans and ignored users. */
export function crowdedHub(members: number): TestHub {
  const test = new TestHub({ moderatorPassword: new HashedSecret(MOD_PASSWORD) });
  const crowd = Array.from({ length: members }, (_, index) => {
    const lang = index % 2 === 0 ? "en" : "es";
    const nick = longNick(index);
    if (index % 4 === 3) return Member.irc(test, nick, IRC_CAPABILITIES[index % 3]);
    if (index % 3 > 0) {
      return new Member(test, { nick, lang, ...(index % 3 > 1 ? { runs: true } : {}) });
    }
    const member = new Member(test);
    member.send(`/name ${nick}`);
    member.send(`/lang ${lang}`);
    return member;
  });
  for (let room = 1; room < MAX_ROOMS; room++) {
    const { session } = crowd[Math.floor(room / (MAX_ROOMS_OF_SESSION - 1)) % crowd.length]!;
    test.hub.chat.joinRoom(session, longNick(2 * members + room), () => {});
  }
  const ignored = Array.from({ length: MAX_IGNORED }, (_, index) => longNick(3 * members + index));
  for (const { session } of crowd) {
    test.hub.chat.joinRoom(session, "general", () => {});
    for (const nick of ignored) session.ignoreList.add({ id: nick, key: nick, nick });
  }
  for (let index = 0; index < MAX_RULES; index++) {
    const nick = longNick(4 * members + index);
    test.hub.chat.moderation.bans.add({ id: `ban ${index}`, key: `ban ${nick}`, nick, host: "-" });
  }
  test.tick();
  return test;
}

/** The longest texts in a line of the text dialect, in a frame, and in the field of a frame for a name; in bytes. */
export const LONGEST = { text: MAX_TEXT_LINE - 20, frame: MAX_FRAME - 200, name: 256 } as const;

/** What is bad about a text that is a unit again and again. */
const WORST_UNITS: Readonly<Record<string, string>> = {
  "one word": "x",
  "letters of 18 in NFKC": "\ufdfa",
  "Arabic digits": "\u0663",
  "i with dots": "i\u0307",
  "I with a dot": "\u0130",
  "composed letters": "e\u0323\u0303",
  "jamo": "\u1100\u1161\u11a8",
  "words": "a ",
  "blanks": " \u3000",
  "tabs": "\t",
  "lines": "\n",
  "controls": "\u009b",
  "digits": "9",
  "families": "👨‍👩‍👧‍👦",
  "quotes": '"',
  "lone surrogates": "\ud800",
  "seven marks": "a\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
  "seven marks beyond U+FFFF": "a" + "\u{1d167}".repeat(7),
  "brackets": "[{",
  "slashes": "/",
  "characters taken back": "a\x7f",
};

/** A text of whole units, of at most `bytes` as it is sent; `asJson`: within a string of JSON. */
function fill(unit: string, bytes: number, asJson: boolean): string {
  const written = asJson ? JSON.stringify(unit).slice(1, -1) : unit;
  return unit.repeat(Math.max(0, Math.floor(bytes / utf8.encode(written).length)));
}

/** The worst texts of a length in bytes, by what is bad about them. `near`: nearly a nick. */
export function worstTexts(
  bytes: number,
  { near, asJson = false }: { near: string; asJson?: boolean },
): Map<string, string> {
  const filled = (unit: string, length = bytes) => fill(unit, length, asJson);
  const half = bytes / 2 - 1;
  return new Map([
    ...Object.entries(WORST_UNITS).map(([kind, unit]) => [kind, filled(unit)] as const),
    ["marks out of order", "a" + filled("\u0301", half) + filled("\u0323", half)],
    ["nearly a nick", near],
    ["nearly a nick, and marks", `${near} ${filled("\u0301", bytes - 100)}`],
    ["nearly a nick, again and again", filled(`${near} `)],
  ]);
}

/** Lines that are not as frames should be. */
export function oddFrames(ref: string): Map<string, string> {
  const most = MAX_FRAME - 200;
  const repeat = (unit: (index: number) => string) => {
    let [text, index] = ["", 0];
    while (text.length < most - 30) text += unit(index++);
    return text;
  };
  const with_ = (extra: string) => `{"type":"say","ref":"${ref}","text":"x","z":${extra}}`;
  const half = Math.floor(most / 2);
  return new Map([
    ["deep lists", "[".repeat(most)],
    ["deep lists, closed", "[".repeat(half) + "]".repeat(half)],
    ["deep lists in a field", with_("[".repeat(half) + "]".repeat(half))],
    ["deep objects in a field", with_('{"a":'.repeat(most / 6) + "1" + "}".repeat(most / 6))],
    ["many lists in a field", with_(`[${"[],".repeat(most / 3)}1]`)],
    ["many objects in a field", with_(`[${"{},".repeat(most / 3)}1]`)],
    ["many keys", with_(`{${repeat((index) => `"k${index}":1,`)}"z":1}`)],
    ["many keys of a frame", `{${repeat((index) => `"k${index}":1,`)}"type":"ping"}`],
    ["many numbered keys", with_(`{${repeat((index) => `"${index * 7919}":1,`)}"z":1}`)],
    ["the same key", `{${'"type":"x",'.repeat(most / 11)}"type":"ping"}`],
    ["huge numbers", with_(`[${"1e308,".repeat(most / 6)}1]`)],
    ["a number of many digits", with_("9".repeat(most))],
    ["an escaped text", with_(`"${"\\u0041".repeat(most / 6)}"`)],
    ["a long type", `{"type":"${"x".repeat(most)}"}`],
    ["blanks", " ".repeat(most) + "x"],
    ["not JSON", "x".repeat(most)],
    ["not JSON, other blanks", "\u3000".repeat(most / 3)],
  ]);
}

/** What users write most: the usual line of each command. A command that is not here fails the audit. */
export const USUAL_LINES: Readonly<Record<CommandName, string>> = {
  nick: "/name ana7",
  who: "/who",
  away: "/away lunch",
  me: "/me waves",
  notice: "/notice build is green",
  message: "/msg NEAR hi",
  answer: "/r hi",
  history: "/history 10",
  search: "/search hola a todos",
  ignore: "/ignore NEAR",
  unignore: "/unignore NEAR",
  join: "/join somewhere",
  leave: "/leave somewhere lunch",
  invite: "/invite NEAR",
  rooms: "/rooms",
  topic: "/topic Tuesdays at ten",
  language: "/lang en",
  mod: "/mod chalk",
  help: "/help",
  exit: "/exit going home",
  kick: "/kick NEAR be nice",
  mute: "/mute NEAR 5",
  unmute: "/unmute NEAR",
  mutes: "/mutes",
  ban: "/ban NEAR address",
  unban: "/unban NEAR",
  bans: "/bans",
  remove: "/remove NEAR be nice",
  op: "/op NEAR",
  deop: "/deop NEAR",
  lock: "/lock",
  unlock: "/unlock",
  slow: "/slow 5",
  limit: "/limit 5",
  key: "/key chalk",
  pause: "/pause",
  unpause: "/unpause",
  delete: "/delete",
  announce: "/announce back in 5 minutes",
};

/** The usual frame of each type. A type that is not here fails the audit. */
export const USUAL_FRAMES: Readonly<Record<FrameType, Record<string, unknown>>> = {
  hello: { protocol: 1, nick: "eva" },
  say: { text: "hola a todos" },
  command: { line: "/who" },
  ping: {},
};

/** The usual line of each command of IRC. A command that is not here fails the audit. */
export const USUAL_IRC_LINES: Readonly<Record<string, string>> = {
  AUTHENTICATE: "PLAIN",
  AWAY: ":lunch",
  BATCH: "+b draft/multiline #general",
  CAP: "LS 302",
  CHATHISTORY: "LATEST #general * 50",
  HELP: "",
  INFO: "",
  INVITE: "NEAR #general",
  ISON: "NEAR",
  JOIN: "#somewhere",
  KICK: "#general NEAR",
  KILL: "NEAR",
  LIST: "",
  LUSERS: "",
  MODE: "#general +i",
  MOTD: "",
  NAMES: "#general",
  NICK: "ana7",
  NOTICE: "#general :hi",
  OPER: "x chalk",
  PART: "#somewhere",
  PASS: "x",
  PING: "7",
  PONG: "7",
  PRIVMSG: "#general :hola a todos",
  QUIT: ":bye",
  SETNAME: ":Ana",
  TAGMSG: "#general",
  TIME: "",
  TOPIC: "#general :Tuesdays at ten",
  USER: "ana 0 * :Ana",
  USERHOST: "NEAR",
  VERSION: "",
  WHO: "NEAR %tcuhnfdar,152",
  WHOIS: "NEAR",
  WHOWAS: "NEAR",
};
