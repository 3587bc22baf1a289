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
    const line of ["/nombre", "/yo ", "/idioma", "/rooms  all of them", "/history 5 6", "/lang de"]
  ) ana.send(line);
  test.tick();
  assertEquals(ana.take(), [
    "! usage: /nombre NAME",
    "! usage: /yo TEXT",
    "! usage: /idioma LANG",
    '! "all" is one word too many; usage: /rooms',
    '! "6" is one word too many; usage: /history [NUMBER]',
    '! unknown language "de": choose es or en',
  ]);
});

Deno.test("help names every command for members in both languages, the reader's first", () => {
  const test = new TestHub({ lang: "es" });
  const ana = test.textMember("ana");
  const help = ana.ask("/ayuda").join("\n");
  for (const { role, names } of COMMANDS) {
    if (role) continue;
    for (const name of Object.values(names).flat()) assert(help.includes(`/${name}`), name);
  }
  assertMatch(help, /\* \/salir \/exit \/quit +sale del chat/);
});

/** A word that only the member under test uses. */
const WORD = "contraband";

/** For each kind of argument, a valid one with the word in it; ana is another member. */
const ARGUMENTS: Readonly<Record<NonNullable<Command["argument"]>["key"], string>> = {
  lang: WORD,
  nick: WORD,
  optional_nick: WORD,
  text: WORD,
  nick_text: `ana ${WORD}`,
  room: WORD,
  optional_room: WORD,
  topic: WORD,
  count: WORD,
  password: WORD,
  nick_reason: `ana ${WORD}`,
  nick_minutes: `ana ${WORD}`,
  nick_address: `ana ${WORD}`,
  seconds_room: WORD,
};

/** The commands with which eva, after these commands of a moderator, shows others her words, now or when they join. */
function commandsThatShowText(...moderatorLines: string[]): string[] {
  return COMMANDS.filter(({ names, argument }) => {
    const test = new TestHub({ modPassword: "tiza", historyOnJoin: 50 });
    const [mod, ana, eva] = test.textMembers("mod", "ana", "eva");
    const bot = test.framesMember("bot");
    ana.send("/msg eva hola"); // so that she can answer
    for (const line of ["/mod tiza", ...moderatorLines]) mod.send(line);
    test.tick();
    eva.send(`/${names.en[0]} ${argument ? ARGUMENTS[argument.key] : WORD}`);
    test.tick();
    const newcomer = test.connect();
    newcomer.send("/name luis");
    test.tick();
    return [mod, ana, bot, newcomer].some((peer) => peer.take().join("\n").includes(WORD));
  }).map(({ name }) => name);
}

Deno.test("a muted member can show others nothing with any command", () => {
  // A new command that shows text to others belongs in this list: it must check for mutes and pauses.
  assertEquals(commandsThatShowText(), ["nick", "me", "message", "answer", "topic"]);
  assertEquals(commandsThatShowText("/mute eva"), []);
});

Deno.test("in a paused room a member can show it nothing but a new nick with any command", () => {
  assertEquals(commandsThatShowText("/pause"), ["nick", "message", "answer"]);
});
