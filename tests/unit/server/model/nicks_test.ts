import { assert, assertEquals } from "@std/assert";
import { Nicks } from "../../../../server/model/nicks.ts";
import { RemoteUsers } from "../../../../server/model/remote_users.ts";
import { TestHub } from "../../../support/hub.ts";

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

Deno.test("the number of a guest is never somebody else's, also once the guest has left", () => {
  const test = new TestHub();
  const guest = test.connect();
  assertEquals(guest.ask("hola")[0], "* welcome, guest1 (1 here: guest1)");
  const ana = test.textMember("ana");
  const refused = (nick: string) => `! the nick "${nick}" cannot be used: it is reserved`;
  assertEquals(guest.ask("/name GUEST1", "/name guest01").slice(-2), [
    "* you are now GUEST1",
    refused("guest01"),
  ]);
  guest.drop();
  test.tick();
  ana.take();
  for (
    const nick of ["guest1", "Guest1", "guest01", "guest１", "ｇｕｅｓｔ１", "guest9", "guest"]
  ) {
    assertEquals(ana.ask(`/name ${nick}`), [refused(nick)]);
  }
  const bot = test.connect();
  bot.hello({ nick: "guest1" });
  test.tick();
  const [welcome, notice] = bot.takeFrames();
  assertEquals(welcome?.type === "welcome" && welcome.nick, "guest3");
  assertEquals(notice?.type === "notice" && notice.params, {
    wanted: "guest1",
    nick: "guest3",
    fault: "reserved",
  });
});
