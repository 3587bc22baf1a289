import { assertEquals } from "@std/assert";
import { MAX_IGNORED } from "../../../server/ignored.ts";
import { TestHub } from "../../support/hub.ts";

/** A hub with three members who have seen each other come. */
function three() {
  const test = new TestHub();
  const [ana, luis, eva] = [
    test.textMember("ana"),
    test.textMember("luis"),
    test.textMember("eva"),
  ];
  test.tick();
  for (const peer of [ana, luis, eva]) peer.take();
  return { test, ana, luis, eva };
}

Deno.test("what an ignored person says is hidden from one only, until it is shown again", () => {
  const { test, ana, luis, eva } = three();
  ana.send("/ignorar LUIS");
  luis.send("una");
  luis.send("/yo saluda");
  luis.send("/msg ana en privado");
  eva.send("dos");
  test.tick();
  assertEquals(ana.take(), [
    "* you now ignore luis: /ignore luis again stops it",
    "eva: dos",
  ]);
  assertEquals(eva.take(), ["luis: una", "* luis saluda"]);
  ana.send("/ignore luis");
  luis.send("tres");
  test.tick();
  assertEquals(ana.take(), ["* you no longer ignore luis", "luis: tres"]);
});

Deno.test("a new nick, or coming again under the old one, does not escape it", () => {
  const { test, ana, luis } = three();
  ana.send("/ignore luis");
  luis.send("/nick otro");
  luis.send("una");
  test.tick();
  assertEquals(ana.take().slice(1), ["* luis is now otro"]);
  luis.drop();
  const again = test.textMember("luis");
  again.send("dos");
  test.tick();
  assertEquals(ana.take().filter((line) => line.includes("dos")), []);
});

Deno.test("what an ignored person said is not told again either", () => {
  const { test, ana, luis, eva } = three();
  luis.send("una");
  eva.send("dos");
  test.tick();
  ana.take();
  ana.send("/ignore luis");
  ana.send("/history");
  test.tick();
  assertEquals(ana.take().slice(1), ["* --- the last message ---", "eva: dos"]);
});

Deno.test("an answer goes to whom one has read, not to an ignored person who wrote after that", () => {
  const { test, ana, luis, eva } = three();
  ana.send("/ignore luis");
  eva.send("/msg ana ¿vienes?");
  luis.send("/msg ana hola");
  ana.send("/r voy");
  test.tick();
  assertEquals(eva.take().at(-1), "[private] ana: voy");
  assertEquals(luis.take(), ["* [private] to ana: hola"]);
});

Deno.test("ignoring lists whom it hides, also when they are gone, and knows what cannot be", () => {
  const { test, ana, luis } = three();
  for (const line of ["/ignore", "/ignore ana", "/ignore nadie", "/ignore luis"]) ana.send(line);
  test.tick();
  luis.drop();
  for (const line of ["/ignore", "/ignore luis", "/ignore"]) ana.send(line);
  test.tick();
  assertEquals(ana.take().filter((line) => !line.includes("left")), [
    "* you ignore nobody",
    "! you cannot do that to yourself",
    '! nobody here is called "nadie"',
    "* you now ignore luis: /ignore luis again stops it",
    "* you ignore: luis",
    "* you no longer ignore luis",
    "* you ignore nobody",
  ]);
});

Deno.test("so many people can be ignored, and one more is an error", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  for (let number = 0; number <= MAX_IGNORED; number++) {
    test.textMember(`p${number}`);
    ana.send(`/ignore p${number}`);
  }
  test.tick();
  const errors = ana.take().filter((line) => line.startsWith("!"));
  assertEquals(errors, [
    `! you ignore ${MAX_IGNORED} people, which is the limit: /ignore NAME stops ignoring one of them`,
  ]);
});
