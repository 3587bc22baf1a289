/** The table of commands: lookup, suggestions, help, and that no command gets around a mute. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Command } from "../../../../server/commands/command.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";
import { TestHub } from "../../../support/hub.ts";

Deno.test("an unknown command reaches nobody, and the nearest in the sender's language is suggested", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  assertEquals(ana.ask("/quein", "/lang es", "/nmobre x", "/zzzzzzzz"), [
    "! unknown command /quein: did you mean /quien? /help lists the commands, and // sends a line that begins with /",
    "* el servidor te habla ahora en español",
    "! no existe la orden /nmobre: ¿querías decir /nombre? /ayuda muestra todas, y // envía una línea que empieza por /",
    "! no existe la orden /zzzzzzzz: /ayuda muestra todas, y // envía una línea que empieza por /",
  ]);
  assertEquals(luis.take(), []);
});

Deno.test("// sends a slash, and commands work in both languages, with or without accents", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  ana.send("//etc/hosts", "/yo saluda", "/ME waves");
  for (const who of ["/who", "/quien", "/quién", "/QUIEN"]) ana.send(who);
  test.tick();
  assertEquals(luis.take(), ["ana: /etc/hosts", "* ana saluda", "* ana waves"]);
  assertEquals(ana.take(), Array(4).fill("* 2 here: ana, luis"));
});

Deno.test("a command without its argument, or with a wrong one or a word too many, says what it takes", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  for (
    const line of [
      ...["/nombre", "/yo ", "/idioma", "/msg luis", "/susurrar luis ", "/query"],
      ...[
        "/rooms  all of them",
        "/history 5 general 6",
        "/help who rooms",
        "/lang de",
      ],
    ]
  ) ana.send(line);
  test.tick();
  assertEquals(ana.take(), [
    "! usage: /nombre NAME",
    "! usage: /yo TEXT",
    "! usage: /idioma LANG",
    "! usage: /msg NAME TEXT",
    "! usage: /susurrar NAME TEXT",
    "! usage: /query NAME TEXT",
    '! "all" is one word too many; usage: /rooms',
    '! "6" is one word too many; usage: /history [N] [ROOM]',
    '! "rooms" is one word too many; usage: /help [COMMAND]',
    '! unknown language "de": choose es or en',
  ]);
});

Deno.test("help lists the commands that a member may use, by their names in the reader's language", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const ana = test.textMember("ana");
  for (const lang of ["en", "es"] as const) {
    const listed = ana.ask(`/lang ${lang}`, "/help")
      .flatMap((line) => Array.from(line.matchAll(/(?<!\/)\/([a-z]+)/g), ([, name]) => name));
    const wanted = COMMANDS.filter(({ role, name }) => !role && name !== "notice").flatMap((
      { names },
    ) => [...names[lang]]);
    assertEquals(listed, wanted);
  }
  ana.send("/mod tiza");
  assert(ana.ask("/help").some((line) => line.startsWith("* /expulsar APODO")));
});

Deno.test("on a hub without moderators, help does not list /mod, and commands of moderators say so", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  assert(!ana.ask("/help").some((line) => line.includes("/mod")));
  const none = "! this hub has no moderators: it was started without --mod-password-file";
  for (const line of ["/kick luis", "/mod x", "/help mod", "/help ban", "/sudo luis"]) {
    assertEquals(ana.ask(line), [none], line);
  }
});

Deno.test("the help of one command has its usage, what it does, its other names and who may use it", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const ana = test.textMember("ana");
  const message = ["* usage: /msg NAME TEXT", "* sends a private message", "* also: /privado"];
  for (const name of ["msg", "/msg", "/PRIVADO", "whisper", "/susurrar"]) {
    assertEquals(ana.ask(`/help ${name}`), message, name);
  }
  assertEquals(ana.ask("/lang es", "/? /kick").slice(1), [
    "* se usa así: /expulsar APODO [MOTIVO]",
    "* expulsa a alguien, que puede volver",
    "* también: /kick",
    "* para uso de los moderadores",
  ]);
  assertEquals(ana.ask("/ayuda slas", "/ayuda whoami"), [
    "! no existe la orden /slas: ¿querías decir /salas? /ayuda muestra todas, y // envía una línea que empieza por /",
    "! no existe la orden /whoami: /ayuda muestra todas, y // envía una línea que empieza por /",
  ]);
});

Deno.test("names of other programs are answered and not listed", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  const alike: Record<string, string[]> = {
    "/who": ["/names", "/n", "/usuarios"],
    "/rooms": ["/list", "/lista"],
    "/help": ["/?", "/comandos", "/h"],
    "/leave": ["/part", "/cerrar"],
  };
  for (const [line, others] of Object.entries(alike)) {
    const answer = ana.ask(line);
    for (const other of others) assertEquals(ana.ask(other), answer, other);
  }
  for (const name of ["w", "whisper", "tell", "query", "dm", "pm", "mp", "susurrar"]) {
    assertEquals(ana.ask(`/${name} luis hola`), ["* [private] to luis: hola"], name);
    assertEquals(luis.ask(), ["[private] ana: hola"]);
  }
  const listed = [...ana.ask("/help"), ...ana.ask("/help msg"), ...ana.ask("/help rooms")].join();
  for (const name of ["/w ", "/whisper", "/list"]) assert(!listed.includes(name), name);
  for (const [name, nick] of [["q", "ana"], ["adiós", "luis"]] as const) {
    const peer = test.textMember(`${nick}2`);
    assertEquals(peer.ask(`/${name}`).at(-1), "* goodbye");
    assert(peer.isClosed);
  }
});

Deno.test("a mistyped name of another program suggests the name that is listed", () => {
  const ana = new TestHub({ lang: "es" }).textMember("ana");
  assertMatch(ana.ask("/wisper luis hola").at(-1)!, /¿querías decir \/privado\?/);
});

Deno.test("a command that only other programs have says what to do instead", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const [ana, luis] = test.textMembers("ana", "luis");
  assertEquals(ana.ask("/server example.org", "/Back", "/décir hola", "/sudo luis"), [
    "! unknown command /server: chat client HOST PORT joins another hub",
    "! unknown command /back: /away without a text, or any message of yours, shows that you are back",
    "! unknown command /décir: what you type without a slash is said to the room",
    "! unknown command /sudo: /mod PASSWORD makes you a moderator",
  ]);
  assertEquals(luis.take(), []);
  assertEquals(ana.ask("/lang es", "/conectar a b").slice(1), [
    "! no existe la orden /conectar: con chat client HOST PUERTO te unes a otro servidor",
  ]);
});

/** A word that only the member under test uses. */
const WORD = "contraband";

/** For each kind of argument, a valid one with the word in it; ana is another member. */
const ARGUMENTS: Readonly<Record<NonNullable<Command["argument"]>["key"], string>> = {
  lang: WORD,
  nick: WORD,
  optional_nick: WORD,
  text: WORD,
  optional_text: WORD,
  room_words: WORD,
  nick_text: `ana ${WORD}`,
  room_key: WORD,
  optional_room: WORD,
  room_reason: `${WORD} ${WORD}`,
  optional_reason: `${WORD} ${WORD}`,
  topic: WORD,
  count_room: WORD,
  optional_command: WORD,
  password: WORD,
  nick_reason: `ana ${WORD}`,
  room_nick_reason: `ana ${WORD}`,
  room_nick: WORD,
  nick_room: `ana ${WORD}`,
  optional_nick_room: `ana ${WORD}`,
  nick_minutes: `ana ${WORD}`,
  nick_address: `ana ${WORD}`,
  seconds_room: WORD,
  limit_room: WORD,
  key_room: WORD,
  delete: `ana ${WORD}`,
};

/** The commands with which eva shows others her words, now or when they join, after these lines: hers, a moderator's, hers. */
function commandsThatShowText(
  { eva: first = [], moderator = [], after = [] }: {
    eva?: string[];
    moderator?: string[];
    after?: string[];
  } = {},
): string[] {
  return COMMANDS.filter(({ names, argument }) => {
    const test = new TestHub({ modPassword: "tiza", historyOnJoin: 50 });
    const [mod, ana, eva] = test.textMembers("mod", "ana", "eva");
    const bot = test.framesMember("bot");
    ana.send("/msg eva hola"); // so that she can answer
    mod.send("/mod tiza");
    eva.send(...first);
    mod.send(...moderator);
    eva.send(...after);
    test.tick();
    eva.send(`/${names.en[0]} ${argument ? ARGUMENTS[argument.key] : WORD}`);
    test.tick();
    const newcomer = test.connect();
    newcomer.send("/name luis", "/rooms");
    test.tick();
    return [mod, ana, bot, newcomer].some((peer) => peer.take().join("\n").includes(WORD));
  }).map(({ name }) => name);
}

/** Those of members. A new command that shows text to others belongs here: it must check for mutes and pauses. */
const SHOWING_TEXT = "nick away me notice message answer join topic exit".split(" ");

Deno.test("a muted member can show others nothing with any command", () => {
  assertEquals(commandsThatShowText(), SHOWING_TEXT);
  assertEquals(commandsThatShowText({ moderator: ["/mute eva"] }), []);
});

Deno.test("a muted moderator can show others nothing with any command either", () => {
  const eva = ["/mod tiza"];
  assertEquals(
    commandsThatShowText({ eva }),
    [...SHOWING_TEXT, "kick", "mute", "ban", "announce"],
  );
  assertEquals(commandsThatShowText({ eva, moderator: ["/mute eva"] }), []);
});

Deno.test("in a paused room a member can show it nothing with any command", () => {
  assertEquals(commandsThatShowText({ moderator: ["/pause"] }), ["message", "answer", "join"]);
});

Deno.test("in slow mode a member who has to wait can show the room nothing with any command", () => {
  const lines = { moderator: ["/slow 60"], after: ["hola"] };
  assertEquals(commandsThatShowText({ ...lines, after: [] }).includes("nick"), true);
  assertEquals(commandsThatShowText(lines), ["message", "answer", "join"]);
});

/** A name that undoes the other, for each such pair. */
const OPPOSITES = [
  ["ignore", "unignore"],
  ["ignorar", "escuchar"],
  ["mute", "unmute"],
  ["silenciar", "desilenciar"],
  ["ban", "unban"],
  ["vetar", "readmitir"],
  ["lock", "unlock"],
  ["bloquear", "desbloquear"],
  ["pause", "unpause"],
  ["pausar", "reanudar"],
] as const;

/** The words that are one slip away from a name: a letter is left out, doubled, replaced, or swapped with the next. */
function slipsOf(name: string): string[] {
  return Array.from(name).flatMap((letter, at) => {
    const [before, after] = [name.slice(0, at), name.slice(at + 1)];
    const swapped = before + after.charAt(0) + letter + after.slice(1);
    return [before + after, before + letter + letter + after, `${before}z${after}`, swapped];
  });
}

Deno.test("no suggestion does the opposite of what was typed", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod");
  mod.send("/mod tiza");
  const names = COMMANDS.flatMap((each) => Object.values(each.names).flat());
  const suggested = (typed: string) => {
    if (names.includes(typed)) return typed;
    const [line = ""] = mod.ask(`/${typed}`);
    return /did you mean \/(\S+)\?/.exec(line)?.[1];
  };
  mod.ask();
  for (const [one, other] of OPPOSITES) {
    for (const slip of slipsOf(other)) assert(suggested(slip) !== one, `/${slip} suggests /${one}`);
    for (const slip of slipsOf(one)) {
      assert(suggested(slip) !== other, `/${slip} suggests /${other}`);
    }
  }
  for (const name of names.filter((each) => !/^(un|des)/.test(each))) {
    for (const typed of [`un${name}`, `des${name}`]) {
      if (names.includes(typed)) continue;
      const own = COMMANDS.find((each) => Object.values(each.names).flat().includes(name))!;
      const suggestion = suggested(typed);
      assert(!Object.values(own.names).flat().includes(suggestion ?? ""), `/${typed}`);
    }
  }
  assertEquals(suggested("unlok"), "unlock");
  assertEquals(suggested("ulock"), "unlock");
  assertEquals(suggested("desbloqear"), "desbloquear");
});
