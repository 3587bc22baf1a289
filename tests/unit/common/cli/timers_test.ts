import { assertEquals, assertRejects } from "@std/assert";
import { after, within } from "../../../../common/cli/timers.ts";

const never = new Promise<string>(() => {});

Deno.test("a call is made after its time, unless it is stopped", async () => {
  const stopped = after(0, () => {
    throw new Error("stopped");
  });
  stopped();
  await new Promise<void>((resolve) => void after(1, resolve));
});

Deno.test("a promise that settles within its time gives its own result", async () => {
  const { signal } = new AbortController();
  assertEquals(await within(Promise.resolve(7), { milliseconds: 10_000, signal }), 7);
  assertEquals(await within(Promise.resolve(7), {}), 7);
  await assertRejects(
    () => within(Promise.reject(new Error("x")), { milliseconds: 10_000 }),
    Error,
    "x",
  );
});

Deno.test("the time, or the signal, ends the wait", async () => {
  assertEquals(await within(never, { milliseconds: 0 }), "late");
  assertEquals(await within(never, { milliseconds: -1 }), "late");
  const stop = new AbortController();
  const waiting = within(never, { milliseconds: 10_000, signal: stop.signal });
  stop.abort();
  assertEquals(await waiting, "late");
  assertEquals(await within(never, { signal: stop.signal }), "late");
});
