import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  BARE_WIRE,
  FRAMES_WIRE,
  IRC_WIRE,
  TEXT_WIRE,
} from "../../../../tools/bench/contestants/wire.ts";
import { Batch, countMessages, MARKER, TEXT } from "../../../../tools/bench/message.ts";
import { decodeClientFrame } from "../../../../common/protocol/frame.ts";

const utf8 = new TextEncoder();
const lines = (batch: Batch) => new TextDecoder().decode(batch.bytes).split("\n").slice(0, -1);

Deno.test("what is said has the mark once, by every wire", () => {
  for (const { say } of [TEXT_WIRE, FRAMES_WIRE, BARE_WIRE, IRC_WIRE]) {
    assertEquals(say.split(MARKER).length, 2, say);
  }
});

Deno.test("messages are counted by their marks, wherever reads cut them", () => {
  const line = fc.constantFrom(`guest1: ${TEXT}\n`, `{"text":"${TEXT}"}\n`, "* guest2 joined\n");
  const chance = fc.array(fc.nat(), { maxLength: 20 });
  fc.assert(fc.property(fc.array(line, { maxLength: 30 }), chance, (lines, chance) => {
    const bytes = utf8.encode(lines.join(""));
    const cuts = chance.map((cut) => cut % (bytes.length + 1)).sort((one, other) => one - other);
    let counted = 0;
    let at = 0;
    for (const cut of [...cuts, bytes.length]) {
      counted += countMessages(bytes.subarray(at, cut), cut - at);
      at = cut;
    }
    assertEquals(counted, lines.filter((line) => line.includes(TEXT)).length);
  }));
});

Deno.test("only the bytes that were read are looked at", () => {
  const buffer = utf8.encode(`${TEXT}\n`.repeat(3));
  assertEquals(countMessages(buffer, utf8.encode(`${TEXT}\n`).length), 1);
  assertEquals(countMessages(buffer, 0), 0);
});

Deno.test("each frame of a batch has a ref that no other one has had", () => {
  const batch = new Batch(FRAMES_WIRE.say, 3);
  const refs = new Set<string>();
  let next = 1;
  for (let time = 0; time < 500; time++) {
    next = batch.number(next);
    for (const line of lines(batch)) {
      const decoded = decodeClientFrame(line);
      if (decoded.kind !== "frame" || decoded.frame.type !== "say") throw new Error(line);
      assertEquals(decoded.frame.text, TEXT);
      refs.add(decoded.frame.ref);
    }
  }
  assertEquals([next, refs.size], [1501, 1500]);
});

Deno.test("a batch of lines without refs stays as it is, and uses up no number", () => {
  const batch = new Batch(TEXT_WIRE.say, 2);
  assertEquals(batch.number(7), 7);
  assertEquals(lines(batch), [TEXT, TEXT]);
});
