import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LANGS } from "../../../common/i18n/mod.ts";
import { decodeClientFrame } from "../../../common/protocol/frame_codec.ts";
import { KEY_P99, TYPING_UNDER_LOAD } from "../../../tools/bench/cases/client.ts";
import * as fanOut from "../../../tools/bench/cases/fan_out.ts";
import * as growth from "../../../tools/bench/cases/growth.ts";
import * as idle from "../../../tools/bench/cases/idle.ts";
import { BOUNDS, check } from "../../../tools/bench/check.ts";
import { FRAMES_WIRE } from "../../../tools/bench/contestants/wire.ts";
import { Batch, bytesOf, countMessages, TEXT } from "../../../tools/bench/message.ts";
import { script } from "../../../tools/bench/plot.ts";
import {
  makePlots,
  makeSection,
  makeTables,
  PAGE,
  READMES,
  replaceSection,
  SECTION,
} from "../../../tools/bench/report.ts";
import { compare, type Metric, type Results, type Series } from "../../../tools/bench/results.ts";

const utf8 = new TextEncoder();
const BUSY = fanOut.describe({ members: 900, messages: 100, shape: "outstanding" });

function row(contestant: string, work: string, metric: Metric, ...values: number[]): Series {
  return { case: "some", work, contestant, metric, values };
}

function resultsOf(...series: Series[]): Results {
  const leftOut = [{ case: "fan-out", contestant: "text", why: "it is broken" }];
  return { version: "1.2.3", date: "2026-01-02", machine: "an abacus", series, leftOut };
}

Deno.test("messages are counted by their markers, wherever reads split them", () => {
  const line = fc.constantFrom(`guest1: ${TEXT}\n`, `{"text":"${TEXT}"}\n`, "* guest2 joined\n");
  const sizes = fc.array(fc.nat(100), { maxLength: 20 });
  fc.assert(fc.property(fc.array(line, { maxLength: 30 }), sizes, (lines, sizes) => {
    const bytes = utf8.encode(lines.join(""));
    let [counted, at] = [0, 0];
    for (const size of [...sizes, bytes.length]) {
      const chunk = bytes.subarray(at, at + size);
      counted += countMessages(chunk, chunk.length);
      at += size;
    }
    assertEquals(counted, lines.filter((line) => line.includes(TEXT)).length);
  }));
});

Deno.test("the sizes in a WebSocket are not counted as messages", () => {
  for (const size of [[0x7c], [126, 0x7c, 0x20], [126, 0x20, 0x7c], [126, 0x7c, 0x7c]]) {
    const bytes = bytesOf(String.fromCharCode(0x81, ...size) + `{"text":"${TEXT}"}\n`);
    assertEquals(countMessages(bytes, bytes.length), 1, String(size));
  }
});

Deno.test("each frame of a batch has a new ref", () => {
  const batch = new Batch(FRAMES_WIRE.post, 3);
  const refs = new Set<string>();
  for (let next = 1; next < 1500;) {
    next = batch.number(next);
    for (const line of new TextDecoder().decode(batch.bytes).trimEnd().split("\n")) {
      const decoded = decodeClientFrame(line);
      assert(decoded.kind === "frame" && decoded.frame.type === "say", line);
      refs.add(String(decoded.frame.ref));
    }
  }
  assertEquals(refs.size, 1500);
});

Deno.test("each contestant is compared with the baseline, round by round", () => {
  const { DELIVERED } = fanOut;
  const ratioOf = (...series: Series[]) => compare(series).at(-1)!.ratio;
  const text = row("text", BUSY, DELIVERED, 80, 8, 20);
  assertEquals(compare([text])[0]!.median, 20);
  assertEquals(ratioOf(row("forwarder", BUSY, DELIVERED, 100, 10, 50), text), 0.8);
  assertEquals(ratioOf(row("forwarder", BUSY, DELIVERED, 0, 10), text), 0.8);
  assertEquals(ratioOf(row("forwarder", BUSY, DELIVERED, 0), text), undefined);
  assertEquals(ratioOf(row("forwarder", "other", DELIVERED, 1), text), undefined);
  assertEquals(ratioOf(row("forwarder", BUSY, fanOut.CPU_TIME, 1), text), undefined);
  const elsewhere = { ...row("forwarder", BUSY, DELIVERED, 1), case: "other" };
  assertEquals(ratioOf(elsewhere, text), undefined);
  const floors = [row("forwarder", BUSY, DELIVERED, 1), row("floor", BUSY, DELIVERED, 160, 16, 40)];
  assertEquals(ratioOf(...floors, text), 0.5);
});

Deno.test("the check passes for a hub near the forwarder, and fails for a slow one or without values", () => {
  const holds = (slower: number) => {
    const series = BOUNDS.flatMap(([work, metric]) => [
      row("forwarder", work, metric, 10),
      row("text", work, metric, metric.better === "more" ? 10 / slower : 10 * slower),
    ]);
    return new Set(check(compare(series), BOUNDS, ["text"]).map(({ holds }) => holds));
  };
  assertEquals(holds(1.5), new Set([true]));
  assertEquals(holds(50), new Set([false]));
  assertEquals(check([], BOUNDS, ["text"]).some(({ holds }) => holds), false);
});

Deno.test("the tables have each median and its ratio, the headlines, and what was left out", () => {
  const tables = makeTables(resultsOf(
    row("floor", BUSY, fanOut.DELIVERED, 5_000_000),
    row("text", BUSY, fanOut.DELIVERED, 4_000_000),
  ));
  for (
    const line of [
      `| ${BUSY} | 5.00M/s (×1.00) | 4.00M/s (×0.80) |`,
      "| a busy room of 900, 100 messages outstanding | 5.00M/s (×1.00) | 4.00M/s (×0.80) | – |",
      "| time until 10,000 have joined | – | – |",
      "- fan-out, chat, text: it is broken",
      "measured on 2026-01-02 on an abacus.",
    ]
  ) assert(tables.includes(line), `${line} is not in ${tables}`);
});

Deno.test("each README has the same figures, or none if some are missing", () => {
  const series = [
    row("floor", BUSY, fanOut.DELIVERED, 5_000_000),
    row("text", BUSY, fanOut.DELIVERED, 4_000_000),
    row("text", idle.describe(10_000), idle.JOIN_TIME, 1.5),
    row("text", idle.describe(10_000), idle.MEMORY, 8192),
    row("client", TYPING_UNDER_LOAD, KEY_P99, 0.007),
  ];
  for (const lang of LANGS) {
    const section = makeSection(resultsOf(...series), lang)!;
    for (const figure of ["80 %", "1.50 s", "8.00 KiB", "7.00 ms"]) {
      assert(section.includes(figure), `${lang}: ${figure} is not in ${section}`);
    }
    for (const missing of series) {
      const others = series.filter((each) => each !== missing);
      assertEquals(makeSection(resultsOf(...others), lang), undefined);
    }
  }
});

Deno.test("the plots have a point for each size that was measured", () => {
  const { DELIVERED, CPU_TIME } = fanOut;
  const grown = (members: number, nanoseconds: number) => ({
    ...row("text", fanOut.describe(growth.busy(members)), CPU_TIME, nanoseconds / 1e9),
    case: "growth",
  });
  const alone = fanOut.describe({ members: 900, messages: 1, shape: "at a time" });
  const plots = [
    ...makePlots(resultsOf(
      { ...row("text", alone, DELIVERED, 3), case: "fan-out" },
      { ...row("text", BUSY, DELIVERED, 70, 50), case: "fan-out" },
      grown(100, 150),
      grown(5000, 250),
    )).values(),
  ];
  assertEquals(plots.map(({ lines }) => lines), [
    [{ name: "chat, text", points: [[1, 3], [100, 60]] }],
    [{ name: "chat, text", points: [[100, 150], [5000, 250]] }],
  ]);
  const lines = script("a.svg", plots[0]!).split("\n");
  for (const line of ['set output "a.svg"', 'set title "A room of 900 members"', "1 3", "100 60"]) {
    assert(lines.includes(line), line);
  }
});

Deno.test("a new section replaces the previous one in each document", async () => {
  for (const path of [PAGE, ...LANGS.map((lang) => READMES[lang])]) {
    const text = await Deno.readTextFile(new URL(`../../../${path}`, import.meta.url));
    const replaced = replaceSection(text, "new");
    assert(replaced.includes(`${SECTION.begin}\n\nnew\n\n${SECTION.end}`), path);
    assertEquals(replaceSection(replaceSection(text, "other"), "new"), replaced);
  }
  assertThrows(() => replaceSection("without marks", "new"));
});
