/** The commands, in both languages. */

import { assertEquals, assertMatch } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { startHub } from "../support/program.ts";
import { count, history, join, joinWithNc, placed, testInPty, untilInput } from "./people.ts";

/** Commands in each language, and their answers. */
const LANGUAGES = [
  {
    lang: "en",
    welcome: "* welcome, ana (2 here: bob, ana)",
    name: ["/name lucía", "* you are now lucía"],
    who: ["/who", "* 2 here: bob, lucía"],
    me: "/me waves",
    mistyped: [
      "/hepl me",
      "! unknown command /hepl: did you mean /help? /help lists the commands, and // sends a line that begins with /",
    ],
    unknown: [
      "/abracadabra",
      "! unknown command /abracadabra: /help lists the commands, and // sends a line that begins with /",
    ],
    incomplete: ["/name", "! usage: /name NAME"],
    taken: ["/name bob", '! the nick "bob" is in use: bob2 is free'],
    help: ["/help", "* Tab completes, ↑ repeats, /exit leaves; //TEXT sends /TEXT"],
    other: ["/lang es", "* el servidor te habla ahora en español"],
    afterwards: ["/who", "* 2 aquí: bob, lucía"],
    leave: "/exit",
  },
  {
    lang: "es",
    welcome: "* te damos la bienvenida, ana (2 aquí: bob, ana)",
    name: ["/nombre lucía", "* ahora eres lucía"],
    who: ["/quién", "* 2 aquí: bob, lucía"],
    me: "/yo waves",
    mistyped: [
      "/auyda",
      "! no existe la orden /auyda: ¿querías decir /ayuda? /ayuda muestra todas, y // envía una línea que empieza por /",
    ],
    unknown: [
      "/abracadabra",
      "! no existe la orden /abracadabra: /ayuda muestra todas, y // envía una línea que empieza por /",
    ],
    incomplete: ["/nombre", "! se usa así: /nombre APODO"],
    taken: ["/nombre bob", '! el apodo "bob" está en uso: bob2 está libre'],
    help: ["/ayuda", "* Tab completa, ↑ repite, /salir sale; //TEXTO envía /TEXTO"],
    other: ["/idioma en", "* the hub now speaks English to you"],
    afterwards: ["/quien", "* 2 here: bob, lucía"],
    leave: "/salir",
  },
] as const;

for (const words of LANGUAGES) {
  testInPty(`every command works, and is answered in its language: ${words.lang}`, async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using bob = await joinWithNc(hub.port, "bob");
    await using ana = await join(hub, "ana", { cols: 120, args: ["--lang", words.lang] });
    assertEquals(history(ana)[0], words.welcome);

    for (
      const key of ["name", "who", "mistyped", "unknown", "incomplete", "taken", "help"] as const
    ) {
      const [typed, answer] = words[key];
      ana.type(`${typed}\r`);
      await untilInput(ana, placed("lucía", [], 120), answer);
      // The answer says all that the command does.
      const echoes = key === "name" ? 0 : 1;
      assertEquals(count(ana.text(), `› ${typed}\n`), echoes, `how often ${typed} is shown`);
    }
    assertMatch(
      ana.text(),
      /\* (\/clear|\/limpiar) /,
      "a local command in the help",
    );
    ana.type(`${words.me}\r//who is a command\r`);
    await ana.until(/\d lucía: \/who is a command/); // with its time, as the hub has accepted it
    assertEquals(history(ana).slice(-2), ["* lucía waves", "lucía: /who is a command"]);

    const [typed, answer] = words.other;
    ana.type(`${typed}\r${words.afterwards[0]}\r`);
    await untilInput(ana, placed("lucía", [], 120), answer);
    await untilInput(ana, placed("lucía", [], 120), words.afterwards[1]);
    ana.type(`${words.leave}\r`);
    assertEquals(await ana.exit(), { code: 0, signal: null });

    // Of all that, the others see only this.
    await bob.until("* ana joined (2 here)");
    assertEquals(await bob.line(), "* ana is now lucía");
    assertEquals(await bob.line(), "* lucía waves");
    assertEquals(await bob.line(), "lucía: /who is a command");
    assertEquals(await bob.line(), "* lucía left (1 here)");
  });
}

testInPty("nc users have the same commands", async () => {
  await using hub = await startHub(["--rate", "0", "--lang", "es"]);
  await using ana = await join(hub, "ana");
  await using bob = await Peer.connect(hub.port);
  bob.send("/nombre bob\n/yo saluda\n//x\nhola\n/quien\n");
  await bob.until("* ahora eres bob");
  assertEquals(await bob.line(), "* 2 aquí: ana, bob");
  await ana.until("bob: hola");
  assertEquals(history(ana).slice(-3), ["* bob saluda", "bob: /x", "bob: hola"]);
  bob.send("/salir\n");
  assertEquals(await bob.line(), "* hasta pronto");
  assertEquals(await bob.closed(), "end");
  await ana.until("* bob left (1 here)");
});
