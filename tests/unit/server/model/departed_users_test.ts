import { assertEquals } from "@std/assert";
import { DepartedUsers, MAX_DEPARTED } from "../../../../server/model/departed_users.ts";

const user = (number: number, id = `t${number}`) => ({
  id,
  key: `k${number}`,
  nick: `K${number}`,
  host: "192.0.2.1",
  about: undefined,
});

Deno.test("the last users who left are known by nick, of several with one nick the last", () => {
  const departed = new DepartedUsers();
  for (let number = 0; number < MAX_DEPARTED; number++) departed.add(user(number));
  assertEquals(departed.find("k0"), user(0));
  departed.add(user(1, "again"));
  assertEquals(departed.find("k1"), user(1, "again"));
  assertEquals([departed.find("k0"), departed.users.length], [undefined, MAX_DEPARTED]);
});

Deno.test("a user who comes and goes takes the places of few others", () => {
  const departed = new DepartedUsers();
  departed.add(user(0));
  for (let time = 0; time < MAX_DEPARTED; time++) departed.add(user(1, `t${time}`));
  assertEquals(departed.find("k0"), user(0));
  assertEquals(departed.users.map(({ id }) => id), ["t199", "t198", "t197", "t196", "t195", "t0"]);
});
