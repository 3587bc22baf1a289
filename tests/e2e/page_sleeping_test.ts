/** Pages lose their connection, sleep, and are loaded again: nothing is lost or doubled, and nobody sees them leave. */

import { assertEquals } from "@std/assert";
import type { PageUser } from "../support/browser.ts";
import { CuttingProxy } from "../support/cutting_proxy.ts";
import type { Peer } from "../support/peer.ts";
import { idlePort } from "../support/ports.ts";
import { startHub } from "../support/program.ts";
import { type Open, testInBrowser } from "./browsing.ts";
import { count, joinWithNc } from "./people.ts";

/** ana's page, behind a proxy, with marta in `nc`. */
interface Pair {
  ana: PageUser;
  marta: Peer;
  proxy: CuttingProxy;
}

/** A test with ana and marta, who have said a word each. In the end each has read the other's words once, and nothing else. */
function testPair(name: string, part: (pair: Pair) => Promise<PageUser | void>): void {
  testInBrowser(name, async (open: Open) => {
    await using hub = await startHub(["--rate", "0", "--lang", "en"]);
    await using proxy = new CuttingProxy(hub.port);
    await using marta = await joinWithNc(hub.port, "marta");
    let ana = await (await open(proxy)).join("ana");
    await marta.until("* ana joined");
    await ana.say("before, from ana");
    await marta.until("ana: before, from ana");
    marta.send("before, from marta\n");
    await ana.sees("before, from marta");
    const begin = marta.received().length;

    ana = await part({ ana, marta, proxy }) ?? ana;

    await ana.sees("meanwhile, from marta");
    await ana.sees("meanwhile, from ana");
    await ana.say("after, from ana");
    await marta.until("ana: after, from ana");
    marta.send("after, from marta\n");
    await ana.sees("after, from marta");
    const received = new TextDecoder().decode(marta.received().subarray(begin));
    assertEquals(received, "ana: meanwhile, from ana\nana: after, from ana\n");
    const log = await ana.text();
    for (const time of ["before", "meanwhile", "after"]) {
      for (const nick of ["ana", "marta"]) {
        assertEquals(count(log, `${time}, from ${nick}`), 1, `${time}, from ${nick}:\n${log}`);
      }
    }
    await ana.page.locator(".unanswered .message").waitFor({ state: "detached" });
  });
}

/** Presses the button, unless the page has tried again by itself meanwhile. */
async function tryNow({ page }: PageUser): Promise<void> {
  await page.evaluate("document.querySelector('#connection button')?.click()");
}

testPair("a page whose connection is cut resumes, and sends once what was typed meanwhile", async (
  { ana, marta, proxy },
) => {
  proxy.cut();
  await ana.sees(/\S/, "#connection");
  await ana.say("meanwhile, from ana");
  await ana.sees("meanwhile, from ana", ".unanswered");
  marta.send("meanwhile, from marta\n");
  proxy.mend();
  await tryNow(ana);
  await marta.until("meanwhile, from ana");
});

testPair("a frozen page takes its session up when it wakes", async ({ ana, marta, proxy }) => {
  const devTools = await ana.page.context().newCDPSession(ana.page);
  await devTools.send("Page.setWebLifecycleState", { state: "frozen" });
  proxy.cut();
  marta.send("meanwhile, from marta\n");
  proxy.mend();
  await devTools.send("Page.setWebLifecycleState", { state: "active" });
  await ana.sees("meanwhile, from marta");
  await ana.say("meanwhile, from ana");
  await marta.until("meanwhile, from ana");
});

testPair("a page whose network is gone takes its session up when the system has another", async (
  { ana, marta, proxy },
) => {
  proxy.silence();
  await ana.say("meanwhile, from ana");
  marta.send("meanwhile, from marta\n");
  await ana.page.evaluate("void dispatchEvent(new Event('online'))");
  await marta.until("meanwhile, from ana");
});

testPair("a page that is loaded again shows all that was said", async ({ ana, marta, proxy }) => {
  proxy.cut();
  await ana.say("meanwhile, from ana");
  await ana.sees("meanwhile, from ana", ".unanswered");
  marta.send("meanwhile, from marta\n");
  proxy.mend();
  await ana.page.reload();
  await ana.page.locator("#chat").waitFor();
  await marta.until("meanwhile, from ana");
});

testPair("a page that the telephone discarded is there again", async ({ ana, marta, proxy }) => {
  proxy.cut();
  await ana.say("meanwhile, from ana");
  await ana.sees("meanwhile, from ana", ".unanswered");
  const again = await ana.discard();
  marta.send("meanwhile, from marta\n");
  proxy.mend();
  await again.load();
  await again.page.locator("#chat").waitFor();
  await marta.until("meanwhile, from ana");
  return again;
});

testInBrowser(
  "the newest of two tabs with one session has it, and the other says so",
  async (open) => {
    await using hub = await startHub(["--lang", "en"]);
    const ana = await (await open(hub)).join("ana");
    const copy = await ana.duplicate();
    await copy.page.locator("#chat").waitFor();
    await ana.page.getByRole("button", { name: "Join" }).waitFor();
    await using marta = await joinWithNc(hub.port, "marta");
    await copy.say("only here");
    await marta.until("ana: only here");
  },
);

testInBrowser("a page goes on after the hub was started again", async (open) => {
  const port = idlePort();
  const start = () => startHub(["--rate", "0", "--lang", "en"], { port });
  let ana: PageUser;
  {
    await using _hub = await start();
    ana = await (await open({ port })).join("ana");
    for (const text of ["one", "two", "three"]) await ana.say(`before, ${text}`);
    await ana.sees("before, three", "#log .message:has(.sent)");
  }
  await ana.say("meanwhile");
  await ana.sees(/\S/, "#connection");
  await using _hub = await start();
  await using marta = await joinWithNc(port, "marta");
  await tryNow(ana);
  await ana.page.locator("#connection:empty").waitFor({ state: "attached" });
  for (const text of ["one", "two", "three"]) marta.send(`after, ${text}\n`);
  await ana.sees("after, three");
  const log = await ana.text();
  const at = ["before, one", "before, three", "after, one", "after, three"].map((text) => {
    assertEquals(count(log, text), 1, text);
    return log.indexOf(text);
  });
  assertEquals(at, at.toSorted((a, b) => a - b), log);
});
