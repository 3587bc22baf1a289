import { assertEquals } from "@std/assert";
import { LineQueue } from "../../../../common/cli/line_queue.ts";

/** An output whose writes stay pending until `read` completes them; each accepts at most `max` bytes. */
function slowOutput() {
  let text = "";
  const waiting: (() => void)[] = [];
  const decoder = new TextDecoder();
  return {
    write: (bytes: Uint8Array, max = Infinity): Promise<number> => {
      const taken = bytes.slice(0, max);
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting.push(() => {
        text += decoder.decode(taken, { stream: true });
        resolve(taken.length);
      });
      return promise;
    },
    /** Completes writes until the queue is drained, and returns everything written. */
    read: async (queue: LineQueue) => {
      let isDone = false;
      queue.drained().then(() => isDone = true);
      while (!isDone) {
        waiting.shift()?.();
        await Promise.resolve();
      }
      return text;
    },
  };
}

const dropped = (count: number) => `${count} dropped\n`;

Deno.test("lines wait for a blocked output and keep their order", async () => {
  const output = slowOutput();
  const queue = new LineQueue({ write: (bytes) => output.write(bytes, 5), dropped });
  for (const line of ["one\n", "dos señales\n", "three\n"]) queue.push(line);
  assertEquals(await output.read(queue), "one\ndos señales\nthree\n");
  queue.push("four\n");
  assertEquals(await output.read(queue), "one\ndos señales\nthree\nfour\n");
});

Deno.test("lines over the limit are dropped and counted in their place", async () => {
  const output = slowOutput();
  const queue = new LineQueue({ write: (bytes) => output.write(bytes), dropped });
  const long = "x".repeat(1023) + "\n";
  queue.push("first\n"); // already being written
  for (let i = 0; i < 1024 + 3; i++) queue.push(long);
  assertEquals(await output.read(queue), `first\n${long.repeat(1024)}3 dropped\n`);
});

Deno.test("a closed output is not an error", async () => {
  const queue = new LineQueue({ write: () => Promise.reject(new Error("closed")), dropped });
  queue.push("one\n");
  await queue.drained();
  queue.push("two\n");
  await queue.drained();
});
