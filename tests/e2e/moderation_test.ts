/** A class with a password and a moderator, and the password files that the hub is started with. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { type Hub, runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { join, joinWithNc, narrow, placed, testInPty, untilInput } from "./people.ts";

const ENTRANCE = "abrete sesamo";
const MODERATORS = "tiza y borrador";
const IS_WINDOWS = Deno.build.os === "windows";

/** A file of these contents in a directory; only its owner can read it by default. */
async function write(
  { path: directory }: { path: string },
  name: string,
  contents: string,
  mode = 0o600,
): Promise<string> {
  const path = `${directory}/${name}`;
  await Deno.writeTextFile(path, contents);
  if (!IS_WINDOWS) await Deno.chmod(path, mode);
  return path;
}

/** An nc user that gives the password and takes a nick. */
async function enter({ port }: { port: number }, nick: string): Promise<Peer> {
  const peer = await Peer.connect(port);
  peer.send(`${ENTRANCE}\n/nombre ${nick}\n`);
  await peer.until(`* ahora eres ${nick}`);
  return peer;
}

/** Waits for the hub's end, and asserts that its output has none of these texts. */
async function assertNeverWritten(hub: Hub, ...secrets: string[]): Promise<void> {
  hub.kill("SIGTERM");
  assertEquals((await hub.exit()).code, 0);
  for (const secret of secrets) {
    for (const written of [hub.stdout(), hub.stderr()]) {
      assertEquals(written.includes(secret), false, secret);
    }
  }
}

Deno.test("a class joins with the password, and a moderator keeps order", async () => {
  await using directory = await tempDirectory();
  await using hub = await startHub([
    ...["--rate", "0", "--log", "debug", "--lang", "es"],
    ...["--password-file", await write(directory, "entrada", `${ENTRANCE}\n`)],
    ...["--mod-password-file", await write(directory, "mod", `${MODERATORS}\n`)],
    ...["--motd-file", await write(directory, "motd", "Clase de hoy:\nfracciones\n", 0o644)],
  ]);
  await using profe = await Peer.connect(hub.port);
  profe.send(`${ENTRANCE}\n`);
  assertEquals(await profe.line(), "* te damos la bienvenida, guest1 (1 aquí: guest1)");
  assertEquals([await profe.line(), await profe.line()], ["* Clase de hoy:", "* fracciones"]);
  profe.send(`/nombre profe\n/moderar no es\n/moderar ${MODERATORS}\n`);
  await profe.until("! contraseña incorrecta: quedan 2 intentos");
  await profe.until("* ahora eres moderador");

  await using luis = await enter(hub, "luis");
  await using eva = await enter(hub, "eva");
  luis.send("/pausa\n");
  await luis.until("! /pausa es para moderadores: con /moderar CONTRASEÑA te haces moderador");
  profe.send("/pausa\n");
  await luis.until("* profe ha puesto #general en pausa: solo pueden escribir los moderadores");
  luis.send("pero...\n");
  await luis.until("! #general está en pausa: solo pueden escribir los moderadores");
  profe.send("escuchad\n/reanudar\n/silenciar luis 5\n");
  await eva.until("profe: escuchad");
  await luis.until("* profe te ha silenciado durante 5 minutos");
  luis.send("pero...\n");
  await luis.until("! te han silenciado: podrás escribir dentro de 5 minutos");
  profe.send("/expulsar luis a la calle\n");
  await luis.until("* profe te ha expulsado: a la calle");
  assertEquals(await luis.closed(), "end");
  await eva.until("* luis ya no está: le ha expulsado profe: a la calle (2 aquí)");

  profe.send("/bloquear\n");
  await eva.until("* profe ha bloqueado #general: solo pueden entrar los moderadores");
  await using late = await Peer.connect(hub.port);
  late.send(`${ENTRANCE}\n`);
  assertEquals(
    await late.line(),
    "* de momento no puede entrar nadie más en este servidor: inténtalo más tarde; " +
      "los moderadores entran con su contraseña, con --password-file ARCHIVO",
  );
  profe.send("/desbloquear\n");
  await eva.until("* profe ha desbloqueado #general");
  await using stranger = await Peer.connect(hub.port);
  stranger.send("uno77\ndos77\ntres77\n");
  await stranger.until("* desconectado: demasiadas contraseñas incorrectas");

  await hub.untilStderr(/action=kick by=profe nick=luis/);
  await hub.untilStderr(/reason=auth_failed/);
  for (const peer of [profe, eva]) peer.end();
  await assertNeverWritten(hub, ENTRANCE, MODERATORS, "no es", "uno77", "dos77", "tres77");
});

testInPty("a muted and then kicked user reads by whom and why in a terminal", async () => {
  await using directory = await tempDirectory();
  await using hub = await startHub([
    ...["--rate", "0", "--mod-password-file", await write(directory, "mod", MODERATORS)],
  ]);
  await using mod = await joinWithNc(hub.port, "mod");
  await using ana = await join(hub, "ana", { args: ["--lang", "es"] });
  mod.send(`/mod ${MODERATORS}\n/mute ana 1\n`);
  await ana.until("* mod te ha silenciado durante un minuto");
  ana.type("hola\r");
  await ana.until("! te han silenciado: podrás escribir dentro de un minuto");
  ana.type("borrador");
  mod.send("/slow 30\n/lock\n");
  await untilInput(
    ana,
    placed("ana", narrow("borrador"), 80),
    "* mod ha bloqueado #general: solo pueden entrar los moderadores",
  );
  mod.send("/kick ana ya está bien\n");
  assertEquals(await ana.exit(), { code: 3, signal: null });
  assert(ana.text().includes("* mod te ha expulsado: ya está bien"));
  await mod.until("* ana left: kicked by mod: ya está bien (1 here)");
});

testInPty(
  "a banned user reads why in a terminal, and a user who has just gone is banned too",
  async () => {
    await using directory = await tempDirectory();
    await using hub = await startHub([
      ...["--rate", "0", "--mod-password-file", await write(directory, "mod", MODERATORS)],
    ]);
    await using mod = await joinWithNc(hub.port, "mod");
    await using ana = await join(hub, "ana", { args: ["--lang", "es"] });
    await using spam = await joinWithNc(hub.port, "spam");
    spam.send("BUY NOW\n/exit\n");
    mod.send(`/mod ${MODERATORS}\n`);
    await mod.until("* spam left (2 here)");
    mod.send("/ban spam ads\n/ban ana no ads here\n/bans\n");
    await mod.until("* you banned spam: /unban spam lifts the ban");
    await mod.until("* banned until /unban NAME lifts the ban:");
    assertEquals(await mod.line(), "* ana, by mod: no ads here");
    assertEquals(await mod.line(), "* spam, by mod: ads");
    assertEquals(await ana.exit(), { code: 3, signal: null });
    assert(ana.text().includes("* tienes vetada la entrada a este servidor: no ads here"));
    await using again = await Peer.connect(hub.port);
    again.sendFrame({ type: "hello", protocol: 1, nick: "spam" });
    assertEquals((await again.untilFrame("bye")).code, "banned");
  },
);

Deno.test("an unusable file is named in one line, and nothing listens", async () => {
  await using directory = await tempDirectory();
  const missing = `${directory.path}/missing`;
  for (const option of ["--password-file", "--mod-password-file", "--motd-file"]) {
    assertEquals(await runChat(["server", "127.0.0.1", "0", option, missing]), {
      code: 1,
      signal: null,
      stdout: "",
      stderr: `chat: cannot read ${missing}: the file does not exist; check its name\n`,
    });
  }
});

Deno.test({
  name: "a password file that others can read works, with one warning",
  ignore: IS_WINDOWS,
  fn: async () => {
    await using directory = await tempDirectory();
    const open = await write(directory, "open", `${ENTRANCE}\n`, 0o644);
    const closed = await write(directory, "closed", `${MODERATORS}\n`, 0o600);
    await using hub = await startHub([
      ...["--password-file", open, "--mod-password-file", closed, "--lang", "es"],
    ]);
    await using ana = await enter(hub, "ana");
    ana.send(`/mod ${MODERATORS}\n`);
    await ana.until("* ahora eres moderador");
    const warnings = hub.stderr().split("\n").filter((line) => line.includes("level=warning"));
    assertEquals(warnings.length, 1);
    assertMatch(
      warnings[0]!,
      /msg="others can read a password: chmod 600 keeps it secret" path=\S+\/open$/,
    );
  },
});
