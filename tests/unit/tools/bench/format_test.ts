import { assertEquals } from "@std/assert";
import { formatRatio, formatValue } from "../../../../tools/bench/format.ts";

Deno.test("values have three digits and the unit that suits them", () => {
  const each = (unit: string, ...values: number[]) =>
    values.map((value) => formatValue(value, { unit }));
  assertEquals(each("/s", 5_214_000, 84_150, 999, 12.34), [
    "5.21M/s",
    "84.2k/s",
    "999/s",
    "12.3/s",
  ]);
  assertEquals(each("s", 12.34, 0.0123, 0.0000071, 7e-8, 0), [
    "12.3 s",
    "12.3 ms",
    "7.10 µs",
    "70.0 ns",
    "0.00 ns",
  ]);
  assertEquals(each("B", 3 * 1024 * 1024, 8192, 55, -2048), [
    "3.00 MiB",
    "8.00 KiB",
    "55.0 B",
    "-2.00 KiB",
  ]);
  assertEquals(each("apples", 3), ["3.00 apples"]);
});

Deno.test("ratios have two places, and large ones fewer", () => {
  assertEquals([0.834, 1, 23.12, 456.7].map(formatRatio), ["×0.83", "×1.00", "×23.1", "×457"]);
});
