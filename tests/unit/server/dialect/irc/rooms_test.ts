import { assertEquals } from "@std/assert";
import { TestHub } from "../../../../support/hub.ts";
import { askIrc, bareLine, ircMember } from "../../../../support/irc.ts";

/** A room that ana opened, with eva and nc in it. */
function opened() {
  const test = new TestHub({ modPassword: "tiza" });
  const [nc] = test.textMembers("nc");
  const ana = ircMember(test, "ana");
  const eva = ircMember(test, "eva", "away-notify");
  for (const irc of [ana, eva]) askIrc(irc, "JOIN #dev");
  nc.ask("/join dev");
  for (const irc of [ana, eva]) askIrc(irc);
  nc.take();
  return { test, nc, ana, eva };
}

Deno.test("the user who opens a room is its operator, and others are not", () => {
  const { nc, ana, eva } = opened();
  assertEquals(askIrc(ana, "NAMES #dev").map(bareLine)[0], "353 = #dev :@ana eva nc");
  assertEquals(
    askIrc(eva, "MODE #dev +i", "KICK #dev nc").map((line) => bareLine(line).slice(0, 8)),
    [
      "482 #dev",
      "482 #dev",
    ],
  );
  assertEquals(askIrc(ana, "MODE #dev +i", "MODE #dev", "MODE #dev -i", "MODE #dev +m-m"), [
    ":ana!ana@chat MODE #dev +i",
    ":hub.test 324 ana #dev +ni",
    ":ana!ana@chat MODE #dev -i",
    ":ana!ana@chat MODE #dev +m",
    ":ana!ana@chat MODE #dev -m",
  ]);
  assertEquals(askIrc(eva).length, 4);
  assertEquals(nc.ask().length, 4);
});

Deno.test("an operator puts a user out of the room, and all see it once", () => {
  const { nc, ana, eva } = opened();
  const kicked = [":ana!ana@chat KICK #dev nc :a dormir"];
  assertEquals(askIrc(ana, "KICK #dev nc :a dormir"), kicked);
  assertEquals(askIrc(eva), kicked);
  assertEquals(nc.ask(), ["* ana has put you out of #dev, and you are in #general: a dormir"]);
  assertEquals(askIrc(ana, "KICK #dev nc", "KICK #nada eva", "KICK #dev").map(bareLine), [
    "441 nc #dev :nc is not in #dev",
    '403 #nada :"#nada" is not a room that you may join: /rooms lists the rooms',
    "461 KICK :Not enough parameters",
  ]);
});

Deno.test("a user who is put out of a room sees why, and the room where they are then", () => {
  const { ana, eva } = opened();
  assertEquals(askIrc(eva, "PART #general"), [":eva!eva@chat PART #general"]);
  askIrc(ana, "KICK #dev eva :a dormir");
  assertEquals(askIrc(eva), [
    ":ana!ana@chat KICK #dev eva :a dormir",
    ":eva!eva@chat JOIN #general",
    ":hub.test 353 eva = #general :nc ana eva",
    ":hub.test 366 eva #general :End of /NAMES list",
  ]);
});

Deno.test("rooms are joined, left with a reason, and not twice", () => {
  const { ana, eva } = opened();
  assertEquals(askIrc(ana, "JOIN #DEV", "JOIN #"), [":hub.test 403 ana # :No such channel"]);
  assertEquals(askIrc(ana, "PART #nada", "PART #dev :hasta luego", "PART #dev").map(bareLine), [
    '442 #nada :you are not in the room "#nada": /join ROOM joins a room',
    "ana!ana@chat PART #dev :hasta luego",
    '442 #dev :you are not in the room "#dev": /join ROOM joins a room',
  ]);
  assertEquals(askIrc(eva), [":ana!ana@chat PART #dev :hasta luego"]);
  assertEquals(askIrc(ana, "JOIN #a!b").map((line) => bareLine(line).slice(0, 9)), ["479 #a!b "]);
  const names = Array.from({ length: 30 }, (_, index) => `#r${index}`);
  const joined = askIrc(ana, ...names.map((name) => `JOIN ${name}`));
  assertEquals(joined.some((line) => / 405 ana #r\d+ /.test(line)), true);
});

Deno.test("a line changes three modes, and a sign holds until the next one", () => {
  const { ana } = opened();
  assertEquals(askIrc(ana, "MODE #dev +imim", "MODE #dev -i+-m+tn").map(bareLine), [
    "ana!ana@chat MODE #dev +i",
    "ana!ana@chat MODE #dev +m",
    "ana!ana@chat MODE #dev +i",
    "472 t :is unknown mode char to me",
    "ana!ana@chat MODE #dev -i",
    "ana!ana@chat MODE #dev -m",
  ]);
});

Deno.test("an operator sets a limit and a key, which the others see without the word", () => {
  const { test, nc, ana, eva } = opened();
  assertEquals(
    askIrc(ana, "MODE #dev +lk 3 tiza", "MODE #dev", "MODE #dev -l", "MODE #dev +k roja").map(
      bareLine,
    ),
    [
      "ana!ana@chat MODE #dev +l 3",
      "ana!ana@chat MODE #dev +k tiza",
      "324 #dev +nlk 3 tiza",
      "ana!ana@chat MODE #dev -l",
      "ana!ana@chat MODE #dev +k roja",
    ],
  );
  assertEquals(askIrc(eva, "MODE #dev").map(bareLine), [
    "ana!ana@chat MODE #dev +l 3",
    "ana!ana@chat MODE #dev +k *",
    "ana!ana@chat MODE #dev -l",
    "ana!ana@chat MODE #dev +k *",
    "324 #dev +nk *",
  ]);
  assertEquals(nc.ask()[1], "* ana has set a key for #dev: users must give it to join");
  assertEquals(askIrc(eva, "MODE #dev -k").map(bareLine)[0]?.slice(0, 8), "482 #dev");
  const luis = ircMember(test, "luis");
  assertEquals(
    askIrc(luis, "JOIN #dev", "JOIN #dev tiza", "MODE #dev").map((line) =>
      bareLine(line).slice(0, 8)
    ),
    ["475 #dev", "475 #dev", "403 #dev"],
  );
  const joined = askIrc(luis, "JOIN #otra,#dev,#nueva llave,roja,llave").map(bareLine);
  assertEquals(joined.filter((line) => line.includes("JOIN")).map((line) => line.split(" ")[2]), [
    "#otra",
    "#dev",
    "#nueva",
  ]);
  askIrc(ana, "MODE #dev +l-k 4 x");
  const late = ircMember(test, "late");
  assertEquals(askIrc(late, "JOIN #dev").map(bareLine), [
    "471 #dev :#dev is full: it may have 4 members; try again when a member has left",
  ]);
});

Deno.test("what is neither a limit nor a key is refused, and the first room has none", () => {
  const { ana } = opened();
  const bad = ["+l 0", "+l -1", "+l x", "+l", "+l :", "+k", "+k :a b", "+k a,b", "+k off", "+k #a"];
  assertEquals(
    askIrc(ana, ...bad.map((change) => `MODE #dev ${change}`)).map(bareLine),
    ["l 0", "l -1", "l x", "l *", "l *", ...Array(5).fill("k *")].map((shown) =>
      `696 #dev ${shown} :Invalid value`
    ),
  );
  assertEquals(askIrc(ana, "MODE #dev").map(bareLine), ["324 #dev +n"]);
  askIrc(ana, "OPER x tiza");
  assertEquals(
    askIrc(ana, "MODE #general +l 5", "MODE #general +k x").map((line) =>
      bareLine(line).slice(0, 12)
    ),
    ["482 #general", "482 #general"],
  );
});

Deno.test("without a password for moderators nobody is one of the first room, and OPER fails", () => {
  const ana = ircMember(new TestHub(), "ana");
  const numerics = askIrc(ana, "MODE #general +i", "OPER ana x").map(bareLine);
  assertEquals(numerics.map((line) => line.slice(0, 12)), ["482 #general", "464 :this hu"]);
});

Deno.test("a nick in other letters is a new nick of the old one", () => {
  const { ana, eva } = opened();
  const renamed = [":ana!ana@chat NICK ANA"];
  assertEquals(askIrc(ana, "NICK ANA"), renamed);
  assertEquals(askIrc(eva), renamed);
});

Deno.test("topics are set, shown and removed", () => {
  const { ana, eva } = opened();
  assertEquals(askIrc(ana, "TOPIC #dev :los martes", "TOPIC #dev :"), [
    ":ana!ana@chat TOPIC #dev :los martes",
    ":ana!ana@chat TOPIC #dev :",
  ]);
  assertEquals(askIrc(eva), [":ana!ana@chat TOPIC #dev :los martes", ":ana!ana@chat TOPIC #dev :"]);
});

Deno.test("notices, invitations, being away and leaving reach the others", () => {
  const { test, nc, ana, eva } = opened();
  assertEquals(askIrc(ana, "NOTICE #dev :una nota", "AWAY :comiendo", "AWAY"), [
    ":hub.test 306 ana :You have been marked as being away",
    ":hub.test 305 ana :You are no longer marked as being away",
  ]);
  assertEquals(askIrc(eva), [
    ":ana!ana@chat NOTICE #dev :una nota",
    ":ana!ana@chat AWAY comiendo",
    ":ana!ana@chat AWAY",
  ]);
  assertEquals(nc.ask(), ["ana (notice): una nota"]);
  const luis = ircMember(test, "luis");
  assertEquals(askIrc(ana, "INVITE luis #dev", "INVITE eva #dev").map(bareLine).slice(-2), [
    "341 luis #dev",
    "443 eva #dev :eva is in #dev already",
  ]);
  assertEquals(askIrc(luis), [":ana!ana@chat INVITE luis #dev"]);
  askIrc(eva);
  assertEquals(askIrc(ana, "QUIT :hasta luego"), ["ERROR :goodbye"]);
  assertEquals([...new Set(askIrc(eva))], [":ana!ana@chat QUIT :hasta luego"]);
});

Deno.test("operators make others operators, with a line for all, and invite into a locked room", () => {
  const { test, nc, ana, eva } = opened();
  const luis = ircMember(test, "luis");
  askIrc(ana);
  const opped = [":ana!ana@chat MODE #dev +o eva"];
  assertEquals(askIrc(ana, "MODE #dev +o EVA"), opped);
  assertEquals(askIrc(eva).filter((line) => !line.includes("JOIN")), opped);
  assertEquals(nc.take().at(-1), "* ana has made eva a moderator of #dev");
  const start = (line: string) => bareLine(line).split(" :")[0];
  assertEquals(
    askIrc(eva, "MODE #dev -o ana", "MODE #dev +io luis", "MODE #dev +o nadie", "MODE #x +o eva")
      .map(start),
    [
      "eva!eva@chat MODE #dev -o ana",
      "eva!eva@chat MODE #dev +i",
      ...["441 luis #dev", "401 nadie", "403 #x"],
    ],
  );
  assertEquals(askIrc(ana).map(start), [
    "eva!eva@chat MODE #dev -o ana",
    "eva!eva@chat MODE #dev +i",
  ]);
  assertEquals(askIrc(ana, "MODE #dev +o ana", "INVITE luis #dev").map(start), [
    "482 #dev",
    "482 #dev",
  ]);
  assertEquals(askIrc(luis, "INVITE ana #dev", "JOIN #dev").map(start), ["442 #dev", "473 #dev"]);
  assertEquals(askIrc(eva, "INVITE luis #dev").map(start), ["341 luis #dev"]);
  assertEquals(askIrc(luis, "JOIN #dev").map(start).slice(0, 2), [
    "eva!eva@chat INVITE luis #dev",
    "luis!luis@chat JOIN #dev",
  ]);
});

Deno.test("channels and users of a line with several are put together", () => {
  const { ana, eva } = opened();
  assertEquals(askIrc(ana, "KICK #dev,#DEV nc,eva :fuera"), [
    ":ana!ana@chat KICK #dev nc fuera",
    ":ana!ana@chat KICK #dev eva fuera",
  ]);
  assertEquals(askIrc(eva).at(-1), ":ana!ana@chat KICK #dev eva fuera");
});
