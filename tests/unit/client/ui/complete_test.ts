import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { nameToEmoji } from "gemoji";
import {
  complete,
  type Completion,
  type CompletionNames,
  findCandidates,
  isSafeName,
  replaceWord,
} from "../../../../client/ui/complete.ts";
import { foldForSearch } from "../../../../common/protocol/names.ts";
import { testProperty } from "../../../support/property.ts";

const KNOWN: CompletionNames = {
  commands: ["nombre", "nombrar", "quien", "privado", "salir", "salas", "limpiar"],
  otherCommands: ["nombre", "name", "nick", "quien", "who", "msg", "clear"],
  nicks: ["José", "Joseba", "anabel", "Núria", "日本", "yo-mismo"],
  rooms: ["general", "desarrollo", "década"],
};

/** Completes a line with `|` as its cursor; returns the new line in the same form, or the choices. */
function tab(
  shown: string,
  known: Partial<CompletionNames> = {},
): string | readonly string[] | undefined {
  const cursor = shown.indexOf("|");
  return show(
    complete(shown.slice(0, cursor) + shown.slice(cursor + 1), cursor, { ...KNOWN, ...known }),
  );
}

function show(completion: Completion): string | readonly string[] | undefined {
  if (completion.kind === "nothing") return undefined;
  if (completion.kind === "choices") return completion.choices;
  const { line, cursor } = completion;
  return `${line.slice(0, cursor)}|${line.slice(cursor)}`;
}

Deno.test("a nick at the start of the line is followed by a colon, elsewhere by a space", () => {
  assertEquals(tab("an|"), "anabel: |");
  assertEquals(tab("hola an|"), "hola anabel |");
  assertEquals(tab(" an|"), " anabel |");
  assertEquals(tab("uno\nan|"), "uno\nanabel |");
  assertEquals(tab("anabel|"), "anabel: |");
});

Deno.test("an emoji is written for its name, and names that begin alike are listed", () => {
  const emoji = { emoji: nameToEmoji };
  assertEquals(tab(":smile:|", emoji), "😄|");
  assertEquals(tab("hola :Heart:| y", emoji), "hola ❤️| y");
  assertEquals(tab("/msg bob :tad|", emoji), "/msg bob :tada:|");
  assertEquals(tab(":+1:|", emoji), "👍|");
  assertEquals(tab("uno\n:thu|ab", emoji), "uno\n:thumbs|ab");
  assertEquals(tab(":thumbs|", emoji), [":thumbsup: 👍", ":thumbsdown: 👎"]);
  assertEquals(tab(":x:|", emoji), "❌|");
  const others = [
    ":",
    "::",
    ":x",
    ":D",
    "12:30",
    ":30",
    "http://x",
    "std::cli",
    ":qzq:",
    ":smi:le",
  ];
  for (const word of [...others, "a:smile:", ":constructor:"]) {
    assertEquals(tab(`${word}|`, emoji), undefined, word);
  }
  for (const [name, each] of Object.entries(nameToEmoji)) {
    assertEquals(tab(`:${name}:|`, { emoji: { [name]: each } }), `${each}|`);
  }
  assertEquals(tab(":smile:|"), undefined); // not loaded yet
});

Deno.test("a nick after an @ keeps it", () => {
  assertEquals(tab("@ana|"), "@anabel |");
  assertEquals(tab("hola @ana|"), "hola @anabel |");
  assertEquals(tab("@jo|"), "@José|");
  assertEquals(tab("@José|"), ["@José", "@Joseba"]);
});

Deno.test("case, accents and width do not matter", () => {
  assertEquals(tab("nuri|"), "Núria: |");
  assertEquals(tab("NÚ|"), "Núria: |");
  assertEquals(tab("nu\u0301|"), "Núria: |");
  assertEquals(tab("ａｎ|"), "anabel: |");
  assertEquals(tab("日|"), "日本: |");
  assertEquals(tab("οδο|", { nicks: ["ΟΔΟΣ"] }), "ΟΔΟΣ: |");
  assertEquals(tab("οδος|", { nicks: ["ΟΔΟΣΑ"] }), "ΟΔΟΣΑ: |");
  assertEquals(tab("하|", { nicks: ["한나"] }), "한나: |");
});

Deno.test("of several candidates, the common beginning is written in the spelling of the first", () => {
  assertEquals(tab("j|"), "José|");
  assertEquals(tab("j|", { nicks: ["Joseba", "José"] }), "Jose|");
  assertEquals(tab("/n|", { commands: ["nombre", "nombrar"] }), "/nombr|");
  // No part of a syllable is written.
  assertEquals(tab("나|", { nicks: ["나한", "나할"] }), ["나한", "나할"]);
});

Deno.test("if that adds nothing, the candidates are listed in their order", () => {
  assertEquals(tab("jose|"), ["José", "Joseba"]);
  assertEquals(tab("JOSE| hola"), ["José", "Joseba"]);
  assertEquals(tab("/n|"), "/nombr|");
  assertEquals(tab("/nombr|"), ["/nombre", "/nombrar"]);
  assertEquals(tab("#de|", { rooms: ["década", "desarrollo", "década"] }), [
    "#década",
    "#desarrollo",
  ]);
  assertEquals(tab("a|", { nicks: ["ana", "anabel", "alba"] }), ["ana", "anabel", "alba"]);
});

Deno.test("an unknown word is not completed", () => {
  for (const line of ["xyz|", "/xyz|", "#xyz|", "@xyz|", "/join xyz|", "anabel:|", "//no|"]) {
    assertEquals(tab(line), undefined, line);
  }
  assertEquals(complete("an", 2, { commands: [], otherCommands: [], nicks: [], rooms: [] }), {
    kind: "nothing",
  });
});

Deno.test("a line that begins with a slash completes commands, accents or not", () => {
  assertEquals(tab("/nombre|"), "/nombre |");
  assertEquals(tab("/QUIÉ|"), "/quien |");
  assertEquals(tab("/sal|"), ["/salir", "/salas"]);
  assertEquals(tab("hola /no|"), undefined);
});

Deno.test("a hash and the argument of room commands complete rooms", () => {
  assertEquals(tab("#ge|"), "#general |");
  assertEquals(tab("ven a #gen|"), "ven a #general |");
  for (const name of ["join", "entrar", "leave", "dejar", "ENTRAR", "who", "quien", "part"]) {
    assertEquals(tab(`/${name} ge|`), `/${name} general |`);
    assertEquals(tab(`/${name}  #ge|`), `/${name}  #general |`);
    assertEquals(tab(`/${name} an|`), undefined, name);
  }
  assertEquals(tab("/join general an|"), "/join general anabel |");
});

Deno.test("a name of another language is completed if none of the user's own begins so", () => {
  assertEquals(tab("/na|"), "/name |");
  assertEquals(tab("/cl|"), "/clear |");
  assertEquals(tab("/w|"), "/who |");
});

Deno.test("the argument of help completes commands, with or without a slash", () => {
  assertEquals(tab("/help qu|"), "/help quien |");
  assertEquals(tab("/ayuda /qu|"), "/ayuda /quien |");
  assertEquals(tab("/ayuda ms|"), "/ayuda msg |");
  assertEquals(tab("/help |", { commands: ["quien"] }), ["quien"]);
  assertEquals(tab("/help quien an|"), "/help quien anabel |");
});

Deno.test("the first argument of commands that take a nick completes nicks without a colon", () => {
  const names = ("msg w susurrar privado ignore ignorar unignore escuchar kick expulsar mute " +
    "silenciar unmute desilenciar ban vetar remove sacar op degradar invitar").split(" ");
  for (const name of names) assertEquals(tab(`/${name} an|`), `/${name} anabel |`);
  assertEquals(tab("/msg anabel hola nu|"), "/msg anabel hola Núria |");
  assertEquals(tab("/yo saluda a nu|"), "/yo saluda a Núria |");
});

Deno.test("an empty word is not completed, and has choices only after a sigil or a command", () => {
  for (const line of ["|", "hola |", "| hola", "/yo |"]) assertEquals(tab(line), undefined, line);
  const one: CompletionNames = {
    commands: ["quien"],
    otherCommands: ["who"],
    nicks: ["ana"],
    rooms: ["general"],
  };
  assertEquals(tab("/|", one), ["/quien"]);
  assertEquals(tab("@|", one), ["@ana"]);
  assertEquals(tab("#|", one), ["#general"]);
  assertEquals(tab("/msg |", one), ["ana"]);
  for (const name of ["join", "who", "lock", "desbloquear", "pausa", "unpause"]) {
    assertEquals(tab(`/${name} |`, one), ["general"]);
  }
});

Deno.test("the text after the cursor is unchanged, and gets no second space", () => {
  assertEquals(tab("hola an|xyz"), "hola anabel |xyz");
  assertEquals(tab("hola an| y tú"), "hola anabel| y tú");
  assertEquals(tab("an| hola"), "anabel:| hola");
  assertEquals(tab("/qu| ana"), "/quien| ana");
  assertEquals(tab("hola anabel| y tú"), undefined);
});

Deno.test("a cursor inside a grapheme counts as before it", () => {
  assertEquals(tab("hola nu|\u0301r"), "hola Núria |u\u0301r");
  assertEquals(tab("hola an👨‍|👩"), "hola anabel |👨‍👩");
});

Deno.test("a name that would merge with the text after the cursor is not written", () => {
  // Two letters that make a flag.
  assertEquals(tab("a|🇸", { nicks: ["a🇪b", "a🇪c"] }), undefined);
  assertEquals(tab("a|🇸", { nicks: ["a🇪"] }), "a🇪: |🇸");
});

Deno.test("a name of several words, or one that could control the terminal, is never written", () => {
  const nicks = ["ana\n/exit", "ana b", "ana\x1b[2J", "ana\u202e", "#ana", "/ana", "", "ana\ud800"];
  assertEquals(tab("ana|", { nicks }), undefined);
  assertEquals(tab("@|", { nicks }), undefined);
  assertEquals(tab("@|", { nicks: [...nicks, "anabel"] }), ["@anabel"]);
});

/** Names with many common beginnings, and unsafe ones. */
const names = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom("a", "A", "á", "a\u0301", "b", "n", "ñ", "日", "한", "Σ"), {
      minLength: 1,
      maxLength: 5,
    }).map((parts) => parts.join("")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
);
/** Names, and lines whose cursor is often after the beginning of a name in another spelling. */
const situations = fc.record({
  names: fc.array(names, { minLength: 1, maxLength: 6 }),
  head: fc.constantFrom("", "", "/", "@", "#", "/msg ", "/entrar #", "hola ", "uno\n", "👨‍👩‍👧 @"),
  typed: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) },
  ),
  other: fc.constantFrom(
    (text: string) => text,
    foldForSearch,
    (text: string) => text.toUpperCase(),
  ),
  tail: fc.oneof(
    fc.constantFrom("", "", " hola", "x", "\u0301", "\u200d👩", "🇪", "\ude00"),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
}).map(({ names, head, typed, other, tail }) => {
  const word = typeof typed === "string" ? typed : other(names[0]!.slice(0, typed));
  const known: CompletionNames = {
    commands: names,
    otherCommands: names.toReversed(),
    nicks: names.slice(0, 3),
    rooms: names.slice(0, 2),
  };
  return { line: head + word + tail, cursor: head.length + word.length, known };
});

/** The offsets of the graphemes, and the end of the text. */
function boundaries(text: string): number[] {
  const segments = new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text);
  return [...Array.from(segments, ({ index }) => index), text.length];
}

/** Where the cursor is shown: before the grapheme that it is inside. */
const shownCursor = (line: string, cursor: number) =>
  Math.max(...boundaries(line).filter((each) => each <= cursor));

testProperty(
  "a completion begins with the typed letters, and the rest of the line is unchanged",
  { weight: 10 },
  (check) => {
    let completed = 0;
    const cases = check(
      fc.property(situations, ({ line, cursor, known }) => {
        const completion = complete(line, cursor, known);
        if (completion.kind !== "completed") return;
        completed++;
        const end = shownCursor(line, cursor);
        const start = /\S*$/.exec(line.slice(0, end))!.index;
        assertEquals(completion.line.slice(completion.cursor), line.slice(end));
        assertEquals(completion.line.slice(0, start), line.slice(0, start));
        const written = completion.line.slice(start, completion.cursor);
        const typed = line.slice(start, end);
        assert(
          foldForSearch(written).startsWith(foldForSearch(typed)),
          JSON.stringify({ typed, written }),
        );
        assert(!/\s./.test(written), "a single word");
        assert(boundaries(completion.line).includes(completion.cursor));
      }),
      { numRuns: 2000 },
    );
    assert(completed > cases / 10, `only ${completed} situations had something to complete`);
  },
);

testProperty(
  "choices are known names that begin with the typed letters",
  { weight: 10 },
  (check) => {
    let listed = 0;
    const cases = check(
      fc.property(situations, ({ line, cursor, known }) => {
        const completion = complete(line, cursor, known);
        if (completion.kind !== "choices") return;
        listed++;
        const [typed = ""] = /\S*$/.exec(line.slice(0, shownCursor(line, cursor)))!;
        assertEquals(new Set(completion.choices).size, completion.choices.length);
        for (const choice of completion.choices) {
          assert(
            foldForSearch(choice).startsWith(foldForSearch(typed)),
            JSON.stringify({ typed, choice }),
          );
          assert(known.commands.some((name) => choice.endsWith(name)));
        }
      }),
      { numRuns: 2000 },
    );
    assert(listed > cases / 10, `only ${listed} situations had choices`);
  },
);

testProperty("completing twice writes no more than completing once", { weight: 10 }, (check) => {
  check(
    fc.property(situations, ({ line, cursor, known }) => {
      const once = complete(line, cursor, known);
      if (once.kind !== "completed") return;
      assert(complete(once.line, once.cursor, known).kind !== "completed", show(once) as string);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a long line does not slow down completion", () => {
  const line = "x".repeat(200_000) + " an";
  const completion = complete(line, line.length, KNOWN);
  assertEquals(completion.kind === "completed" && completion.line.slice(-8), " anabel ");
});

testProperty(
  "completion never throws, for any line, cursor and names",
  { weight: 10 },
  (check) => {
    const text = fc.string({ unit: "binary", maxLength: 12 });
    const known = fc.record({
      commands: fc.array(text),
      otherCommands: fc.array(text),
      nicks: fc.array(text),
      rooms: fc.array(text),
    });
    check(fc.property(text, fc.nat(), known, (line, number, known) => {
      const cursor = number % (line.length + 1);
      const completion = complete(line, cursor, known);
      if (completion.kind !== "completed") return;
      assert(boundaries(completion.line).includes(completion.cursor));
    }));
  },
);

Deno.test("a name that is longer than any nick is not completed", () => {
  assertEquals(tab("zz|", { nicks: [`zz${"x".repeat(100)}`, "zzoe"] }), "zzoe: |");
});

Deno.test("the candidates of a word are listed before it is completed, and any of them can be written", () => {
  const line = "/privado j hola";
  const { names, from, end, suffix, isFreeText } = findCandidates(line, 10, KNOWN);
  assertEquals([names, isFreeText], [["José", "Joseba"], false]);
  assertEquals(show(replaceWord(line, from, end, names[1]! + suffix)), "/privado Joseba| hola");
  assertEquals(findCandidates("hola j", 6, KNOWN).isFreeText, true);
  assertEquals(findCandidates("@", 1, KNOWN).names, KNOWN.nicks);
});

Deno.test("a name that would do more than name somebody is not safe to write", () => {
  assert(["José", "guest2", "日本", "a$&b"].every(isSafeName));
  for (const name of ["", "a b", "/exit", "#dev", "ana\n/exit", "a\u202eb", "x".repeat(65)]) {
    assert(!isSafeName(name), name);
  }
});
