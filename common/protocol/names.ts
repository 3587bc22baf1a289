/** The rules for nicks and room names, after RFC 8266 and UTS #39: two that look alike are rarely two. */

import { attempt, err, ok, type Result } from "../result.ts";
import { graphemesOf } from "./graphemes.ts";

/** The room that everyone joins first. It always exists. */
export const FIRST_ROOM = "general";
/** Longest nick, in graphemes (user-perceived characters). */
export const MAX_NICK_GRAPHEMES = 24;
/** Longest nick, in bytes of UTF-8. */
export const MAX_NICK_BYTES = 64;
/** The most UTF-16 units of a name to normalise: one may become 18, and marks out of order take quadratic time. */
export const MAX_FOLDED = 256;
/**
 * Nicks that could be mistaken for the hub, for everyone or for the reader, and words that begin the hub's sentences,
 * which an action of such a user would look like. By key; a test finds the words that are missing.
 */
export const RESERVED_NICKS: ReadonlySet<string> = new Set(
  (`server servidor system sistema admin root all todos me yo *
    also and announcement banned commands connected connection disconnected for goodbye history muted nobody nothing now one others
    reconnected rooms slow slowing tab the this to too topic usage welcome what you
    ahora aquí aviso conexión de demasiadas desconectado el esta este esto estás frenando has hasta ignoras lo los nadie no
    otros para salas se silenciados también te tema tienes tu tú un usted ustedes vetados vuelves y ya órdenes`)
    .split(/\s+/),
);
/** What the hub calls a user without a nick of their own, with a number. Only the hub gives such a nick. */
const GUEST = /^guest\d*$/;
/** Numbers begin sentences of the hub too. */
const NUMBER = /^\d+$/;

/** Why a nick is not allowed. */
export type NickFault =
  | "empty"
  | "too_long"
  | "bad_character"
  | "bad_start"
  | "mixed_scripts"
  | "reserved";

/** A nick in NFC, as it is shown, with the key by which it is compared. */
export interface Nick {
  readonly nick: string;
  readonly key: string;
}

const ALLOWED = /^[\p{L}\p{M}\p{Nd}_.-]+$/u;
const ALLOWED_START = /^[\p{L}\p{Nd}]/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** More marks than are shown (sanitize.ts), so that two different nicks could look the same. */
const EXCESS_MARKS = /\p{M}{9}/u;

/** ISO 15924 codes of the scripts in Unicode 17; those that the engine does not know are left out. */
const SCRIPTS = `
  Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Bhks Bopo Brah Brai Bugi Buhd Cakm Cans Cari Cham
  Cher Chrs Copt Cpmn Cprt Cyrl Deva Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Gara Geor Glag Gong Gonm Goth Gran
  Grek Gujr Gukh Guru Hang Hani Hano Hatr Hebr Hira Hluw Hmng Hmnp Hung Ital Java Kali Kana Kawi Khar Khmr Khoj
  Kits Knda Krai Kthi Lana Laoo Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc
  Mero Miao Mlym Modi Mong Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Onao Orkh Orya Osge
  Osma Ougr Palm Pauc Perm Phag Phli Phlp Phnx Plrd Prti Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd Sind
  Sinh Sogd Sogo Sora Soyo Sund Sunu Sylo Syrc Tagb Takr Tale Talu Taml Tang Tavt Telu Tfng Tglg Thaa Thai Tibt
  Tirh Tnsa Todr Toto Tutg Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb
`.trim().split(/\s+/);

/** The mixes of scripts that single languages use (UTS #39, section 5.1), then every script by itself. */
const WRITING_SYSTEMS = ["Latn", "Hani Hira Kana", "Hani Hang", "Hani Bopo", ...SCRIPTS];

/** Of all scripts. In the class of each script they would make compiling it take four times as long. */
const COMMON = /[\p{scx=Zyyy}\p{scx=Zinh}]/gu;
const matchers = new Map<string, RegExp | null>();

function matcher(system: string): RegExp | null {
  let regex = matchers.get(system);
  if (regex === undefined) {
    const classes = system.split(" ").map((script) => `\\p{scx=${script}}`).join("");
    // The engine's Unicode tables may be older than a script.
    regex = attempt(() => new RegExp(`^[${classes}]*$`, "u")) ?? null;
    matchers.set(system, regex);
  }
  return regex;
}

/** Mathematical letters are of no script but look like Greek or Latin ones: NFKC makes them count as those. */
function isOfOneWritingSystem(text: string): boolean {
  const letters = text.normalize("NFKC").replace(COMMON, "");
  return WRITING_SYSTEMS.some((system) => matcher(system)?.test(letters));
}

/** Prepares what takes some 60 ms, such as the patterns of all scripts, so that no name makes others wait. */
export function prepareNames(): void {
  isOfOneWritingSystem("a\u0436");
  graphemesOf("");
}

const utf8 = new TextEncoder();

const DOT_ABOVE = "\u0307";
const ASCII = /^[\0-\x7f]*$/;

/**
 * The key by which nicks are compared, from at most {@linkcode MAX_FOLDED} UTF-16 units. It ignores compatibility forms
 * and case, so that `José`, `JOSÉ` and `Ｊｏｓé` are one nick; the dots of `i` and `j`; the script of a digit; and the
 * difference between small letters that share a capital.
 */
export function nickKey(nick: string): string {
  const start = nick.slice(0, MAX_FOLDED);
  if (ASCII.test(start)) return start.toLowerCase(); // the same, faster
  // Twice: the second round folds what the first one produced.
  const folded = start.normalize("NFKC").toLowerCase().normalize("NFKC").toLowerCase();
  return foldLookalikes(folded)
    .normalize("NFD") // each mark by itself
    .replace(/\p{Soft_Dotted}\p{M}+/gu, (letter) => letter.replaceAll(DOT_ABOVE, ""))
    .normalize("NFKC");
}

/** Replaces dotless `ı` and `ȷ`, digits of any script, and small letters that share a capital; the length stays. */
function foldLookalikes(text: string): string {
  return text
    .replace(/[ıȷς\u1c80-\u1c88]/g, (char) => char === "ȷ" ? "j" : char.toUpperCase().toLowerCase())
    .replace(/(?![0-9])\p{Nd}/gu, digitValue);
}

/** The accents of Latin, Greek and Cyrillic. Marks of other scripts make another letter. */
const ACCENTS = /[\u0300-\u036f]/g;

/** Text as completion and mentions compare it: {@linkcode nickKey} without accents, so that `jose` finds `José`. */
export function foldForSearch(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return foldLookalikes(text.normalize("NFKD").toLowerCase().normalize("NFKD"))
    .replace(ACCENTS, "");
}

/** Values of digits that were looked up: Unicode has fewer than a thousand digits. */
const digitValues = new Map<string, string>();

/** The value of a decimal digit of any script: digits are encoded in runs of ten from zero (Unicode, section 4.6). */
function digitValue(digit: string): string {
  let known = digitValues.get(digit);
  if (known === undefined) {
    const code = digit.codePointAt(0)!;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
    digitValues.set(digit, known = String(value));
  }
  return known;
}

/**
 * Checks a nick: 1 to {@linkcode MAX_NICK_GRAPHEMES} graphemes and at most
 * {@linkcode MAX_NICK_BYTES} bytes; letters, marks and digits of any script plus `_ - .`, with a letter or digit
 * first; one script besides common characters; nothing invisible; at most 8 marks in a row; not reserved.
 */
export function parseNick(input: string): Result<Nick, NickFault> {
  const typed = input.trim();
  if (typed.length > MAX_FOLDED) return err("too_long");
  const nick = typed.normalize("NFC");
  const key = nickKey(nick);
  if (RESERVED_NICKS.has(key) || NUMBER.test(key)) return err("reserved");
  const fault = findFault(nick);
  return fault === undefined ? ok({ nick, key }) : err(fault);
}

/** Whether a nick with this key is one that the hub gives to guests, or would be with a number. */
export function isGuestKey(key: string): boolean {
  return GUEST.test(key);
}

/** Which rule a name breaks, besides being reserved. */
function findFault(name: string): RoomFault | undefined {
  if (name === "") return "empty";
  if (!fits(name)) return "too_long";
  if (!ALLOWED.test(name) || INVISIBLE.test(name) || EXCESS_MARKS.test(name)) {
    return "bad_character";
  }
  if (!ALLOWED_START.test(name)) return "bad_start";
  if (!isOfOneWritingSystem(name)) return "mixed_scripts";
  return undefined;
}

function fits(nick: string): boolean {
  if (utf8.encode(nick).length > MAX_NICK_BYTES) return false;
  // A grapheme has at least one UTF-16 unit; counting graphemes takes as long as all other checks together.
  return nick.length <= MAX_NICK_GRAPHEMES ||
    [...graphemesOf(nick)].length <= MAX_NICK_GRAPHEMES;
}

/** Why a room name is not allowed. Room names are never reserved: `all` and `root` are fine. */
export type RoomFault = Exclude<NickFault, "reserved">;

/** The spelling of all names for a room: their {@linkcode nickKey}, with `ς` where Greek words end, and without `#`. */
export function roomName(typed: string): string {
  return nickKey(typed.trim().replace(/^#/, "")).replaceAll("σ", "Σ").toLowerCase();
}

/** Checks a room name by the rules for nicks, and gives its one spelling ({@linkcode roomName}). */
export function parseRoom(input: string): Result<string, RoomFault> {
  if (input.trim().length > MAX_FOLDED) return err("too_long");
  const name = roomName(input);
  const fault = findFault(name);
  return fault === undefined ? ok(name) : err(fault);
}

/** The valid name that a text with spaces becomes with a mark in their place, if any. */
export function joinWords<Name>(
  typed: string,
  mark: "_" | "-",
  parse: (name: string) => Result<Name, unknown>,
): Name | undefined {
  const words = typed.slice(0, MAX_FOLDED + 1).trim().split(/\s+/);
  const parsed = words.length > 1 ? parse(words.join(mark)) : undefined;
  return parsed?.ok ? parsed.value : undefined;
}

/** The last number that is tried in turn; the numbers after it are random. */
const LAST_IN_TURN = 20;

/**
 * A free nick made from a taken one and a number, shortened to fit: 2 to 20, then random ones (`random`: from 0 to
 * below 1), ten times as many for each try, so that few tries find one. `isTaken` is called with keys.
 */
export function suggestNick(nick: string, isTaken: (key: string) => boolean, random: () => number) {
  const [first = "", ...others] = Array.from(graphemesOf(nick), (part) => part.segment);
  // One grapheme may fill a nick in some scripts, so the first one may be cut.
  const pieces = [...first, ...others];
  let [stem, key, digits] = ["", "", 0];
  for (let attempt = 2;; attempt++) {
    const many = 10 ** Math.min(attempt - LAST_IN_TURN + 4, 15);
    const number = String(attempt <= LAST_IN_TURN ? attempt : Math.floor(random() * many));
    if (number.length !== digits) {
      digits = number.length;
      while (pieces.length > 1 && !fits(pieces.join("") + number)) pieces.pop();
      stem = pieces.join("");
      key = nickKey(stem);
    }
    if (!isTaken(key + number)) return stem + number; // digits change no letter before them
  }
}
