/** Random sequences of events on the screen, checked against a headless terminal. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { InputLine } from "../../../../client/terminal/layout.ts";
import { testProperty } from "../../../support/property.ts";
import { inputs } from "./inputs.ts";
import { type ReflowKind, Rig, type RigOptions } from "./rig.ts";

const MIN_COLUMNS = 20;
const MIN_ROWS = 16;
/** An input of this many wide characters fits the smallest screen, even if a row of it breaks into five. */
const MAX_INPUT = 80;
/** Status rows that fit into the rest of that screen. */
const MAX_ABOVE = 3;

type Step =
  | { do: "print"; widths: number[] }
  | { do: "show"; input: InputLine | undefined; above: string[] }
  | { do: "resize"; columns: number; rows: number }
  | { do: "clear" }
  /** Runs what is due, but no timer. */
  | { do: "now" }
  /** Runs everything, timers too, and checks the screen. */
  | { do: "idle" };

const print: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("print"),
  widths: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
});
const show: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("show"),
  input: fc.option(inputs(MAX_INPUT), { freq: 8, nil: undefined }),
  above: fc.array(fc.integer({ min: 1, max: MIN_COLUMNS }).map((width) => "^".repeat(width)), {
    maxLength: MAX_ABOVE,
  }),
});
const resize: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("resize"),
  // Mostly narrow ones, in which rows wrap.
  columns: fc.oneof(
    fc.integer({ min: MIN_COLUMNS, max: 32 }),
    fc.integer({ min: MIN_COLUMNS, max: 100 }),
  ),
  rows: fc.integer({ min: MIN_ROWS, max: 40 }),
});
const clear: fc.Arbitrary<Step> = fc.record({ do: fc.constant("clear") });
const now: fc.Arbitrary<Step> = fc.record({ do: fc.constant("now") });
const idle: fc.Arbitrary<Step> = fc.record({ do: fc.constant("idle") });

const steps = (...kinds: fc.Arbitrary<Step>[]) =>
  fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 25, size: "max" });
const size = fc.record({
  columns: fc.integer({ min: MIN_COLUMNS, max: 100 }),
  rows: fc.integer({ min: MIN_ROWS, max: 40 }),
});

/** A numbered line of a width, or of the terminal's. */
function numbered(number: number, width: number, columns: number): string {
  const name = `<${number}>`;
  return name + "·".repeat(Math.max(0, Math.min(width, columns) - name.length));
}

/** Runs the steps, and checks the screen after each `idle` and at the end. */
async function run(options: RigOptions, all: Step[], look: (rig: Rig) => void): Promise<void> {
  const rig = new Rig(options);
  try {
    for (const step of [...all, { do: "idle" } as const]) {
      switch (step.do) {
        case "print":
          for (const width of step.widths) {
            rig.print(numbered(rig.printed.length, width, rig.screen.columns));
          }
          break;
        case "show":
          rig.show(step.input, step.above);
          break;
        case "resize":
          rig.resize(step.columns, step.rows);
          break;
        case "clear":
          rig.clear();
          break;
        case "now":
          await rig.now();
          break;
        case "idle":
          await rig.idle();
          look(rig);
          break;
      }
    }
  } finally {
    rig.terminal.dispose();
  }
}

function assertInputShown(rig: Rig): void {
  assertEquals(rig.shownInput(), rig.expectedInput(), rig.terminal.dump());
}

/** The numbers of the visible printed lines, from top to bottom. */
function numbersSeen(rig: Rig): number[] {
  return numbersIn(rig.terminal.text({ joinWrapped: true }));
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(/<(\d+)>/g)].map(([, number]) => Number(number));
}

function isRising(numbers: number[]): boolean {
  return numbers.every((number, index) => index === 0 || numbers[index - 1]! < number);
}

/** An input and a resize: from then on the screen knows which terminal it is. */
function begin(size: { columns: number; rows: number }): Step[] {
  const input = { prompt: "> ", line: "", cursor: 0 };
  return [{ do: "show", input, above: [] }, { do: "resize", ...size }, { do: "idle" }];
}

const WHAT_IT_DOES: Record<ReflowKind, string> = {
  keeps: "the terminal keeps the cursor at its text",
  moves: "the terminal moves the cursor down as it reflows",
  cuts: "the terminal does not reflow the cursor's line",
  cuts_all: "the terminal does not reflow",
  drops: "the terminal drops its last rows, as mosh does",
};

/** The headless xterm parses in turns of the event loop, which takes time; the other terminal does not. */
const RUNS = { numRuns: 60 };
const MANY_RUNS = { numRuns: 300 };

testProperty(
  "at a constant size, each line appears once, in order, above the input",
  { weight: 0.5 },
  (check) =>
    check(
      fc.asyncProperty(
        size,
        steps(print, show, show, now, idle),
        (options, all) =>
          run(options, all, (rig) => {
            assertInputShown(rig);
            assertEquals(rig.linesAbove(), rig.printed);
          }),
      ),
      RUNS,
    ),
);

testProperty(
  "clear erases no later line, and none in the scrollback",
  { weight: 0.5 },
  (check) =>
    check(
      fc.asyncProperty(size, steps(print, show, clear, now, idle), async (options, all) => {
        let inScrollback: number[] = [];
        await run(options, all, (rig) => {
          assertInputShown(rig);
          const seen = numbersSeen(rig);
          assert(isRising(seen), seen.join(" "));
          const due = rig.printed.map((_, number) => number).slice(rig.printedAtClear);
          assertEquals(seen.slice(seen.length - due.length), due);
          assertEquals(inScrollback.filter((number) => !seen.includes(number)), []);
          inScrollback = seen.slice(0, numbersIn(rig.terminal.rows().join("\n")).length * -1);
        });
      }),
      RUNS,
    ),
);

testProperty(
  "if the terminal keeps the cursor at its text, a new width loses no line and leaves nothing stale",
  { weight: 0.5 },
  (check) =>
    check(
      fc.asyncProperty(
        size,
        steps(print, show, resize, now, idle, idle),
        (options, all) =>
          run(
            { ...options, kind: "keeps" },
            all.map((step) => step.do === "resize" ? { ...step, rows: options.rows } : step),
            (rig) => {
              assertInputShown(rig);
              if (rig.wasUndecidable) assertEquals(numbersSeen(rig), rig.printed.map((_, n) => n));
              else assertEquals(rig.linesAbove(), rig.printed);
            },
          ),
      ),
      MANY_RUNS,
    ),
);

const TERMINALS: readonly { kind: ReflowKind; answers: boolean }[] = [
  ...(["keeps", "moves", "cuts", "cuts_all", "drops"] as const).map((kind) => (
    { kind, answers: true }
  )),
  { kind: "keeps", answers: false },
  { kind: "cuts", answers: false },
];

for (const { kind, answers } of TERMINALS) {
  const silence = answers ? "" : " and sends no cursor report";
  testProperty(
    `resizing loses no line: ${WHAT_IT_DOES[kind]}${silence}`,
    { weight: 0.5 },
    (check) =>
      check(
        fc.asyncProperty(
          size,
          steps(print, show, resize, idle, ...(answers ? [now, idle] : [])),
          (options, all) =>
            run({ ...options, kind, answers }, [...begin(options), ...all], (rig) => {
              assertInputShown(rig);
              assertEquals(numbersSeen(rig), rig.printed.map((_, number) => number));
            }),
        ),
        RUNS,
      ),
  );
}
