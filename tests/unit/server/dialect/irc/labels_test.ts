import { assertEquals } from "@std/assert";
import { TestHub } from "../../../../support/hub.ts";
import { askIrc, ircMember } from "../../../../support/irc.ts";

const CAPABILITIES = ["labeled-response", "batch", "echo-message"];

function labelled() {
  const test = new TestHub();
  const [nc] = test.textMembers("nc");
  return { test, nc, ana: ircMember(test, "ana", ...CAPABILITIES) };
}

Deno.test("a lone answer has the label, and none is an ACK", () => {
  const { ana } = labelled();
  assertEquals(askIrc(ana, "@label=1 PING x"), ["@label=1 :hub.test PONG hub.test x"]);
  assertEquals(askIrc(ana, "@label=2 PONG x"), ["@label=2 :hub.test ACK"]);
  assertEquals(askIrc(ana, "@label=3 PRIVMSG #general :hola"), [
    "@label=3 :ana!ana@chat PRIVMSG #general hola",
  ]);
  assertEquals(askIrc(ana, "@label=4 PRIVMSG nobody :hola"), [
    "@label=4 :hub.test 401 ana nobody :No such nick/channel",
  ]);
  assertEquals(askIrc(ana, "PING x"), [":hub.test PONG hub.test x"]);
});

Deno.test("several answers are a batch with the label, and so are those of several requests", () => {
  const { ana } = labelled();
  assertEquals(askIrc(ana, "@label=5 JOIN #dev,#ops"), [
    "@label=5 :hub.test BATCH +l5 labeled-response",
    "@batch=l5 :ana!ana@chat JOIN #dev",
    "@batch=l5 :hub.test 353 ana = #dev @ana",
    "@batch=l5 :hub.test 366 ana #dev :End of /NAMES list",
    "@batch=l5 :ana!ana@chat JOIN #ops",
    "@batch=l5 :hub.test 353 ana = #ops @ana",
    "@batch=l5 :hub.test 366 ana #ops :End of /NAMES list",
    ":hub.test BATCH -l5",
  ]);
});

Deno.test("what others do is not in the answer", () => {
  const { ana, nc } = labelled();
  nc.send("hola");
  assertEquals(askIrc(ana, "@label=6 PRIVMSG #general :adiós"), [
    ":nc!chat@chat PRIVMSG #general hola",
    "@label=6 :ana!ana@chat PRIVMSG #general adiós",
  ]);
});

Deno.test("a label comes back as it was written", () => {
  const { ana } = labelled();
  for (const label of ["a\\sb\\:c", "\\r\\n\\\\", "ñ=1"]) {
    assertEquals(askIrc(ana, `@label=${label} PING x`), [
      `@label=${label} :hub.test PONG hub.test x`,
    ]);
  }
});

Deno.test("an unknown command, TAGMSG and a message to oneself have the label once", () => {
  const ana = ircMember(new TestHub(), "ana", ...CAPABILITIES, "message-tags");
  assertEquals(askIrc(ana, "@label=7 NO_SUCH", "@label=8;+a TAGMSG ana", "@label=9 NOTICE ana x"), [
    "@label=7 :hub.test 421 ana NO_SUCH :Unknown command",
    "@msgid=1;+a :ana!ana@chat TAGMSG ana",
    "@label=8;msgid=1;+a :ana!ana@chat TAGMSG ana",
    "@msgid=2 :ana!ana@chat NOTICE ana x",
    "@label=9;msgid=2 :ana!ana@chat NOTICE ana x",
  ]);
  // A tag of a client that looks like that of a batch is not one.
  const lines = askIrc(ana, "@label=10;+a-batch=1 PRIVMSG #general,ana x");
  assertEquals(lines.filter((line) => line.startsWith("@batch=l10;msgid=")).length, 2);
});

Deno.test("a label that is too long is refused, and an empty one is none", () => {
  const { ana } = labelled();
  assertEquals(askIrc(ana, `@label=${"ñ".repeat(32)} PONG`, `@label=${"ñ".repeat(33)} PING x`), [
    `@label=${"ñ".repeat(32)} :hub.test ACK`,
    ":hub.test 417 ana :Input line was too long",
  ]);
  assertEquals(askIrc(ana, "@label= PONG x", "@label PING x"), [":hub.test PONG hub.test x"]);
});

Deno.test("without the capability a label is ignored", () => {
  const ana = ircMember(new TestHub(), "ana");
  assertEquals(askIrc(ana, "@label=1 PING x"), [":hub.test PONG hub.test x"]);
});
