import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Speakers } from "../../../../client/ui/speakers.ts";
import { nickKey } from "../../../../common/protocol/names.ts";
import { testProperty } from "../../../support/property.ts";

function people(...nicks: string[]): Speakers {
  const speakers = new Speakers();
  nicks.forEach((nick) => speakers.met(nick));
  return speakers;
}

Deno.test("who spoke last is first, who said nothing comes in the order of coming, oneself is last", () => {
  const speakers = people("yo1", "ana", "bea", "carla");
  assertEquals(speakers.nicks("yo1"), ["ana", "bea", "carla", "yo1"]);
  speakers.spoke("carla");
  speakers.spoke("bea");
  speakers.spoke("yo1");
  assertEquals(speakers.nicks("yo1"), ["bea", "carla", "ana", "yo1"]);
  speakers.spoke("carla");
  assertEquals(speakers.nicks("yo1"), ["carla", "bea", "ana", "yo1"]);
});

Deno.test("who speaks without having been met is known", () => {
  const speakers = people("ana");
  speakers.spoke("bea");
  assertEquals(speakers.nicks("yo1"), ["bea", "ana", "yo1"]);
});

Deno.test("a nick is one person in any letters, and shows as it was last written by who speaks", () => {
  const speakers = people("José", "ana");
  speakers.met("JOSÉ");
  assertEquals(speakers.nicks("yo1"), ["José", "ana", "yo1"]);
  speakers.spoke("josé");
  assertEquals(speakers.nicks("Ana"), ["josé", "Ana"]);
});

Deno.test("who takes another nick keeps the place", () => {
  const speakers = people("ana", "bea", "carla");
  speakers.renamed("bea", "Beatriz");
  assertEquals(speakers.nicks("yo1"), ["ana", "Beatriz", "carla", "yo1"]);
  speakers.renamed("Beatriz", "BEATRIZ");
  assertEquals(speakers.nicks("yo1"), ["ana", "BEATRIZ", "carla", "yo1"]);
});

Deno.test("who takes the nick of somebody whose going was not seen is the only one with it", () => {
  const speakers = people("ana", "bea", "carla");
  speakers.renamed("carla", "Ana");
  assertEquals(speakers.nicks("yo1"), ["bea", "Ana", "yo1"]);
});

Deno.test("who was not known and takes another nick is met", () => {
  const speakers = people("ana");
  speakers.renamed("guest1", "bea");
  assertEquals(speakers.nicks("yo1"), ["ana", "bea", "yo1"]);
});

Deno.test("who left is not known any more", () => {
  const speakers = people("ana", "José");
  speakers.left("JOSÉ");
  speakers.left("nadie");
  assertEquals(speakers.nicks("yo1"), ["ana", "yo1"]);
});

Deno.test("with too many people, who was silent the longest is forgotten", () => {
  const speakers = new Speakers({ max: 2 });
  ["ana", "bea", "carla"].forEach((nick) => speakers.met(nick));
  assertEquals(speakers.nicks("yo1"), ["ana", "bea", "yo1"]);
  speakers.spoke("carla");
  assertEquals(speakers.nicks("yo1"), ["carla", "ana", "yo1"]);
});

testProperty(
  "whatever happens, nobody is there twice, no more are kept than may be, and the last speaker is first",
  { weight: 10 },
  (check) => {
    const nick = fc.constantFrom("ana", "ANA", "José", "jose", "JOSÉ", "bea", "carla", "日本");
    const happening = fc.oneof(
      fc.record({ what: fc.constantFrom("met", "spoke", "left"), nick }),
      fc.record({ what: fc.constant("renamed" as const), nick, to: nick }),
    );
    check(fc.property(fc.array(happening), fc.integer({ min: 1, max: 4 }), (all, max) => {
      const speakers = new Speakers({ max });
      for (const each of all) {
        if ("to" in each) speakers.renamed(each.nick, each.to);
        else speakers[each.what as "met" | "spoke" | "left"](each.nick);
        const nicks = speakers.nicks("yo1");
        assertEquals(nicks.pop(), "yo1");
        assertEquals(new Set(nicks.map(nickKey)).size, nicks.length);
        assert(nicks.length <= max);
        if (each.what === "spoke") assertEquals(nicks[0], each.nick);
        if (each.what === "left") assert(!nicks.map(nickKey).includes(nickKey(each.nick)));
      }
    }));
  },
);
