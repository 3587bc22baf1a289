import { assertEquals } from "@std/assert";
import { LineQueue } from "../../../../common/cli/line_queue.ts";

/** An output that takes a write only when it is told to, and then so many bytes. */
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
    /** Takes what is written until nothing comes any more. */
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

Deno.test("lines wait for an output that does not take them, and keep their order", async () => {
  const output = slowOutput();
  const queue = new LineQueue({ write: (bytes) => output.write(bytes, 5), dropped });
  for (const line of ["one\n", "dos señales\n", "three\n"]) queue.push(line);
  assertEquals(await output.read(queue), "one\ndos señales\nthree\n");
  queue.push("four\n");
  assertEquals(await output.read(queue), "one\ndos señales\nthree\nfour\n");
});

Deno.test("what is too much is dropped, and counted in its place", async () => {
  const output = slowOutput();
  const queue = new LineQueue({ write: (bytes) => output.write(bytes), dropped });
  const long = "x".repeat(1023) + "\n";
  queue.push("first\n"); // it is on its way
  for (let i = 0; i < 1024 + 3; i++) queue.push(long);
  assertEquals(await output.read(queue), `first\n${long.repeat(1024)}3 dropped\n`);
});

Deno.test("a closed output is no fault", async () => {
  const queue = new LineQueue({ write: () => Promise.reject(new Error("closed")), dropped });
  queue.push("one\n");
  await queue.drained();
  queue.push("two\n");
  await queue.drained();
});
