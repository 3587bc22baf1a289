import { assertEquals } from "@std/assert";
import { readMessage, writeMessage } from "../../../../tools/load/message.ts";

Deno.test("a message is read as it was written, even from its first line alone", () => {
  for (let number = 1; number <= 20; number++) {
    const message = { sender: 7, number, sentAt: 1234 };
    for (const hasLines of [true, false]) {
      const text = writeMessage(message, hasLines);
      assertEquals(readMessage(text), message);
      assertEquals(readMessage(text.split("\n")[0]!), message);
    }
  }
});

Deno.test("a changed message is damaged, and other text is none", () => {
  const text = writeMessage({ sender: 7, number: 1, sentAt: 1234 }, false);
  assertEquals(readMessage(text.slice(0, -1)), "damaged");
  assertEquals(readMessage(`${text}!`), "damaged");
  assertEquals(readMessage("§7.1"), "damaged");
  assertEquals(readMessage("hola"), undefined);
});
