import { assertEquals, assertRejects } from "@std/assert";
import { after, within } from "../../../../common/cli/timers.ts";

const never = new Promise<string>(() => {});

Deno.test("after() calls back when the time is over, unless it is stopped", async () => {
  const stopped = after(0, () => {
    throw new Error("stopped");
  });
  stopped();
  await new Promise<void>((resolve) => void after(1, resolve));
});

Deno.test("within() gives the result of a promise that settles in time", async () => {
  const { signal } = new AbortController();
  assertEquals(await within(Promise.resolve(7), { milliseconds: 10_000, signal }), 7);
  assertEquals(await within(Promise.resolve(7), {}), 7);
  await assertRejects(
    () => within(Promise.reject(new Error("x")), { milliseconds: 10_000 }),
    Error,
    "x",
  );
});

Deno.test('within() gives "late" when the time is over or the signal aborts', async () => {
  assertEquals(await within(never, { milliseconds: 0 }), "late");
  assertEquals(await within(never, { milliseconds: -1 }), "late");
  const stop = new AbortController();
  const waiting = within(never, { milliseconds: 10_000, signal: stop.signal });
  stop.abort();
  assertEquals(await waiting, "late");
  assertEquals(await within(never, { signal: stop.signal }), "late");
});
