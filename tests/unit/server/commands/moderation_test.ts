/** Who becomes a moderator, which commands that gives them, and how they kick users. */

import { assert, assertEquals } from "@std/assert";
import { MAX_TRIES } from "../../../../server/model/password.ts";
import { moderatedHub, TestHub } from "../../../support/hub.ts";

Deno.test("a user with the password becomes a moderator, which is logged but not announced", () => {
  const test = new TestHub({ modPassword: "tiza blanca" });
  const [ana, eva] = test.textMembers("ana", "eva");
  assertEquals(ana.ask("/mod nada", "/moderar  tiza blanca ", "/mod otra", "/lang es", "/mod x"), [
    "! wrong password: 2 tries left",
    "* you are a moderator now: /help lists what you can do",
    "* you are a moderator already: /help lists what you can do",
    "* el servidor te habla ahora en español",
    "* ya eres moderador: /ayuda muestra lo que puedes hacer",
  ]);
  assertEquals(eva.take(), []);
  assertEquals(test.log, [
    { event: "wrong password", for: "mod", address: "192.0.2.1", count: 1 },
    { event: "moderation", action: "mod", by: "ana", by_address: "192.0.2.1", by_session: "id2" },
  ]);
});

Deno.test("three wrong moderators' passwords end the connection", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const [ana, eva] = test.textMembers("ana", "eva");
  const tries = Array(MAX_TRIES + 1).fill("/mod nada");
  assertEquals(ana.ask(...tries).at(-1), "* disconnected: too many wrong passwords");
  assertEquals(ana.isClosed, true);
  assertEquals(eva.take(), ["* ana left: did not know the password (1 here)"]);
  assertEquals(test.log.map(({ event, for: purpose }) => [event, purpose]), [
    ...Array(MAX_TRIES).fill(["wrong password", "mod"]),
    ["dropped", undefined],
  ]);
  assertEquals(test.log.at(-1), {
    event: "dropped",
    peer: "192.0.2.1:1",
    nick: "ana",
    reason: "auth_failed",
  });
});

const MODERATOR_LINES = [
  "/kick eva",
  "/mute eva",
  "/unmute eva",
  "/mutes",
  "/ban eva",
  "/ban",
  "/unban eva",
  "/bans",
  "/remove eva",
  "/lock",
  "/unlock",
  "/slow 5",
  "/slow",
  "/pause",
  "/unpause",
];

Deno.test("a hub without a moderators' password says so to whoever tries to moderate, and offers no /mod", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  assertEquals(
    ana.ask("/mod tiza", "/mod", ...MODERATOR_LINES),
    Array(MODERATOR_LINES.length + 2).fill(
      "! this hub has no moderators: it was started without --mod-password-file",
    ),
  );
  assertEquals(
    ana.ask("/idioma es", "/moderar tiza").at(-1),
    "! este servidor no tiene moderadores: se ha iniciado sin --mod-password-file",
  );
  assertEquals(ana.ask("/help").some((line) => line.includes("moder")), false);
  assertEquals(ana.ask("/modd")[0]!.includes("/mod?"), false);
});

Deno.test("the welcome says whether a hub has moderators", () => {
  for (const options of [{}, { modPassword: "tiza" }]) {
    const test = new TestHub(options);
    const bot = test.connect();
    bot.hello();
    test.tick();
    const [welcome] = bot.takeFrames();
    assert(welcome?.type === "welcome");
    assertEquals(welcome.moderation, "modPassword" in options ? true : undefined);
  }
});

Deno.test("members cannot use moderators' commands, and learn how to become one", () => {
  const { test, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(
    ana.ask(...MODERATOR_LINES),
    MODERATOR_LINES.map((line) =>
      `! ${line.split(" ")[0]} is for moderators: /mod PASSWORD makes you one`
    ),
  );
  assertEquals(
    ana.ask("/idioma es", "/expulsar eva").at(-1),
    "! /expulsar es para moderadores: con /moderar CONTRASEÑA te haces moderador",
  );
  assertEquals([eva.take(), eva.isClosed], [[], false]);
  assertEquals(test.log, []);
});

Deno.test("help shows the moderators' commands to moderators, and to members only how to become one", () => {
  const { mod, others: [ana] } = moderatedHub("ana");
  for (const lang of ["en", "es"]) {
    const heading = { en: "* for moderators:", es: "* para moderadores:" }[lang]!;
    const [forAll, forModerators] = [ana, mod].map((peer) => peer.ask(`/lang ${lang}`, "/help"));
    const index = forModerators!.indexOf(heading);
    assertEquals(forModerators!.slice(0, index), forAll!);
    const names = forModerators!.slice(index + 1).map((line) => /^\* \/(\S+) /.exec(line)?.[1]);
    assertEquals(
      names,
      {
        en: [
          ...["kick", "mute", "unmute", "mutes", "ban", "unban", "bans"],
          ...["remove", "op", "deop", "lock", "unlock", "limit", "key", "slow", "pause", "unpause"],
          "announce",
        ],
        es: [
          ...["expulsar", "silenciar", "desilenciar", "silenciados", "vetar", "readmitir", "vetos"],
          ...["sacar", "ascender", "degradar", "bloquear", "desbloquear", "limite", "clave"],
          ...["lento", "pausar", "reanudar", "anunciar"],
        ],
      }[lang]!,
    );
    assert(forAll!.some((line) => line.includes({ en: "/mod ", es: "/moderar " }[lang]!)));
    for (const line of forModerators!) assert(line.length <= 100, line);
  }
});

Deno.test("moderators' commands are suggested for mistyped ones to moderators only", () => {
  const { mod, others: [ana] } = moderatedHub("ana");
  const suggestion = (lines: string[]) => /did you mean (\S+)\?/.exec(lines[0]!)?.[1];
  assertEquals(suggestion(mod.ask("/unbna ana")), "/unban");
  assertEquals(suggestion(ana.ask("/unbna mod")), undefined);
});

Deno.test("/kick removes a user from all rooms with the reason, and they may join again", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  const bot = test.framesMember("bot");
  for (const peer of [ana, eva]) peer.ask("/join dev");
  bot.ask();
  for (const peer of [mod, ana, bot]) peer.take();
  assertEquals(mod.ask("/kick EVA no\x1b[2J grites"), [
    "* you kicked eva, who may come back: /ban NAME prevents that",
    "* eva left: kicked by mod: no\uFFFD[2J grites (3 here)",
  ]);
  assertEquals(eva.take().at(-1), "* mod has kicked you: no\uFFFD[2J grites");
  assertEquals(eva.isClosed, true);
  assertEquals(ana.take(), [
    "#general * eva left: kicked by mod: no\uFFFD[2J grites (3 here)",
    "* eva left: kicked by mod: no\uFFFD[2J grites (1 here)",
  ]);
  assertEquals(bot.takeFrames(), [{
    type: "left",
    room: "general",
    nick: "eva",
    count: 3,
    reason: "kicked",
    params: { by: "mod", because: "no\uFFFD[2J grites" },
  }]);
  assertEquals(test.log, [{
    ...{ event: "moderation", action: "kick", by: "mod", by_address: "192.0.2.1" },
    ...{ by_session: "id2", nick: "eva", session: "id4" },
    reason: "no\uFFFD[2J grites",
  }]);
  assertEquals(test.connect().ask("/name eva").at(-1), "* you are now eva");
});

Deno.test("/kick without a reason shows none, and a long one is cut", () => {
  const { mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.send("/idioma es");
  assertEquals(mod.ask("/expulsar ana").at(-1), "* ana left: kicked by mod (2 here)");
  assertEquals(ana.take().at(-1), "* mod te ha expulsado");
  mod.ask(`/kick eva ${"x".repeat(1000)}`);
  assertEquals(eva.take().at(-1), `* mod has kicked you: ${"x".repeat(199)}…`);
});

Deno.test("moderators cannot kick, mute or ban themselves or unknown nicks", () => {
  const { mod } = moderatedHub("ana");
  for (const command of ["kick", "mute", "unmute", "ban"]) {
    const gone = command === "kick" ? "" : ", nor was any of the last 200 users who left";
    assertEquals(
      mod.ask(`/${command} Mod`, `/${command} anna`, `/${command} nadie`),
      [
        "! you cannot do that to yourself",
        `! nobody here is called "anna"${gone}; did you mean ana?`,
        `! nobody here is called "nadie"${gone}`,
      ],
    );
  }
  assertEquals(mod.ask("/idioma es", "/expulsar mod").at(-1), "! no puedes hacerte eso a ti");
});

Deno.test("a bot moderates with the same commands, and gets the results in its replies", () => {
  const test = new TestHub({ modPassword: "tiza" });
  test.textMember("eva");
  const bot = test.framesMember("bot");
  const lines = ["/mod tiza", "/mute eva 3", "/slow 5", "/lock", "/pause", "/ban eva", "/ban"];
  lines.forEach((line, index) => bot.sendFrame({ type: "command", ref: `${index}`, line }));
  bot.send('{"type":"command","ref":"h","line":"/help"}');
  test.tick();
  const replies = bot.takeFrames().flatMap((frame) => frame.type === "reply" ? [frame] : []);
  assertEquals(replies.slice(0, -1).map(({ ref, code, data }) => [ref, code, data]), [
    ["0", "mod", {}],
    ["1", "mute", { nick: "eva", minutes: 3 }],
    ["2", "slow", { room: "general", seconds: 5 }],
    ["3", "lock", { room: "general", isLocked: true }],
    ["4", "pause", { room: "general", isPaused: true }],
    ["5", "ban", { nick: "eva", isAddress: false }],
    ["6", "banned", { nicks: ["eva"], latest: [{ nick: "eva", by: "bot" }] }],
  ]);
  const commands = replies.at(-1)!.data["commands"] as { name: string; role?: string }[];
  assertEquals(commands.filter(({ role }) => role === "moderator").length, 18);
  assertEquals(JSON.stringify(replies).includes("tiza"), false);
});
