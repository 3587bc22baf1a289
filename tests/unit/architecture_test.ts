/** That the modules keep to their places: who may import whom, and where the outside world begins. */

import { assert, assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments, useStandIns } from "../../tools/deno.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
const PARTS = ["protocol", "i18n", "cli", "server", "client"] as const;

/** The modules above the parts: the program, and what runs the hub and the client together. */
const TOP: readonly string[] = ["host.ts", "main.ts"];

/** What the modules of each part may import from, besides their own part. */
const MAY_IMPORT: Readonly<Record<(typeof PARTS)[number], readonly string[]>> = {
  protocol: [],
  i18n: ["protocol"],
  cli: ["i18n", "protocol"],
  server: ["cli", "i18n", "protocol"],
  client: ["cli", "i18n", "protocol"],
};

/** Where packages other than @std come in, and which. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "cli/multicast.ts": ["bonjour-service", "node:dgram", "node:events"],
  "client/doctor/connect.ts": ["node:dns/promises", "node:net"],
  "client/terminal/prompt.ts": ["node:readline", "node:stream"],
  "client/tls.ts": ["node:crypto", "node:net", "node:tls"],
  "client/tls_socket.ts": ["node:tls"],
  "server/backplane/nats/engine.ts": ["@nats-io/jetstream", "@nats-io/transport-node"],
  "server/backplane/nats/failures.ts": ["@nats-io/transport-node"],
  "server/backplane/nats/identity.ts": ["node:crypto"],
  "server/backplane/nats/streams.ts": ["@nats-io/jetstream"],
  "server/backplane/nats/transport.ts": ["@nats-io/transport-node", "node:dns/promises"],
  "server/certificate.ts": ["@peculiar/x509", "node:crypto", "reflect-metadata"],
  "server/history/database.ts": ["node:sqlite"],
  "server/history/sqlite.ts": ["node:sqlite"],
  "server/log.ts": ["@logtape/logtape"],
  "server/metrics/mod.ts": ["node:process"],
  "server/metrics/registry.ts": ["prom-client"],
  "server/secret.ts": ["node:crypto"],
};

/** The modules that meet the system, the clock, timers and chance. The others are given what they need. */
const EDGES: readonly string[] = [
  "cli/faults.ts",
  "cli/files.ts",
  "cli/multicast.ts",
  "cli/own_files.ts",
  "cli/privileges.ts",
  "cli/terminal.ts",
  "cli/timers.ts",
  "client/connection.ts",
  "client/dial.ts",
  "client/discover/browse.ts",
  "client/discover/mod.ts",
  "client/doctor/mod.ts",
  "client/doctor/connect.ts",
  "client/net/probe.ts",
  "client/encryption.ts",
  "client/input_history_file.ts",
  "client/interactive.ts",
  "client/known_hubs_file.ts",
  "client/mod.ts",
  "client/plain.ts",
  "client/terminal/question.ts",
  "client/terminal/secret.ts",
  "client/terminal/tty.ts",
  "client/tls.ts",
  "client/tls_socket.ts",
  "host.ts",
  "main.ts",
  "server/announce.ts",
  "server/backplane/nats.ts",
  "server/backplane/nats/identity.ts",
  "server/backplane/nats/transport.ts",
  "server/certificate.ts",
  "server/clock.ts",
  "server/connection.ts",
  "server/descriptors.ts",
  "server/history/database.ts",
  "server/listener.ts",
  "server/log.ts",
  "server/metrics/mod.ts",
  "server/metrics/server.ts",
  "server/mod.ts",
  "server/secret.ts",
  "server/tls_socket.ts",
];

const OUTSIDE = new RegExp(
  [
    /\bDeno\b/,
    /\bglobalThis\b/,
    /\b(?:set|clear)(?:Timeout|Interval)\b/,
    /\bqueueMicrotask\b/,
    /\bDate\.now\b/,
    /\bperformance\b/,
    /\bnew Date\(\)/,
    /\bMath\.random\b/,
    /\bcrypto\b/,
    /\bfetch\(/,
    /\bconsole\b/,
  ].map(({ source }) => source).join("|"),
);

interface Import {
  /** The module that imports, from the root of the project. */
  from: string;
  /** As it stands in the source. */
  specifier: string;
  /** The module of this project that is meant, or undefined for another's. */
  to: string | undefined;
}

interface Dependency {
  specifier: string;
  code?: { specifier?: string };
  type?: { specifier?: string };
}

/** Every import of every module of the program, those of types too. */
async function readImports(): Promise<{ modules: string[]; imports: Import[] }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: denoArguments("info", ["--json", "main.ts"], await useStandIns()),
    cwd: ROOT,
    stderr: "null",
  });
  const { success, stdout } = await command.output();
  assert(success, "deno info failed");
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string; error?: string; dependencies?: Dependency[] }[];
  };
  const own = modules.flatMap(({ specifier, dependencies = [], error }) => {
    const path = ownPath(specifier);
    assertEquals(error, undefined, specifier);
    return path === undefined ? [] : [{ path, dependencies }];
  });
  return {
    modules: own.map(({ path }) => path).filter((path) => path.endsWith(".ts")).sort(),
    imports: own.flatMap(({ path, dependencies }) =>
      dependencies.map(({ specifier, code, type }) => ({
        from: path,
        specifier,
        to: ownPath(code?.specifier ?? type?.specifier ?? ""),
      }))
    ),
  };
}

/** A module's path from the root of the project; what stands in for @std is not of the program. */
function ownPath(specifier: string): string | undefined {
  const root = new URL("../../", import.meta.url).href;
  if (!specifier.startsWith(root)) return undefined;
  const path = specifier.slice(root.length);
  return path.startsWith("tools/stand_ins/") ? undefined : path;
}

const part = (path: string) => path.includes("/") ? path.slice(0, path.indexOf("/")) : path;

/** The source without its comments. */
async function code(path: string): Promise<string> {
  const text = await Deno.readTextFile(`${ROOT}/${path}`);
  return text.replace(/\/\*[^]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

async function* sources(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(`${ROOT}/${directory}`)) {
    const path = `${directory}/${name}`;
    if (isDirectory) yield* sources(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

const { modules, imports } = await readImports();
const arrows = (wrong: Import[]) => wrong.map(({ from, specifier }) => `${from} -> ${specifier}`);

Deno.test("each part imports from itself and from the parts below it only", () => {
  const wrong = imports.filter(({ from, to }) => {
    const [here, there] = [part(from), part(to ?? from)];
    if (TOP.includes(here) || here === there) return false;
    return !MAY_IMPORT[here as keyof typeof MAY_IMPORT]?.includes(there);
  });
  assertEquals(arrows(wrong), []);
});

Deno.test("main.ts and host.ts alone bring the server and the client together, by their entrances", () => {
  for (const top of TOP) {
    const brought = imports.filter(({ from, to = "" }) =>
      from === top && ["server", "client"].includes(part(to))
    );
    assertEquals(brought.map(({ to }) => to).sort(), ["client/mod.ts", "server/mod.ts"]);
  }
  const toTop = imports.filter(({ to = "" }) => TOP.includes(to));
  assertEquals(arrows(toTop), ["main.ts -> ./host.ts"]);
});

Deno.test("packages come in at a few modules only, but for @std", () => {
  const wrong = imports.filter(({ from, specifier, to }) =>
    to === undefined && !specifier.startsWith("@std/") && !PACKAGES[from]?.includes(specifier)
  );
  assertEquals(arrows(wrong), []);
});

Deno.test("the tests' own packages are no part of the program", () => {
  const packages = imports.filter(({ to }) => to === undefined).map(({ specifier }) => specifier);
  assertEquals([...new Set(packages)].sort(), [
    "@logtape/logtape",
    "@nats-io/jetstream",
    "@nats-io/transport-node",
    "@peculiar/x509",
    "@std/cli/parse-args",
    "@std/cli/unicode-width",
    "@std/fmt/colors",
    "bonjour-service",
    "node:crypto",
    "node:dgram",
    "node:dns/promises",
    "node:events",
    "node:net",
    "node:process",
    "node:readline",
    "node:sqlite",
    "node:stream",
    "node:tls",
    "prom-client",
    "reflect-metadata",
  ]);
});

Deno.test("no module but the edges meets the system, the clock, timers or chance", async () => {
  const wrong: string[] = [];
  for (const path of modules) {
    if (EDGES.includes(path)) continue;
    const found = OUTSIDE.exec(await code(path));
    if (found) wrong.push(`${path}: ${found[0]}`);
  }
  assertEquals(wrong, []);
});

Deno.test("each module in the source directories is part of the program", async () => {
  const found: string[] = [...TOP];
  for (const directory of PARTS) {
    for await (const path of sources(directory)) found.push(path);
  }
  assertEquals(found.sort(), modules);
});

Deno.test("the program ends in one place only", async () => {
  const exits: string[] = [];
  for (const path of modules) {
    if (/\bDeno\.exit\b|\bprocess\.exit\b/.test(await code(path))) exits.push(path);
  }
  assertEquals(exits, ["main.ts"]);
});
