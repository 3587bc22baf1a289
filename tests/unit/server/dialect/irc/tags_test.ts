import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeClientFrame } from "../../../../../common/protocol/frame_codec.ts";
import { TAGS } from "../../../../../common/protocol/tags.ts";
import { exceedsLimits, parseLine } from "../../../../../server/dialect/irc/line.ts";
import { TestHub } from "../../../../support/hub.ts";
import { askIrc, ircMember } from "../../../../support/irc.ts";
import { testProperty } from "../../../../support/property.ts";

/** Members with `nc`, a bot, and IRC clients: two with tags, one without. */
function room() {
  const test = new TestHub({ modPassword: "tiza", isStill: true });
  const [nc] = test.textMembers("nc");
  const bot = test.framesMember("bot");
  const ana = ircMember(test, "ana", "message-tags", "echo-message");
  const eva = ircMember(test, "eva", "message-tags");
  const ivo = ircMember(test, "ivo", "echo-message");
  for (const peer of [ana, eva, ivo]) askIrc(peer);
  nc.take();
  bot.take();
  return { test, nc, bot, ana, eva, ivo };
}

Deno.test("tags of clients reach clients that know tags, in rooms, in private and in the echo", () => {
  const { nc, bot, ana, eva, ivo } = room();
  const tags = "+draft/reply=7;+x=a\\sb\\:c";
  assertEquals(askIrc(ana, `@${tags};y=1 PRIVMSG #general :hola`, `@${tags} PRIVMSG eva :psst`), [
    `@msgid=1;${tags} :ana!ana@chat PRIVMSG #general hola`,
    `@msgid=2;${tags} :ana!ana@chat PRIVMSG eva psst`,
  ]);
  assertEquals(askIrc(eva), [
    `@msgid=1;${tags} :ana!ana@chat PRIVMSG #general hola`,
    `@msgid=2;${tags} :ana!ana@chat PRIVMSG eva psst`,
  ]);
  assertEquals(askIrc(ivo), [":ana!ana@chat PRIVMSG #general hola"]);
  assertEquals(nc.take(), ["ana: hola"]);
  assertEquals(bot.takeFrames(), [{
    type: "message",
    id: 1,
    room: "general",
    nick: "ana",
    ts: 1_000_000,
    kind: "say",
    text: "hola",
    tags: { "+draft/reply": "7", "+x": "a b;c" },
  }]);
  const said = { type: "say", ref: "1", text: "sí", tags: { "+draft/reply": "1" } };
  bot.sendFrame(said);
  assertEquals(askIrc(eva), ["@msgid=3;+draft/reply=1 :bot!chat@chat PRIVMSG #general sí"]);
  askIrc(ivo, "@+x=1 PRIVMSG #general hola"); // has not asked for tags
  assertEquals(askIrc(eva), ["@msgid=4 :ivo!ivo@chat PRIVMSG #general hola"]);
});

Deno.test("nobody forges a tag of the hub or breaks a line with tags", () => {
  const { ana, eva } = room();
  const forged =
    "msgid=9;time=1970-01-01T00:00:00.000Z;label=1;batch2=x;+msgid=1;+b=\\r\\n:hub\\s001";
  askIrc(ana, `@${forged};+c=\x1b[2J;+d=\\;+e;+=1;++f=1 PRIVMSG #general :hola`);
  assertEquals(askIrc(eva), ["@msgid=1;+msgid=1;+d;+e :ana!ana@chat PRIVMSG #general hola"]);
});

Deno.test("TAGMSG is shown by clients that know tags, and by nobody else", () => {
  const { test, nc, bot, ana, eva, ivo } = room();
  const line = "@+typing=active TAGMSG";
  assertEquals(askIrc(ana, `${line} #general :text`, `${line} eva,nc`, "@typing=done TAGMSG eva"), [
    "@msgid=1;+typing=active :ana!ana@chat TAGMSG #general",
    "@msgid=2;+typing=active :ana!ana@chat TAGMSG eva",
    "@msgid=3;+typing=active :ana!ana@chat TAGMSG nc",
  ]);
  assertEquals(askIrc(eva, `${line} nobody`, `${line} #nothing`, "TAGMSG", line), [
    "@msgid=1;+typing=active :ana!ana@chat TAGMSG #general",
    "@msgid=2;+typing=active :ana!ana@chat TAGMSG eva",
  ]);
  assertEquals([askIrc(ivo, `${line} #general`), nc.take()], [[], []]);
  const tags = { "+typing": "active" };
  const told = { type: "tags", id: 1, room: "general", nick: "ana", ts: 1_000_000, tags } as const;
  assertEquals(bot.takeFrames(), [told]);
  bot.sendFrame({ type: "say", ref: "1", text: "", to: "eva", tags });
  assertEquals(askIrc(eva), ["@msgid=4;+typing=active :bot!chat@chat TAGMSG eva"]);
  bot.sendFrame({ type: "say", ref: "2", text: " ", tags });
  bot.sendFrame({ type: "say", ref: "3", text: "" });
  test.tick();
  assertEquals(bot.takeCodes(), ["ack", "error empty_message", "error empty_message"]);
});

Deno.test("TAGMSG is not kept, ends no absence, and nobody answers it by /r", () => {
  const { test, nc, ana, eva } = room();
  nc.ask("/msg eva hola", "/away");
  eva.take();
  askIrc(ana, "PRIVMSG #general uno", "AWAY :comiendo");
  askIrc(ana, "@+typing=active TAGMSG nc", "@+typing=active TAGMSG #general");
  assertEquals(test.hub.chat.absenceOf(ana.session)?.text, "comiendo");
  assertEquals(nc.ask("/r adiós").at(1), "* [private] to eva: adiós");
  assertEquals(nc.ask("/history").slice(-2), ["* --- the last message ---", "ana: uno"]);
});

Deno.test("a user who may not write may send no tags, and tags do not delay the next message", () => {
  const { nc, ana, eva } = room();
  nc.ask("/mod tiza", "/slow 60");
  const line = "@+typing=active TAGMSG #general";
  askIrc(ana, line, line, "PRIVMSG #general :hola", line);
  const typing = ":ana!ana@chat TAGMSG #general";
  const bare = () => askIrc(eva).map((each) => each.replace(/^@\S+ /, "")).slice(-4);
  assertEquals(bare().slice(-3), [typing, typing, ":ana!ana@chat PRIVMSG #general hola"]);
  nc.ask("/slow off", "/pause");
  askIrc(ana, line);
  nc.ask("/unpause", "/mute ana 5");
  askIrc(ana, line, "@+typing=active TAGMSG eva");
  assertEquals(bare().filter((each) => each.includes("TAGMSG")), []);
});

Deno.test("in several lines short tags come with each line, and long ones with the first alone", () => {
  const { bot, eva } = room();
  const text = "x\n".repeat(100).trimEnd();
  bot.sendFrame({ type: "say", ref: "1", text, tags: { "+a": "b" } });
  const [first = "", ...others] = askIrc(eva);
  assert(first.startsWith("@msgid=1;+a=b "), first);
  assertEquals(new Set(others), new Set(["@+a=b :bot!chat@chat PRIVMSG #general x"]));
  bot.sendFrame({ type: "say", ref: "2", text, tags: { "+a": "b".repeat(4000) } });
  const lines = askIrc(eva);
  assert(lines[0]!.startsWith("@msgid=2;+a=bbb"));
  assertEquals(new Set(lines.slice(1)), new Set([":bot!chat@chat PRIVMSG #general x"]));
});

Deno.test("a message may name four targets", () => {
  const { ana } = room();
  const refused = askIrc(ana, "PRIVMSG a,b,c,d,e,f :hola").map((line) => line.split(" ")[1]);
  assertEquals(refused, ["401", "401", "401", "401", "407", "407"]);
});

testProperty("any tags of a line come out as tags of clients that every hub accepts", {
  weight: 2,
}, (check) => {
  const piece = fc.constantFrom(
    "+a",
    "+",
    "=",
    ";",
    "\\",
    "\\s",
    "\\n",
    "x",
    "ñ",
    "/",
    "time",
    "\r",
    "\x07",
  );
  const tags = fc.oneof(fc.string({ unit: "binary" }), fc.array(piece).map((all) => all.join("")));
  return check(
    fc.property(tags, (text) => {
      const line = `@${text.replace(/[ \0\n]/g, "")} PRIVMSG #general :hola`;
      const { test, bot, ana, eva } = room();
      const sent = askIrc(ana, line);
      if (parseLine(line) === undefined || exceedsLimits(line)) return;
      for (const frame of bot.takeFrames()) {
        if (frame.type !== "message" || !frame.tags) continue;
        assert(TAGS.accepts(frame.tags));
        const say = JSON.stringify({ type: "say", ref: "1", text: "", tags: frame.tags });
        assertEquals(decodeClientFrame(say).kind, "frame");
      }
      const received = askIrc(eva);
      assertEquals(received.length <= 1, true);
      for (const each of [...sent, ...received].filter((each) => each.startsWith("@"))) {
        const names = [...parseLine(each)!.tags.keys()];
        assertEquals(names.filter((name) => !name.startsWith("+")), ["msgid"]);
      }
      assertEquals(test.log.filter(({ event }) => event === "fault"), []);
    }),
    { numRuns: 50 },
  );
});
