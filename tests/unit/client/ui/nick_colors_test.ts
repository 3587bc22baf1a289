import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { NICK_COLORS, NickColors } from "../../../../client/ui/nick_colors.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";

const COUNT = NICK_COLORS.length;
const nicks = Array.from({ length: 200 }, (_, index) => `guest${index}`);
const pickAll = (colors: NickColors, names: readonly string[]) =>
  names.map((nick) => colors.pick(nick));

function leave(colors: NickColors, nick: string, isInBatch = false): void {
  const left: HubFrame = { type: "left", room: "general", nick, count: 1 };
  const none = { count: 0, nicks: [] };
  const batch: HubFrame = {
    ...{ type: "presence", room: "general", joined: none, count: 1 },
    left: { count: 1, nicks: [nick] },
  };
  colors.update(isInBatch ? batch : left, "me");
}

Deno.test("as many users as there are colours have different ones, in any order", () => {
  for (let first = 0; first + COUNT <= nicks.length; first += COUNT) {
    const shown = pickAll(new NickColors(), nicks.slice(first, first + COUNT));
    assertEquals(new Set(shown).size, COUNT);
  }
});

Deno.test("alone, a nick has the same colour for everyone, in any spelling", () => {
  for (const nick of ["José", "JOSÉ", "Jose\u0301", "Ｊｏｓé"]) {
    assertEquals(new NickColors().pick(nick), new NickColors().pick("José"), nick);
  }
  const looks = new Set(nicks.slice(0, 30).map((nick) => new NickColors().pick(nick)));
  assert(looks.size >= 8, `${looks.size} different colours for 30 nicks`);
});

Deno.test("a nick keeps its colour, also when more users speak than there are colours", () => {
  const colors = new NickColors();
  const shown = pickAll(colors, nicks);
  assertEquals(pickAll(colors, nicks), shown);
});

Deno.test("beyond the colours, a new speaker shares that of the user who is silent longest", () => {
  const colors = new NickColors();
  const shown = pickAll(colors, nicks.slice(0, COUNT));
  colors.pick(nicks[0]!);
  assertEquals(colors.pick("late"), shown[1]);
});

Deno.test("a new nick keeps the colour, and the old one gets another", () => {
  const colors = new NickColors();
  const [other, own] = [colors.pick("ana"), colors.pick("me")];
  colors.update({ type: "renamed", room: "general", from: "ana", nick: "Eva" }, "me");
  const data = { nick: "you2" };
  colors.update({ type: "reply", ref: "1", code: "nick", data, text: "" }, "me");
  assertEquals([colors.pick("eva"), colors.pick("you2")], [other, own]);
  assertNotEquals(colors.pick("ana"), other);
});

Deno.test("the colour of a user who left is free, and a user who comes back shares none", () => {
  for (const isInBatch of [false, true]) {
    const colors = new NickColors();
    pickAll(colors, nicks.slice(0, COUNT));
    leave(colors, nicks[COUNT - 1]!, isInBatch); // the last message is theirs
    leave(colors, nicks[5]!, isInBatch);
    const shown = pickAll(colors, ["late", nicks[5]!, ...nicks.slice(0, 5), ...nicks.slice(6, 11)]);
    assertEquals(new Set(shown).size, COUNT);
  }
});

Deno.test("messages of two users below each other differ, however many users there are", () => {
  const colors = new NickColors();
  let [last, lastColor] = ["", -1];
  let seed = 1;
  for (let count = 0; count < 5000; count++) {
    seed = (seed * 48271) % 0x7fffffff;
    const index = seed % 40;
    if (index < 3) {
      colors.update({ type: "renamed", room: "a", from: last, nick: `x${count}` }, "me");
    } else if (index < 6) leave(colors, nicks[index]!);
    const nick = nicks[seed % 33]!;
    const color = colors.pick(nick);
    if (nick !== last) assertNotEquals(color, lastColor, nick);
    [last, lastColor] = [nick, color];
  }
});

Deno.test("of very many speakers the latest keep their colours", () => {
  const colors = new NickColors();
  colors.pick("other");
  const shown = colors.pick("ana");
  for (let index = 0; index < 10_000; index++) {
    colors.pick(`x${index}`);
    if (index % 100 === 0) assertEquals(colors.pick("ana"), shown);
  }
});
