import { assertEquals } from "@std/assert";
import { describeReply } from "../../../../common/i18n/frames.ts";

Deno.test("/help shows each command with its names in the reader's language, its argument and what it does", () => {
  const commands = [
    { name: "nick", names: ["nombre", "name"], argument: "nick" },
    { name: "who", names: ["quien"], argument: "" },
  ];
  assertEquals(describeReply("help", { commands }, "es"), [
    "/nombre APODO  cambia tu apodo",
    "/quien         muestra los miembros de la sala",
    "//TEXTO  envía /TEXTO como mensaje",
  ]);
  const keys = describeReply("help", { commands, up: "↑" }, "es");
  assertEquals(keys?.at(-1), "Tab completa, ↑ repite, /salir sale; //TEXTO envía /TEXTO");
});

Deno.test("/help about a command explains that command alone", () => {
  const explain = (command: Record<string, unknown>) =>
    describeReply("help", { commands: [command], about: command["name"] }, "en");
  const kick = { name: "kick", names: ["kick", "expulsar"], argument: "nick_reason" };
  assertEquals(explain({ ...kick, role: "moderator" }), [
    "usage: /kick NAME [REASON]",
    "kicks a user, who may come back",
    "also: /expulsar",
    "for moderators only",
  ]);
  assertEquals(explain({ name: "dance", names: ["dance"], argument: "" }), ["usage: /dance"]);
});

Deno.test("/help shows the commands of a newer hub by name only", () => {
  const commands = [{ name: "dance", names: ["dance"], argument: "shoes" }];
  assertEquals(describeReply("help", { commands }, "en")!.slice(0, 1), ["/dance"]);
  assertEquals(describeReply("help", { commands: [] }, "en")!.length, 1);
});
