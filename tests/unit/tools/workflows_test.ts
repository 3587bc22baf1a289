/** The workflows: pinned actions, least permissions, and names that exist. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { resolve } from "node:path";
import { parse } from "yaml";
import { ALERTS, DASHBOARD, INSTALLERS, NOTES } from "../../../tools/release/make.ts";
import { archiveName, CHECKSUMS, TARGETS } from "../../../tools/release/targets.ts";

const ROOT = resolve(import.meta.dirname!, "../../..");
const FOLDER = `${ROOT}/.github/workflows`;

interface Step {
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

interface Job {
  needs?: string;
  "runs-on": string;
  "timeout-minutes"?: number;
  permissions?: Record<string, string>;
  strategy?: { matrix: { system?: string[]; include?: { system: string; target: string }[] } };
  steps: Step[];
}

interface Workflow {
  name: string;
  permissions: Record<string, string>;
  env: Record<string, string>;
  jobs: Record<string, Job>;
}

interface Read {
  file: string;
  text: string;
  workflow: Workflow;
}

const workflows: Read[] = [];
for await (const { name } of Deno.readDir(FOLDER)) {
  const text = await Deno.readTextFile(`${FOLDER}/${name}`);
  workflows.push({ file: name, text, workflow: parse(text) });
}
workflows.sort((a, b) => a.file < b.file ? -1 : 1);

const [ci, release] = workflows.map(({ workflow }) => workflow) as [Workflow, Workflow];
const steps = ({ jobs }: Workflow) => Object.values(jobs).flatMap((job) => job.steps);
const scripts = (workflow: Workflow) => steps(workflow).flatMap(({ run }) => run ?? []);
const all = workflows.flatMap(({ workflow }) => steps(workflow));

Deno.test("each action is pinned to one commit, with its version beside it", () => {
  const pins = new Map<string, Set<string>>();
  for (const { file, text } of workflows) {
    for (const line of text.split("\n").filter((each) => /^\s*(?:- )?uses:/.test(each))) {
      const [, action, commit] =
        line.match(/uses: ([\w-]+\/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/) ?? [];
      assert(action !== undefined && commit !== undefined, `${file}: ${line}`);
      pins.set(action, (pins.get(action) ?? new Set()).add(commit));
    }
  }
  assertEquals([...pins].filter(([, commits]) => commits.size !== 1), []);
  assertEquals([...pins.keys()].sort(), [
    "actions/attest-build-provenance",
    "actions/checkout",
    "actions/download-artifact",
    "actions/upload-artifact",
    "denoland/setup-deno",
  ]);
});

Deno.test("jobs may only read the repository, but for one permission more to attest and to publish", () => {
  for (const { workflow } of workflows) assertEquals(workflow.permissions, { contents: "read" });
  const more = Object.entries({ ...ci.jobs, ...release.jobs })
    .flatMap(([name, { permissions }]) => permissions ? [[name, permissions]] : []);
  assertEquals(Object.fromEntries(more), {
    attest: { contents: "read", "id-token": "write", attestations: "write" },
    publish: { contents: "write" },
  });
  for (const { uses, with: inputs } of all) {
    if (uses?.startsWith("actions/checkout@")) assertEquals(inputs?.["persist-credentials"], false);
  }
});

Deno.test("neither workflow can fall back to the stand-ins for @std", () => {
  for (const { workflow } of workflows) assertEquals(workflow.env, { CHAT_STAND_INS: "0" });
});

Deno.test("no expression is pasted into a script, and every job has a time limit", () => {
  for (const { run } of all) assert(!run?.includes("${{"), run);
  for (const { workflow } of workflows) {
    for (const [name, job] of Object.entries(workflow.jobs)) {
      assert((job["timeout-minutes"] ?? Infinity) <= 60, name);
    }
  }
});

Deno.test("the tasks, files and options that scripts name exist", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const usage = (await Deno.readTextFile(`${ROOT}/tools/release.ts`)).match(/"Usage: .*"/)?.[0];
  let named = 0;
  for (const script of workflows.flatMap(({ workflow }) => scripts(workflow))) {
    for (const [, task = ""] of script.matchAll(/deno task (\S+)/g)) {
      assert(Object.hasOwn(tasks, task), task);
      named++;
    }
    for (const [path] of script.matchAll(/\btests\/[\w./-]+/g)) await Deno.stat(`${ROOT}/${path}`);
    const [, options = ""] = script.match(/deno task release (.*)/) ?? [];
    for (const [option] of options.matchAll(/--[a-z-]+/g)) {
      assert(usage?.includes(`[${option}`), option);
    }
  }
  assert(named >= 6);
});

Deno.test("both workflows run what .ci/run does, with the same Deno", async () => {
  const run = await Deno.readTextFile(`${ROOT}/.ci/run`);
  const [, version] = run.match(/^deno=deno@(\S+)$/m) ?? [];
  const versions = all.filter(({ uses }) => uses?.startsWith("denoland/setup-deno@"))
    .map(({ with: inputs }) => inputs?.["deno-version"]);
  assertEquals(versions, versions.map(() => version));
  for (const task of ["check", "test", "bench --check"]) {
    assert(scripts(ci).includes(`deno task ${task}`), task);
  }
  // A release leaves out no more tests than .ci/run does.
  const left = scripts(release).flatMap((script) =>
    script.match(/--ignore=(\S+)/)?.[1]?.split(",") ?? []
  );
  assert(left.length > 0);
  const leftOut = run.match(/^ *left_out='(\S+)'$/m)?.[1];
  assert(leftOut !== undefined);
  assertEquals(left.filter((path) => !new RegExp(leftOut).test(path)), []);
  assertEquals(ci.jobs["test"]?.strategy?.matrix.system?.map((system) => system.split("-")[0]), [
    "ubuntu",
    "macos",
    "windows",
  ]);
});

Deno.test("each target is tested on its own system before anything is published", () => {
  const { build, test, attest, publish } = release.jobs;
  assertEquals([test?.needs, attest?.needs, publish?.needs], ["build", "test", "attest"]);
  assertMatch(build?.steps.map(({ run }) => run).join("\n") ?? "", /--require-all/);
  const { include = [] } = test?.strategy?.matrix ?? {};
  assertEquals(include.map(({ target }) => target), TARGETS.map(({ triple }) => triple));
  assertEquals(new Set(include.map(({ system }) => system)).size, TARGETS.length);
  for (const { system, target } of include) {
    const kind = target.includes("linux")
      ? "ubuntu"
      : target.includes("apple")
      ? "macos"
      : "windows";
    assert(system.startsWith(kind), `${target} on ${system}`);
  }
});

Deno.test("exactly the files of a release are attested and published", () => {
  const { attest, publish } = release.jobs;
  const attested = attest?.steps.find(({ uses }) => uses?.includes("attest"))?.with;
  assertEquals(attested, { "subject-checksums": `dist/release/${CHECKSUMS}` });
  const command = publish?.steps.map(({ run = "" }) => run).join("\n") ?? "";
  const words = command.replaceAll("\\\n", " ").split(/\s+/);
  assertEquals(words[words.indexOf("--notes-file") + 1], NOTES);
  const files = words.slice(words.indexOf("--notes-file") + 2).filter((word) => word !== "");
  const patterns = files.map((file) =>
    new RegExp(`^${file.replaceAll(".", "\\.").replace("*", ".*")}$`)
  );
  const names = [
    ...TARGETS.map((target) => archiveName("1.2.3", target)),
    CHECKSUMS,
    DASHBOARD,
    ALERTS,
    ...INSTALLERS,
  ];
  for (const name of names) assert(patterns.some((pattern) => pattern.test(name)), name);
  for (const pattern of patterns) assert(names.some((name) => pattern.test(name)), String(pattern));
  assert(!patterns.some((pattern) => pattern.test(NOTES)));
});
