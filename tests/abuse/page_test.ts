/** Hostile texts in the page, and hostile pages before the hub. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { CONTROL } from "../support/besieged.ts";
import type { PageUser } from "../support/browser.ts";
import { hostileText } from "../support/hostile.ts";
import { Peer } from "../support/peer.ts";
import { startHub } from "../support/program.ts";
import { testInBrowser } from "../e2e/browsing.ts";
import { joinAsBot, joinWithNc } from "../e2e/people.ts";

/** Each would run a script, open a window or ask another server for something if it were taken for HTML. */
const MARKUP = [
  "<script>alert(1)</script>",
  "<img src=//evil.example/a onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  '"><iframe src=//evil.example></iframe>',
  "<style>@import '//evil.example/a';* { display: none }</style>",
  "<link rel=stylesheet href=//evil.example/a><base href=//evil.example>",
  "<meta http-equiv=refresh content='0;url=//evil.example'>",
  "<form action=//evil.example><input name=a autofocus onfocus=alert(1)>",
  "<a href=javascript:alert(1) id=input>here</a> javascript:alert(1) data:text/html,<script>1",
  'http://evil.example/"onmouseover="alert(1) https://evil.example/<b>x</b>',
  "`<b>code</b>` *<i>bold</i>* ```\n<u>block</u>\n``` <!-- </textarea></title></script>",
  "&lt;b&gt; &#60;script&#62; ${alert(1)} {{alert(1)}} %3Cscript%3E __proto__ constructor",
];

const UNSAFE =
  "script, img, iframe, style, link, svg, object, embed, form, base, meta, input, video, template";
/** What shows texts of users. */
const SHOWN = "#log, #topic, #room, #rooms, #people, #connection, .menu";

/** Asserts that the page shows no element, attribute or address that a text asked for. */
async function assertOnlyText(user: PageUser): Promise<void> {
  const found = await user.page.evaluate(
    `[...document.querySelectorAll("${SHOWN}")].flatMap((part) => [
    ...part.querySelectorAll("${UNSAFE}, [src], [style]"),
    ...[...part.querySelectorAll("*")].filter(({ attributes }) =>
      [...attributes].some(({ name }) => name.startsWith("on"))),
    ...[...part.querySelectorAll("a")].filter(({ protocol, target, rel }) =>
      !/^https?:$/.test(protocol) || target !== "_blank" || !rel.includes("noopener")),
  ]).map(({ outerHTML }) => outerHTML)`,
  );
  assertEquals(found, []);
}

testInBrowser("hostile texts of users are shown as text", async (open) => {
  await using hub = await startHub(["--rate", "0"]);
  const ana = await (await open(hub)).join("ana");
  await using bot = await joinAsBot(hub, "mallory");
  const command = (line: string) =>
    bot.sendFrame({ type: "command", ref: line.slice(0, 20), line });
  for (const [at, text] of MARKUP.entries()) {
    bot.sendFrame({ type: "say", ref: `a${at}`, text: `q${at}: ${text}` });
    bot.sendFrame({ type: "say", ref: `b${at}`, text: `private ${at}: ${text}`, to: "ana" });
    command(`/me acts ${text.replaceAll("\n", " ")}`);
    command(`/topic topic ${at} ${text.replaceAll("\n", " ")}`);
    await ana.sees(`topic ${at} `, "#topic");
    await ana.page.locator("#log").getByText(`private ${at}: `).first().waitFor();
    const log = await ana.text();
    for (const line of text.split("\n")) assert(log.includes(line), `${line} in ${log}`);
  }
  await assertOnlyText(ana);
});

testInBrowser("random hostile texts leave no control character in the page", async (open) => {
  await using hub = await startHub(["--rate", "0", "--history", "0"]);
  const ana = await (await open(hub)).join("ana");
  await using bot = await joinAsBot(hub, "mallory");
  const texts = fc.sample(hostileText(), 300);
  for (const [at, text] of texts.entries()) {
    bot.sendFrame({ type: "say", ref: String(at), text: `x${text.replaceAll("/", "")}` });
  }
  bot.sendFrame({ type: "say", ref: "end", text: "the end" });
  await ana.sees("the end");
  const shown = (await ana.text("#chat")).replaceAll("\n", "");
  const found = CONTROL.exec(shown);
  assertEquals(found?.[0], undefined, shown.slice(Math.max(0, (found?.index ?? 0) - 40)));
  await assertOnlyText(ana);
});

testInBrowser("a page of another origin gets nothing from the hub", async (open) => {
  await using hub = await startHub(["--lang", "en"]);
  await using marta = await joinWithNc(hub.port, "marta");
  await using evil = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response("<p>evil</p>", { headers: { "content-type": "text/html" } }),
  );
  const user = await open({ port: evil.addr.port });
  const at = `127.0.0.1:${hub.port}`;
  const result = await user.page.evaluate(`Promise.all([
    new Promise((resolve) => {
      const socket = new WebSocket("ws://${at}/ws");
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("refused");
    }),
    fetch("http://${at}/").then((response) => response.text(), () => "refused"),
    fetch("http://${at}/", { method: "POST", mode: "no-cors", body: "/name evil\\nhello\\n" })
      .then(() => "said nothing", () => "said nothing"),
    new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.src = "http://${at}/";
      frame.onload = () => resolve(frame.contentDocument === null ? "foreign" : "own");
      document.body.append(frame);
    }),
  ])`);
  assertEquals(result, ["refused", "refused", "said nothing", "foreign"]);
  const frame = user.page.frames().at(-1)!;
  assertEquals(await frame.locator("#join").count(), 0, "it is in a frame");
  assert(user.faults.splice(0).length > 0, "the requests were seen");
  marta.send("/who\n");
  assertEquals(await marta.line(), "* 1 here: marta");
});

const REQUESTS: readonly [name: string, status: number, head: string[]][] = [
  ["a name that an attacker owns", 421, ["GET / HTTP/1.1", "Host: evil.example"]],
  ["the same with a port", 421, ["GET / HTTP/1.1", "Host: evil.example:PORT"]],
  ["no host", 400, ["GET / HTTP/1.1"]],
  ["two hosts", 400, ["GET / HTTP/1.1", "Host: 127.0.0.1:PORT", "Host: evil.example"]],
  ["a socket for another origin", 403, [
    ...["GET /ws HTTP/1.1", "Host: 127.0.0.1:PORT", "Origin: http://evil.example"],
    ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ]],
  ["a socket without an origin", 403, [
    ...["GET /ws HTTP/1.1", "Host: 127.0.0.1:PORT", "Connection: Upgrade", "Upgrade: websocket"],
    ...["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="],
  ]],
];

Deno.test("requests for other names and from other origins are refused", async () => {
  await using hub = await startHub();
  for (const [name, status, head] of REQUESTS) {
    await using peer = await Peer.connect(hub.port);
    peer.send(head.join("\r\n").replaceAll("PORT", String(hub.port)) + "\r\n\r\n");
    assertMatch(await peer.line(), new RegExp(`^HTTP/1\\.1 ${status} `), name);
    await peer.closed();
  }
});
