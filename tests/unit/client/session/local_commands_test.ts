import { assertEquals } from "@std/assert";
import {
  addLocalHelp,
  answerLocally,
  findLocalCommand,
  hidePassword,
  invokes,
  isCommand,
  isExit,
  lacksPassword,
  LOCAL_COMMANDS,
} from "../../../../client/session/local_commands.ts";
import { isKey } from "../../../../common/i18n/mod.ts";
import { plainLines } from "../../../../common/i18n/plain.ts";
import { COMMAND_NAMES } from "../../../../common/protocol/command_names.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";

const INVITATION = () => ["to join:", "  chat client 192.0.2.7"];

Deno.test("a local command is found by each of its names, in any letter case and with accents", () => {
  for (const line of ["/clear", "/CLEAR", "/limpiar", "/límpiar", "/clear now", "/clear "]) {
    assertEquals(findLocalCommand(line)?.name, "clear", line);
  }
  for (const line of ["clear", "//clear", " /clear", "/clean", "/", ""]) {
    assertEquals(findLocalCommand(line), undefined, line);
  }
});

Deno.test("no local command hides one of the hub's, and each has a help text", () => {
  const names = COMMANDS.flatMap((command) => Object.values(command.names).flat());
  for (const command of LOCAL_COMMANDS) {
    const own: string[] = Object.values(command.names).flat();
    assertEquals(own.filter((name) => names.includes(name)), []);
    assertEquals(isKey(`command.${command.name}`), true);
  }
});

Deno.test("the hub's help is extended by the local commands, in the user's language, and the keys", () => {
  const row = { name: "who", names: ["who", "quien"], argument: "" };
  const invite = { name: "invite", names: ["invite", "invitar"], argument: "nick_room" };
  const help: HubFrame = {
    type: "reply",
    ref: "1",
    code: "help",
    data: { commands: [row, invite] },
    text: "",
  };
  const rows = (lang: "en" | "es") => {
    const frame = addLocalHelp(help, lang, "Up");
    return frame.type === "reply" ? frame.data : undefined;
  };
  const local = (name: string, shown: string, argument = "") => ({
    name,
    names: [shown],
    argument,
  });
  const own = (shown: string) => local("invitation", shown, "optional_nick_room");
  assertEquals(rows("en"), {
    commands: [row, own("invite"), local("clear", "clear")],
    up: "Up",
  });
  assertEquals(rows("es"), {
    commands: [row, own("invitar"), local("clear", "limpiar")],
    up: "Up",
  });
});

Deno.test("other replies, and help in an unknown form, are left unchanged", () => {
  const frames: HubFrame[] = [
    { type: "reply", ref: "1", code: "who", data: { commands: [] }, text: "" },
    { type: "reply", ref: "1", code: "help", data: {}, text: "help" },
    { type: "reply", ref: "1", code: "help", data: { commands: [], about: "who" }, text: "help" },
    { type: "reply", ref: "1", code: "help", data: { commands: "x" }, text: "help" },
    { type: "pong" },
  ];
  for (const frame of frames) assertEquals(addLocalHelp(frame, "en", "Up"), frame);
});

Deno.test("the client explains a local command by itself, under each name", () => {
  for (const line of ["/help clear", "/ayuda /LIMPIAR", "/? cls"]) {
    const frame = answerLocally(line, "es", INVITATION);
    const commands = [{ name: "clear", names: ["limpiar", "clear"], argument: "" }];
    const data = frame?.type === "reply" ? frame.data : undefined;
    assertEquals(data, { commands, about: "clear" }, line);
  }
  for (const line of ["/help", "/help who", "help clear", "/who clear"]) {
    assertEquals(answerLocally(line, "es", INVITATION), undefined, line);
  }
});

Deno.test("a local command with an argument has a word too many", () => {
  const answer = answerLocally("/Limpiar x y", "es", INVITATION)!;
  assertEquals(plainLines(answer, "es"), ['! sobra "x"; se usa así: /limpiar']);
  for (const line of ["/clear ", "/invite eva", "/help invite"]) {
    assertEquals(answerLocally(line, "es", INVITATION), undefined, line);
  }
  const invited = answerLocally("/Invitar", "es", INVITATION);
  assertEquals(invited?.type === "reply" && invited.text, INVITATION().join("\n"));
});

Deno.test("only the command of a line with a password is shown", () => {
  for (
    const [line, shown] of [
      ["/mod secret", "/mod"],
      ["/MODERAR  two words ", "/MODERAR"],
      ["/móderar x", "/móderar"],
      ["/mod\tsecret", "/mod"],
      ["/mod two\nlines", "/mod"],
      ["/mod", "/mod"],
      ["/model x", "/model x"],
      ["//mod x", "/mod"],
      [" /mod x", "/mod"],
      ["\u200b／ＭＯＤ x", "/mod"],
      ["/yo  /móderar x", "/moderar"],
      ["//mod", "//mod"],
      [" /msg bob x", " /msg bob x"],
      ["mod x", "mod x"],
      ["", ""],
    ] as const
  ) {
    assertEquals(hidePassword(line), shown, line);
  }
});

Deno.test("a password is missing if its command has no argument", () => {
  for (const line of ["/mod", "/mod ", "/Moderar"]) assertEquals(lacksPassword(line), true, line);
  for (const line of ["/mod x", "/modx", "mod", "//mod", "/who", ""]) {
    assertEquals(lacksPassword(line), false, line);
  }
});

Deno.test("the exit command is recognised by all its names", () => {
  for (const line of ["/exit", "/QUIT", "/salir now"]) assertEquals(isExit(line), true, line);
  for (const line of ["exit", "//exit", "/exits", ""]) assertEquals(isExit(line), false, line);
});

Deno.test("a command is recognised by any of its names, in any letter case and with accents", () => {
  const { who, message } = COMMAND_NAMES;
  for (const line of ["/who", "/QUIÉN", "/quien x", "/msg ana\nhola"]) {
    assertEquals([isCommand(line), invokes(line, who, message)], [true, true], line);
  }
  for (const line of ["/whom", "/rooms", "/"]) {
    assertEquals([isCommand(line), invokes(line, who, message)], [true, false], line);
  }
  for (const line of ["who", "//who", ""]) {
    assertEquals([isCommand(line), invokes(line, who, message)], [false, false], line);
  }
});
