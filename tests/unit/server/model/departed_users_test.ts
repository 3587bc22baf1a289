import { assertEquals } from "@std/assert";
import { DepartedUsers, MAX_DEPARTED } from "../../../../server/model/departed_users.ts";

const user = (number: number, id = `t${number}`) => ({
  id,
  key: `k${number}`,
  nick: `K${number}`,
  host: "192.0.2.1",
});

Deno.test("the last users who left are known by nick, of several with one nick the last", () => {
  const departed = new DepartedUsers();
  for (let number = 0; number < MAX_DEPARTED; number++) departed.add(user(number));
  departed.add(user(0, "again"));
  assertEquals(departed.find("k0"), user(0, "again"));
  assertEquals(departed.find("k1"), user(1));
  departed.add(user(MAX_DEPARTED));
  assertEquals([departed.find("k1"), departed.find("k0")?.id], [undefined, "again"]);
});
