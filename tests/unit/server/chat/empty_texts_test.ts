/** Texts in which there is nothing to see, and line ends at the end of a text. */

import { assertEquals } from "@std/assert";
import { TestHub } from "../../../support/hub.ts";
import { NOTHING_TO_SEE } from "../../../support/nothing_to_see.ts";

Deno.test("a message, action, private message or topic in which there is nothing to see is an error", () => {
  for (const blank of [...NOTHING_TO_SEE, "\u2800\u200b\u0301", "\u3164\n\u200b"]) {
    const test = new TestHub();
    const ana = test.textMember("ana");
    const bot = test.framesMember("bot");
    ana.ask("/msg bot hi");
    bot.takeFrames();
    ana.take();
    bot.sendFrame({ type: "say", ref: "1", text: blank });
    bot.sendFrame({ type: "say", ref: "2", text: blank, room: "general" });
    bot.sendFrame({ type: "say", ref: "3", text: blank, to: "ana" });
    bot.command("5", `/me .${blank}`);
    test.tick();
    assertEquals(bot.takeCodes(), [...Array(3).fill("error empty_message"), "ack"]);
    assertEquals(ana.take()[0]?.slice(0, 7), "* bot .");
    if (blank.trim() === "") continue; // an argument is missing, or the topic is shown
    bot.command("4", `/msg ana ${blank}`);
    bot.command("6", `/me ${blank}`);
    bot.command("7", `/r ${blank}`);
    bot.command("8", `/topic ${blank}`);
    test.tick();
    assertEquals(bot.takeCodes(), [...Array(3).fill("error empty_message"), "error empty_topic"]);
    assertEquals(ana.take(), []);
  }
});

Deno.test("a line of text in which there is nothing to see is ignored, but its commands are answered", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  ana.send(...NOTHING_TO_SEE.filter((each) => !"\r\0".includes(each))); // lines of a PROXY header
  assertEquals(ana.ask("/me \u200b", "/topic \u2800", "/msg luis \u3164", "//\u200b"), [
    "! the message is empty: it was not sent",
    "! that topic shows nothing: it was not changed (/topic - removes it)",
    "! the message is empty: it was not sent",
  ]);
  assertEquals(luis.take(), ["ana: /\u200b"]);
});

Deno.test("line ends at the end of a text show no empty row, and count as no lines", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const bot = test.framesMember("bot");
  ana.take();
  bot.say("1", "end\n");
  bot.say("2", "a\r\n\r\nb\r\n\r\n");
  bot.say("3", "x\n".repeat(200));
  test.tick();
  assertEquals(bot.takeCodes(), ["ack", "ack", "ack"]);
  assertEquals(ana.take().slice(0, 4), ["bot: end", "bot: a", "  | ", "  | b"]);
});
