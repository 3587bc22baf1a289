import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../../common/cli/failure.ts";
import { HashedSecret, readSecrets } from "../../../../server/setup/secrets.ts";
import { DEFAULT_LIMITS } from "../../../../server/limits.ts";
import type { ServerOptions } from "../../../../server/setup/options.ts";
import { tempDirectory } from "../../../support/temp.ts";

const OPTIONS: ServerOptions = {
  limits: DEFAULT_LIMITS,
  trusted: [],
  hasConnectionLimit: false,
  address: { hostname: "127.0.0.1", port: 0 },
  lang: "en",
  rateLimit: { rate: 0, burst: 0 },
  history: 0,
  grace: 0,
  webGrace: 0,
  logLevel: "info",
};

type Files = Pick<
  ServerOptions,
  "passwordFile" | "modPasswordFile" | "motdFile" | "password" | "join"
>;

const read = (files: Files) => readSecrets({ ...OPTIONS, ...files });

/** Writes a file, readable by its owner only unless a mode is given. */
async function write(
  directory: { path: string },
  contents: string | Uint8Array,
  mode = 0o600,
): Promise<string> {
  const path = `${directory.path}/${crypto.randomUUID()}`;
  const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
  await Deno.writeFile(path, bytes);
  if (Deno.build.os !== "windows") await Deno.chmod(path, mode);
  return path;
}

async function fault(files: Files, lang: "en" | "es" = "en"): Promise<string> {
  const failure = await assertRejects(() => read(files), Failure);
  assertEquals(failure.exitCode, 1);
  return failure.in(lang);
}

Deno.test("a secret does not match, and does not normalise, what is far too long", () => {
  const secret = new HashedSecret("sésamo");
  assertEquals(secret.matches(" se\u0301samo "), true);
  assertEquals(secret.matches("sésamo" + " ".repeat(60_000)), false);
});

Deno.test("without files and CHAT_PASSWORD there are no secrets", async () => {
  assertEquals(await read({}), {
    plain: undefined,
    password: undefined,
    moderatorPassword: undefined,
    motd: undefined,
  });
});

Deno.test("a password is the first line of its file, with any line end and any lines after it", async () => {
  await using directory = await tempDirectory();
  const first = new TextEncoder().encode("sésamo\n");
  const cases = [
    "sésamo",
    "sésamo\n",
    "sésamo\r\nmás\n",
    "  sésamo  \n",
    "\ufeffsésamo\n",
    new Uint8Array([...first, 0xff, 0xfe]),
    new Uint8Array([...first, ...Array(100_000).fill(0xc3)]),
  ];
  for (const contents of cases) {
    const path = await write(directory, contents);
    const { password, moderatorPassword } = await read({ passwordFile: path });
    assertEquals([password?.matches("sésamo"), password?.matches("más")], [true, false]);
    assertEquals(moderatorPassword, undefined);
    assert((await read({ modPasswordFile: path })).moderatorPassword?.matches("sésamo"));
  }
});

Deno.test("the first line of CHAT_PASSWORD is the password", async () => {
  const { password } = await read({ password: "sésamo\n" });
  assertEquals([password?.matches("sésamo"), password?.matches("x")], [true, false]);
});

Deno.test("plain passwords are kept only for a host that joins", async () => {
  await using directory = await tempDirectory();
  const files = { password: "sésamo", modPasswordFile: await write(directory, "obey\n") };
  assertEquals((await read({ ...files, join: {} })).plain, {
    password: "sésamo",
    moderatorPassword: "obey",
  });
  assertEquals((await read(files)).plain, undefined);
});

Deno.test("a file without a password is reported with what it must contain", async () => {
  await using directory = await tempDirectory();
  for (const contents of ["", "\n", "\r\nsésamo\n", "  \t\n", "x".repeat(1025)]) {
    const path = await write(directory, contents);
    const wanted =
      `no password in ${path}: write it on the first line, with at most 1024 characters`;
    assertEquals(await fault({ passwordFile: path }), wanted);
    assertEquals(await fault({ modPasswordFile: path }), wanted);
  }
  assertEquals(
    await fault({ password: "\n" }, "es"),
    "no hay contraseña en CHAT_PASSWORD: escríbela en la primera línea, con 1024 caracteres como mucho",
  );
});

Deno.test("a password that nobody can type is refused", async () => {
  await using directory = await tempDirectory();
  for (const contents of ["one\rtwo\r", "s\0\0secret\n", "secret\n\0", "a\x1bb\n", "a\x7f\n"]) {
    const path = await write(directory, contents);
    const wanted = `the password in ${path} has a character that nobody can type: ` +
      "save it as plain text, with LF at the end of its line";
    assertEquals(await fault({ passwordFile: path }), wanted);
    assertEquals(await fault({ modPasswordFile: path }), wanted);
  }
  for (const contents of ["secret\r", "a\tb\n", "con espacios\r\n"]) {
    assert((await read({ passwordFile: await write(directory, contents) })).password);
  }
});

Deno.test("a file that cannot be read is reported with the way out", async () => {
  await using directory = await tempDirectory();
  const missing = `${directory.path}/missing`;
  for (const option of ["passwordFile", "modPasswordFile", "motdFile"] as const) {
    assertEquals(
      await fault({ [option]: missing }),
      `cannot read ${missing}: the file does not exist; check its name`,
    );
    assertEquals(
      await fault({ [option]: directory.path }, "es"),
      `no se puede leer ${directory.path}: comprueba que es un archivo y que puedes leerlo`,
    );
    const latin1 = await write(directory, Uint8Array.of(0x73, 0xe9, 0x73, 0x0a));
    assertEquals(
      await fault({ [option]: latin1 }),
      `cannot use ${latin1}: it is not UTF-8; save it as UTF-8`,
    );
  }
});

Deno.test("a message of the day is sanitized and loses blank lines at its end", async () => {
  await using directory = await tempDirectory();
  const motd = async (contents: string) =>
    (await read({ motdFile: await write(directory, contents) })).motd;
  assertEquals(await motd("uno\r\n\n  dos\x1b[2J\n\n\n"), "uno\n\n  dos\uFFFD[2J");
  assertEquals(await motd("\ufeffñ\n"), "ñ");
  assertEquals(await motd(" \n\n"), undefined);
});

Deno.test("a message of the day has at most 40 lines and 4 KiB", async () => {
  await using directory = await tempDirectory();
  const lines = (count: number) =>
    Array.from({ length: count }, (_, index) => `${index}\n`).join("");
  for (const contents of [lines(40), "x".repeat(4096)]) {
    assert((await read({ motdFile: await write(directory, contents) })).motd);
  }
  for (const contents of [lines(41), "x".repeat(4097), "ñ".repeat(2049)]) {
    const path = await write(directory, contents);
    assertEquals(
      await fault({ motdFile: path }),
      `cannot use ${path}: the message of the day may have at most 40 lines and 4096 bytes; shorten it`,
    );
  }
});

Deno.test("a secret matches only itself", () => {
  const secret = new HashedSecret("correcto caballo");
  assertEquals(secret.matches("correcto caballo"), true);
  for (
    const given of ["", "correcto", "correcto  caballo", "Correcto caballo", "x".repeat(10_000)]
  ) {
    assertEquals(secret.matches(given), false, given.slice(0, 20));
  }
});

Deno.test("the composition of letters and spaces at the ends do not matter", () => {
  assertEquals(new HashedSecret("contraseña").matches("contrasen\u0303a"), true);
  assertEquals(new HashedSecret("e\u0301").matches(" \u00e9\r"), true);
  assertEquals(new HashedSecret("contraseña").matches("contrasena"), false);
});

Deno.test("half a surrogate pair is not a fault", () => {
  assertEquals(new HashedSecret("x").matches("\ud800"), false);
});

Deno.test("the plain text is not kept", () => {
  const secret = new HashedSecret("tiza");
  assertEquals(Deno.inspect(secret, { showHidden: true, depth: 9 }).includes("tiza"), false);
});
