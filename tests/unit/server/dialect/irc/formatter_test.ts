import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TestHub } from "../../../../support/hub.ts";
import { askIrc, ircMember } from "../../../../support/irc.ts";
import { testProperty } from "../../../../support/property.ts";

/** A hub whose time stands still, with a member with `nc`, a bot, and an IRC member with these capabilities. */
function room(...capabilities: string[]) {
  const test = new TestHub({ modPassword: "tiza", isStill: true });
  const [nc] = test.textMembers("nc");
  const bot = test.framesMember("bot");
  const ana = ircMember(test, "ana", ...capabilities);
  return { test, nc, bot, ana };
}

Deno.test("messages, joins, leaves, renames and topics of others are lines of theirs", () => {
  const { test, nc, bot, ana } = room();
  nc.send("hola: ¿qué tal?", "hola", ":-)", "/me saluda", "/topic los martes", "/msg ana psst");
  assertEquals(askIrc(ana), [
    ":nc!chat@chat PRIVMSG #general :hola: ¿qué tal?",
    ":nc!chat@chat PRIVMSG #general hola",
    ":nc!chat@chat PRIVMSG #general ::-)",
    ":nc!chat@chat PRIVMSG #general :\x01ACTION saluda\x01",
    ":nc!chat@chat TOPIC #general :los martes",
    ":nc!chat@chat PRIVMSG ana psst",
  ]);
  nc.send("/name niña", "/exit");
  bot.command("1", "/join dev");
  const eva = ircMember(test, "eva");
  assertEquals(askIrc(ana), [
    ":nc!chat@chat NICK niña",
    ":niña!chat@chat QUIT",
    ":eva!eva@chat JOIN #general",
  ]);
  assertEquals(askIrc(ana, "JOIN #dev").at(-2), ":hub.test 353 ana = #dev :@bot ana");
  bot.command("2", "/leave dev");
  assertEquals(askIrc(ana), [":bot!chat@chat PART #dev"]);
  eva.drop();
  test.tick();
  assertEquals(askIrc(ana), [":eva!eva@chat QUIT"]);
});

Deno.test("what moderators do is a mode or a notice", () => {
  const { nc, ana } = room();
  nc.send("/mod tiza", "/lock", "/unlock", "/pause", "/unpause", "/slow 5", "/slow off");
  assertEquals(askIrc(ana), [
    ":nc!chat@chat MODE #general +i",
    ":nc!chat@chat MODE #general -i",
    ":nc!chat@chat MODE #general +m",
    ":nc!chat@chat MODE #general -m",
    ":hub.test NOTICE #general :nc has put #general in slow mode: one message every 5 seconds",
    ":hub.test NOTICE #general :nc has turned off slow mode in #general",
  ]);
  nc.send(`/announce ${"ñ".repeat(300)}`);
  const [first = "", second = ""] = askIrc(ana);
  assertEquals((first + second).match(/ñ/g)?.length, 300);
  assertEquals(second.startsWith(":hub.test NOTICE * ñ"), true, second);
  nc.send("/announce a las diez", "/mute ana 5");
  assertEquals(askIrc(ana), [
    ":hub.test NOTICE * :announcement by nc: a las diez",
    ":hub.test NOTICE * :nc has muted you for 5 minutes",
  ]);
});

Deno.test("capabilities add the time, the id and the real name", () => {
  const { test, nc, ana } = room("server-time", "message-tags", "extended-join");
  nc.send("hola");
  ircMember(test, "eva");
  assertEquals(askIrc(ana), [
    "@msgid=1;time=1970-01-01T00:16:40.000Z :nc!chat@chat PRIVMSG #general hola",
    "@time=1970-01-01T00:16:40.000Z :eva!eva@chat JOIN #general * eva",
  ]);
});

Deno.test("a message of several lines is a line each without the capability", () => {
  const { bot, ana } = room("message-tags");
  bot.say("1", "uno\n\n  dos");
  assertEquals(askIrc(ana), [
    "@msgid=1 :bot!chat@chat PRIVMSG #general uno",
    ":bot!chat@chat PRIVMSG #general :  dos",
  ]);
});

Deno.test("a message of several lines is a batch with the capability, and long lines of it are joined", () => {
  const { bot, ana } = room("message-tags", "batch", "draft/multiline");
  bot.say("1", `uno\n\n${"x".repeat(500)}`);
  const lines = askIrc(ana);
  assertEquals(lines.slice(0, 3), [
    "@msgid=1 :bot!chat@chat BATCH +m1 draft/multiline #general",
    "@batch=m1 :bot!chat@chat PRIVMSG #general uno",
    "@batch=m1 :bot!chat@chat PRIVMSG #general :",
  ]);
  const [first = "", second = "", end] = lines.slice(3);
  assert(first.startsWith("@batch=m1 :bot!chat@chat PRIVMSG #general xxx"), first);
  assert(second.startsWith("@batch=m1;draft/multiline-concat :bot!chat@chat PRIVMSG #gen"), second);
  assertEquals((first + second).match(/x/g)?.length, 500);
  assertEquals(end, ":hub.test BATCH -m1");
  bot.command("2", "/me salta\ny baila");
  assertEquals(askIrc(ana), [
    "@msgid=2 :bot!chat@chat PRIVMSG #general :\x01ACTION salta\x01",
    ":bot!chat@chat PRIVMSG #general :\x01ACTION y baila\x01",
  ]);
});

Deno.test("readers with the same capabilities and language get the same bytes", () => {
  const test = new TestHub();
  const [nc] = test.textMembers("nc");
  const peers = ["a", "b", "c"].map((nick) =>
    ircMember(test, nick, "message-tags", ...nick === "c" ? ["batch", "sasl"] : [])
  );
  const other = ircMember(test, "d");
  for (const peer of [...peers, other]) askIrc(peer);
  nc.send("hola");
  test.tick();
  const [first, second, third] = peers.map((peer) => peer.chunks.at(-1));
  assert(first === second && second === third, "the same bytes, not copies");
  assert(first !== other.chunks.at(-1));
});

Deno.test("of many that come and go at once some are named, and then all that are there", () => {
  const test = new TestHub({ presence: { rate: 1, burst: 1 } });
  const ana = ircMember(test, "ana");
  const bots = Array.from({ length: 100 }, (_, index) => test.framesMember(`b${index}`));
  askIrc(ana);
  test.hub.chat.presence.flush(test.hub.chat.rooms.first);
  const lines = askIrc(ana);
  assertEquals(lines.filter((line) => / JOIN #general$/.test(line)).length, 8);
  const named = lines.flatMap((line) =>
    / 353 \S+ = #general :(.*)$/.exec(line)?.[1]?.split(" ") ?? []
  );
  assertEquals(named, ["ana", ...bots.map((_, index) => `b${index}`)]);
  assertEquals(lines.at(-1), ":hub.test 366 * #general :End of /NAMES list");
  assertEquals(lines.length < 20, true);
});

testProperty("lines fit whatever the nick, the room and the text are", { weight: 1 }, (check) => {
  const unit = fc.constantFrom("x", "日", "👩‍👩‍👧", "e\u0301", " ", ":", "\u200d👩");
  const text = fc.array(fc.oneof({ weight: 99, arbitrary: unit }, fc.constant("\n")), {
    minLength: 1,
    maxLength: 900,
    size: "max",
  }).map((units) => units.join(""));
  const nick = fc.constantFrom(
    "ana",
    "日本語日本語日本語日本語日本語日本語日本語",
    "ñandú-ñandú-ñandú-ñandú",
  );
  const names = fc.constantFrom("general", "日本語日本語日本語日本語日本語日本語日本語");
  const capabilities = fc.constantFrom([], ["draft/multiline"]);
  return check(
    fc.property(text, nick, names, capabilities, (said, author, name, wanted) => {
      const test = new TestHub({ isStill: true });
      const bot = test.framesMember(author);
      const eva = ircMember(test, "eva", ...wanted);
      bot.command("1", `/join ${name}`);
      askIrc(eva, `JOIN #${name}`);
      bot.sendFrame({ type: "say", ref: "2", text: said, room: name });
      const lines = askIrc(eva).flatMap((line) => / PRIVMSG \S+ :?(.*)$/s.exec(line)?.[1] ?? []);
      const withoutBlanks = (each: string) => each.replace(/[\s:]/g, "");
      assertEquals(withoutBlanks(lines.join("")), withoutBlanks(said));
    }),
    { numRuns: 30 },
  );
});
