/** Mutes, pauses and slow mode, against a model that remembers everything that was done. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { textDialect } from "../../../../server/dialect/text.ts";
import { Moderation } from "../../../../server/chat/moderation.ts";
import { RemoteUsers } from "../../../../server/model/remote_users.ts";
import { Room } from "../../../../server/model/room.ts";
import { absentPeer, Session } from "../../../../server/model/session.ts";
import { testProperty } from "../../../support/property.ts";

const MINUTE = 60_000;

function session(id: string, key: string, isModerator: boolean): Session {
  const peer = absentPeer({ host: "192.0.2.1", address: "192.0.2.1:1" });
  const made = new Session({ peer, token: id, id, lang: "en", dialect: textDialect });
  made.key = made.nick = key;
  made.isModerator = isModerator;
  return made;
}

const who = fc.nat(5);
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("mute" as const), who, minutes: fc.nat(4) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause" as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("slow" as const), seconds: fc.nat(90) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("post" as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.nat(120) }) },
);

testProperty(
  "a member may post unless muted, in a paused room or too soon, and a moderator unless muted",
  { weight: 10 },
  (check) => {
    check(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        let now = 1_000_000;
        const moderation = new Moderation({
          elapsed: () => now,
          now: () => now,
          cluster: { putRule: () => {} },
        });
        const room = new Room("general", new RemoteUsers());
        // Two have the same nick, one after the other, and two are moderators.
        const people = [["t0", "ana"], ["t1", "ana"], ["t2", "eva"], ["t3", "luis"], ["t4", "m1"], [
          "t5",
          "m2",
        ]].map(([id, key], index) => session(id!, key!, index > 3));

        let mutes: { id: string; key: string; until: number }[] = [];
        let posts: { id: string; key: string; at: number }[] = [];
        const same = (a: { id: string; key: string }, b: { id: string; key: string }) =>
          a.id === b.id || a.key === b.key;

        for (const each of steps) {
          switch (each.do) {
            case "pass":
              now += each.seconds * 1000;
              break;
            case "pause":
              room.isPaused = each.on;
              break;
            case "slow":
              room.slow = each.seconds;
              posts = [];
              break;
            case "mute": {
              const { id, key, nick } = people[each.who]!;
              assertEquals(moderation.mute({ id, key, nick }, each.minutes, "mod"), true);
              const until = each.minutes === 0 ? 0 : now + each.minutes * MINUTE;
              mutes = [...mutes.filter((mute) => !same(mute, { id, key })), { id, key, until }];
              break;
            }
            case "post": {
              const person = people[each.who]!;
              const muted = Math.max(
                0,
                ...mutes.filter((mute) => same(mute, person)).map(({ until }) => until - now),
              );
              const waiting = Math.max(
                0,
                ...posts.filter((post) => same(post, person))
                  .map(({ at }) => at + room.slow * 1000 - now),
              );
              const expected = muted > 0
                ? `muted ${Math.ceil(muted / MINUTE)}`
                : person.isModerator
                ? "may"
                : room.isPaused
                ? "paused general"
                : waiting > 0
                ? `too_soon ${Math.ceil(waiting / 1000)}`
                : "may";
              const error = moderation.checkMayPost(room, person);
              const { minutes, seconds, room: where } = error?.params ?? {};
              assertEquals(
                error ? `${error.code} ${minutes ?? seconds ?? where}` : "may",
                expected,
              );
              if (error) break;
              moderation.onPosted(room, person);
              if (!person.isModerator) {
                posts.push({ id: person.id, key: person.key, at: now });
              }
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  },
);
