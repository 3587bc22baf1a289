/** Nicks and leaving. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { TestHub } from "../../../support/hub.ts";

Deno.test("a nick in use is refused in any spelling, except to its holder", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("José", "eva");
  eva.send("/nombre JOSE\u0301", "/nombre ädmin");
  eva.send("/nombre аna"); // Cyrillic а
  test.tick();
  assertEquals(eva.take(), [
    '! the nick "JOSÉ" is in use: JOSÉ2 is free',
    "* you are now ädmin",
    '! the nick "аna" cannot be used: all letters must be of one alphabet',
  ]);
  assertEquals(ana.take(), ["* eva is now ädmin"]);
  assertEquals(ana.ask("/nombre JOSÉ"), ["* you are now JOSÉ"]);
});

Deno.test("a nick with spaces is refused, with a free one without them", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("ana", "eva");
  assertEquals(ana.ask("/name José  Luis"), ["! a nick has no spaces: try José_Luis"]);
  assertEquals(ana.ask("/name José_Luis"), ["* you are now José_Luis"]);
  assertEquals(ana.ask("/name josé luis"), ["! a nick has no spaces: try josé_luis"]);
  assertEquals(
    eva.ask("/lang es", "/nombre José Luis").at(-1),
    "! un apodo no lleva espacios: prueba José_Luis2",
  );
  const invalid = ["José @", "una frase que no es un apodo", "_ a", "a\u0430 b"];
  for (const nick of invalid) {
    assertMatch(eva.ask(`/nombre ${nick}`).at(-1)!, /^! no se puede usar el apodo /, nick);
  }
});

Deno.test("of two claims to a nick in the same tick, the first wins", () => {
  const test = new TestHub();
  const [a, b] = test.textMembers("a1", "b1");
  a.send("/name eva");
  b.send("/name EVA");
  test.tick();
  assertEquals(a.take(), ["* you are now eva"]);
  assertEquals(b.take(), ["* a1 is now eva", '! the nick "EVA" is in use: EVA2 is free']);
});

Deno.test("a nick is free again when its holder leaves", () => {
  const test = new TestHub();
  test.textMember("ana").drop();
  const other = test.textMember("eva");
  assertEquals(other.ask("/name ana").at(-1), "* you are now ana");
});

Deno.test("/exit delivers what is due, says goodbye and closes, and the others see it once", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("una");
  ana.send("dos", "/exit");
  assertEquals(ana.take(), ["luis: una", "* goodbye"]);
  assertEquals(ana.isClosed, true);
  test.hub.detach(ana.session);
  ana.send("tarde");
  test.tick();
  assertEquals(luis.take(), ["ana: dos", "* ana left (1 here)"]);
});

Deno.test("/exit shows the others why: safe, in at most 200 characters, in their language", () => {
  const test = new TestHub();
  const [ana, eva, luis, marta] = test.textMembers("ana", "eva", "luis", "marta");
  const bot = test.framesMember("bot");
  luis.send("/idioma es");
  test.tick();
  for (const peer of [bot, luis, marta]) peer.take();
  ana.send("/salir me voy a casa\x07");
  eva.send(`/exit ${"x".repeat(300)}`);
  test.tick();
  const cut = "x".repeat(199) + "…";
  assertEquals(luis.take(), [
    "* ana ya no está: me voy a casa\uFFFD (4 aquí)",
    `* eva ya no está: ${cut} (3 aquí)`,
  ]);
  assertEquals(marta.take()[0], "* ana left: me voy a casa\uFFFD (4 here)");
  const [left] = bot.takeFrames();
  assert(left?.type === "left");
  assertEquals([left.reason, left.params], ["quit", { because: "me voy a casa\uFFFD" }]);
});
