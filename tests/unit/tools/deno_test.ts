/** What `tools/deno.ts` makes of a task, and when it uses the stand-ins. JSR is a server on loopback here. */

import { assertEquals, assertMatch } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments } from "../../../tools/deno.ts";
import { Program } from "../../support/program.ts";
import { tempDirectory } from "../../support/temp.ts";

const ROOT = resolve(import.meta.dirname!, "../../..");
const FLAGS = ["--no-lock", `--import-map=${ROOT}/tools/stand_ins/import_map.json`];

const PACKAGE = "export const origin = 'package';";
const SHOW = `import { origin } from "@std/assert"; console.log(origin);`;

/** A project with the tool, a module of @std in use and its stand-in, and an empty cache. */
async function openProject() {
  const directory = await tempDirectory();
  const { path } = directory;
  await Deno.mkdir(`${path}/tools/stand_ins`, { recursive: true });
  for (const name of ["deno.ts", "foreground.ts", "console.ts"]) {
    await Deno.copyFile(`${ROOT}/tools/${name}`, `${path}/tools/${name}`);
  }
  const files = {
    "deno.json": `{ "imports": { "@std/assert": "jsr:@std/assert@1" }, "lock": false }`,
    "show.ts": SHOW,
    "tools/std_in_use.ts": `import "@std/assert";`,
    "tools/stand_ins/import_map.json": `{ "imports": { "@std/assert": "./assert.ts" } }`,
    "tools/stand_ins/assert.ts": "export const origin = 'stand-in';",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${path}/${name}`, text);
  }
  const run = async (args: string[], env: Record<string, string>) => {
    await using program = new Program(
      [Deno.execPath(), "run", "--quiet", "--no-config", "-A", "tools/deno.ts", ...args],
      { cwd: path, env: { DENO_DIR: `${path}/cache`, ...env } },
    );
    program.endInput();
    const { code } = await program.exit();
    return { code, stdout: program.stdout().trimEnd(), stderr: program.stderr().trimEnd() };
  };
  const show = async (env: Record<string, string>) => await run(["run", "show.ts"], env);
  return { path, run, show, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() };
}

/** Answers every request, and counts them. */
function serve(answer: (path: string) => Response | Promise<Response>) {
  const seen = { requests: 0 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    seen.requests++;
    return answer(new URL(request.url).pathname);
  });
  return Object.assign(seen, {
    env: { JSR_URL: `http://127.0.0.1:${server.addr.port}/` },
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

/** A JSR with one package, with the right checksum by default. */
function serveJsr(isIntact = true) {
  return serve(async (path) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(PACKAGE));
    const checksum = isIntact ? new Uint8Array(digest).toHex() : "00".repeat(32);
    const file = { size: PACKAGE.length, checksum: `sha256-${checksum}` };
    if (path.endsWith("/meta.json")) return Response.json({ versions: { "1.0.0": {} } });
    if (path === "/@std/assert/1.0.0_meta.json") {
      return Response.json({ manifest: { "/mod.ts": file }, exports: { ".": "./mod.ts" } });
    }
    return new Response(PACKAGE, { headers: { "content-type": "text/typescript" } });
  });
}

const portal = () =>
  serve(() => new Response("<h1>Log in</h1>", { headers: { "content-type": "text/html" } }));

Deno.test("with the stand-ins, subcommands that load modules get their import map", () => {
  assertEquals(denoArguments("run", ["-A", "main.ts"], false), ["run", "-A", "main.ts"]);
  for (const subcommand of ["run", "test", "check", "bench", "eval"]) {
    assertEquals(denoArguments(subcommand, ["-A", "x"], true), [subcommand, ...FLAGS, "-A", "x"]);
  }
  assertEquals(denoArguments("fmt", ["--check"], true), ["fmt", "--check"]);
});

Deno.test("where JSR answers, its packages are used, and from the cache the next time", async () => {
  await using project = await openProject();
  await using jsr = serveJsr();
  const expected = { code: 0, stdout: "package", stderr: "" };
  assertEquals(await project.show(jsr.env), expected);
  const { requests } = jsr;
  assertEquals(await project.show({ ...jsr.env, CHAT_STAND_INS: "0" }), expected);
  assertEquals(jsr.requests, requests);
});

for (
  const [what, open, line] of [
    [
      "a login page answers for JSR",
      portal,
      /^JSR cannot be reached \(127\.0\.0\.1:\d+\): [^\n]*stand-ins[^\n]*$/,
    ],
    [
      "a package of JSR is broken",
      () => serveJsr(false),
      /^@std cannot be loaded from JSR \([^\n]*stand-ins[^\n]*$/,
    ],
  ] as const
) {
  Deno.test(`where ${what}, the stand-ins are used, and one line says so`, async () => {
    await using project = await openProject();
    await using jsr = open();
    const { code, stdout, stderr } = await project.show(jsr.env);
    assertEquals([code, stdout], [0, "stand-in"]);
    assertMatch(stderr, line);
  });
}

Deno.test("a JSR that could not be reached is not asked again for four hours", async () => {
  await using project = await openProject();
  await using jsr = portal();
  const askedBy = async (env: Record<string, string>) => {
    const before = jsr.requests;
    const { stderr } = await project.show({ ...jsr.env, ...env });
    assertMatch(stderr, /^JSR cannot be reached/);
    return jsr.requests - before;
  };
  const age = (hours: number) => {
    const time = Date.now() / 1000 - hours * 3600;
    return Deno.utime(`${project.path}/dist/jsr-unreachable`, time, time);
  };
  assertEquals([await askedBy({}), await askedBy({})], [1, 0]);
  await age(3.9);
  assertEquals(await askedBy({}), 0);
  await age(4);
  assertEquals(await askedBy({}), 1);
  assertEquals(await askedBy({ JSR_URL: jsr.env.JSR_URL + "mirror" }), 1, "another JSR");
  assertEquals(await askedBy({ CHAT_STAND_INS: "0" }), 1);
});

Deno.test("CHAT_STAND_INS=0 fails in one line rather than use the stand-ins", async () => {
  await using project = await openProject();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const host = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  assertEquals(await project.show({ JSR_URL: `http://${host}`, CHAT_STAND_INS: "0" }), {
    code: 1,
    stdout: "",
    stderr: `JSR cannot be reached (${host}), and CHAT_STAND_INS is 0`,
  });
});

Deno.test("CHAT_STAND_INS=1 uses the stand-ins without asking JSR, and without a word", async () => {
  await using project = await openProject();
  await using jsr = serveJsr();
  const shown = await project.show({ ...jsr.env, CHAT_STAND_INS: "1" });
  assertEquals(shown, { code: 0, stdout: "stand-in", stderr: "" });
  assertEquals(jsr.requests, 0);
});

Deno.test("a run within a task goes by what was decided for the task", async () => {
  await using project = await openProject();
  await using jsr = portal();
  const inner = ["run", "--no-config", "-A", "tools/deno.ts", "run", "show.ts"];
  const { stdout, stderr } = await project.run(inner, jsr.env);
  assertEquals([stdout, stderr.split("\n").length, jsr.requests], ["stand-in", 1, 1]);
});

Deno.test("subcommands that load no modules do not ask JSR", async () => {
  await using project = await openProject();
  await using jsr = serveJsr();
  assertEquals((await project.run(["fmt", "--help"], jsr.env)).code, 0);
  assertEquals(jsr.requests, 0);
});

Deno.test("the exit code is that of the program, and 2 without a subcommand", async () => {
  await using project = await openProject();
  for (const code of [0, 1, 130]) {
    const args = ["eval", `Deno.exit(${code})`];
    assertEquals((await project.run(args, { CHAT_STAND_INS: "1" })).code, code);
  }
  const { code, stderr } = await project.run([], {});
  assertEquals(code, 2);
  assertMatch(stderr, /^Usage: [^\n]+$/);
});
