import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { hasTelnet, TelnetDecoder } from "../../../../common/protocol/telnet.ts";
import { testProperty } from "../../../support/property.ts";

const [NUL, BS, LF, CR] = [0, 8, 10, 13];
const [EOF, SE, NOP, TIMING_MARK] = [236, 240, 241, 6];
const [EC, SB, WILL, WONT, DO, DONT, IAC] = [247, 250, 251, 252, 253, 254, 255];
const NAWS = [IAC, SB, 31, 0, 80, 0, 24, IAC, SE];

const ascii = (text: string) => Array.from(new TextEncoder().encode(text));

/** What the pieces of a stream decode to, and what the decoder answered. */
function decode(...pieces: readonly (readonly number[])[]) {
  const answers: number[] = [];
  const decoder = new TelnetDecoder((refusals) => answers.push(...refusals));
  const data = pieces.flatMap((piece) => [...decoder.decode(Uint8Array.from(piece))]);
  return { data, answers };
}

Deno.test("bytes without telnet pass as the same array", () => {
  const bytes = new TextEncoder().encode("José\r\n/quien\r\n");
  assertStrictEquals(new TelnetDecoder(() => {}).decode(bytes), bytes);
});

Deno.test("a decoder that starts with the first chunk that needs it decodes the same, also a CR NUL cut in two", () => {
  const stream = [...ascii("a\r\nb"), CR, NUL, ...ascii("c"), IAC, NOP, CR, NUL, ...ascii("\n")];
  for (let cut = 0; cut <= stream.length; cut++) {
    const chunks = [stream.slice(0, cut), stream.slice(cut)];
    const plain = chunks.findIndex((chunk) => hasTelnet(Uint8Array.from(chunk)));
    const { data } = decode(...chunks.slice(plain));
    assertEquals([...chunks.slice(0, plain).flat(), ...data], decode(stream).data, `at ${cut}`);
  }
});

Deno.test("commands and subnegotiation are taken out, and an escaped 255 is data", () => {
  const all = [IAC, WONT, 31, ...ascii("h"), ...NAWS, ...ascii("ol"), IAC, NOP, IAC, EOF];
  assertEquals(decode([...all, ...ascii("a"), IAC, IAC]).data, [...ascii("hola"), 255]);
});

Deno.test("CR NUL becomes CR LF, with commands in between too; another NUL stays", () => {
  const [c, n] = [[CR], [NUL]];
  const timingMark = [IAC, DO, TIMING_MARK];
  for (const between of [[], timingMark, NAWS]) {
    assertEquals(decode([...ascii("a"), ...c, ...between, ...n]).data, [...ascii("a"), CR, LF]);
  }
  assertEquals(decode([NUL, CR, LF, NUL, CR, CR, NUL]).data, [NUL, CR, LF, NUL, CR, CR, LF]);
});

Deno.test("an erased character is BS", () => {
  assertEquals(decode([...ascii("ab"), IAC, EC]).data, [...ascii("ab"), BS]);
});

Deno.test("each request for an option is refused; a refusal is not answered", () => {
  const asked = [IAC, DO, 1, IAC, WILL, 31, IAC, DONT, 3, IAC, WONT, 5, ...NAWS];
  assertEquals(decode(asked), { data: [], answers: [IAC, WONT, 1, IAC, DONT, 31] });
});

Deno.test("a subnegotiation that is never ended ends with its line, a lone 255 is nothing", () => {
  const all = [...ascii("one"), IAC, SB, 24, ...ascii("x\ntwo"), IAC, ...ascii("\r\nthree")];
  assertEquals(decode(all).data, ascii("one\ntwo\r\nthree"));
});

/** What a telnet client may send between two bytes of text. */
const command = fc.oneof(
  fc.tuple(fc.constantFrom(WILL, WONT, DO, DONT), fc.nat(255)).map(([c, o]) => [IAC, c, o]),
  fc.constantFrom(EOF, 237, 238, 239, NOP, 242, 243, 244, 245, 246, 248, 249).map((c) => [IAC, c]),
  fc.array(fc.nat(254).filter((byte) => byte !== LF), { maxLength: 6 })
    .map((content) => [IAC, SB, ...content, IAC, SE]),
);
/** What is sent for a key in character mode, and the text that it means. */
const key: fc.Arbitrary<Record<"sent" | "text", readonly number[]>> = fc.oneof(
  fc.constantFrom({ sent: [CR, NUL], text: [CR, LF] }, { sent: [CR, LF], text: [CR, LF] }),
  fc.integer({ min: 1, max: 254 }).filter((byte) => byte !== CR)
    .map((byte) => ({ sent: [byte], text: [byte] })),
);

testProperty(
  "commands anywhere, cut anywhere, change nothing of the text",
  { weight: 2 },
  (check) => {
    const keys = fc.array(fc.tuple(key, command, command), { maxLength: 12 });
    return check(fc.property(keys, (typed) => {
      const sent = typed.flatMap((
        [{ sent }, before, within],
      ) => [...before, ...sent.slice(0, 1), ...within, ...sent.slice(1)]);
      const wanted = decode(sent);
      assertEquals(wanted.data, typed.flatMap(([{ text }]) => text));
      for (let cut = 0; cut <= sent.length; cut++) {
        assertEquals(decode(sent.slice(0, cut), sent.slice(cut)), wanted);
      }
      assertEquals(decode(...sent.map((byte) => [byte])), wanted);
    }));
  },
);
