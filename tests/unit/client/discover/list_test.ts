import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { FoundHub } from "../../../../client/discover/found_hubs.ts";
import {
  describeSkipped,
  joinCommand,
  listHubs,
  readChoice,
} from "../../../../client/discover/list.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

function hub(given: Partial<FoundHub> = {}): FoundHub {
  return {
    name: "laptop",
    addresses: [{ hostname: "192.168.1.20", port: 3000 }],
    isEncrypted: false,
    requiresPassword: false,
    isLocal: false,
    isProbed: false,
    ...given,
  };
}

const LOCAL = hub({ name: "", isLocal: true, addresses: [{ hostname: "127.0.0.1", port: 3000 }] });

Deno.test("one hub is shown with the command that joins it", () => {
  assertEquals(listHubs([hub()], "en"), [
    "found one hub: laptop",
    "  chat client 192.168.1.20 3000",
  ]);
  assertEquals(listHubs([hub({ isEncrypted: true, requiresPassword: true })], "en"), [
    "found one hub: laptop (encrypted, needs a password)",
    "  chat client 192.168.1.20 3000 --tls",
  ]);
  assertEquals(listHubs([LOCAL], "es"), [
    "se ha encontrado un servidor: esta máquina",
    "  chat client 127.0.0.1 3000",
  ]);
});

Deno.test("several hubs are numbered, each with its command", () => {
  const hubs = [LOCAL, hub({ isLocal: true }), ...Array.from({ length: 8 }, () => hub())];
  assertEquals(listHubs(hubs, "en").slice(0, 5), [
    "found 10 hubs:",
    "   1  this machine",
    "      chat client 127.0.0.1 3000",
    "   2  laptop, on this machine",
    "      chat client 192.168.1.20 3000",
  ]);
  assertEquals(listHubs(hubs, "en").at(-2), "  10  laptop");
});

Deno.test("the command for an IPv6 address has no brackets", () => {
  const addresses = [{ hostname: "2001:db8::20", port: 4000 }];
  assertEquals(joinCommand(hub({ addresses })), "chat client 2001:db8::20 4000");
});

Deno.test("a hub that cannot be joined is named with the reason", () => {
  assertEquals(
    describeSkipped(hub({ requiresPassword: true }), "client.left_out_unencrypted", "en"),
    "skipped, because it is not encrypted: laptop (needs a password), 192.168.1.20:3000",
  );
});

Deno.test("an answer is a number of the list, or empty", () => {
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
  "an answer never chooses a hub outside the list",
  { weight: 1 },
  (check) =>
    check(
      fc.property(fc.oneof(hostileText(), fc.nat().map(String)), fc.nat(40), (answer, count) => {
        const choice = readChoice(answer, count);
        assert(typeof choice !== "number" || (choice >= 0 && choice < count));
      }),
    ),
);
