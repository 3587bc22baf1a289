import { assertEquals, assertMatch } from "@std/assert";
import type { Look } from "../../../../server/files/worker.ts";
import { logTo } from "../../../../server/log.ts";
import type { ServerOptions } from "../../../../server/setup/options.ts";
import { type Loaded, Reloader, type Source, sourcesOf } from "../../../../server/setup/reload.ts";
import { HashedSecret } from "../../../../server/setup/secrets.ts";
import { makeCertificate } from "../../../support/certificates.ts";

/** Files in memory, whose time is their version. */
class FakeFiles {
  readonly #files: Map<string, { text: string; version: number }> = new Map();
  #versions = 0;

  write(path: string, text: string): void {
    this.#files.set(path, { text, version: ++this.#versions });
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  readonly look = (path: string): Promise<Look | undefined> => {
    const file = this.#files.get(path);
    const mtime = new Date(file?.version ?? 0);
    return Promise.resolve(file && { dev: 1, ino: 1, size: file.text.length, mtime });
  };

  readonly read = (path: string, max: number) => {
    const file = this.#files.get(path);
    if (!file) return Promise.reject(new Deno.errors.NotFound(path));
    return Promise.resolve(new TextEncoder().encode(file.text).slice(0, max));
  };
}

function reloading(files: FakeFiles, sources: Source[]) {
  const lines: string[] = [];
  const log = logTo((level, message, fields) =>
    lines.push([level, message, ...Object.values(fields ?? {})].join(" "))
  );
  const reloader = new Reloader(sources, { look: files.look, log });
  return { reloader, take: () => lines.splice(0) };
}

Deno.test("a changed file is read once it is the same at two looks, and what is bad is told once", async () => {
  const files = new FakeFiles();
  files.write("a", "1");
  let used = "1";
  const { reloader, take } = reloading(files, [{
    paths: ["a", "b"],
    use: async () => {
      const text = new TextDecoder().decode(await files.read("a", 10));
      if (text === "bad") throw new Error("it is bad");
      if (text === used) return undefined;
      used = text;
      return { used };
    },
  }]);
  for (let look = 0; look < 3; look++) await reloader.look();
  assertEquals(take(), []);
  files.write("a", "2");
  await reloader.look();
  files.write("b", "");
  await reloader.look();
  assertEquals(take(), []);
  await reloader.look();
  assertEquals(take(), ["info reloaded a 2"]);
  files.write("a", "bad");
  for (let look = 0; look < 4; look++) await reloader.look();
  assertEquals(take(), ["error not reloaded a it is bad"]);
  await reloader.reload();
  assertEquals(take(), ["error not reloaded a it is bad"]);
  files.write("a", "2");
  await reloader.reload();
  for (let look = 0; look < 3; look++) await reloader.look();
  assertEquals(take(), ["info nothing has changed"]);
});

Deno.test("passwords and the message of the day are replaced by new ones, but not by bad ones", async () => {
  const files = new FakeFiles();
  const loaded: Loaded = {
    password: new HashedSecret("one"),
    moderatorPassword: new HashedSecret("mod"),
    motd: "hola",
    certificate: undefined,
  };
  const options = { passwordFile: "pw", modPasswordFile: "mod", motdFile: "motd" } as ServerOptions;
  const show = () => Promise.resolve();
  const { reloader, take } = reloading(
    files,
    sourcesOf(options, loaded, { read: files.read, show }),
  );
  const known = () => [
    ["one", "two"].find((each) => loaded.password!.matches(each)),
    ["mod", "dom"].find((each) => loaded.moderatorPassword!.matches(each)),
    loaded.motd,
  ];
  files.write("pw", "one\n");
  files.write("mod", "mod\n");
  files.write("motd", "hola\n");
  await reloader.reload();
  assertEquals(take(), ["info nothing has changed"]);
  files.write("pw", "two\n");
  files.write("mod", "dom\n");
  files.write("motd", "adiós\n");
  await reloader.reload();
  assertEquals(take(), ["info reloaded pw", "info reloaded mod", "info reloaded motd"]);
  assertEquals(known(), ["two", "dom", "adiós"]);
  files.write("pw", "\n");
  files.remove("mod");
  files.write("motd", "\n".repeat(5000));
  await reloader.reload();
  const lines = take();
  assertEquals(lines.length, 3);
  assertMatch(lines[0]!, /^error not reloaded pw no password in pw/);
  assertMatch(lines[1]!, /^error not reloaded mod cannot read mod: the file does not exist/);
  assertMatch(lines[2]!, /^error not reloaded motd cannot use motd/);
  assertEquals(known(), ["two", "dom", "adiós"]);
});

Deno.test("a certificate is shown with its key when either is new, unless they do not belong together", async () => {
  const files = new FakeFiles();
  const [old, next] = [await makeCertificate(), await makeCertificate()];
  const loaded: Loaded = {
    password: undefined,
    moderatorPassword: undefined,
    motd: undefined,
    certificate: undefined,
  };
  const shown: string[] = [];
  const options = { tls: { cert: "cert", key: "key" } } as ServerOptions;
  const { reloader, take } = reloading(
    files,
    sourcesOf(options, loaded, {
      read: files.read,
      show: ({ fingerprint }) => {
        shown.push(fingerprint);
        return Promise.resolve();
      },
    }),
  );
  files.write("cert", old.cert);
  files.write("key", old.key);
  await reloader.reload();
  assertMatch(
    take().join(),
    new RegExp(`^info reloaded cert ${old.fingerprint} \\d{4}-\\d\\d-\\d\\d$`),
  );
  files.write("cert", next.cert);
  await reloader.reload();
  assertMatch(take().join(), /^error not reloaded cert [^\n]* does not belong to the certificate/);
  assertEquals(loaded.certificate!.fingerprint, old.fingerprint);
  files.write("key", next.key);
  await reloader.reload();
  assertEquals(loaded.certificate!.fingerprint, next.fingerprint);
  assertEquals(shown, [old.fingerprint, next.fingerprint]);
});
