/** `chat server --check`: it says what a start would say, and changes nothing. */

import { assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../support/certificates.ts";
import { contents, USELESS_FILES } from "../support/history_files.ts";
import { type Outcome, runChat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const VALID = "the options are valid\n";

async function check(...args: string[]): Promise<Outcome> {
  return await runChat(["server", "--check", ...args]);
}

Deno.test("a check of valid options creates no file and listens on nothing", async () => {
  await using folder = await tempDirectory();
  const env = { XDG_STATE_HOME: `${folder.path}/state`, CHAT_DB: `${folder.path}/a.db` };
  await Deno.writeTextFile(`${folder.path}/password`, "sesamo\n", { mode: 0o600 });
  await using hub = await startHub();
  const { code, stdout, stderr } = await runChat([
    ...["server", "127.0.0.1", String(hub.port), "--check", "--tls", "--join"],
    ...["--log-file", `${folder.path}/log`, "--password-file", `${folder.path}/password`],
  ], { env });
  assertEquals([code, stdout, stderr.replace(/^.*too few open files.*\n/m, "")], [0, VALID, ""]);
  assertEquals(Array.from(Deno.readDirSync(folder.path), ({ name }) => name), ["password"]);
  const spanish = await runChat(["server", "--check", "--lang", "es"]);
  assertEquals(spanish.stdout, "las opciones son válidas\n");
});

Deno.test("a check names the file that a start would name, with its exit code", async () => {
  await using folder = await tempDirectory();
  const path = (name: string) => `${folder.path}/${name}`;
  const [ours, other] = [await makeCertificate(), await makeCertificate()];
  const old = await makeCertificate({ days: -1 });
  for (const [name, text] of Object.entries({ ours, other, old })) {
    await Deno.writeTextFile(path(`${name}.pem`), text.cert);
    await Deno.writeTextFile(path(`${name}.key`), text.key, { mode: 0o600 });
  }
  await Deno.writeTextFile(path("empty"), "");
  await Deno.writeTextFile(path("long"), "x".repeat(5000));
  const tls = (
    cert: string,
    key: string,
  ) => ["--tls-cert", path(`${cert}.pem`), "--tls-key", path(`${key}.key`)];
  const wrong: [string[], code: number][] = [
    [tls("ours", "other"), 1],
    [tls("old", "old"), 1],
    [tls("none", "ours"), 1],
    [["--password-file", path("empty")], 1],
    [["--mod-password-file", path("none")], 1],
    [["--motd-file", path("long")], 1],
    [["--db", path("none/a.db")], 1],
    [["--log-file", path("none/log")], 1],
    [["--rate", "x"], 2],
  ];
  for (const [options, expected] of wrong) {
    const checked = await check(...options);
    const started = await runChat(["server", "127.0.0.1", "0", ...options]);
    assertEquals([checked.code, checked.stdout], [expected, ""], options.join(" "));
    assertEquals(checked.stderr, started.stderr);
    assertEquals(started.code, expected);
  }
  assertEquals((await check(...tls("ours", "ours"))).stdout, VALID);
});

Deno.test("a check of a history leaves every file as it was, also while a hub runs on it", async () => {
  for (const { name, make, complaint } of USELESS_FILES) {
    await using directory = await tempDirectory();
    const path = make(directory.path);
    const before = await contents(directory.path);
    const { code, stderr } = await check("--db", path);
    assertEquals([code, stderr.includes(complaint)], [1, true], `${name}: ${stderr}`);
    assertEquals(await contents(directory.path), before, name);
  }
  await using folder = await tempDirectory();
  const path = `${folder.path}/a.db`;
  await using hub = await startHub(["--db", path]);
  assertEquals((await check("--db", path)).stdout, VALID);
  hub.kill("SIGTERM");
  await hub.exit();
  const before = await contents(folder.path);
  assertEquals((await check("--db", path)).stdout, VALID);
  assertEquals(await contents(folder.path), before);
});

Deno.test("a check warns as a start does", async () => {
  await using folder = await tempDirectory();
  const path = `${folder.path}/password`;
  await Deno.writeTextFile(path, "sesamo\n");
  await Deno.chmod(path, 0o644);
  const { code, stdout, stderr } = await check("--password-file", path, "--log", "json");
  assertEquals([code, stdout], [0, VALID]);
  assertMatch(stderr, /^\{.*"message":"others can read a password: [^\n]*\n/);
  const { cert, key } = await makeCertificate({ days: 13 });
  const [certPath, keyPath] = [`${folder.path}/cert`, `${folder.path}/key`];
  await Deno.writeTextFile(certPath, cert);
  await Deno.writeTextFile(keyPath, key, { mode: 0o600 });
  const ending = await check("--tls-cert", certPath, "--tls-key", keyPath);
  assertEquals(ending.code, 0);
  assertMatch(ending.stderr, /level=warning [^\n]*msg="the certificate expires soon: renew it"/);
});
