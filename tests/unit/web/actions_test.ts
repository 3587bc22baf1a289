import { assert, assertEquals } from "@std/assert";
import { isKey, LANGS } from "../../../common/i18n/mod.ts";
import { roomActions, userActions } from "../../../web/actions.ts";

const isOn = () => undefined;
const lines = (actions: { line: string }[]) => actions.map(({ line }) => line);

Deno.test("the menus have the commands of the user's language, those for moderators only for them", () => {
  const member = { lang: "es", isModerator: false, room: "dev", isOn } as const;
  assertEquals(lines(userActions("José", false, member)), [
    "/privado José ",
    "@José ",
    "/ignorar José",
    "/escuchar José",
  ]);
  assertEquals(lines(userActions("José", true, member)), ["/nombre ", "/ausente", "/borrar"]);
  assertEquals(lines(roomActions("dev", member)), ["/tema #dev ", "/dejar dev"]);
  const moderator = { lang: "en", isModerator: true, room: "dev", isOn } as const;
  const [, , , , ...moderation] = lines(userActions("a$&b", false, moderator));
  assertEquals(moderation, [
    ...["/remove a$&b ", "/op a$&b", "/deop a$&b"],
    "/delete a$&b ",
    "/mute a$&b 10 min ",
    "/mute a$&b 1 h ",
    "/mute a$&b 24 h ",
    "/unmute a$&b",
    "/kick a$&b ",
    "/ban a$&b 1 h ",
    "/ban a$&b 24 h ",
    "/ban a$&b ",
  ]);
  const [, , ...ofRoom] = lines(roomActions("dev", moderator));
  assertEquals(ofRoom, [
    "/lock dev",
    "/unlock dev",
    "/pause dev",
    "/unpause dev",
    "/slow 10 dev",
    "/slow off dev",
  ]);
});

Deno.test("a moderator of a room is offered what they may do there, and no more", () => {
  const isOn = (command: string, name: string) =>
    command === "moderate" ? name === "dev" : undefined;
  const viewer = { lang: "en", isModerator: false, isOn } as const;
  const [inDev, inOther] = ["dev", "otra"].map((room) => [
    ...userActions("zoe", false, { ...viewer, room }).slice(4),
    ...roomActions(room, { ...viewer, room }).slice(2, 3),
  ]);
  assertEquals(lines(inDev!), ["/remove zoe ", "/op zoe", "/deop zoe", "/lock dev"]);
  assertEquals(inOther, []);
});

Deno.test("each action has a sentence", () => {
  for (const lang of LANGS) {
    const viewer = { lang, isModerator: true, room: "dev", isOn };
    const all = [true, false].flatMap((isOwn) => userActions("ana", isOwn, viewer));
    for (const { key } of [...all, ...roomActions("dev", viewer)]) assert(isKey(key), key);
  }
});

Deno.test("a menu does not offer what is so already", () => {
  const on = ["ignore zoe", "lock dev", "slow dev"];
  const isOn = (command: string, name: string) => on.includes(`${command} ${name}`);
  const viewer = { lang: "en", isModerator: true, room: "dev", isOn } as const;
  const offered = lines([
    ...userActions("zoe", false, viewer).slice(0, 3),
    ...userActions("ana", false, viewer).slice(0, 3),
    ...roomActions("dev", viewer),
  ]);
  assertEquals(offered, [
    "/msg zoe ",
    "@zoe ",
    "/unignore zoe",
    "/msg ana ",
    "@ana ",
    "/ignore ana",
    "/topic #dev ",
    "/leave dev",
    "/unlock dev",
    "/pause dev",
    "/slow off dev",
  ]);
});
