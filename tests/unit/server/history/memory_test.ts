import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { runBytes } from "../../../../server/history/message_log.ts";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import { Mailbox } from "../../../../server/model/mailbox.ts";
import { TestHub } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";
import type { Posted } from "../../../../server/types.ts";

function posted(id: number, room = "general", text = `m${id}`, ts = id): Posted {
  return {
    message: { type: "message", id, room, nick: "ana", text, ts, kind: "say" },
    author: { id: "t", key: "ana", nick: "ana" },
  };
}

Deno.test("a replay is at most a quarter of what may be pending for a reader", () => {
  const replayed = (pending: number) => {
    const test = new TestHub({ historyOnJoin: 50, limits: { pending } });
    const ana = test.textMember("ana");
    for (let number = 0; number < 10; number++) ana.send(`${number}${"x".repeat(99)}`);
    test.tick();
    const eva = test.connect();
    eva.send("/name eva");
    test.tick();
    return eva.take().filter((line) => line.startsWith("ana: ")).map((line) => line[5]).join("");
  };
  // A quarter of the bytes, of which each message takes 300 besides its text.
  assertEquals([replayed(4 * 1199), replayed(4 * 1200), replayed(1_000_000)], [
    "89",
    "789",
    "0123456789",
  ]);
});

Deno.test("whoever joins sees the last messages under a divider, without joins and leaves", () => {
  const test = new TestHub({ historyOnJoin: 2 });
  const ana = test.textMember("ana");
  for (const text of ["una", "dos", "tres"]) ana.send(text);
  test.textMember("paso").drop();
  const eva = test.connect();
  test.hub.greet(eva.session);
  test.tick();
  assertEquals(eva.take().slice(2), ["* --- the last 2 messages ---", "ana: dos", "ana: tres"]);
});

Deno.test("a bot asks in its hello for a number of messages, and gets them marked as replayed", () => {
  const test = new TestHub({ historyOnJoin: 50 });
  const ana = test.textMember("ana");
  for (const text of ["una", "dos", "tres"]) ana.send(text);
  test.tick();
  for (const [history, ids] of [[0, []], [1, [3]], [99, [1, 2, 3]]] as const) {
    const bot = test.connect();
    bot.send(JSON.stringify({ type: "hello", protocol: 1, history }));
    test.tick();
    const replayed = bot.takeFrames().filter((frame) => frame.type === "message");
    assertEquals(
      replayed.map((frame) => `${frame.id} ${frame.replay}`),
      ids.map((id) => `${id} true`),
    );
  }
});

Deno.test("/history replays a number of messages of the current room, including one's own", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  ana.send("/historial");
  for (const text of ["una", "dos"]) ana.send(text);
  ana.send("/join dev", "tres", "/history 5", "/join general", "/history 1");
  for (const wrong of ["0", "-1", "x", "1001"]) ana.send(`/history ${wrong}`);
  test.tick();
  const lines = ana.take();
  assertEquals(lines.filter((line) => !/you (are in|have opened) /.test(line)), [
    "* nothing has been said here yet",
    "* --- the last message ---",
    "ana: tres",
    "* --- the last message ---",
    "ana: dos",
    ...["0", "-1", "x", "1001"].map((wrong) =>
      `! "${wrong}" is not a valid number of messages (1-1000)`
    ),
  ]);
});

Deno.test("the history of a room ends with the room", () => {
  const test = new TestHub({ historyOnJoin: 50 });
  const ana = test.textMember("ana");
  const lines = ana.ask("/join dev", "secreto de dev", "/leave", "/join dev");
  assertEquals(lines.filter((line) => line.includes("secreto")), []);
});

Deno.test("MemoryHistory stays within its bytes, and the quietest rooms lose messages first", () => {
  const history = new MemoryHistory({ messages: 1000, bytes: 2000 });
  history.add(posted(1, "quiet", "x".repeat(300)));
  history.add(posted(2, "busy", "x".repeat(300)));
  history.add(posted(3, "busy", "x".repeat(300)));
  assertEquals(history.last("quiet", 5), []);
  assertEquals(history.last("busy", 5).map(({ message }) => message.id), [2, 3]);
  history.add(posted(4, "busy", "x".repeat(5000)));
  assertEquals(history.last("busy", 5), [], "one that does not fit at all is not kept");
});

testProperty(
  "MemoryHistory returns what a plain list would, for any messages",
  { weight: 10 },
  (check) => {
    const steps = fc.array(
      fc.record({
        room: fc.constantFrom("a", "a", "b", "c"),
        gone: fc.boolean(),
        ts: fc.constantFrom(1, 1, 1, 2),
        committed: fc.boolean(),
      }),
      { maxLength: 80, size: "max" },
    );
    check(fc.property(steps, fc.integer({ min: 1, max: 10 }), (all, limit) => {
      const history = new MemoryHistory({ messages: limit, bytes: 1e9 });
      const model = new Map<string, number[]>();
      all.forEach(({ room, gone, ts, committed }, id) => {
        if (gone && id % 7 === 0) {
          history.forget(room);
          model.delete(room);
        } else {
          history.add(posted(id, room, `m${id}`, ts));
          model.set(room, [...model.get(room) ?? [], id]);
        }
        if (committed) history.commit();
      });
      for (const room of ["a", "b", "c"]) {
        const expected = model.get(room) ?? [];
        const kept = history.last(room, 100);
        assertEquals(
          kept.map(({ message: { id, text } }) => [id, text]),
          expected.slice(-limit).map((id) => [id, `m${id}`]),
        );
        for (const id of [-1, all.length >> 1]) {
          const missed = history.after(room, id);
          assertEquals(missed.kept, kept.filter(({ message }) => message.id > id));
          const dropped = missed.dropped.flatMap(({ first, messages }) =>
            Array.from({ length: messages }, (_, index) => first + index)
          );
          assertEquals(dropped, expected.slice(0, -limit).filter((each) => each > id));
        }
      }
    }));
  },
);

testProperty(
  "MemoryHistory drops messages of the quietest room, for any additions and removals",
  { weight: 10 },
  (check) => {
    const limits = { messages: 4, bytes: 2000 };
    /** A dropped message still counts for its author. */
    const DROPPED = 100;
    const steps = fc.array(
      fc.record({
        room: fc.constantFrom("a", "b", "c"),
        length: fc.integer({ min: 0, max: 300 }),
        gone: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
      }),
      { maxLength: 80 },
    );
    check(fc.property(steps, (all) => {
      const history = new MemoryHistory(limits);
      // The room with the newest message comes last.
      let model: { room: string; kept: Posted[]; dropped: number }[] = [];
      const bytes = () =>
        model.flatMap((
          { kept, dropped },
        ) => [
          ...kept.map((each) => runBytes({ first: each, texts: [each.message.text] })),
          dropped * DROPPED,
        ])
          .reduce((sum, each) => sum + each, 0);
      all.forEach(({ room, length, gone }, id) => {
        const found = model.find((each) => each.room === room) ?? { room, kept: [], dropped: 0 };
        model = model.filter((each) => each !== found);
        if (gone) return history.forget(room);
        const message = posted(id, room, "x".repeat(length));
        history.add(message);
        model.push(found);
        found.kept.push(message);
        if (found.kept.length > limits.messages) {
          found.kept.shift();
          found.dropped++;
        }
        while (bytes() > limits.bytes) {
          const quiet = model[0]!;
          if (quiet.kept.shift()) quiet.dropped++;
          else quiet.dropped = 0;
          if (quiet.kept.length + quiet.dropped === 0) model.shift();
        }
      });
      for (const { room, kept, dropped } of model) {
        assertEquals(history.last(room, 100), kept);
        const counted = history.after(room, -1).dropped.reduce(
          (sum, { messages }) => sum + messages,
          0,
        );
        assertEquals(counted, dropped);
      }
    }));
  },
);

testProperty("removed messages are gone, in any run, and the others stay as they were", {
  weight: 5,
}, (check) => {
  const id = fc.integer({ min: 1, max: 30 });
  check(
    fc.property(
      fc.array(fc.array(id, { minLength: 1 })),
      fc.integer({ min: 1, max: 30 }),
      (removals, limit) => {
        const history = new MemoryHistory({ messages: limit, bytes: Infinity });
        const all = Array.from(
          { length: 30 },
          (_, index) => posted(index + 1, "general", `m${index + 1}`, 5),
        );
        for (const each of all) history.add(each);
        let kept = all.slice(-limit).map(({ message }) => message);
        for (const ids of removals) {
          const gone = kept.filter((message) => ids.includes(message.id));
          kept = kept.filter((message) => !gone.includes(message));
          assertEquals(history.remove("general", ids).map(({ message }) => message), gone);
          assertEquals(history.last("general", 99).map(({ message }) => message), kept);
          assertEquals(history.remove("other", ids), []);
        }
        const { dropped } = history.after("general", 0);
        assertEquals(dropped.reduce((sum, { messages }) => sum + messages, 0), 30 - limit);
      },
    ),
  );
});

Deno.test("messages are removed from a mailbox, which does not look at those in it if all are private", () => {
  const mailbox = new Mailbox();
  let looks = 0;
  for (const id of [1, 2]) {
    const { message, author } = posted(id, "");
    const room = () => {
      looks++;
      return "";
    };
    mailbox.addPrivate({ message: Object.defineProperty(message, "room", { get: room }), author });
  }
  const remove = (...ids: number[]) =>
    mailbox.remove(new Set(ids)).map(({ message }) => message.id);
  looks = 0;
  assertEquals([remove(3), looks], [[], 0]);
  mailbox.addMissed({ kept: [5, 6, 7].map((id) => posted(id, "dev")), dropped: [] });
  assertEquals([remove(3, 4), remove(5, 7), mailbox.size], [[], [5, 7], 3]);
});
