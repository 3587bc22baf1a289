import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FoundHub } from "../../../../client/discover/finds.ts";
import { joinLine, leaveOut, listHubs, readChoice } from "../../../../client/discover/list.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

function hub(given: Partial<FoundHub> = {}): FoundHub {
  return {
    name: "laptop",
    addresses: [{ hostname: "192.168.1.20", port: 3000 }],
    isEncrypted: false,
    wantsPassword: false,
    isHere: false,
    isKnown: false,
    ...given,
  };
}

const LOCAL = hub({ name: "", isHere: true, addresses: [{ hostname: "127.0.0.1", port: 3000 }] });

Deno.test("one hub is shown with the line that joins it", () => {
  assertEquals(listHubs([hub()], "en"), [
    "found one hub: laptop",
    "  chat client 192.168.1.20 3000",
  ]);
  assertEquals(listHubs([hub({ isEncrypted: true, wantsPassword: true })], "en"), [
    "found one hub: laptop (encrypted, needs a password)",
    "  chat client 192.168.1.20 3000 --tls",
  ]);
  assertEquals(listHubs([LOCAL], "es"), [
    "se ha encontrado un servidor: esta máquina",
    "  chat client 127.0.0.1 3000",
  ]);
});

Deno.test("several hubs have numbers, and each its line", () => {
  const hubs = [LOCAL, hub({ isHere: true }), ...Array.from({ length: 8 }, () => hub())];
  assertEquals(listHubs(hubs, "en").slice(0, 5), [
    "found 10 hubs:",
    "   1  this machine",
    "      chat client 127.0.0.1 3000",
    "   2  laptop, on this machine",
    "      chat client 192.168.1.20 3000",
  ]);
  assertEquals(listHubs(hubs, "en").at(-2), "  10  laptop");
});

Deno.test("the line for an address of IPv6 has no brackets", () => {
  const addresses = [{ hostname: "2001:db8::20", port: 4000 }];
  assertEquals(joinLine(hub({ addresses })), "chat client 2001:db8::20 4000");
});

Deno.test("a hub that is left out is named, and why", () => {
  assertEquals(
    leaveOut(hub({ wantsPassword: true }), "client.left_out_unencrypted", "en"),
    "skipped, because it is not encrypted: laptop (needs a password), 192.168.1.20:3000",
  );
});

Deno.test("an answer is a number of the list, or nothing", () => {
  const answers = ["1", " 2 ", "", " ", "0", "3", "two", "1.0", "-1", "١", "1 2"];
  assertEquals(answers.map((answer) => readChoice(answer, 2)), [
    0,
    1,
    "none",
    "none",
    ...Array(7).fill(undefined),
  ]);
});

testProperty(
  "an answer means no hub that is not there",
  { weight: 1 },
  (check) =>
    check(
      fc.property(fc.oneof(hostileText(), fc.nat().map(String)), fc.nat(40), (answer, count) => {
        const choice = readChoice(answer, count);
        assert(typeof choice !== "number" || (choice >= 0 && choice < count));
      }),
    ),
);
