import { assertEquals } from "@std/assert";
import {
  addLocalHelp,
  findLocalCommand,
  hidePassword,
  invokes,
  isCommand,
  isExit,
  lacksPassword,
  LOCAL_COMMANDS,
} from "../../../../client/session/local_commands.ts";
import { isKey, LANGS } from "../../../../common/i18n/mod.ts";
import { COMMAND_NAMES } from "../../../../common/protocol/command_names.ts";
import type { HubFrame } from "../../../../common/protocol/frame.ts";
import { COMMANDS } from "../../../../server/commands/mod.ts";

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
    for (const lang of LANGS) {
      assertEquals(command.names[lang].filter((name) => names.includes(name)), []);
    }
    assertEquals(isKey(`command.${command.name}`), true);
  }
});

Deno.test("the hub's help is extended by the local commands, with the names in the user's language first", () => {
  const row = { name: "who", names: ["who", "quien"], argument: "" };
  const help: HubFrame = {
    type: "reply",
    ref: "1",
    code: "help",
    data: { commands: [row] },
    text: "",
  };
  const rows = (lang: "en" | "es") => {
    const frame = addLocalHelp(help, lang);
    return frame.type === "reply" ? frame.data["commands"] : undefined;
  };
  assertEquals(rows("en"), [row, { name: "clear", names: ["clear", "limpiar"], argument: "" }]);
  assertEquals(rows("es"), [row, { name: "clear", names: ["limpiar", "clear"], argument: "" }]);
});

Deno.test("other replies, and help in an unknown form, are left unchanged", () => {
  const frames: HubFrame[] = [
    { type: "reply", ref: "1", code: "who", data: { commands: [] }, text: "" },
    { type: "reply", ref: "1", code: "help", data: {}, text: "help" },
    { type: "reply", ref: "1", code: "help", data: { commands: "x" }, text: "help" },
    { type: "pong" },
  ];
  for (const frame of frames) assertEquals(addLocalHelp(frame, "en"), frame);
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
    assertEquals([isCommand(line), invokes(line, [who, message])], [true, true], line);
  }
  for (const line of ["/whom", "/rooms", "/"]) {
    assertEquals([isCommand(line), invokes(line, [who, message])], [true, false], line);
  }
  for (const line of ["who", "//who", ""]) {
    assertEquals([isCommand(line), invokes(line, [who, message])], [false, false], line);
  }
});
