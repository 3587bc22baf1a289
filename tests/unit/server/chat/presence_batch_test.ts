import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PresenceBatch, type PresenceNews } from "../../../../server/chat/presence_batch.ts";
import { textDialect } from "../../../../server/dialect/text.ts";
import { absentPeer, Session } from "../../../../server/model/session.ts";
import { testProperty } from "../../../support/property.ts";

const ROOM = "general";
const nobody = absentPeer({ host: "192.0.2.1", address: "192.0.2.1:1" });

function person(nick: string): Session {
  const session = new Session({
    peer: nobody,
    token: nick,
    id: nick,
    lang: "en",
    dialect: textDialect,
  });
  session.nick = nick;
  return session;
}

const joined = (nick: string, count: number): PresenceNews => ({
  type: "joined",
  room: ROOM,
  nick,
  count,
});
const left = (nick: string, count: number): PresenceNews => ({
  type: "left",
  room: ROOM,
  nick,
  count,
});

/** The frames of a batch for members who saw no change, and for each of the others. */
function announce(batch: PresenceBatch, count: number) {
  const individual = new Map<Session, PresenceNews[]>();
  const common = batch.framesForAll(count, (session, frames) => individual.set(session, frames));
  assertEquals(batch.informed, new Set(individual.keys()));
  return { common, individual };
}

Deno.test("a few changes are announced one by one, in order, each with the number of members then", () => {
  const batch = new PresenceBatch(ROOM);
  const [ana, eva, bob] = [person("ana"), person("eva"), person("bob")];
  batch.joined(ana);
  batch.left(bob, { reason: "kicked", params: { by: "luis" } });
  batch.joined(eva);
  const { common, individual } = announce(batch, 10);
  assertEquals(common, [
    joined("ana", 10),
    { ...left("bob", 9), reason: "kicked", params: { by: "luis" } } as PresenceNews,
    joined("eva", 10),
  ]);
  assertEquals(individual.get(ana), common.slice(1));
  assertEquals(individual.get(eva), []);
});

Deno.test("a member who leaves and joins again is announced twice, and so is another member with that nick", () => {
  const batch = new PresenceBatch(ROOM);
  const ana = person("ana");
  batch.left(ana);
  batch.joined(ana);
  batch.left(ana);
  batch.joined(person("ana"));
  assertEquals(announce(batch, 2).common, [left("ana", 1), joined("ana", 2)]);
});

Deno.test("when nothing happens any more, those who joined first are told first, and only once", () => {
  const batch = new PresenceBatch(ROOM);
  const people = ["ana", "eva", "bob", "luis"].map(person);
  const told: string[] = [];
  const catchUp = () =>
    batch.catchUp(4, 2, ({ nick }, frames) => told.push(`${nick} ${frames.length}`));
  for (const each of people) {
    batch.joined(each);
    catchUp();
  }
  assertEquals(told, []);
  catchUp();
  assertEquals(told.splice(0), ["eva 2", "ana 3"]);
  catchUp();
  assertEquals(told.splice(0), ["bob 1"]);
  catchUp();
  assertEquals(told, []);
});

/** The simplest implementation: for each member, a list of the changes to be shown. */
class Lists {
  readonly members: Set<Session>;
  readonly due: Map<Session, { type: "joined" | "left"; nick: string }[]> = new Map();

  constructor(members: Session[]) {
    this.members = new Set(members);
    for (const each of members) this.due.set(each, []);
  }

  add(type: "joined" | "left", session: Session): void {
    const { nick } = session;
    if (type === "joined") this.members.add(session);
    else this.members.delete(session);
    for (const each of this.members) {
      const due = this.due.get(each)!;
      const join = due?.findIndex((other) => other.type === "joined" && other.nick === nick);
      if (each === session) this.due.set(each, []);
      else if (type === "left" && join >= 0) due.splice(join, 1);
      else due.push({ type, nick });
    }
  }

  for(session: Session): PresenceNews[] {
    const due = this.due.get(session)!;
    const count = this.members.size;
    const named = (wanted: "joined" | "left") => {
      const nicks = due.filter(({ type }) => type === wanted).map(({ nick }) => nick);
      return { count: nicks.length, nicks: nicks.slice(0, 8) };
    };
    const [joined, left] = [named("joined"), named("left")];
    if (due.length > 8) return [{ type: "presence", room: ROOM, joined, left, count }];
    let here = count - joined.count + left.count;
    return due.map(({ type, nick }) => ({
      type,
      room: ROOM,
      nick,
      count: here += type === "joined" ? 1 : -1,
    }));
  }
}

testProperty(
  "each member is shown the changes after it joined, whoever joined, left or was informed meanwhile",
  { weight: 20 },
  (check) => {
    const steps = fc.array(
      fc.record({
        who: fc.nat(29),
        isInformed: fc.integer({ min: 0, max: 9 }).map((it) => it === 0),
        caughtUp: fc.integer({ min: -9, max: 5 }),
      }),
      { maxLength: 100, size: "max" },
    );
    check(
      fc.property(steps, (steps) => {
        const people = Array.from({ length: 30 }, (_, index) => person(`n${index}`));
        const lists = new Lists(people.slice(0, 12));
        const batch = new PresenceBatch(ROOM);
        const onTold = (session: Session, frames: PresenceNews[]) => {
          assertEquals(frames, lists.for(session));
          lists.due.set(session, []);
        };
        for (const { who, isInformed, caughtUp } of steps) {
          const session = people[who]!;
          if (isInformed && lists.members.has(session)) {
            onTold(session, batch.framesFor(session, lists.members.size));
            batch.markInformed(session);
          } else if (lists.members.has(session)) {
            batch.left(session);
            lists.add("left", session);
          } else {
            lists.add("joined", session);
            batch.joined(session);
          }
          if (caughtUp > 0) {
            for (let call = 0; call < 2; call++) {
              batch.catchUp(lists.members.size, caughtUp, onTold);
            }
          }
        }
        const { common, individual } = announce(batch, lists.members.size);
        for (const each of lists.members) {
          assertEquals(individual.get(each) ?? common, lists.for(each), each.nick);
        }
        for (const each of individual.keys()) assertEquals(lists.members.has(each), true);
      }),
      { numRuns: 500 },
    );
  },
);
