/** What the doctor makes of the answers to its request for the page. */

import { assertEquals } from "@std/assert";
import { checkPage, type PageResult } from "../../../../client/doctor/page_check.ts";
import type { Finding } from "../../../../client/doctor/findings.ts";
import { reportFinding } from "../../../../client/doctor/report.ts";
import { makeTheme } from "../../../../client/ui/theme.ts";

/** Answers with these chunks, and then closes the connection or stays silent. */
async function ask(chunks: string[], { isOpen = false } = {}) {
  const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const abort = new AbortController();
  let sent = "";
  const socket = {
    read(into: Uint8Array): Promise<number | null> {
      const chunk = left.shift();
      if (!chunk && isOpen) {
        abort.abort();
        return new Promise(() => {});
      }
      into.set(chunk ?? []);
      return Promise.resolve(chunk ? chunk.length : null);
    },
    write(bytes: Uint8Array) {
      sent += new TextDecoder().decode(bytes);
      return Promise.resolve(bytes.length);
    },
    close() {},
  };
  const result = await checkPage(socket, "hub.lan:3000", abort.signal);
  return { result, sent };
}

const PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" +
  "Content-Security-Policy: default-src 'none'; script-src 'sha256-x'\r\n\r\n<!DOCTYPE html>";

Deno.test("the page is recognised by its headers, wherever its answer is cut", async () => {
  for (let size = 1; size <= PAGE.length; size += 7) {
    const chunks = PAGE.match(new RegExp(`[^]{1,${size}}`, "g"))!;
    const { result, sent } = await ask(chunks, { isOpen: true });
    assertEquals(result, { kind: "works" }, `${size}`);
    assertEquals(sent, "GET / HTTP/1.1\r\nHost: hub.lan:3000\r\nConnection: close\r\n\r\n");
  }
});

Deno.test("any other answer says what stands in the way", async () => {
  const results: [string, PageResult][] = [
    ["HTTP/1.1 404 Not Found\r\n\r\n", { kind: "none" }],
    ["HTTP/1.1 421 Misdirected Request\r\n\r\n", { kind: "wrong_host" }],
    ["HTTP/1.0 200 OK\r\n\r\n<title>Sign in</title>", { kind: "other", status: 200 }],
    ["HTTP/1.1 503 Service Unavailable\r\n\r\n", { kind: "other", status: 503 }],
    ["* welcome, guest2\n", { kind: "silent" }],
    ["", { kind: "silent" }],
    ["x".repeat(16 * 1024), { kind: "silent" }],
  ];
  for (const [answer, expected] of results) {
    assertEquals((await ask([answer])).result, expected, answer.slice(0, 40));
  }
  assertEquals((await ask([], { isOpen: true })).result, { kind: "silent" });
});

Deno.test("the row about the page names its address, and the way out", () => {
  const row = (result: PageResult, lang: "en" | "es", isEncrypted = false) => {
    const finding: Finding = { step: "page", isEncrypted, result };
    const target = { address: { hostname: "hub.lan", port: 3000 }, hasPassword: false };
    const how = { isAscii: false, width: 80, isTerminal: false };
    return reportFinding(finding, { target, lang, theme: makeTheme(false), ...how });
  };
  const url = "http://hub.lan:3000/";
  assertEquals(row({ kind: "works" }, "en"), [`✓ page        works: ${url}`]);
  assertEquals(row({ kind: "works" }, "es", true), [
    "✓ página      funciona: https://hub.lan:3000/",
  ]);
  assertEquals(row({ kind: "none" }, "en"), [
    "  page        none: the hub was started with --no-web, or is of an older version",
  ]);
  assertEquals(row({ kind: "wrong_host" }, "es"), [
    `✗ página      rechazada en ${url}: inicia el servidor con --web-host hub.lan`,
  ]);
  assertEquals(row({ kind: "other", status: 302 }, "en"), [
    `✗ page        something else answers at ${url}, with the HTTP status 302: perhaps a proxy`,
  ]);
});
