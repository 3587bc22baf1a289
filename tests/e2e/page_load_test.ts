/** The page with very many messages: what it draws is bounded in rows and in updates a frame, whatever the machine. */

import { assert, assertEquals } from "@std/assert";
import { startHub } from "../support/program.ts";
import { testInBrowser } from "./browsing.ts";
import { joinAsBot } from "./people.ts";

const MESSAGES = 10_000;
/** Messages between two keys. */
const BURST = 200;
/** Rows that may be in the document. */
const MAX_ROWS = 700;

/** Counts the frames of the browser, and the changes of the log, which come in batches. */
const COUNT = `
  globalThis.frames = 0;
  globalThis.changes = 0;
  const count = () => { frames++; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  new MutationObserver(() => void changes++)
    .observe(document.querySelector("#log"), { childList: true, subtree: true });
`;

testInBrowser(
  "the page draws few rows, once a frame, while thousands of messages arrive",
  async (open) => {
    await using hub = await startHub(["--rate", "0"]);
    const ana = await (await open(hub)).join("ana");
    await ana.page.evaluate(COUNT);
    await using bot = await joinAsBot(hub, "bot");
    const draft = "aéñ😀 ".repeat(MESSAGES / BURST / 5);
    const input = ana.page.locator("#input");
    let next = 0;
    for (const key of draft) {
      for (const end = next + BURST; next < end; next++) {
        bot.sendFrame({ type: "say", ref: String(next), text: `message ${next}.` });
      }
      await input.pressSequentially(key);
    }
    await ana.sees(`message ${MESSAGES - 1}.`);
    assertEquals(await input.inputValue(), draft);
    const { frames, changes, rows } = await ana.page.evaluate(
      `({ frames, changes, rows: document.querySelectorAll("#log .message").length })`,
    ) as Record<string, number>;
    assert(changes! <= frames! + 1, `${changes} changes of the log in ${frames} frames`);
    assert(rows! <= MAX_ROWS, `${rows} rows`);

    // Scrolling up shows the others, and no more rows than before.
    const log = ana.page.locator("#log");
    await log.focus();
    for (let seen = MESSAGES; seen > MESSAGES - 3000;) {
      seen = Number(/message (\d+)\./.exec(await ana.text())![1]);
      await ana.page.keyboard.press("Home");
      await ana.sees(`message ${seen - 1}.`);
    }
    assert(await ana.page.locator("#log .message").count() <= MAX_ROWS);
    bot.sendFrame({ type: "say", ref: "last", text: "the last" });
    await ana.page.locator("#log ~ .jump", { hasText: "1" }).click();
    await ana.sees("the last");
  },
);

testInBrowser(
  "scrolling up shows the hub's history, each message once",
  async (open) => {
    await using hub = await startHub(["--rate", "0"]);
    await using bot = await joinAsBot(hub, "bot");
    for (let at = 0; at < 400; at++) {
      bot.sendFrame({ type: "say", ref: String(at), text: `message ${at}.` });
    }
    bot.sendFrame({ type: "command", ref: "done", line: "/who" });
    await bot.untilFrame("reply");
    const ana = await (await open(hub)).join("ana");
    await ana.sees("message 399.");
    const log = ana.page.locator("#log");
    await log.focus();
    while (!(await ana.text()).includes("message 0.")) {
      const [first] = /message \d+\./.exec(await ana.text())!;
      await ana.page.keyboard.press("Home");
      await ana.sees(`message ${parseInt(first.slice("message ".length)) - 1}.`);
      const { y, height } = (await log.boundingBox())!;
      const row = (await log.getByText(first, { exact: true }).boundingBox())!;
      assert(y <= row.y && row.y < y + height, `${first} went away on scrolling up`);
    }
    await ana.page.keyboard.press("Home");
    await ana.sees("the beginning of the history");
    const numbers = Array.from(
      (await ana.text()).matchAll(/message (\d+)\./g),
      ([, at]) => Number(at),
    );
    assertEquals(
      numbers,
      Array.from(numbers, (_, at) => at),
    );
    assert(numbers.length >= 200);
  },
);
