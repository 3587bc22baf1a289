import { assert, assertEquals } from "@std/assert";
import { SendBudget, sendLimits, sharedLimits } from "../../../../server/net/send_budget.ts";

const FRAME = 65_536;
const LIMITS = sendLimits({ rate: 5, burst: 10 }, { frame: FRAME });

/** A budget and those of other connections of its address, with a clock that stands still until it is set. */
function budgets(count: number): { time: { at: number }; each: SendBudget[] } {
  const time = { at: 0 };
  const now = () => time.at;
  const shared = new SendBudget(sharedLimits(LIMITS), now);
  return { time, each: Array.from({ length: count }, () => new SendBudget(LIMITS, now, shared)) };
}

Deno.test("a paste of 60 KB passes at once, and a stream of them as fast as the lines allow", () => {
  const { time, each: [ana] } = budgets(1);
  const paste = 60_000;
  assertEquals(ana!.takeBytes(paste), 0);
  const wait = ana!.takeBytes(paste);
  assert(wait > 1000, `${wait} ms`);
  time.at += wait;
  const next = ana!.takeBytes(paste);
  assertEquals(Math.round(next), Math.round(paste / (5 * 4096) * 1000));
});

Deno.test("the longest frame passes at once, with any limit of frames", () => {
  for (const frame of [4096, FRAME, 2 * FRAME]) {
    const limits = sendLimits({ rate: 5, burst: 10 }, { frame });
    assertEquals(new SendBudget(limits, () => 0).takeBytes(frame), 0);
  }
});

Deno.test("a class of 60 behind one address writes its bursts at once, and then a line a second each", () => {
  const { time, each } = budgets(60);
  for (const member of each) {
    for (let line = 0; line < 10; line++) assertEquals(member.takeLine(), 0);
    assertEquals(member.takeBytes(60_000), 0);
  }
  for (let second = 0; second < 30; second++) {
    time.at += 1000;
    for (const member of each) assertEquals(member.takeLine(), 0);
  }
});

Deno.test("connections do not multiply what an address may send", () => {
  const { time, each } = budgets(256);
  const passed = () =>
    each.reduce((sum, peer) => {
      let lines = 0;
      while (peer.takeLine() === 0) lines++;
      return sum + lines;
    }, 0);
  const atOnce = passed();
  assert(atOnce > 500 && atOnce <= 600, `${atOnce} lines at once`);
  time.at += 1000;
  assert(passed() <= 60);
});

Deno.test("without a limit of lines bytes have none either", () => {
  for (const lines of [{ rate: 0, burst: 10 }, { rate: 5, burst: 0 }]) {
    const limits = sendLimits(lines, { frame: FRAME });
    const budget = new SendBudget(limits, () => 0, new SendBudget(sharedLimits(limits), () => 0));
    assertEquals([budget.takeBytes(1e9), budget.takeLine(), budget.isFull], [0, 0, true]);
  }
});
