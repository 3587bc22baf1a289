/** Pages, a terminal and `nc` are in one chat. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY } from "../support/terminal.ts";
import { testInBrowser } from "./browsing.ts";
import { count, join, joinAsBot, joinWithNc } from "./people.ts";

testInBrowser("two pages, a terminal and nc read each other, and get no echo", async (open) => {
  if (NO_PTY) return;
  await using hub = await startHub(["--rate", "0"]);
  const jose = await (await open(hub)).join("José");
  const ana = await (await open(hub, { width: 320, height: 568, isTouch: true })).join("ana");
  await using kenta = await join(hub, "健太");
  await using marta = await joinWithNc(hub.port, "marta");

  const texts = ["¿qué tal?", "très bien 👨‍👩‍👧", "私も", "from nc", "two\nlines"];
  const [first, second, third, fourth] = texts as [string, string, string, string];
  await jose.say(first);
  await ana.sees(first);
  await ana.say(second);
  await kenta.until(`ana: ${second}`);
  kenta.type(`${third}\r`);
  await marta.until(`健太: ${third}`);
  marta.send(`${fourth}\n`);
  await jose.sees(fourth);
  const input = jose.page.locator("#input");
  await input.fill("two");
  await input.press("Shift+Enter");
  await input.pressSequentially("lines");
  await input.press("Enter");
  await marta.until("José: two");
  assertEquals(await marta.line(), "  | lines");
  await ana.say("/me waves");
  for (const user of [jose, ana]) {
    await user.sees("ana waves");
    await user.sees("lines");
    for (const text of texts) assertEquals(count(await user.text(), text), 1, text);
  }
  assert(!new TextDecoder().decode(marta.received()).includes("from nc"));
});

testInBrowser("a private message reaches one user alone", async (open) => {
  await using hub = await startHub(["--rate", "0"]);
  const [ana, bob] = [await open(hub), await open(hub)];
  await ana.join("ana");
  await bob.join("bob");
  await using marta = await joinWithNc(hub.port, "marta");
  await ana.say("/msg bob between us");
  await ana.say("for all");
  for (const user of [ana, bob]) await user.sees("between us");
  await marta.until("ana: for all");
  assert(!new TextDecoder().decode(marta.received()).includes("between us"));
});

testInBrowser("a command is shown once, above its answers, and names no members", async (open) => {
  await using hub = await startHub(["--rate", "0", "--lang", "en"]);
  const ana = await (await open(hub)).join("ana");
  await ana.sees("welcome, ana (1 here)");
  await ana.say("two words");
  await ana.say("/history");
  await ana.say("/search words");
  await ana.say("/join dev");
  await ana.sees("you are in #dev (1 here)");
  await ana.page.getByRole("button", { name: "#general", exact: true }).click();
  await ana.sees("one message with");
  for (const line of ["/clear all", "/clear it"]) {
    await ana.say(line);
    await ana.sees(`› ${line}`);
  }
  for (const line of ["/history", "/search words"]) {
    assertEquals(count(await ana.text(), `› ${line}`), 1, line);
  }
});

testInBrowser("messages of another room are counted until the user goes there", async (open) => {
  await using hub = await startHub(["--rate", "0"]);
  const ana = await (await open(hub)).join("ana");
  await ana.say("/join dev");
  await ana.sees("dev", "#room");
  await using marta = await joinWithNc(hub.port, "marta");
  marta.send("one\ntwo\n");
  const general = ana.page.locator("#rooms li", { hasText: "general" });
  await general.locator(".count", { hasText: "2" }).waitFor();
  assert(!(await ana.text()).includes("two"));
  await general.getByRole("button").first().click();
  await ana.sees("general", "#room");
  await ana.sees("two");
  await general.locator(".count").waitFor({ state: "detached" });
});

testInBrowser("others are told at once that a user left, or closed the tab", async (open) => {
  // A lost connection would be told only after a day.
  await using hub = await startHub(["--grace", "3600", "--web-grace", "3600", "--lang", "en"]);
  await using marta = await joinWithNc(hub.port, "marta");
  const ana = await (await open(hub)).join("ana");
  await marta.until("* ana joined");
  await ana.page.close();
  await marta.until("* ana left");
  const bob = await (await open(hub)).join("bob");
  await bob.say("/exit");
  await marta.until("* bob left");
  await bob.page.getByRole("button", { name: translate("en", "page.rejoin") }).waitFor();
  // A browser opens connections in advance: none of them is a guest.
  assert(!/guest[2-9]/.test(new TextDecoder().decode(marta.received())));
});

testInBrowser(
  "the page speaks the language of the browser, and another that the user chooses",
  async (open) => {
    await using hub = await startHub(["--lang", "en"]);
    await using marta = await joinWithNc(hub.port, "marta");
    const ana = await open(hub, { lang: "es" });
    const submit = (lang: Lang) => ana.sees(translate(lang, "page.join"), "#join button");
    await submit("es");
    await ana.page.locator("#language").click();
    await submit("en");
    await ana.join("ana");
    await marta.until("* ana joined");
    await ana.say("/who");
    await ana.sees(/2 (are )?here/);
    await ana.say("/lang es");
    await ana.page.locator('html[lang="es"] #chat').waitFor();
    await ana.say("/quien");
    await ana.sees("aquí");
    await ana.say("still here");
    // Nobody is told of it.
    assertEquals(await marta.line(), "ana: still here");
  },
);

testInBrowser("a password is asked for, or comes in the fragment and leaves it", async (open) => {
  await using directory = await tempDirectory();
  const file = `${directory.path}/password`;
  await Deno.writeTextFile(file, "open sesame\n");
  await using hub = await startHub(["--password-file", file]);
  const ana = await open(hub);
  const submit = ana.page.locator("#join button").first();
  await ana.page.locator("#nick").fill("ana");
  await submit.click();
  const password = ana.page.locator("#password");
  await password.fill("wrong");
  await submit.click();
  await ana.sees(/^\p{Lu}/u, "#join-error");
  await password.fill("open sesame");
  await submit.click();
  await ana.page.locator("#chat").waitFor();

  const bob = await (await open(hub, { rest: "#key=open%20sesame&room=dev" })).join("bob");
  await bob.sees("dev", "#room");
  assertMatch(bob.page.url(), /^http:\/\/127\.0\.0\.1:\d+\/#room=dev$/);
});

testInBrowser("the log follows while a message of many rows is typed", async (open) => {
  await using hub = await startHub(["--rate", "0", "--lang", "en"]);
  await using bot = await joinAsBot(hub, "bot");
  const ana = await (await open(hub, { width: 390, height: 700, isTouch: true })).join("ana");
  for (let at = 0; at < 40; at++) {
    bot.sendFrame({ type: "say", ref: String(at), text: `message ${at}.` });
  }
  await ana.sees("message 39.");
  const input = ana.page.locator("#input");
  const { height: low } = (await input.boundingBox())!;
  await input.pressSequentially("words of a long message ".repeat(8));
  const { height } = (await input.boundingBox())!;
  assert(height > 2 * low, `the input grows with its text: ${low} to ${height} px`);
  bot.sendFrame({ type: "say", ref: "last", text: "the last" });
  await ana.sees("the last");
  const below = await ana.page.evaluate(`{
    const log = document.querySelector("#log");
    log.scrollHeight - log.scrollTop - log.clientHeight;
  }`);
  assert(Number(below) < 5, `${below} px are out of sight`);
  await ana.page.locator(".jump").waitFor({ state: "hidden" });
});
