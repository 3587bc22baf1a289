import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { findFingerprint, setFingerprint } from "../../../../client/trust/known_hubs.ts";
import { testProperty } from "../../../support/property.ts";

const hub = (hostname: string, port = 3000) => ({ hostname, port });
const fingerprint = (digit: string) => `sha256:${digit.repeat(64)}`;
const [A, B] = [fingerprint("a"), fingerprint("b")];

Deno.test("a hub is found by its host, in any letter case, and its port", () => {
  const text = `chat.example.org:3000 ${A}\n[::1]:3000 ${B}\n`;
  assertEquals(findFingerprint(text, hub("Chat.Example.ORG")), A);
  assertEquals(findFingerprint(text, hub("::1")), B);
  assertEquals(findFingerprint(text, hub("chat.example.org", 3001)), undefined);
  assertEquals(findFingerprint("", hub("::1")), undefined);
});

Deno.test("a hub is found however its address is written", () => {
  const text = [
    `Chat.Example.org.:3000 ${A}`,
    `[2001:DB8:0:0::1]:3000 ${A}`,
    `default.example.org ${A}`,
    `[fe80::0:1%eth0]:3000 ${A}`,
    `192.0.2.7:3000 ${A}`,
    `ñandú.example.org:3000 ${A}`,
  ].join("\r\n");
  for (
    const host of [
      "chat.example.org",
      "CHAT.example.org.",
      "2001:db8::1",
      "2001:0db8:0000::0001",
      "2001:db8::0.0.0.1",
      "default.example.org",
      "fe80::1%eth0",
      "192.0.2.7",
      "::ffff:192.0.2.7",
      "::FFFF:c000:207",
      "xn--and-6ma2c.example.org",
      "N\u0303ANDÚ.example.org",
    ]
  ) assertEquals(findFingerprint(text, hub(host)), A, host);
  for (const other of ["fe80::1%eth1", "fe80::1", "chat.example.org.es", "2001:db8::2"]) {
    assertEquals(findFingerprint(text, hub(other)), undefined, other);
  }
  assertEquals(setFingerprint(`[::0:1]:3000 ${A}\n`, hub("::1"), B), `[::1]:3000 ${B}\n`);
});

Deno.test("a new fingerprint replaces the old one, and all other lines stay", () => {
  const text = `# ours\n\nold.example.org:3000 ${A}\nsomething else\nother:3000 ${A}\n\n\n`;
  assertEquals(
    setFingerprint(text, hub("OLD.example.org"), B),
    `# ours\n\nsomething else\nother:3000 ${A}\nold.example.org:3000 ${B}\n`,
  );
  assertEquals(setFingerprint("", hub("::1", 1), A), `[::1]:1 ${A}\n`);
  assertEquals(setFingerprint("no end", hub("h"), A), `no end\nh:3000 ${A}\n`);
});

Deno.test("malformed lines are ignored", () => {
  for (const line of ["h:3000", `h:3000 sha256:aa`, `h:3000 ${A} more`, A, ` ${A}`]) {
    assertEquals(findFingerprint(line, hub("h")), undefined, line);
  }
  assertEquals(
    findFingerprint(`  h:3000\t${A.toUpperCase().replace("SHA", "sha")}\r\n`, hub("h")),
    A,
  );
});

testProperty("in any file, a hub that is added is found, and the other hubs stay", {
  weight: 10,
}, (check) => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(`h:3000 ${A}`, `other:1 ${B}`, "", "# h:3000"),
  );
  check(fc.property(fc.array(line), fc.boolean(), (lines, isA) => {
    const wanted = isA ? A : B;
    const text = lines.join("\n");
    const after = setFingerprint(text, hub("h"), wanted);
    assertEquals(findFingerprint(after, hub("h")), wanted);
    assertEquals(findFingerprint(after, hub("other", 1)), findFingerprint(text, hub("other", 1)));
    assertEquals(setFingerprint(after, hub("h"), wanted), after);
  }));
});
