/** A bot of a public package for IRC works as it is. */

import { assertEquals } from "@std/assert";
import { Client } from "irc-framework";
import { LiveHub } from "../support/live_hub.ts";

/** What irc-framework, which has no types, gives to its listeners, as far as the bot uses it. */
interface Event {
  readonly nick: string;
  readonly channel: string;
  readonly message: string;
  readonly reply: (text: string) => void;
}

Deno.test("a bot that was written with irc-framework joins, answers, and leaves", async () => {
  await using hub = new LiveHub({ password: "sésamo" });
  await using nc = await hub.connect();
  nc.send("sésamo\n/name nc\n");
  await nc.until("* you are now nc");
  const bot = new Client();
  const closed = new Promise<void>((resolve) => bot.on("close", () => resolve()));
  bot.on("registered", () => bot.join("#dev"));
  bot.on("join", ({ nick, channel }: Event) => {
    if (nick !== bot.user.nick) bot.say(channel, `hola, ${nick}`);
  });
  bot.on("message", ({ message, reply }: Event) => {
    if (message.startsWith("!eco ")) reply(message.slice("!eco ".length));
  });
  const [host, nick, password] = ["127.0.0.1", "bot", "sésamo"];
  bot.connect({ host, port: hub.port, nick, password, auto_reconnect: false });
  await nc.until("* bot joined (2 here)");

  nc.send("!eco ¿qué tal, José? 😀\n");
  assertEquals(await nc.until("bot: "), "bot: ¿qué tal, José? 😀");
  nc.send("/msg bot !eco psst\n");
  await nc.until("[private] bot: psst");
  nc.send("/join dev\n");
  await nc.until("bot: hola, nc");
  nc.send("!eco aquí\n");
  await nc.until("bot: aquí");
  bot.quit("adiós");
  await nc.until("* bot left: adiós");
  await closed;
});
