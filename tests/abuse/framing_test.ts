/** Split and invalid input: how the hub answers, and that nobody else is hurt. Lengths are in line_splitter_test.ts and limits_test.ts. */

import { assert, assertEquals } from "@std/assert";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { bare, Besieged, frames } from "../support/besieged.ts";
import { Peer } from "../support/peer.ts";
import type { Hub } from "../support/program.ts";
import { DIALECTS, LF, nextRef, openRoom, say } from "./besieged_room.ts";

const utf8 = new TextEncoder();

function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(2 * text.length));
  for (let at = 0; at < text.length; at++) {
    bytes.setUint16(2 * at, text.charCodeAt(at), order === "le");
  }
  return new Uint8Array(bytes.buffer);
}

function concat(...parts: (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...utf8.encode(part)] : part),
  );
}

const PIECES: readonly [name: string, cut: (bytes: Uint8Array) => Iterable<Uint8Array>][] = [
  ["whole", (bytes) => [bytes]],
  [
    "character by character",
    (bytes) => Array.from(new TextDecoder().decode(bytes), (char) => utf8.encode(char)),
  ],
  ["byte by byte", (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte))],
];

Deno.test("lines are read however they are split", async (t) => {
  await using siege = await Besieged.start(t);
  const texts = ["ñandú 日本 😀👨‍👩‍👧", "é e\u0301 שלום", "fin"];
  for (const dialect of DIALECTS) {
    for (const [name, cut] of PIECES) {
      await siege.case(`${dialect} split ${name} is read the same`, async (hub) => {
        await using room = await openRoom(hub, dialect);
        const ends = ["\r\n", "\n", "\r\n"];
        const all = texts.map((text, at) => room.line(text) + ends[at]).join("");
        for (const piece of cut(utf8.encode(all))) await room.eve.send(piece);
        await room.assertReceived(...texts);
      });
    }
  }
});

/** Invalid UTF-8 (RFC 3629), by what is wrong with it. */
const INVALID: readonly [name: string, bytes: readonly number[]][] = [
  ["a stray continuation", [0x80]],
  ["an overlong form of 3 bytes", [0xe0, 0x80, 0xaf]],
  ["an emoji as two surrogates", [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ["3 bytes of 4", [0xf0, 0x9f, 0x98]],
  ["the byte FF twice", [0xff, 0xff]], // one is a telnet command
];

Deno.test("lines that are not UTF-8 are refused", async (t) => {
  await using siege = await Besieged.start(t);
  for (const dialect of DIALECTS) {
    for (const [name, bytes] of INVALID) {
      await siege.case(`${name} in ${dialect} is refused with its whole line`, async (hub) => {
        await using room = await openRoom(hub, dialect);
        const [before, after] = dialect === "text"
          ? ["bad", "bad"]
          : [`{"type":"say","ref":"${nextRef()}","text":"bad`, 'bad"}'];
        const lines: Uint8Array[] = [concat(before, bytes, after, LF)];
        // At the end of the line the sequence is incomplete.
        if (dialect === "text") lines.push(concat(before, bytes, LF), concat(bytes, LF));
        for (const line of lines) {
          room.eve.send(line);
          assertEquals(await room.refused(), "not_utf8");
        }
        room.eve.send(room.line("good") + LF);
        await room.assertReceived("good");
      });
    }
  }
  await siege.case(
    "a peer whose first line is not UTF-8 becomes a guest and gets the error",
    async (hub) => {
      await using peer = await Peer.connect(hub.port);
      peer.send(concat([0xfe, 0xc3], LF));
      await peer.until(/^\* welcome, guest\d+ /);
      await peer.until("! that line is not valid UTF-8");
    },
  );
  await siege.case("a character that the end of the stream cuts off is refused", async (hub) => {
    await using room = await openRoom(hub, "text");
    room.eve.send(concat("caf", [0xc3]));
    room.eve.end();
    assertEquals(await room.refused(), "not_utf8");
    assertEquals(await room.eve.closed(), "end");
  });
});

Deno.test("line ends and byte order marks are handled", async (t) => {
  await using siege = await Besieged.start(t);
  await siege.case("a lone CR and a later BOM in text do not end a line", async (hub) => {
    await using room = await openRoom(hub, "text");
    room.eve.send("one\rnc: two\r\r\n\ufeff/who\nlast\n");
    await room.assertReceived("one\ufffdnc: two\ufffd", "\ufeff/who", "last");
  });
  for (const order of ["le", "be"] as const) {
    for (const end of ["\n", "\r\n"]) {
      for (const bom of ["", "\ufeff"]) {
        const name = JSON.stringify(bom + end);
        await siege.case(`text in UTF-16${order} with ${name} is refused`, async (hub) => {
          await using room = await openRoom(hub, "text");
          room.eve.send(utf16(bom + ["hola", "", "adiós 日本", ""].join(end), order));
          assertEquals(await room.refused(), "not_utf8");
          room.eve.send(`\n${room.line("in UTF-8")}\n`);
          await room.assertReceived("in UTF-8");
          room.eve.send(utf16(bom + ["hola", "", "adiós 日本", ""].join(end), order));
          room.eve.end();
          assertEquals(await room.eve.closed(), "end");
          await room.assertReceived();
        });
      }
    }
  }
  await siege.case("a CR, a NUL and a later BOM make a frame invalid", async (hub) => {
    await using room = await openRoom(hub, "frames");
    for (const bad of ["\r", "\0", "\x1b"]) {
      room.eve.send(`{"type":"say","ref":"${nextRef()}","text":"a${bad}b"}\n`);
      assertEquals(await room.refused(), "bad_frame");
    }
    room.eve.send(`\ufeff${room.line("after a BOM")}\n`);
    assertEquals(await room.refused(), "bad_frame");
    room.eve.send(`${room.line("a\r\nb\rc\0d")}\r\n`);
    await room.assertReceived("a\nb\nc\ufffdd");
  });
  await siege.case("a BOM before the first line of text is dropped", async (hub) => {
    await using peer = await Peer.connect(hub.port);
    peer.send("\ufeff/name eva\n");
    await peer.until("* you are now eva");
  });
  await siege.case("a BOM before the hello is dropped", async (hub) => {
    await using peer = await Peer.connect(hub.port);
    peer.send('\ufeff{"type":"hello","protocol":1,"nick":"eva"}\r\n');
    assertEquals((await peer.untilFrame("welcome")).nick, "eva");
  });
  for (const dialect of DIALECTS) {
    await siege.case(`ten thousand empty lines of ${dialect} post nothing`, async (hub) => {
      await using room = await openRoom(hub, dialect);
      room.eve.send("\n\r\n \n\t\r\n".repeat(2500) + room.line("something") + LF);
      await room.assertReceived("something");
    });
  }
});

Deno.test("every way of ending a connection is handled", async (t) => {
  await using siege = await Besieged.start(t);
  const whole = [["text", LF], ["frames", LF], ["frames", ""]] as const;
  for (const [dialect, end] of whole) {
    const name = JSON.stringify(end);
    await siege.case(`a last line of ${dialect} with the end ${name} counts`, async (hub) => {
      await using room = await openRoom(hub, dialect);
      room.eve.send(room.line("to the last") + end);
      room.eve.end();
      await room.eve.closed();
      await assertInHistory(hub, "to the last");
    });
  }
  for (const unfinished of ["half a li", "a CR\r", "/name fin", "/exit", "//", "a slip\x7f"]) {
    const name = JSON.stringify(unfinished);
    await siege.case(`${name} before the end of the stream is not said or done`, async (hub) => {
      await using room = await openRoom(hub, "text");
      room.eve.send(`${room.line("whole")}\n${unfinished}`);
      room.eve.end();
      await room.eve.until("! your last line was not sent, as it has no line end");
      assertEquals(await room.eve.closed(), "end");
      await room.assertReceived("whole");
      assertEquals(room.eve.pending(), []);
    });
  }
  await siege.case("blanks before the end of the stream are nothing", async (hub) => {
    await using room = await openRoom(hub, "text");
    room.eve.send(`${room.line("whole")}\n \t\r`);
    room.eve.end();
    assertEquals(await room.eve.closed(), "end");
    assertEquals(room.eve.pending().filter((line) => line.startsWith("!")), []);
    await room.assertReceived("whole");
  });
  for (const dialect of DIALECTS) {
    await siege.case(`half a line of ${dialect} before a reset does not`, async (hub) => {
      await using watcher = await frames(hub, "watcher");
      const peer = await (dialect === "text" ? bare : frames)(hub, "ivy");
      await watcher.until('"ivy"');
      await peer.send(dialect === "text" ? "half a li" : say("half a li").slice(0, -5));
      peer.reset();
      // Perhaps together with others from earlier cases.
      for (let frame; !isPresence(frame = await watcher.frame());) {
        assert(frame.type !== "message", JSON.stringify(frame));
      }
    });
  }
  await siege.case("half a frame before the end of the stream is refused", async (hub) => {
    await using room = await openRoom(hub, "frames");
    room.eve.send(say("cut").slice(0, -3));
    room.eve.end();
    assertEquals(await room.refused(), "bad_frame");
    assertEquals(await room.eve.closed(), "end");
  });
});

function isPresence(frame: HubFrame): boolean {
  return frame.type === "left" || (frame.type === "presence" && frame.left.count > 0);
}

/** Asserts that a newcomer finds it in the history. */
async function assertInHistory(hub: Hub, text: string): Promise<void> {
  await using late = await Peer.connect(hub.port);
  late.send('{"type":"hello","protocol":1,"nick":"late","history":1}\n');
  assertEquals((await late.untilFrame("message")).text, text);
}

Deno.test("a hub is not a terminal", async (t) => {
  await using siege = await Besieged.start(t);
  const [IAC, SB, SE, WILL, DO, AYT, EC] = [255, 250, 240, 251, 253, 246, 247];
  const NAWS = [IAC, SB, 31, 0, 80, 0, 24, IAC, SE];
  for (const [how, cut] of PIECES.filter(([name]) => name !== "character by character")) {
    await siege.case(`telnet commands split ${how} are not posted`, async (hub) => {
      await using room = await openRoom(hub, "text");
      const bytes = concat(
        [IAC, WILL, 31, IAC, DO, 1, ...NAWS],
        "one\r\ntw",
        [IAC, AYT, ...NAWS],
        "o\r\n",
        [IAC, SB, 24],
        "never ended\r\n",
        "three",
        [IAC],
        "\r\nfour\r",
        [IAC, DO, 1],
        "\0/fiv\x7f\b\x7f\x7ffivr",
        [IAC, EC],
        "e\r\0",
      );
      for (const piece of cut(bytes)) await room.eve.send(piece);
      await room.assertReceived("one", "two", "three", "four", "five");
    });
  }
});
