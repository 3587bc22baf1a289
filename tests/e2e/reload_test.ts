/** Files that the running hub reads again: after a SIGHUP, and by itself. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { HUB_NAME, type PemPair } from "../../server/setup/certificate.ts";
import { makeAuthority, makeCertificate } from "../support/certificates.ts";
import { Peer } from "../support/peer.ts";
import { type Hub, runChat, startHub } from "../support/program.ts";
import { scrape } from "../support/scrape.ts";
import { tempDirectory } from "../support/temp.ts";
import { joinWithNc } from "./people.ts";

const ignore = Deno.build.os === "windows"; // it has neither SIGHUP nor certbot

/** A folder with files of text; a password must be for its owner alone. */
async function folder() {
  const { path, [Symbol.asyncDispose]: dispose } = await tempDirectory();
  const at = (name: string) => `${path}/${name}`;
  const write = (name: string, text: string) => Deno.writeTextFile(at(name), text, { mode: 0o600 });
  return { at, write, [Symbol.asyncDispose]: dispose };
}

/** Sends SIGHUP and waits for the line of the log. */
async function reload(hub: Hub, line: RegExp): Promise<void> {
  hub.kill("SIGHUP");
  await hub.untilStderr(line);
}

Deno.test({
  name: "a new password is needed after SIGHUP, members stay, and a bad file changes nothing",
  ignore,
  async fn() {
    await using files = await folder();
    await files.write("pw", "one\n");
    await files.write("motd", "before\n");
    await using hub = await startHub([
      "--password-file",
      files.at("pw"),
      "--motd-file",
      files.at("motd"),
    ]);
    const member = async (password: string, nick: string) => {
      const peer = await Peer.connect(hub.port);
      await peer.sendFrame({ type: "hello", protocol: 1, nick, password });
      return peer;
    };
    await using ana = await member("one", "ana");
    assertEquals((await ana.untilFrame("welcome")).motd, "before");
    await reload(hub, /msg="nothing has changed"/);
    await files.write("pw", "two\n");
    await files.write("motd", "after\n");
    await reload(hub, /msg=reloaded path=\S+\/pw\n[^]*msg=reloaded path=\S+\/motd\n/);
    await using wrong = await member("one", "eva");
    assertEquals((await wrong.untilFrame("error")).code, "wrong_password");
    await using luis = await member("two", "luis");
    assertEquals((await luis.untilFrame("welcome")).motd, "after");
    await ana.untilFrame("joined");
    await files.write("pw", "");
    await reload(hub, /level=error [^\n]*msg="not reloaded" path=\S+\/pw error="no password in/);
    await using still = await member("two", "bob");
    await still.untilFrame("welcome");
  },
});

Deno.test("without a signal the hub notices new files by itself", async () => {
  await using files = await folder();
  await files.write("motd", "before\n");
  await using hub = await startHub(["--motd-file", files.at("motd")]);
  await files.write("motd", "after\n");
  await hub.untilStderr(/msg=reloaded path=\S+motd/);
  await Deno.remove(files.at("motd"));
  await hub.untilStderr(/msg="not reloaded" path=\S+motd error="cannot read [^\n]* does not exist/);
  await using ana = await Peer.connect(hub.port);
  await ana.sendFrame({ type: "hello", protocol: 1, nick: "ana" });
  assertEquals((await ana.untilFrame("welcome")).motd, "after");
});

Deno.test({
  name: "a log that was moved away goes on in a new file, for its owner alone, and loses nothing",
  ignore,
  async fn() {
    await using files = await folder();
    const path = files.at("chat.log");
    {
      await using hub = await startHub(["--log-file", path, "--log", "debug"]);
      {
        await using _ana = await joinWithNc(hub.port, "ana");
      }
      await Deno.rename(path, `${path}.1`);
      hub.kill("SIGHUP");
      await using _eva = await joinWithNc(hub.port, "eva");
      hub.kill("SIGTERM");
      assertEquals((await hub.exit()).code, 0);
    }
    const [old, current] = [await Deno.readTextFile(`${path}.1`), await Deno.readTextFile(path)];
    assertMatch(old + current, /msg=listening/);
    for (const line of [/nothing has changed/, /msg=connected/, /msg=stopped\n$/]) {
      assertMatch(current, line);
    }
    assertEquals((old + current).match(/msg=connected/g)?.length, 2);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  },
});

Deno.test({
  name:
    "a renewal as certbot makes it throws none of 50 members out, and newcomers get the new certificate",
  ignore,
  async fn() {
    await using files = await folder();
    const issuer = await makeAuthority();
    const hosts = ["*.example.org", "chat.example.org", HUB_NAME];
    const names = [
      ...hosts.map((value) => ({ type: "dns" as const, value })),
      { type: "ip" as const, value: "127.0.0.1" },
    ];
    await files.write("ca.pem", issuer.cert);
    const [first, second, third] = await Promise.all(
      [1, 2, 13].map((days) => makeCertificate({ names, issuer, days })),
    );
    /** Links in live/ lead into archive/, as with certbot. */
    const issue = async (number: number, { cert, key }: PemPair) => {
      for (const [kind, text] of Object.entries({ cert, key })) {
        await files.write(`archive/${kind}${number}.pem`, text);
        await Deno.symlink(`../archive/${kind}${number}.pem`, files.at("live/next"));
        await Deno.rename(files.at("live/next"), files.at(`live/${kind}.pem`));
      }
    };
    for (const name of ["archive", "live"]) await Deno.mkdir(files.at(name));
    await issue(1, first!);
    await using hub = await startHub([
      ...["--tls-cert", files.at("live/cert.pem"), "--tls-key", files.at("live/key.pem")],
      ...["--metrics", "127.0.0.1:0", "--rate", "0"],
    ]);
    await hub.untilStdout(/chat client chat\.example\.org \d+ --tls\n/);
    await hub.untilStderr(/level=warning [^\n]*msg="the certificate expires soon: renew it"/);
    await using members = new AsyncDisposableStack();
    const join = async (nick: string) => {
      const peer = members.use(await Peer.connect(hub.port, { tls: issuer.cert }));
      await peer.sendFrame({ type: "hello", protocol: 1, nick });
      await peer.untilFrame("welcome");
      return peer;
    };
    const peers = await Promise.all(Array.from({ length: 50 }, (_, index) => join(`m${index}`)));
    await issue(2, { ...second!, key: first!.key });
    await reload(
      hub,
      /msg="not reloaded" path=\S+ error="[^\n]*it does not belong to the certificate/,
    );
    await issue(3, third!);
    await reload(
      hub,
      new RegExp(`msg=reloaded path=\\S+ fingerprint=${third!.fingerprint} until=`),
    );
    const late = await join("late");
    const doctor = await runChat(
      ["doctor", "127.0.0.1", String(hub.port), "--tls", "--tls-ca", files.at("ca.pem")],
      { env: { NO_COLOR: "1" } },
    );
    assert(doctor.stdout.includes(third!.fingerprint), doctor.stdout);
    const until = new Date(Date.now() + 13 * 86_400_000).toISOString().slice(0, 10);
    assertMatch(
      doctor.stdout.replaceAll(/\s+/g, " "),
      new RegExp(`But its certificate expires on ${until}`),
    );
    assertEquals(doctor.code, 0);
    await late.sendFrame({ type: "say", ref: "1", text: "hola" });
    for (const peer of peers) while ((await peer.untilFrame("message")).text !== "hola");
    const [, port] = await hub.untilStderr(/msg=metrics address=127\.0\.0\.1 port=(\d+)/);
    const samples = await scrape(Number(port));
    assertEquals(samples["chat_members"], 51);
    const end = samples["chat_certificate_not_after_timestamp_seconds"]!;
    assertEquals(new Date(1000 * end).toISOString().slice(0, 10), until);
    hub.kill("SIGTERM");
    assertEquals((await hub.exit()).code, 0);
    await assertRejects(() => Peer.connect(hub.port, { tls: issuer.cert }));
  },
});
