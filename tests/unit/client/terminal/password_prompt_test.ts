import { assertEquals } from "@std/assert";
import { PasswordPrompt } from "../../../../client/terminal/password_prompt.ts";
import { type Key, keyBytes } from "../../../support/keys.ts";
import { typeInto } from "./typing.ts";

function start() {
  const events: string[] = [];
  const password: PasswordPrompt = new PasswordPrompt({
    onSubmit: (given, line) => events.push(`${given} for ${line ?? "the hub"}`),
    onCancel: (line) => events.push(`none for ${line ?? "the hub"}`),
    onClear: () => events.push("clear"),
  });
  const type = typeInto({
    press: (key) => password.prompt?.press(key),
    insert: (text) => password.prompt?.insert(text),
  });
  const isOpen = () => password.prompt !== undefined;
  const press = (key: Key) => type(keyBytes(key));
  return { password, isOpen, events, type, press };
}

Deno.test("a password goes to the hub or the command that needs it, and the prompt closes", () => {
  const { password, isOpen, events, type } = start();
  assertEquals([isOpen(), password.isForHub], [false, false]);
  password.open();
  assertEquals([isOpen(), password.isForHub], [true, true]);
  type("s\t3cret\r");
  assertEquals([events.splice(0), isOpen()], [["s3cret for the hub"], false]);
  password.open("/mod");
  assertEquals([isOpen(), password.isForHub], [true, false]);
  type("s3c");
  password.prompt?.insert("ret");
  type("\r");
  assertEquals([events, isOpen()], [["s3cret for /mod"], false]);
});

Deno.test("an empty password cancels a command, but not the hub's request", () => {
  const { password, isOpen, events, press } = start();
  for (const key of ["enter", "ctrl-c", "ctrl-d"] as const) {
    password.open("/mod");
    press(key);
    assertEquals([events.splice(0), isOpen()], [["none for /mod"], false]);
  }
  password.open();
  press("enter");
  assertEquals([events, isOpen()], [[], true]);
  press("ctrl-c");
  assertEquals([events, isOpen()], [["none for the hub"], false]);
});

Deno.test("nothing of one password remains in the next", () => {
  const { password, events, type, press } = start();
  password.open();
  type("first\r");
  password.open();
  press("up");
  press("ctrl-y");
  type("x");
  press("ctrl-l");
  type("\r");
  assertEquals(events.slice(1), ["clear", "x for the hub"]);
});

Deno.test("keys are ignored while no password is asked for", () => {
  const { password, isOpen, events, type } = start();
  type("x\r");
  password.open();
  password.close();
  type("x\r");
  assertEquals([events, isOpen()], [[], false]);
});
