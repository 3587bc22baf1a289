/**
 * The rules for nicks: what one may be, when two are the same, and what to offer instead of a taken one. It knows
 * the rules only; who holds which nick is the hub's business.
 *
 * The rules follow the spirit of RFC 8266 (nicknames) and UTS #39 (one script, nothing invisible), so that two
 * nicks that look alike to people rarely are two.
 */

/** At most this many graphemes (what people see as one character). */
export const MAX_NICK_GRAPHEMES = 24;
/** At most this many bytes of UTF-8. */
export const MAX_NICK_BYTES = 64;
/** Names that could be taken for the hub, for everyone or for oneself. Compared by key. */
export const RESERVED_NICKS: ReadonlySet<string> = new Set([
  "server",
  "servidor",
  "system",
  "sistema",
  "admin",
  "root",
  "all",
  "todos",
  "me",
  "yo",
  "*",
]);

/** Why a nick is not allowed. */
export type NickFault =
  | "empty"
  | "too_long"
  | "bad_character"
  | "bad_start"
  | "mixed_scripts"
  | "reserved";

/** A nick in the form in which it is shown, with the key by which it is compared; or why it is none. */
export type NickResult = { ok: true; nick: string; key: string } | { ok: false; fault: NickFault };

const ALLOWED = /^[\p{L}\p{M}\p{Nd}_.-]+$/u;
const ALLOWED_START = /^[\p{L}\p{Nd}]/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** More than are shown (sanitize.ts): what is cut off could be another nick. */
const EXCESS_MARKS = /\p{M}{9}/u;

/** ISO 15924 codes of the scripts that Unicode knows; one that the running engine does not know yet is left out. */
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

/** The mixes that one language is written in (UTS #39, section 5.1), then every script by itself. */
const WRITING_SYSTEMS = ["Latn", "Hani Hira Kana", "Hani Hang", "Hani Bopo", ...SCRIPTS];

const COMMON = "\\p{scx=Zyyy}\\p{scx=Zinh}";
const matchers = new Map<string, RegExp | null>();

function matcher(system: string): RegExp | null {
  let regex = matchers.get(system);
  if (regex === undefined) {
    const classes = system.split(" ").map((script) => `\\p{scx=${script}}`).join("");
    try {
      regex = new RegExp(`^[${COMMON}${classes}]+$`, "u");
    } catch {
      regex = null; // a script newer than the engine's Unicode tables
    }
    matchers.set(system, regex);
  }
  return regex;
}

/** A Greek letter of mathematics is of no script, and yet looks like a Greek one: letters count as those that they stand for. */
function isOfOneWritingSystem(text: string): boolean {
  const letters = text.normalize("NFKC");
  return WRITING_SYSTEMS.some((system) => matcher(system)?.test(letters));
}

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
const utf8 = new TextEncoder();

function countGraphemes(text: string): number {
  let count = 0;
  for (const _ of graphemes.segment(text)) count++;
  return count;
}

const DOT_ABOVE = "\u0307";
const ASCII = /^[\0-\x7f]*$/;

/** NFKC and lower case, twice: the second round settles what the first one produced. */
function fold(name: string): string {
  return name.normalize("NFKC").toLowerCase().normalize("NFKC").toLowerCase();
}

/**
 * The key by which nicks are compared: without regard to compatible forms and letter case, so that `José`, `JOSÉ` and `Ｊｏｓé`
 * are one nick; nor to whether an `i` or `j` has its dot, or one more, nor to the script of a digit, nor to which of two
 * small letters it is that have one capital, as some of them look the same.
 */
export function nickKey(nick: string): string {
  if (ASCII.test(nick)) return nick.toLowerCase(); // as the rest would give it
  return foldLookalikes(fold(nick))
    .normalize("NFD") // each mark by itself
    .replace(/\p{Soft_Dotted}\p{M}+/gu, (letter) => letter.replaceAll(DOT_ABOVE, ""))
    .normalize("NFKC");
}

/**
 * An `i` and a `j` without their dots as those with them, digits of any script as those of ASCII, and small letters that
 * have one capital as one: both sigmas, and nine Cyrillic letters with their old forms. No letter takes more or less room
 * than before.
 */
function foldLookalikes(text: string): string {
  return text
    .replace(/[ıȷς\u1c80-\u1c88]/g, (char) => char === "ȷ" ? "j" : char.toUpperCase().toLowerCase())
    .replace(/(?![0-9])\p{Nd}/gu, digitValue);
}

/** The accents of Latin, Greek and Cyrillic. Marks of other scripts make another letter. */
const ACCENTS = /[\u0300-\u036f]/g;

/** Text as completion and mentions compare it: as in {@linkcode nickKey}, and without accents, so that `jose` finds `José`. */
export function foldForSearch(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return foldLookalikes(text.normalize("NFKD").toLowerCase().normalize("NFKD"))
    .replace(ACCENTS, "");
}

/** The value of a decimal digit of any script: they stand in rows of ten, from zero on (Unicode, section 4.6). */
function digitValue(digit: string): string {
  const code = digit.codePointAt(0)!;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return String(value);
}

/**
 * Checks a nick and gives it in NFC: 1 to {@linkcode MAX_NICK_GRAPHEMES} graphemes and at most
 * {@linkcode MAX_NICK_BYTES} bytes; letters, marks and digits of any script plus `_ - .`, with a letter or digit
 * first; one script besides common characters; nothing invisible; at most 8 marks in a row; not reserved.
 */
export function parseNick(input: string): NickResult {
  const nick = input.trim().normalize("NFC");
  const key = nickKey(nick);
  if (RESERVED_NICKS.has(key)) return { ok: false, fault: "reserved" };
  const fault = findFault(nick);
  return fault === undefined ? { ok: true, nick, key } : { ok: false, fault };
}

/** What is wrong with the letters of a name, reserved or not. */
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
  // A grapheme has one UTF-16 unit at least: to count them takes as long as all else together.
  return nick.length <= MAX_NICK_GRAPHEMES || countGraphemes(nick) <= MAX_NICK_GRAPHEMES;
}

/** Why a room's name is not allowed; a room may have any name that is not reserved, so `all` and `root` are fine. */
export type RoomFault = Exclude<NickFault, "reserved">;

/**
 * Checks a room's name by the rules for nicks, and gives it in lower case, by which rooms are told apart. A `#` before it
 * is dropped.
 */
export function parseRoom(
  input: string,
): { ok: true; room: string } | { ok: false; fault: RoomFault } {
  const name = fold(input.trim().replace(/^#/, ""));
  const fault = findFault(name);
  return fault === undefined ? { ok: true, room: name } : { ok: false, fault };
}

/**
 * A free nick made from a taken one by a number from 2 on (`ana2`), shortened where the number would not fit.
 * `isTaken` is asked with keys; of n taken nicks at most n + 1 are tried.
 */
export function suggestNick(nick: string, isTaken: (key: string) => boolean): string {
  const [first = "", ...others] = Array.from(graphemes.segment(nick), (part) => part.segment);
  // In some scripts one grapheme may be as long as a nick may be: the first one is cut where it must.
  const pieces = [...first, ...others];
  for (let number = 2;; number++) {
    let length = pieces.length;
    while (length > 1 && !fits(pieces.slice(0, length).join("") + number)) length--;
    const candidate = pieces.slice(0, length).join("") + number;
    if (!isTaken(nickKey(candidate))) return candidate;
  }
}
