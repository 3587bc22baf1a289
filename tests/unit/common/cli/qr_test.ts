import { assertEquals } from "@std/assert";
import { drawQr } from "../../../../common/cli/qr.ts";

Deno.test("a QR code is drawn only where it fits with a prompt below it", () => {
  const url = "http://192.168.1.20:3000/"; // 25 modules, and 4 light ones on each side
  const lines = drawQr(url, { columns: 33, rows: 18 });
  // deno-lint-ignore no-control-regex
  const plain = lines.map((line) => line.replace(/\x1b\[[\d;]*m/g, ""));
  assertEquals(plain, Array(17).fill("▄".repeat(33)));
  assertEquals(drawQr(url, { columns: 32, rows: 18 }), []);
  assertEquals(drawQr(url, { columns: 33, rows: 17 }), []);
  assertEquals(drawQr(`http://host/#room=${"x".repeat(200)}`, { columns: 80, rows: 24 }), []);
});

Deno.test("each line of a QR code sets its colours first and takes them back at its end", () => {
  for (const line of drawQr("http://hub.lan:3000/", { columns: 80, rows: 24 })) {
    // deno-lint-ignore no-control-regex
    assertEquals(/^\x1b\[47;107;37;97m.*\x1b\[0m$/.test(line), true, line);
  }
});
