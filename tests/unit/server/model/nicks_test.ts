import { assert, assertEquals } from "@std/assert";
import { Nicks } from "../../../../server/model/nicks.ts";
import { RemoteUsers } from "../../../../server/model/remote_users.ts";

Deno.test("a guest's nick takes few tries, however many numbers are taken in advance, and none is given twice", () => {
  let [tries, taken] = [0, 0];
  const isTaken = (key: string) => ++tries > 0 && Number(key.slice("guest".length)) <= taken;
  const nicks = new Nicks(isTaken, new RemoteUsers(), () => 0.5);
  assertEquals([nicks.nextGuest(), nicks.nextGuest()], ["guest1", "guest2"]);
  taken = 10_000;
  tries = 0;
  const nick = nicks.nextGuest();
  assert(tries < 30, `${tries} tries`);
  taken = 0;
  assertEquals(nicks.nextGuest(), `guest${Number(nick.slice("guest".length)) + 1}`);
});
