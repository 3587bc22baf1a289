import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeService,
  encodeService,
  serviceHost,
  serviceName,
  shownName,
} from "../../../../common/mdns/service.ts";
import { sanitize } from "../../../../common/protocol/sanitize.ts";
import { hostileText } from "../../../support/hostile.ts";
import { testProperty } from "../../../support/property.ts";

const ID = "0123456789abcdef";

Deno.test("a service has no more fields than it needs", () => {
  const plain = { id: ID, isEncrypted: false, requiresPassword: false };
  assertEquals(encodeService(plain), { v: "1", id: ID });
  assertEquals(
    encodeService({ id: ID, isEncrypted: true, requiresPassword: true, address: "2001:db8::20" }),
    { v: "1", id: ID, tls: "1", pw: "1", ip: "2001:db8::20" },
  );
});

Deno.test("decodeService ignores unknown fields, and accepts hubs of other versions", () => {
  assertEquals(decodeService({ v: "2", id: ID.toUpperCase(), tls: "0", color: "red" }), {
    id: ID,
    protocol: 2,
    isEncrypted: false,
    requiresPassword: false,
  });
});

Deno.test("decodeService rejects other services", () => {
  const wrong: unknown[] = [undefined, null, "v=1", [], {}, { v: "1" }, { id: ID }];
  wrong.push({ v: "0", id: ID }, { v: "1.5", id: ID }, { v: "1", id: ID + "0" }, { v: 1, id: ID });
  wrong.push(Object.create({ v: "1", id: ID }));
  for (const fields of wrong) assertEquals(decodeService(fields), undefined);
});

Deno.test("an invalid address is left out", () => {
  const service = decodeService({ v: "1", id: ID, ip: "evil.example" });
  assert(service && !("address" in service));
});

Deno.test("a hub is named after its machine, and the suffix that makes the name unique is not shown", () => {
  assertEquals(serviceName("laptop.lan", ID), "laptop (01234567)");
  assertEquals(serviceName("", ID), "hub (01234567)");
  assertEquals(shownName("laptop (01234567)", ID), "laptop");
  assertEquals(shownName("laptop (89abcdef)", ID), "laptop (89abcdef)");
  assertEquals(shownName(" (01234567)", ID), "hub");
  assertEquals(shownName("\x1b[2Jevil\u202e", ID), "\uFFFD[2Jevil\uFFFD");
  assertEquals(shownName("x".repeat(300), ID), "x".repeat(40));
  assertEquals(serviceHost(ID), "chat-01234567.local");
});

testProperty("an encoded service is decoded unchanged", { weight: 1 }, (check) => {
  const services = fc.record({
    id: fc.stringMatching(/^[0-9a-f]{16}$/),
    isEncrypted: fc.boolean(),
    requiresPassword: fc.boolean(),
  });
  return check(fc.property(services, (service) => {
    assertEquals(decodeService(encodeService(service)), { ...service, protocol: 1 });
  }));
});

testProperty(
  "any machine's name fits into a DNS label and is safe to show",
  { weight: 3 },
  (check) =>
    check(fc.property(hostileText(), (text) => {
      const name = serviceName(text, ID);
      assert(new TextEncoder().encode(name).length <= 63, name);
      assert(!name.includes("."), name);
      for (const shown of [shownName(name, ID), shownName(text, ID)]) {
        assertEquals(sanitize(shown), shown);
        assert(shown !== "" && [...shown].length <= 40);
      }
    })),
);
