/** Real IRC clients in terminals, in a room with our client and nc: each sees what the others do. */

import { assertEquals } from "@std/assert";
import { works } from "../support/confined.ts";
import { Peer } from "../support/peer.ts";
import { startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";
import { join } from "./people.ts";

/** Whether both are installed. */
const HAS_CLIENTS = [["irssi", "--version"], ["weechat", "--version"]]
  .every((command) => works(`${command[0]} in a room with others`, command));

/** Clients wait for seconds between their lines, unless they are told otherwise. */
const IRSSI_CONFIG = 'settings = { "irc/core" = { cmd_queue_speed = "10msec"; }; };\n';
const UNHURRIED = ["high", "low"].flatMap((priority) => [
  "-r",
  `/set irc.server_default.anti_flood_prio_${priority} 0`,
]);

/** Opens irssi in its window of the first room. Its command line takes no nick with an accent. */
async function openIrssi(port: number, nick: string, folder: string): Promise<TestTerminal> {
  await Deno.writeTextFile(`${folder}/config`, IRSSI_CONFIG);
  const command = ["irssi", `--home=${folder}`, "-c", "127.0.0.1", "-p", `${port}`, "-n", nick];
  const irssi = TestTerminal.open(command, { cols: 72, env: { HOME: folder } });
  await irssi.until("[Act: 2]");
  irssi.type("/window 2\r");
  await irssi.until("[#general]");
  return irssi;
}

/** Opens WeeChat in its buffer of the first room. */
async function openWeeChat(port: number, nick: string, folder: string): Promise<TestTerminal> {
  const server = `/server add hub 127.0.0.1/${port} -nicks=${nick} -username=${nick}`;
  const start = [server, "/connect hub", "/bar hide buflist", "/bar hide nicklist"];
  const options = start.flatMap((line) => ["-r", line]);
  const command = ["weechat", "--dir", folder, ...UNHURRIED, ...options];
  const weechat = TestTerminal.open(command, { cols: 72, env: { HOME: folder } });
  await weechat.until("2:#general");
  return weechat;
}

Deno.test({
  name: "irssi, WeeChat, our client and nc are in a room, in Spanish",
  ignore: NO_PTY || !HAS_CLIENTS,
}, async () => {
  await using folders = await tempDirectory();
  await using hub = await startHub(["--rate", "0", "--lang", "es"]);
  await using ana = await join(hub, "ana", { cols: 72, args: ["--lang", "es"] });
  await using nc = await Peer.connect(hub.port);
  nc.send("/nombre nuño\n");
  await nc.until("ahora eres nuño");
  for (const name of ["irssi", "weechat"]) await Deno.mkdir(`${folders.path}/${name}`);
  await using irssi = await openIrssi(hub.port, "inigo", `${folders.path}/irssi`);
  await using weechat = await openWeeChat(hub.port, "eva", `${folders.path}/weechat`);
  const terminals = [ana, irssi, weechat];
  /** Waits until each terminal, but not the one that did it, has its own words for what happened, and nc its line. */
  const untilSeen = async (
    words: Record<"ana" | "irssi" | "weechat" | "nc", string | undefined>,
  ) => {
    for (const [at, wanted] of [words.ana, words.irssi, words.weechat].entries()) {
      if (wanted !== undefined) await terminals[at]!.until(wanted);
    }
    if (words.nc !== undefined) assertEquals(await nc.until(words.nc), words.nc);
  };

  // On a busy machine a client may be greeted as a guest before it has said anything.
  for (const nick of ["inigo", "eva"]) {
    for (const each of [ana, nc]) await each.until(RegExp(`${nick} ha entrado|ahora es ${nick}`));
  }
  await irssi.until(/eva \[.*\] has joined|now known as eva/);
  irssi.type("/nick íñigo\r");
  await untilSeen({
    ana: "* inigo ahora es íñigo",
    irssi: "You're now known as íñigo",
    weechat: "inigo is now known as íñigo",
    nc: "* inigo ahora es íñigo",
  });
  const said = async (nick: string, text: string) =>
    await untilSeen({
      ana: `${nick}: ${text}`,
      irssi: `${nick}> ${text}`,
      weechat: ` | ${text}`,
      nc: nick === "nuño" ? undefined : `${nick}: ${text}`,
    });
  irssi.type("¡hola! ¿qué tal, José? 😀\r");
  await said("íñigo", "¡hola! ¿qué tal, José? 😀");
  weechat.type("el ñandú come maíz 🌽\r");
  await said("eva", "el ñandú come maíz 🌽");
  ana.type("Buenos días, corazón 日本\r");
  await said("ana", "Buenos días, corazón 日本");
  nc.send("año nuevo 👍🏽\n");
  await said("nuño", "año nuevo 👍🏽");

  irssi.type("/me baila\r");
  await untilSeen({
    ana: "* íñigo baila",
    irssi: "* íñigo baila",
    weechat: "| íñigo baila",
    nc: "* íñigo baila",
  });
  weechat.type("/topic los miércoles a las diez\r");
  await untilSeen({
    ana: "* eva ha cambiado el tema: los miércoles a las diez",
    irssi: "eva changed the topic of #general to: los miércoles a las diez",
    weechat: "eva has changed topic for #general",
    nc: "* eva ha cambiado el tema: los miércoles a las diez",
  });
  irssi.type("/msg ana ¿un café? ☕\r");
  await ana.until("[privado] íñigo: ¿un café? ☕");
  ana.type("/msg eva psst\r");
  await weechat.until("3:ana");
  nc.send("/salir\n");
  await untilSeen({
    ana: "* nuño ha salido",
    irssi: "nuño [chat@chat] has quit",
    weechat: "nuño (chat@chat) has quit",
    nc: undefined,
  });
  irssi.type("/quit adiós\r");
  await ana.until("* íñigo ya no está: adiós");
  weechat.type("/quit adiós\r");
  await ana.until("* eva ya no está: adiós");
  for (const terminal of [irssi, weechat]) assertEquals((await terminal.exit()).code, 0);
});
