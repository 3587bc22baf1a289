import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fillIn, findTranscripts, matches, type Step } from "../../support/transcript.ts";
import { testProperty } from "../../support/property.ts";

const DOCUMENT = `# Title

\`\`\`sh
echo no transcript
\`\`\`

\`\`\`wire history=0 greet
# ana comes
-- ana connected
ana< * welcome, …
ana> hola
> {"type":"ping"}
<
< …

-- ana closed
-- broken
\`\`\`
`;

const isMatch = (shown: string, line: string) => matches(shown, line, new Map());

Deno.test("a transcript is read from its document, each step with its line", () => {
  const [transcript, another] = findTranscripts(DOCUMENT);
  assert(transcript && !another);
  assertEquals(transcript.line, 8);
  assertEquals([...transcript.options], [["history", "0"], ["greet", ""]]);
  assertEquals(transcript.steps, [
    { kind: "event", name: "ana", line: 9, event: "connected" },
    { kind: "receive", name: "ana", line: 10, text: "* welcome, …" },
    { kind: "send", name: "ana", line: 11, text: "hola" },
    { kind: "send", name: "", line: 12, text: '{"type":"ping"}' },
    { kind: "receive", name: "", line: 13, text: "" },
    { kind: "skip", name: "", line: 14 },
    { kind: "event", name: "ana", line: 16, event: "closed" },
    { kind: "event", name: "", line: 17, event: "broken" },
  ]);
});

Deno.test("a line that is not valid in a transcript is named", () => {
  for (const line of ["hola", "-- ana", "-- ana gone", "ana >hola", "a b> c"]) {
    assertThrows(() => findTranscripts(`\`\`\`wire\n${line}\n\`\`\`\n`), SyntaxError, "line 2");
  }
});

Deno.test("text is compared exactly, except where the transcript has …", () => {
  assert(isMatch("* welcome, … (1 here: …)", "* welcome, guest7 (1 here: guest7)"));
  assert(!isMatch("* welcome, … (1 here: …)", "* welcome, guest7 (2 here: guest7)"));
  assert(isMatch("a.c", "a.c") && !isMatch("a.c", "abc") && !isMatch("a", "ab"));
});

Deno.test("JSON is compared in any order of its fields", () => {
  assert(isMatch('{"a":1,"b":[true,null]}', '{"b":[true,null],"a":1}'));
  for (const other of ['{"a":2}', '{"a":1,"b":1}', "{}", '{"a":"1"}', "[]", "null", "a"]) {
    assert(!isMatch('{"a":1}', other), other);
  }
  assert(!isMatch('{"a":[1,2]}', '{"a":[1]}') && !isMatch('{"a":{}}', '{"a":[]}'));
});

Deno.test("… matches any string or value, and further fields or items", () => {
  assert(isMatch('{"a":"…"}', '{"a":"x"}') && !isMatch('{"a":"…"}', '{"a":1}'));
  assert(isMatch('{"a":…}', '{"a":{"b":1}}') && !isMatch('{"a":…}', '{"b":1}'));
  assert(isMatch('{"a":"one … three"}', '{"a":"one two three"}'));
  assert(isMatch('{"a":1,…}', '{"b":2,"a":1}') && !isMatch('{"a":1,…}', '{"b":2}'));
  assert(isMatch('{"a":[1,…],"b":{…}}', '{"a":[1,2,3],"b":{"c":"[…"}}'));
  assert(!isMatch('{"a":[1,2,…]}', '{"a":[1]}'));
  assert(isMatch('{"a":"{…"}', '{"a":"{…"}'));
  assertThrows(() => isMatch('{"a":1,}', "{}"), SyntaxError, '{"a":1,}');
});

Deno.test("a label stands for the same value everywhere", () => {
  const bindings = new Map<string, unknown>();
  assert(matches('{"token":"…ana","id":…1}', '{"token":"t0k","id":7}', bindings));
  assertEquals(fillIn('{"token":"…ana","after":…1} …', bindings), '{"token":"t0k","after":7} …');
  assert(matches('{"token":"…ana"}', '{"token":"t0k"}', bindings));
  assert(!matches('{"token":"…ana"}', '{"token":"other"}', bindings));
  assert(!matches('{"token":"…bob","id":1}', '{"token":"b0b","id":2}', bindings));
  assertThrows(() => fillIn("…bob", bindings), SyntaxError, "…bob");
});

testProperty(
  "any JSON matches itself, and any document can be looked through",
  { weight: 3 },
  (check) => {
    const values = fc.dictionary(
      fc.string().filter((name) => !name.includes("…")),
      fc.jsonValue().filter((value) => !JSON.stringify(value).includes("…")),
    );
    check(fc.property(values, (value) => {
      const json = JSON.stringify(value);
      assert(isMatch(json, json));
    }));
    const lines = fc.stringMatching(/^(ana|josé)?[<>] [^\n\r]*$|^-- (josé )?closed$/);
    check(fc.property(fc.array(lines, { maxLength: 5 }), (texts) => {
      const [transcript] = findTranscripts(
        `\`\`\`wire\n${texts.map((text) => text + "\n").join("")}\`\`\`\n`,
      );
      const said = (transcript?.steps ?? []).map((step: Step) => step.kind);
      assertEquals(said.length, texts.length);
    }));
  },
);
