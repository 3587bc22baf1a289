import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Attempt,
  GuessLimit,
  MAX_TRIES,
  Password,
} from "../../../../server/model/password.ts";
import { TestHub } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";

const SECOND = 1000;
const HOUR = 3_600_000;

/** A password `sésamo`, its clock, and the wrong tries that were noted. */
function guarded() {
  const time = { at: 0 };
  const noted: string[] = [];
  const guesses = new GuessLimit(() => time.at);
  const password = new Password({ member: { matches: (attempt) => attempt === "sésamo" } }, {
    guesses,
    onWrong: ({ peer }, purpose, count) => noted.push(`${purpose} ${peer.host} ${count}`),
  });
  const test = new TestHub();
  const from = (host: string) => test.connect(host).session;
  return { time, noted, password, from };
}

function codeOf(attempt: Attempt): string {
  return typeof attempt === "string" ? attempt : attempt.code;
}

Deno.test("each session has its own tries, and after the last even the right password fails", () => {
  const { password, from } = guarded();
  const tryAll = (lines: string[], session = from("192.0.2.1")) =>
    lines.map((line) => {
      const attempt = password.try(session, line, "join");
      return typeof attempt === "string" ? attempt : attempt.params["left"];
    });
  assertEquals(tryAll(["a", "b", "c", "sésamo"]), [2, 1, "failed", "failed"]);
  assertEquals(tryAll(["a", "sésamo", "b"]), [2, "member", 1]);
});

Deno.test("ten wrong tries of an address are free, and then each delays the next for longer", () => {
  const { time, noted, password, from } = guarded();
  for (let count = 1; count <= 10; count++) {
    assertEquals(password.try(from("192.0.2.1"), "x", "join"), {
      code: "wrong_password",
      params: { left: 2 },
    });
    assertEquals(noted.at(-1), `join 192.0.2.1 ${count}`);
  }
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    const session = from("192.0.2.1");
    for (const line of ["x", "sésamo"]) { // not compared
      assertEquals(password.try(session, line, "mod"), { code: "try_later", params: { seconds } });
    }
    const other = from("192.0.2.2");
    assertEquals(password.try(other, "sésamo", "join"), "member");
    time.at += seconds * SECOND - 1;
    assertEquals(codeOf(password.try(session, "x", "mod")), "try_later");
    time.at += 1;
    assertEquals(codeOf(password.try(session, "x", "mod")), "wrong_password");
  }
  assertEquals(noted.length, 17);
  time.at += 30 * SECOND;
  assertEquals(password.try(from("192.0.2.1"), "sésamo", "look"), "member");
});

Deno.test("wrong tries count for a whole IPv6 network, and on loopback too", () => {
  const { password, from } = guarded();
  for (let count = 0; count < 10; count++) {
    password.try(from(`2001:db8::${count}`), "x", "join");
    password.try(from("127.0.0.1"), "x", "join");
  }
  for (const host of ["2001:db8::ffff", "127.0.0.1"]) {
    assertEquals(codeOf(password.try(from(host), "sésamo", "join")), "try_later");
  }
  assertEquals(codeOf(password.try(from("2001:db8:0:1::1"), "x", "join")), "wrong_password");
});

testProperty("an address has at most 200 wrong tries in any hour", { weight: 2 }, (check) => {
  check(fc.property(fc.array(fc.nat(HOUR / 2), { maxLength: 8 }), (rests) => {
    const time = { at: 0 };
    const guesses = new GuessLimit(() => time.at);
    const tries: number[] = [];
    for (const rest of rests) {
      for (let turn = 0; turn < 100; turn++) { // as fast as possible
        time.at += guesses.wait("192.0.2.1");
        guesses.fail("192.0.2.1");
        tries.push(time.at);
      }
      time.at += 3 * rest;
    }
    tries.forEach((at, index) => assert(!(tries[index + 200]! - at <= HOUR)));
  }));
});

Deno.test("addresses that are remembered are bounded, and forgotten after an hour", () => {
  const time = { at: 0 };
  const guesses = new GuessLimit(() => time.at);
  for (let turn = 0; turn < 20; turn++) guesses.fail("192.0.2.1");
  assert(guesses.wait("192.0.2.1") > 0);
  time.at += HOUR + 1;
  guesses.fail("192.0.2.2");
  assertEquals(guesses.fail("192.0.2.1"), 1);
  for (let number = 0; number < 20_000; number++) guesses.fail(`host${number}`);
  assertEquals(guesses.fail("host1"), 1);
  assertEquals(guesses.fail("host19999"), 2);
  assertEquals(MAX_TRIES, 3);
});
