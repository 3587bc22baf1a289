/**
 * What `tools/deno.ts` makes of a task, and what it decides about the stand-ins. JSR is a server on loopback here; the
 * real one is not asked.
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments } from "../../../tools/deno.ts";
import { Program } from "../../support/program.ts";
import { tempDirectory } from "../../support/temp.ts";

const ROOT = resolve(import.meta.dirname!, "../../..");
const TOOL = `${ROOT}/tools/deno.ts`;
const IMPORT_MAP = `--import-map=${ROOT}/tools/stand_ins/import_map.json`;

/** Prints what a name of @std stands for. */
const SHOW = `console.log(import.meta.resolve("@std/assert"))`;
const PACKAGE = /^jsr:@std\/assert@/;
const STAND_IN = /\/tools\/stand_ins\/assert\.ts$/;

/** Runs the tool to its end, in a small project that uses @std, with an empty cache. */
async function run(args: string[], env: Record<string, string>) {
  await using project = await tempDirectory();
  await Deno.writeTextFile(
    `${project.path}/deno.json`,
    JSON.stringify({ imports: { "@std/assert": "jsr:@std/assert@1" }, lock: false }),
  );
  await using program = new Program(
    [Deno.execPath(), "run", "--quiet", "-A", TOOL, ...args],
    { cwd: project.path, env: { DENO_DIR: `${project.path}/cache`, ...env } },
  );
  program.endInput();
  const { code } = await program.exit();
  return { code, stdout: program.stdout().trimEnd(), stderr: program.stderr() };
}

/** A JSR that answers with this status, and counts how often it was asked. */
function startJsr(status: number) {
  const jsr = { asked: 0 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    jsr.asked++;
    const known = new URL(request.url).pathname === "/@std/cli/meta.json";
    return new Response("{}", { status: known ? status : 404 });
  });
  return Object.assign(jsr, {
    url: `http://127.0.0.1:${server.addr.port}/`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}

Deno.test("with JSR the arguments for Deno stay as they are", () => {
  assertEquals(denoArguments("run", ["-A", "main.ts", "server"], false), [
    "run",
    "-A",
    "main.ts",
    "server",
  ]);
});

Deno.test("with the stand-ins the import map comes right behind the subcommand", () => {
  for (const subcommand of ["run", "test", "check", "bench", "eval"]) {
    assertEquals(denoArguments(subcommand, ["-A", "x"], true), [
      subcommand,
      "--no-lock",
      IMPORT_MAP,
      "-A",
      "x",
    ]);
  }
});

Deno.test("subcommands that load no modules get no import map", () => {
  assertEquals(denoArguments("fmt", ["--check"], true), ["fmt", "--check"]);
  assertEquals(denoArguments("lint", [], true), ["lint"]);
});

Deno.test("where JSR answers, the packages are used and nothing is said", async () => {
  await using jsr = startJsr(200);
  const { code, stdout, stderr } = await run(["eval", SHOW], { JSR_URL: jsr.url });
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, PACKAGE);
});

Deno.test("where JSR has no such package, the stand-ins are used and one line says so", async () => {
  await using jsr = startJsr(404);
  const { code, stdout, stderr } = await run(["eval", SHOW], { JSR_URL: jsr.url });
  assertEquals(code, 0);
  assertMatch(stdout, STAND_IN);
  assertMatch(stderr, /^127\.0\.0\.1:\d+ cannot be reached: [^\n]*tools\/stand_ins[^\n]*\n$/);
});

Deno.test("where JSR does not answer, the stand-ins are used, and a run within says no more", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const { code, stdout, stderr } = await run(["run", "-A", TOOL, "eval", SHOW], { JSR_URL: url });
  assertEquals(code, 0);
  assertMatch(stdout, STAND_IN);
  assertMatch(stderr, /^[^\n]* cannot be reached: [^\n]*\n$/);
});

Deno.test("CHAT_STAND_INS decides without asking JSR, and without a word", async () => {
  await using jsr = startJsr(200);
  for (const [value, resolved] of [["1", STAND_IN], ["0", PACKAGE]] as const) {
    const { code, stdout, stderr } = await run(["eval", SHOW], {
      CHAT_STAND_INS: value,
      JSR_URL: jsr.url,
    });
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, resolved);
  }
  assertEquals(jsr.asked, 0);
});

Deno.test("subcommands that load no modules do not ask JSR", async () => {
  await using jsr = startJsr(200);
  const { code, stdout } = await run(["fmt", "--help"], { JSR_URL: jsr.url });
  assertEquals([code, jsr.asked], [0, 0]);
  assertStringIncludes(stdout, "fmt");
});

Deno.test("the exit code is handed on", async () => {
  for (const code of [0, 1, 130]) {
    const result = await run(["eval", `Deno.exit(${code})`], { CHAT_STAND_INS: "1" });
    assertEquals(result.code, code);
  }
});

Deno.test("without a subcommand it says how it is used, and exits with 2", async () => {
  const { code, stderr } = await run([], {});
  assertEquals(code, 2);
  assertMatch(stderr, /^usage: [^\n]+\n$/);
});
