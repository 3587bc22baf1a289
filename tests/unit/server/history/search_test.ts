/** Searching: which texts have the words, and that a history in memory and one in a file find the same. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import { findWords, type Search, wordsOf } from "../../../../server/history/search.ts";
import { testProperty } from "../../../support/property.ts";
import { details, fill, ids, openFixture, posted } from "../../../support/sqlite_history.ts";

/** A search in #general. */
const search = (typed: string, options: Partial<Search> = {}): Search => (
  { room: "general", words: wordsOf(typed), count: 100, ...options }
);

Deno.test("a text has all the words in any order, whole, without regard to case and accents", () => {
  const text = "Mañana: ¿REUNIÓN a las 10?\nde «node.js», cafe\u0301 y Ǖbung";
  const found = ["reunion", "manana reunión", "js NODE", "CAFÉ 10", "ubung", "10 10"];
  for (const typed of found) assert(findWords(text, wordsOf(typed)) >= 0, typed);
  for (const typed of ["reunio", "union", "mañana tarde", "café1", "1"]) {
    assertEquals(findWords(text, wordsOf(typed)), -1, typed);
  }
  assertEquals(text.slice(findWords(text, wordsOf("las a"))).slice(0, 5), "a las");
});

Deno.test("what SQLite would read as the syntax of a query is words, or nothing", () => {
  assertEquals(wordsOf('"a* NEAR(b, 2) -c ^d texts: {e} OR NOT'), [
    ...["a", "near", "b", "2", "c", "d", "texts", "e", "or", "not"],
  ]);
  assertEquals(wordsOf('" * - : ( ) 👋 \u0301'), []);
});

Deno.test("every letter with an accent is found without it, on disk too", async () => {
  await using test = await openFixture();
  using history = opened(test.open());
  const letters = Array.from({ length: 0x1f80 }, (_, index) => String.fromCharCode(0x80 + index))
    .filter((letter) => /^\p{Ll}$/u.test(letter));
  const plain = letters.map((letter) => wordsOf(letter)[0]!);
  const isFolded = (index: number) => /^[a-z]$/.test(plain[index]!);
  assert(letters.filter((_, index) => isFolded(index)).length > 200);
  for (const [index, letter] of letters.entries()) {
    history.add(posted(index + 1, { text: isFolded(index) ? letter.toUpperCase() : letter }));
  }
  history.commit(letters.length);
  for (const [index, word] of plain.entries()) {
    const { messages } = history.search(search(word, { count: letters.length }));
    assert(ids([...messages]).includes(index + 1), letters[index]);
  }
});

const WORDS = ["hola", "Canción", "cancio\u0301n", "ÑU", "nu", "й", "и\u0306", "Σοφός", "σοφοσ"];
const PIECES = [
  ...WORDS,
  "日本",
  "本",
  "हिन्दी",
  "👋",
  "🇪🇸",
  "a\u0335b",
  "İs",
  "is",
  "ẞ",
  "ß",
  "x2",
  "\n",
];
const text = fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom("", " ", "-", '"', "*")))
  .map((pieces) => pieces.flat().join("") || "x");

testProperty(
  "a history in memory and one in a file find the same messages, whatever was dropped",
  { weight: 1 },
  (check) => {
    const kinds = fc.record({
      all: fc.array(fc.tuple(details, text), { maxLength: 30 }),
      typed: fc.oneof(fc.constantFrom(...WORDS), text),
      count: fc.integer({ min: 1, max: 5 }),
      messages: fc.integer({ min: 1, max: 40 }),
      isOneTick: fc.boolean(),
    });
    return check(
      fc.asyncProperty(kinds, async ({ all, typed, count, messages, isOneTick }) => {
        await using test = await openFixture();
        using history = opened(test.open({ keep: { messages } }));
        const memory = new MemoryHistory();
        for (const [index, [each, text]] of all.entries()) {
          const message = posted(index + 1, { ...each, text });
          history.add(message);
          if (index >= all.length - messages) memory.add(message);
          if (!isOneTick) history.commit(index + 1);
        }
        history.commit(all.length);
        history.sweep();
        const words = wordsOf(typed);
        if (words.length === 0) return;
        const hidden = { keys: ["eva"], hides: ({ key }: { key: string }) => key === "eva" };
        for (const room of ["a", "b"]) {
          const [one, other] = [memory, history].map((each) =>
            each.search({ room, words, count, hidden })
          );
          assertEquals(ids([...other!.messages]), ids([...one!.messages]));
          assertEquals(other!.hasMore, one!.hasMore);
        }
      }),
      { numRuns: 50 },
    );
  },
);

Deno.test("the newest are found first, also those that wait for the disk, and there may be more", async () => {
  await using test = await openFixture();
  using history = opened(test.open());
  fill(history, 30, { text: "uno dos" });
  history.add(posted(31, { text: "dos" }));
  const found = history.search(search("dos", { count: 3 }));
  assertEquals([ids([...found.messages]), found.hasMore], [[31, 30, 29], true]);
  assertEquals(history.search(search("dos", { room: "dev" })), { messages: [], hasMore: false });
});

Deno.test("a search looks at a limited part of what was said, and says so", async () => {
  await using test = await openFixture();
  using history = opened(test.open());
  const memory = new MemoryHistory();
  for (let id = 1; id <= 1500; id++) {
    const message = posted(id, { text: id === 1 ? "both words" : id % 2 ? "both" : "words" });
    history.add(message);
    if (id % 8 === 1) {
      memory.add({ ...message, message: { ...message.message, text: "x".repeat(1000) } });
    }
    history.commit(id);
  }
  // The rarer of the two words is in 750 messages, which are few enough.
  assertEquals(ids([...history.search(search("both words")).messages]), [1]);
  for (let id = 1501; id <= 3000; id++) {
    history.add(posted(id, { text: id % 2 ? "both" : "words" }));
    history.commit(id);
  }
  assertEquals(history.search(search("both words")), { messages: [], hasMore: true });
  assertEquals(memory.search(search("nothing")), { messages: [], hasMore: true });
});

/** A history that is closed at the end of its block. */
function opened<H extends { close(): void }>(history: H): H & Disposable {
  return Object.assign(history, { [Symbol.dispose]: () => history.close() });
}
