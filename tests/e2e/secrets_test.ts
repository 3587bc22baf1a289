/** Secrets that are nearly said: behind a proxy with a PROXY header, and by a slip before /mod and /msg. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { PROXY_HEADERS, proxyWithHeader } from "../support/proxy_header.ts";
import { runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { clientArgs, join, joinWithNc, narrow, placed, testInPty, untilInput } from "./people.ts";

for (const [version, header] of Object.entries(PROXY_HEADERS)) {
  Deno.test(`behind a proxy with a PROXY header of version ${version}, client and doctor say what to change`, async () => {
    await using hub = await startHub();
    await using ana = await joinWithNc(hub.port, "ana");
    await using proxy = proxyWithHeader(hub.port, header);
    const where = ["127.0.0.1", String(proxy.port)];
    const env = { CHAT_PASSWORD: "hunter2" };
    const client = await runChat(["client", ...where], { env, stdin: "hola\n" });
    assertEquals([client.code, client.stdout], [3, ""]);
    assertMatch(client.stderr, /a proxy in front of this hub sends a PROXY header.*send-proxy/);
    const doctor = await runChat(["doctor", ...where], { env });
    assertEquals(doctor.code, 3);
    assertMatch(doctor.stdout, /a\s+proxy\s+in\s+front\s+of\s+it\s+sends\s+a\s+PROXY\s+header/);
    ana.send("/who\n");
    await ana.until("1 here: ana");
    const seen = new TextDecoder().decode(ana.received());
    assert(!/joined|left|PROXY|hunter2/.test(seen), seen);
    assert(!hub.stderr().includes("hunter2"));
  });
}

const MISPLACED =
  "it was not sent, as everybody would read it: type /mod PASSWORD with the slash first";

Deno.test("a script that would say the moderators' password gets the error and code 1", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const json = JSON.stringify({ type: "say", text: "\u200b/mod chalk" });
  const cases = [
    { args: ["--send", " /mod chalk"], stdin: "" },
    { args: [], stdin: "／mod chalk\n" },
    { args: ["--plain"], stdin: "\u00a0/MOD chalk\n" },
    { args: ["--json"], stdin: `${json}\n` },
    { args: ["--send", "notes\r\n\t/mod chalk\n"], stdin: "" },
  ];
  for (const { args, stdin } of cases) {
    const { code, stderr, stdout } = await runChat(clientArgs(hub, ...args), { stdin });
    assertEquals([code, stderr], [1, `! ${MISPLACED}\n`], args.join(" "));
    assert(!stdout.includes("chalk"), stdout);
  }
  const who = await runChat(clientArgs(hub, "--plain"), { stdin: " /quién\n\u00a0/exit\n" });
  const how = (name: string) =>
    `! it was not sent: type /${name} with the slash first, or //${name} to say it\n`;
  assertEquals([who.code, who.stderr], [1, how("quién") + how("exit")]);
  const lines = Array(201).fill("x").join("\n");
  const long = await runChat(clientArgs(hub, "--send", lines), {});
  assertEquals([long.code, long.stderr], [1, "! too many lines (max 200)\n"]);
  bob.send("/who\n");
  await bob.until("1 here: bob");
  assert(!/chalk|: x/.test(new TextDecoder().decode(bob.received())));
});

testInPty(
  "at a terminal the password of a slip is neither sent, shown nor kept; a private message can be mended",
  async () => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await using state = await tempDirectory();
    await using ana = await join(hub, "ana", { env: { XDG_STATE_HOME: state.path }, cols: 200 });
    ana.type("hola\r");
    await bob.until("ana: hola");
    ana.type(" /mod chalk\r");
    await ana.until(MISPLACED);
    ana.type(" /msg bob s1\r");
    await ana.until("type /msg NAME TEXT");
    ana.press("up");
    await untilInput(ana, placed("ana", narrow(" /msg bob s1"), 200));
    ana.press("up");
    await untilInput(ana, placed("ana", narrow("hola"), 200));
    assert(!ana.text().includes("chalk"), ana.text());
    ana.press("ctrl-c");
    ana.paste("notes\n/mod chalk\n");
    ana.press("enter");
    await ana.until(/(type \/mod PASSWORD[^]*){2}/);
    assert(!ana.text().includes("chalk"), ana.text());
    ana.type(" /exit\r");
    await ana.until("type /exit with the slash first, or //exit to say it");
    await untilInput(ana, placed("ana", narrow(" /exit"), 200));
    ana.press("ctrl-c");
    ana.type("mira");
    ana.paste(Array(200).fill("x").join("\n") + "\ny");
    ana.press("enter");
    await ana.until("! too many lines (max 200)");
    await untilInput(ana, placed("ana", narrow('mira[201 lines: "x" …]'), 200));
    ana.press("ctrl-c", "ctrl-c");
    await ana.exit();
    assertEquals(await Deno.readTextFile(`${state.path}/chat/input-history`), "hola\n /exit\n");
    bob.send("/who\n");
    await bob.until("1 here: bob");
    assert(!/chalk|s1|: x/.test(new TextDecoder().decode(bob.received())));
  },
);
