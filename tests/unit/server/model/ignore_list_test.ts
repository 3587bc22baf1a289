import { assertEquals } from "@std/assert";
import { IgnoreList, MAX_IGNORED } from "../../../../server/model/ignore_list.ts";

const ana = { id: "1", key: "ana", nick: "Ana" };

Deno.test("a user is hidden also under another nick, and from a new session with the same nick", () => {
  const list = new IgnoreList();
  assertEquals(list.hides(ana), false);
  list.add(ana);
  assertEquals(list.hides({ ...ana, key: "eva" }), true);
  assertEquals(list.hides({ ...ana, id: "2" }), true);
  assertEquals(list.hides({ id: "2", key: "eva", nick: "Eva" }), false);
});

Deno.test("users are shown again by id or by key, and the others stay hidden", () => {
  const list = new IgnoreList();
  const eva = { id: "2", key: "eva", nick: "Eva" };
  list.add(ana);
  list.add(eva);
  list.remove({ ...ana, id: "" });
  assertEquals([list.hides(ana), list.hides(eva)], [false, true]);
  list.remove({ ...eva, key: "" });
  assertEquals([list.hides({ ...eva, id: "3" }), list.size], [false, 0]);
});

Deno.test("a list is bounded", () => {
  const list = new IgnoreList();
  for (let at = 0; at < MAX_IGNORED; at++) list.add({ id: `${at}`, key: `${at}`, nick: `${at}` });
  assertEquals(list.add(ana), "full");
});
