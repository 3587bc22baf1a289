import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { plainLines } from "../../../../common/i18n/plain.ts";
import type { HubFrame, MessageFrame } from "../../../../common/protocol/frame.ts";
import { reply, WELCOME } from "./frames.ts";

const message = (text: string, kind: MessageFrame["kind"] = "say"): MessageFrame => ({
  type: "message",
  id: 1,
  room: "general",
  nick: "ana",
  text,
  ts: 0,
  kind,
});

Deno.test("plainLines marks every line of a message", () => {
  const heads = {
    say: "ana: ",
    action: "* ana ",
    notice: "ana (notice): ",
    private: "[private] ana: ",
  } as const;
  const text = fc.array(fc.constantFrom("a", "ñ", " ", "\n", "/"), { maxLength: 8 });
  fc.assert(fc.property(
    text.map((chars) => chars.join("")),
    fc.constantFrom("say", "action", "notice", "private"),
    (text, kind) => {
      const lines = text.split("\n").map((line, index) =>
        (index === 0 ? heads[kind] : "  | ") + line
      );
      assertEquals(plainLines({ ...message(text), kind }, "en"), lines);
    },
  ));
});

Deno.test("plainLines says how many lines of a shortened message follow", () => {
  const shown = (text: string, more: number) => plainLines({ ...message(text), more }, "en");
  assertEquals(shown("uno\ndos", 190), ["ana: uno", "  | dos", "  | ... 190 more lines"]);
  assertEquals(shown("uno", 1), ["ana: uno", "  | ... 1 more line"]);
  assertEquals(shown("u…", 0), ["ana: u…"]);
});

Deno.test("plainLines marks every line of the hub, and errors with a mark of their own", () => {
  const lines = plainLines({ ...WELCOME, motd: "uno\ndos" }, "en");
  assertEquals(lines.length, 4);
  assert(lines.every((line) => line.startsWith("* ")));
  const error: HubFrame = { type: "error", code: "empty_message", params: {}, text: "" };
  assertEquals(plainLines(error, "en"), ["! the message is empty: it was not sent"]);
  const bye: HubFrame = { type: "bye", code: "quit", params: {}, text: "" };
  assertEquals(plainLines(bye, "es"), ["* hasta pronto"]);
  assertEquals(plainLines({ type: "pong" }, "en"), []);
});

Deno.test("plainLines marks the lines of another room with its name", () => {
  const elsewhere = { isElsewhere: true };
  assertEquals(plainLines(message("uno\ndos"), "en", elsewhere), [
    "#general ana: uno",
    "#general   | dos",
  ]);
  const left: HubFrame = { type: "left", room: "dev", nick: "eva", count: 1 };
  assertEquals(plainLines(left, "en", elsewhere), ["#dev * eva left (1 here)"]);
  assertEquals(plainLines(reply("nick", { nick: "eva" }), "en", elsewhere), ["* you are now eva"]);
});
