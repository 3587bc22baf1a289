/** Frames that are invalid or odd: how the hub answers, and that nobody else is hurt. */

import { assert, assertEquals } from "@std/assert";
import { Besieged } from "../support/besieged.ts";
import { Peer } from "../support/peer.ts";
import { LF, nextRef, openRoom, say } from "./besieged_room.ts";

/** Frames that are invalid, or mean less than they seem to. */
const ODD_FRAMES: readonly [name: string, line: string, error: string | undefined][] = [
  ["64 KiB of [", "[".repeat(64 * 1024), "bad_frame"],
  ["64 KiB of {", '{"a":'.repeat(13_000), "bad_frame"],
  ["a list", '[{"type":"say"}]', "bad_frame"],
  ["a number", "1e999", "bad_frame"],
  ["a string", '"say"', "bad_frame"],
  ["null", "null", "bad_frame"],
  ["a type that is not a string", '{"type":{"say":1}}', "bad_frame"],
  ["a type of every object", '{"type":"toString"}', undefined],
  ["a type of every prototype", '{"type":"__proto__","ref":"1","text":"x"}', undefined],
  ["a type with a control", '{"type":"\\u001b[2J"}', undefined],
  ["fields from a prototype", '{"type":"say","__proto__":{"ref":"1","text":"x"}}', "bad_frame"],
  ["a text that is a list", '{"type":"say","ref":"1","text":["x"]}', "bad_frame"],
  ["a text that is a number", '{"type":"say","ref":"1","text":1e400}', "bad_frame"],
  ["a ref of a megabyte", `{"type":"say","ref":"${"r".repeat(60_000)}","text":"x"}`, "bad_frame"],
  [
    "a room of a megabyte",
    `{"type":"say","ref":"r1","text":"x","room":"${"r".repeat(60_000)}"}`,
    "bad_frame",
  ],
  ["a second hello", '{"type":"hello","protocol":1,"nick":"other"}', "bad_frame"],
  ["a hello of an infinite protocol", '{"type":"hello","protocol":1e400}', "bad_frame"],
  [
    "a hello with too large a number",
    `{"type":"hello","protocol":1,"history":${"9".repeat(400)}}`,
    "bad_frame",
  ],
  ["no text", '{"type":"say","ref":"r2","text":" \\t\\n"}', "empty_message"],
];

/** Frames that are valid in spite of odd fields, and the text that they post. */
const GOOD_FRAMES: readonly [name: string, line: (ref: string) => string, text: string][] = [
  [
    "a field nested 10,000 deep",
    (ref) =>
      `{"type":"say","ref":"${ref}","text":"deep","x":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
    "deep",
  ],
  [
    "an object nested 10,000 deep",
    (ref) =>
      `{"type":"say","ref":"${ref}","text":"deep","x":${'{"a":'.repeat(10_000)}1${
        "}".repeat(10_000)
      }}`,
    "deep",
  ],
  [
    "giant numbers",
    (ref) => `{"type":"say","ref":"${ref}","text":"x","n":1e999,"m":-${"9".repeat(500)}}`,
    "x",
  ],
  [
    "the same key twice",
    (ref) => `{"type":"ping","text":"first","ref":"0","type":"say","ref":"${ref}","text":"last"}`,
    "last",
  ],
  [
    "a prototype with a receiver",
    (ref) =>
      `{"type":"say","ref":"${ref}","text":"to all","__proto__":{"to":"nc","room":"x"},"constructor":1}`,
    "to all",
  ],
  [
    "lone surrogates",
    (ref) => `{"type":"say","ref":"${ref}","text":"a\\ud83db\\ude00c\\ude00\\ud83dd"}`,
    "a\ufffdb\ufffdc\ufffd\ufffdd",
  ],
  [
    "an emoji of two escapes",
    (ref) => `{"type":"say","ref":"${ref}","text":"\\ud83d\\ude00"}`,
    "😀",
  ],
];

Deno.test("unusual frames are handled", async (t) => {
  await using siege = await Besieged.start(t);
  for (const [name, line, error] of ODD_FRAMES) {
    await siege.case(
      `${name} ${error ? "is refused" : "is ignored"}`,
      async (hub) => {
        await using room = await openRoom(hub, "frames");
        room.eve.send(`${line}\n`);
        if (error) assertEquals(await room.refused(), error);
        room.eve.send(say("next") + LF);
        await room.assertReceived("next");
      },
    );
    await siege.case(`${name} as the first line hurts nobody`, async (hub) => {
      await using peer = await Peer.connect(hub.port);
      peer.send(`${line}\n/who\n`);
      peer.end();
      assertEquals(await peer.closed(), "end");
      assert(peer.received().length > 0);
    });
  }
  for (const [name, line, text] of GOOD_FRAMES) {
    await siege.case(`${name} in a frame do no harm`, async (hub) => {
      await using room = await openRoom(hub, "frames");
      room.eve.send(line(nextRef()) + LF);
      await room.assertReceived(text);
    });
  }
});
