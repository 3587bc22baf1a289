import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describeCode, describeFrame, describeReply } from "../../../../common/i18n/frames.ts";
import { type Lang, LANGS } from "../../../../common/i18n/mod.ts";
import {
  BYE_CODES,
  ERROR_CODES,
  LEAVE_REASONS,
  NOTICE_CODES,
  type ReplyData,
} from "../../../../common/protocol/codes.ts";
import type { LeftFrame } from "../../../../common/protocol/frame.ts";
import { reply, type SystemFrame, WELCOME } from "./frames.ts";

/** A value for every param of every code. */
const PARAMS = {
  reason: "R",
  max: 9,
  name: "N",
  suggestion: "S",
  argument: "text",
  extra: "X",
  nick: "ana",
  fault: "taken",
  wanted: "W",
  lang: "xx",
  room: "sala",
  current: "otra",
  count: 3,
  feature: "F",
  protocol: 7,
  supported: 1,
  missing: 2,
  left: 2,
  departed: 200,
  network: "192.0.0.0/8",
  text: "T",
  by: "eva",
  action: "kick",
  because: "B",
  minutes: 5,
  seconds: 5,
  lost: 2,
  mentions: 1,
  words: "W",
  member: "bob",
};

/** Sample data for each reply. */
const REPLIES: ReplyData = {
  help: { commands: [{ name: "me", names: ["yo", "me"], argument: "text" }] },
  who: { room: "general", members: ["ana", "eva"], count: 2 },
  away: { isAway: true, text: "T" },
  nick: { nick: "ana" },
  lang: { lang: "es" },
  join: { room: "dev", members: ["ana"], count: 1, topic: "Deno" },
  leave: { room: "dev", current: "general" },
  rooms: { rooms: [{ room: "dev", count: 1, topic: "Deno" }], total: 2 },
  topic: { room: "dev", topic: "Deno" },
  invite: { room: "dev", nick: "eva" },
  private: { to: "eva", text: "uno\ndos", id: 1, ts: 1 },
  history: { room: "dev", count: 0 },
  search: { room: "dev", words: "W", count: 0 },
  ignore: { nick: "eva", isIgnored: true },
  ignored: { nicks: ["eva"] },
  mod: {},
  kick: { nick: "eva" },
  remove: { room: "dev", nick: "eva" },
  op: { room: "dev", nick: "eva", isModerator: true },
  mute: { nick: "eva", minutes: 1 },
  ban: { nick: "eva", isAddress: true },
  banned: {
    nicks: ["eva", "192.0.2.7"],
    latest: [{ nick: "eva", address: "192.0.2.1", by: "mod", reason: "R" }],
  },
  muted: { nicks: ["eva"], latest: [{ nick: "eva", by: "mod", minutes: 2 }] },
  delete: { room: "dev", nick: "eva", ids: [3] },
  announce: { text: "T" },
  unban: { nick: "eva" },
  lock: { room: "dev", isLocked: true },
  slow: { room: "dev", seconds: 0 },
  pause: { room: "dev", isPaused: false },
  limit: { room: "dev", count: 0 },
  key: { room: "dev", key: "tiza" },
};

Deno.test("the welcome shows the user's nick, the members, the motd, and what to type", () => {
  assertEquals(describeFrame(WELCOME, "en"), [
    "welcome, ana (2 here: ana, eva)",
    "/name NAME changes your nick, /help lists the commands, /exit leaves",
  ]);
  assertEquals(describeFrame({ ...WELCOME, motd: "be kind\n\nrules" }, "es"), [
    "te damos la bienvenida, ana (2 aquí: ana, eva)",
    "be kind",
    "",
    "rules",
    "/nombre APODO cambia tu apodo, /ayuda muestra las órdenes, /salir sale",
  ]);
  assertEquals(describeFrame({ ...WELCOME, members: [] }, "en")[0], "welcome, ana (2 here)");
});

/** In #general, where the nicks of a batch are a part of those who joined or left. */
const left = (reason?: string): SystemFrame => (
  { type: "left", room: "general", nick: "eva", count: 2, ...(reason ? { reason } : {}) }
);
const batch = (joined: [number, ...string[]], left: [number, ...string[]]): SystemFrame => {
  const some = ([count, ...nicks]: [number, ...string[]]) => ({ count, nicks });
  return { type: "presence", room: "general", joined: some(joined), left: some(left), count: 12 };
};
const topic = (topic: string): SystemFrame => ({
  type: "topic",
  room: "general",
  nick: "eva",
  topic,
});

Deno.test("joins, leaves and renames are described in each language, the leaves of a batch first", () => {
  const joined = { type: "joined", room: "general", nick: "eva", count: 3 } as const;
  const renamed = { type: "renamed", room: "general", from: "eva", nick: "ada" } as const;
  const cases: [SystemFrame, string, string][] = [
    [joined, "eva joined (3 here)", "eva ha entrado (3 aquí)"],
    [left(), "eva left (2 here)", "eva ha salido (2 aquí)"],
    [left("quit"), "eva left (2 here)", "eva ha salido (2 aquí)"],
    [
      left("timeout"),
      "eva left: connection timed out (2 here)",
      "eva ya no está: su conexión no respondía (2 aquí)",
    ],
    [
      left("moonlight"),
      "eva left: moonlight (2 here)",
      "eva ya no está: moonlight (2 aquí)",
    ],
    [
      batch([1240, "ana", "eva", "bob"], [0]),
      "ana, eva, bob and 1237 more joined (12 here)",
      "ana, eva, bob y 1237 más han entrado (12 aquí)",
    ],
    [
      batch([0], [9, "ana", "eva"]),
      "ana, eva and 7 more left (12 here)",
      "ana, eva y 7 más han salido (12 aquí)",
    ],
    [
      batch([8, ..."abcdefgh"], [1, "ana"]),
      "ana left (4 here)\na, b, c, d, e, f, g, h joined (12 here)",
      "ana ha salido (4 aquí)\na, b, c, d, e, f, g, h han entrado (12 aquí)",
    ],
    [renamed, "eva is now ada", "eva ahora es ada"],
    [topic("Deno"), "eva changed the topic: Deno", "eva ha cambiado el tema: Deno"],
    [topic(""), "eva removed the topic", "eva ha quitado el tema"],
  ];
  for (const [frame, english, spanish] of cases) {
    assertEquals(describeFrame(frame, "en"), english.split("\n"));
    assertEquals(describeFrame(frame, "es"), spanish.split("\n"));
  }
});

Deno.test("frames for programs are not shown", () => {
  assertEquals(describeFrame({ type: "ack", ref: "1", id: 1, ts: 1 }, "en"), []);
  assertEquals(describeFrame({ type: "pong" }, "es"), []);
});

Deno.test("each code has its own sentence in each language, with all params filled in", () => {
  const codes = [
    ...ERROR_CODES.map((code) => ["error", code] as const),
    ...NOTICE_CODES.map((code) => ["notice", code] as const),
    ...BYE_CODES.map((code) => ["bye", code] as const),
  ];
  for (const [type, code] of codes) {
    const sentences = LANGS.map((lang) => {
      const lines = describeFrame({ type, code, params: PARAMS, text: "FALLBACK" }, lang);
      assertEquals(lines.length, 1);
      assert(!/\{\w+\}|FALLBACK|undefined/.test(lines[0]!), `${type}.${code}: ${lines[0]}`);
      return lines[0];
    });
    assertNotEquals(sentences[0], sentences[1], `${type}.${code}`);
  }
});

Deno.test("the notice that history is saved again counts the lost messages, if any", () => {
  const tell = (lost: number) =>
    LANGS.map((lang) => describeCode("notice", "history_saved", { lost }, lang)!);
  assertEquals(tell(0), ["history is being saved again", "el historial vuelve a guardarse"]);
  assert(tell(1)[0]!.endsWith("; one message is missing from it"));
  assert(tell(1)[1]!.endsWith("; falta un mensaje en él"));
  assert(tell(2)[0]!.endsWith("; 2 messages are missing from it"));
  assert(tell(2)[1]!.endsWith("; faltan 2 mensajes en él"));
});

Deno.test("each reply has its lines in each language", () => {
  for (const [code, data] of Object.entries(REPLIES)) {
    const replies = LANGS.map((lang) => describeFrame(reply(code, data), lang));
    for (const lines of replies) assert(lines.length > 0 && !lines.includes("two"), code);
    assertNotEquals(replies[0], replies[1], code);
  }
});

Deno.test("an unknown code is shown by the frame's own text", () => {
  for (const type of ["error", "notice", "bye"] as const) {
    const frame: SystemFrame = { type, code: "from_the_future", params: {}, text: "new words" };
    assertEquals(describeFrame(frame, "es"), ["new words"]);
    assertEquals(describeCode(type, "from_the_future", {}, "es"), undefined);
  }
  assertEquals(describeFrame(reply("from_the_future", {}), "es"), ["one", "two"]);
});

Deno.test("a code of one frame type is unknown in another", () => {
  assertEquals(describeCode("notice", "bad_nick", PARAMS, "en"), undefined);
  assertEquals(describeCode("error", "../bye.quit", PARAMS, "en"), undefined);
  assertEquals(describeCode("bye", "toString", PARAMS, "en"), undefined);
});

Deno.test("a reply with invalid data is shown by its own text", () => {
  const malformed: [string, Record<string, unknown>][] = [
    ["help", {}],
    ["help", { commands: "all" }],
    ["help", { commands: [{ name: "me", names: "me", argument: "" }] }],
    ["help", { commands: [{ name: "me", names: [1], argument: "" }] }],
    ["help", { commands: [{ name: "me", names: ["me"] }] }],
    ["help", { commands: [null] }],
    ["who", {}],
    ["who", { room: "r", members: "ana", count: 1 }],
    ["who", { room: "r", members: [1], count: 1 }],
    ["who", { room: "r", members: ["ana"], count: "1" }],
    ["nick", {}],
    ["nick", { nick: 7 }],
    ["join", { room: "dev", members: "ana", count: 1, topic: "" }],
    ["join", { room: "dev", members: [], count: 1 }],
    ["leave", { room: "dev" }],
    ["rooms", { rooms: [{ room: "dev" }], total: 1 }],
    ["rooms", { rooms: [] }],
    ["topic", {}],
    ["private", { to: "eva" }],
    ["ignore", {}],
    ["ignored", { nicks: [1] }],
    ["kick", {}],
    ["mute", { nick: "eva" }],
    ["mute", { nick: 1, minutes: 1 }],
    ["ban", { isAddress: true }],
    ["banned", { nicks: "eva", latest: [] }],
    ["banned", { nicks: ["eva"] }],
    ["banned", { nicks: ["eva"], latest: [{ nick: "eva" }] }],
    ["banned", { nicks: ["eva"], latest: [{ nick: "eva", by: "mod", reason: 1 }] }],
    ["muted", { latest: [] }],
    ["muted", { nicks: ["eva"], latest: [{ nick: "eva", by: 1, minutes: 1 }] }],
    ["muted", { nicks: ["eva"], latest: [{ nick: "eva", by: "mod", minutes: "1" }] }],
    ["unban", {}],
    ["lock", { isLocked: true }],
    ["slow", { room: "dev" }],
    ["pause", { room: 1, isPaused: true }],
  ];
  for (const [code, data] of malformed) {
    assertEquals(describeReply(code, data, "en"), undefined, JSON.stringify(data));
    assertEquals(describeFrame(reply(code, data), "en"), ["one", "two"], JSON.stringify(data));
  }
});

Deno.test("of many members, thirty are named and the rest counted", () => {
  const members = Array.from({ length: 31 }, (_, index) => `n${index}`);
  const who = (names: string[], count: number, lang: Lang) =>
    describeReply("who", { room: "general", members: names, count }, lang)![0]!;
  assert(who(members.slice(0, 30), 30, "en").endsWith("n28, n29"));
  assert(who(members, 31, "en").endsWith("n29, and 1 more"));
  assert(who(members, 500, "es").endsWith("n29, y 470 más"));
  assertEquals(who([], 3, "en"), "3 here: and 3 more");
});

Deno.test("of lists and texts that are longer than any hub sends, the first part is told", () => {
  const names = ["x".repeat(1000)];
  const commands = Array.from({ length: 200_000 }, () => ({ name: "me", names, argument: "" }));
  const help = describeReply("help", { commands }, "en")!;
  assert(help.length < 250 && help.every((line) => line.length < 1100));
  const room = { room: "sala", count: 1, topic: "" };
  assertEquals(
    describeReply("rooms", { rooms: Array(50_000).fill(room), total: 50_000 }, "en")!.at(-1),
    "and 49900 more",
  );
  const motd = "\n".repeat(500_000);
  assertEquals(describeFrame({ ...WELCOME, motd }, "en").length, 10_002);
  assertEquals(
    describeReply("private", { to: "eva", text: motd, id: 1, ts: 1 }, "en")!.length,
    10_000,
  );
});

Deno.test("a user who left is named with a reason that needs no params, except for a moderator's", () => {
  for (const lang of LANGS) {
    for (const reason of LEAVE_REASONS) {
      const isModerators = reason === "kicked" || reason === "removed";
      const params = isModerators ? { params: { by: "mod" } } : {};
      const left: LeftFrame = { type: "left", room: "general", nick: "ana", count: 1, reason };
      const lines = describeFrame({ ...left, ...params }, lang).join("\n");
      assert(lines.includes("ana") && !/[{}]|undefined/.test(lines), `${reason}: ${lines}`);
    }
  }
});
