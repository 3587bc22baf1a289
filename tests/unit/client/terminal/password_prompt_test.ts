import { assertEquals } from "@std/assert";
import { PasswordPrompt } from "../../../../client/terminal/password_prompt.ts";
import { type Key, keyBytes } from "../../../support/keys.ts";

function start() {
  const told: string[] = [];
  const password: PasswordPrompt = new PasswordPrompt({
    onSubmit: (given, line) => told.push(`${given} for ${line ?? "the hub"}`),
    onCancel: (line) => told.push(`none for ${line ?? "the hub"}`),
    onClear: () => told.push("clear"),
  });
  const type = (text: string) => password.feed(new TextEncoder().encode(text));
  const press = (key: Key) => type(keyBytes(key));
  return { password, told, type, press };
}

Deno.test("a password is given to the hub or to the command that wants it, and asked for no more", () => {
  const { password, told, type } = start();
  assertEquals([password.isOpen, password.isForHub], [false, false]);
  password.open();
  assertEquals([password.isOpen, password.isForHub], [true, true]);
  type("s\t3cret\r");
  assertEquals([told.splice(0), password.isOpen], [["s3cret for the hub"], false]);
  password.open("/mod");
  assertEquals([password.isOpen, password.isForHub], [true, false]);
  type("s3c");
  password.insert("ret");
  type("\r");
  assertEquals([told, password.isOpen], [["s3cret for /mod"], false]);
});

Deno.test("a command can go without its password, the hub waits on", () => {
  const { password, told, press } = start();
  for (const key of ["enter", "ctrl-c", "ctrl-d"] as const) {
    password.open("/mod");
    press(key);
    assertEquals([told.splice(0), password.isOpen], [["none for /mod"], false]);
  }
  password.open();
  press("enter");
  assertEquals([told, password.isOpen], [[], true]);
  press("ctrl-c");
  assertEquals([told, password.isOpen], [["none for the hub"], false]);
});

Deno.test("nothing of one password is in the next one", () => {
  const { password, told, type, press } = start();
  password.open();
  type("first\r");
  password.open();
  press("up");
  press("ctrl-y");
  type("x");
  press("ctrl-l");
  type("\r");
  assertEquals(told.slice(1), ["clear", "x for the hub"]);
});

Deno.test("nothing is taken while none is asked for", () => {
  const { password, told, type } = start();
  type("x\r");
  password.insert("x");
  password.open();
  password.close();
  type("x\r");
  assertEquals([told, password.isOpen], [[], false]);
});
