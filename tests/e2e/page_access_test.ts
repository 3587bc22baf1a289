/** The page for users who have only a keyboard, a screen reader, a small screen, or bad eyes: axe finds nothing wrong. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import axe from "axe-core";
import type { PageUser } from "../support/browser.ts";
import { startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { testInBrowser } from "./browsing.ts";
import { joinAsBot, joinWithNc } from "./people.ts";

/** Asserts that axe finds no violation in what is shown now. */
async function assertAccessible({ page }: PageUser, what: string): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
      id + ": " + nodes.map(({ html, failureSummary }) => html + " " + failureSummary).join("; ")))`,
  );
  assertEquals(violations, [], what);
}

/** Moves the focus with Tab until it is on a match of a selector. */
async function tabTo({ page }: PageUser, selector: string, key = "Tab"): Promise<void> {
  for (let presses = 0; presses < 100; presses++) {
    await page.keyboard.press(key);
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  throw new Error(`${key} does not reach ${selector}`);
}

for (const [width, height] of [[320, 568], [1280, 800]] as const) {
  for (const isDark of [false, true]) {
    testInBrowser(
      `axe finds no violation at ${width} px, ${isDark ? "dark" : "light"}`,
      async (open) => {
        await using hub = await startHub(["--rate", "0"]);
        await using bot = await joinAsBot(hub, "José");
        const say = (text: string, to?: string) =>
          bot.sendFrame({ type: "say", ref: text, text, ...to === undefined ? {} : { to } });
        const ana = await open(hub, { width, height, isDark });
        await assertAccessible(ana, "the form");
        await ana.join("ana");
        say("*bold* `code` https://example.org/ @ana\n> quoted");
        say("for you", "ana");
        say("x".repeat(300));
        bot.sendFrame({ type: "command", ref: "1", line: "/me waves" });
        bot.sendFrame({ type: "command", ref: "2", line: `/topic ${"a long topic ".repeat(10)}` });
        await ana.say("/frobnicate");
        await ana.say("/who");
        await ana.say("hello");
        await ana.say("/join dev");
        await ana.sees("dev", "#room");
        say("unread, @ana");
        const { page } = ana;
        await page.locator("#rooms .count").waitFor({ state: "attached" });
        await assertAccessible(ana, "the chat");
        await page.locator("#rooms li", { hasText: "general" }).locator("button").first()
          .dispatchEvent("click");
        await ana.sees("José waves");
        for (const name of ["rooms", "people"]) {
          const opener = page.locator(`#show-${name}`);
          if (!await opener.isVisible()) continue;
          await opener.click();
          await assertAccessible(ana, name);
          await page.keyboard.press("Escape");
        }
        await page.locator("#log .nick").first().click();
        await page.getByRole("menu").waitFor();
        await assertAccessible(ana, "the menu");
        await page.keyboard.press("Escape");
        await page.locator("#input").pressSequentially("/");
        await page.locator("#choices").waitFor();
        await assertAccessible(ana, "the choices");
        const ends = await page.evaluate(`[document.documentElement.scrollWidth,
          ...Array.from(document.querySelectorAll("header, #log > *, #composer"), (element) =>
            element.getBoundingClientRect().right)]`) as number[];
        assert(Math.max(...ends) <= width, `parts of it end at ${ends} px`);
      },
    );
  }
}

testInBrowser("the keyboard alone does everything", async (open) => {
  await using hub = await startHub(["--rate", "0"]);
  await using marta = await joinWithNc(hub.port, "marta");
  const ana = await open(hub);
  const { keyboard } = ana.page;
  const focused = () => ana.page.evaluate("document.activeElement.id");
  if (await focused() !== "nick") await tabTo(ana, "#nick");
  await keyboard.type("ana");
  await keyboard.press("Enter");
  await ana.page.locator("#input:focus").waitFor();
  await keyboard.type("hello");
  await keyboard.press("Enter");
  await marta.until("ana: hello");

  await keyboard.type("/wh");
  await ana.page.locator("#choices").waitFor();
  await keyboard.press("Tab");
  assertMatch(await ana.page.locator("#input").inputValue(), /^\/who/);
  await keyboard.press("Escape");
  await keyboard.press("Control+A");
  await keyboard.type("@mar");
  await ana.page.locator("#choices").waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await keyboard.type("see?");
  await keyboard.press("Enter");
  await marta.until(/^ana: @?marta:? ?see\?/);

  await keyboard.type("/join dev");
  await keyboard.press("Enter");
  await ana.sees("dev", "#room");
  await keyboard.press("Alt+1");
  await ana.sees("general", "#room");

  marta.send("from marta\n");
  await ana.sees("from marta");
  await tabTo(ana, "#log .nick", "Shift+Tab");
  await keyboard.press("Enter");
  await ana.page.getByRole("menuitem").first().waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Escape");
  await ana.page.locator("#log .nick:focus").waitFor();
  await keyboard.press("Enter");
  await ana.page.locator(".menu :focus", { hasText: "Private message" }).waitFor();
  await keyboard.press("Enter");
  await ana.page.locator("#input:focus").waitFor();
  await keyboard.type("in private");
  await keyboard.press("Enter");
  await marta.until("[private] ana: in private");
});

testInBrowser("a moderator keeps order by the menus", async (open) => {
  await using directory = await tempDirectory();
  const file = `${directory.path}/password`;
  await Deno.writeTextFile(file, "keep order\n");
  await using hub = await startHub(["--rate", "0", "--lang", "en", "--mod-password-file", file]);
  await using marta = await joinWithNc(hub.port, "marta");
  const ana = await (await open(hub)).join("ana");
  marta.send("spam\n");
  await ana.sees("spam");
  await ana.say("/mod");
  const field = ana.page.locator("#composer input[type=password]");
  await field.fill("keep order");
  await field.press("Enter");
  await ana.sees("moderator");
  const { page } = ana;
  const choose = async (item: string, nick = "marta") => {
    await page.locator("#log .nick", { hasText: nick }).first().click();
    await page.getByRole("menuitem", { name: item }).click();
    // What may have a reason waits for Enter.
    await page.locator("#input").press("Enter");
  };
  await choose("Mute for 10 min");
  await marta.until("muted");
  await choose("Unmute");
  await marta.until(/mute/);
  await choose("Kick");
  await marta.until("kicked");
  assertEquals(await marta.closed(), "end");
  const bob = await (await open(hub)).join("bob");
  await bob.say("more spam");
  await ana.sees("more spam");
  await choose("Ban for 1 h", "bob");
  await bob.sees("banned", "#connection, #join-error");
});
