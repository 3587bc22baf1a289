/** The rules of the source tree: which module may import which, and which ones may use the system. */

import { assert, assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments, useStandIns } from "../../tools/deno.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
/**
 * The rooms of each part, the lowest rank first: a folder ends in a slash. An import goes to the same room or to a lower rank,
 * imports of types included.
 */
const RANKS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  common: [
    ["common/defined.ts", "common/rate_limit.ts", "common/result.ts"],
    ["common/protocol/"],
    ["common/i18n/", "common/mdns/"],
    ["common/cli/"],
  ],
  server: [
    [
      "server/types.ts",
      "server/clock.ts",
      "server/log.ts",
      "server/dialect/",
    ],
    [
      "server/accept_loop.ts",
      "server/log_limit.ts",
      "server/limits.ts",
      "server/history/",
      "server/files/",
    ],
    ["server/model/"],
    ["server/cluster/"],
    ["server/chat/"],
    ["server/commands/", "server/dialect/irc/"],
    ["server/hub/"],
    ["server/web/"],
    ["server/net/", "server/metrics/"],
    ["server/setup/"],
    ["server/run.ts"],
    ["server/host.ts"],
    ["server/mod.ts", "server/archive/"],
  ],
  client: [
    ["client/terminal/", "client/net/"],
    ["client/session/"],
    ["client/trust/", "client/ui/", "client/script/"],
    ["client/options.ts"],
    ["client/discover/", "client/doctor/"],
    ["client/run.ts"],
    ["client/mod.ts"],
  ],
  web: [["web/"]],
};

/** The other parts that a part may import. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  common: [],
  server: ["common"],
  client: ["common"],
  web: ["common", "client"],
};

/** The modules that import packages other than @std, and which. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "client/doctor/connect.ts": ["node:net"],
  "client/ui/emoji.ts": ["gemoji"],
  "client/net/tls.ts": ["node:crypto", "node:net", "node:tls"],
  "client/net/tls_socket.ts": ["node:tls"],
  "common/cli/qr.ts": ["uqr"],
  "common/cli/width.ts": ["get-east-asian-width"],
  "common/cli/lookup.ts": ["node:dns", "node:util"],
  "common/mdns/multicast.ts": ["bonjour-service", "node:dgram", "node:events"],
  "server/cluster/nats/client.ts": ["@nats-io/jetstream", "@nats-io/transport-node"],
  "server/cluster/nats/failures.ts": ["@nats-io/jetstream", "@nats-io/transport-node"],
  "server/cluster/nats/stream_reader.ts": ["@nats-io/jetstream", "@nats-io/transport-node"],
  "server/cluster/nats/streams.ts": ["@nats-io/jetstream"],
  "server/cluster/nats/transport.ts": ["@nats-io/transport-node"],
  "server/archive/backup.ts": ["node:sqlite"],
  "server/archive/export.ts": ["node:fs", "node:sqlite"],
  "server/archive/forget.ts": ["node:sqlite"],
  "server/history/database.ts": ["node:sqlite"],
  "server/history/erase.ts": ["node:sqlite"],
  "server/history/schema.ts": ["node:sqlite"],
  "server/history/statements.ts": ["node:sqlite"],
  "server/log.ts": ["@logtape/logtape"],
  "server/metrics/mod.ts": ["node:process"],
  "server/metrics/registry.ts": ["prom-client"],
  "server/mod.ts": ["node:fs"],
  "server/web/door.ts": ["node:crypto"],
  "server/web/http.ts": ["node:http"],
  "server/web/page.ts": ["node:crypto", "node:zlib"],
  "server/web/websocket.ts": ["node:buffer", "ws"],
  "server/setup/certificate.ts": ["@peculiar/x509", "node:crypto", "reflect-metadata"],
  "server/setup/secrets.ts": ["node:crypto"],
};

/** The modules that use the system, clocks, timers or random numbers. The others are given what they need. */
const EDGES: readonly string[] = [
  "client/discover/browse.ts",
  "client/doctor/connect.ts",
  "client/doctor/mod.ts",
  "client/mod.ts",
  "client/net/connection.ts",
  "client/net/dial.ts",
  "client/net/probe.ts",
  "client/net/tls.ts",
  "client/net/tls_socket.ts",
  "client/run.ts",
  "client/session/session_file.ts",
  "client/terminal/ask.ts",
  "client/terminal/job_control.ts",
  "client/terminal/tty.ts",
  "client/trust/known_hubs.ts",
  "client/trust/mod.ts",
  "client/ui/input_history_file.ts",
  "client/ui/interactive.ts",
  "common/cli/faults.ts",
  "common/cli/files.ts",
  "common/cli/hub_notes.ts",
  "common/cli/libc.ts",
  "common/cli/lookup.ts",
  "common/cli/output.ts",
  "common/cli/own_files.ts",
  "common/cli/privileges.ts",
  "common/cli/signals.ts",
  "common/cli/state_folder.ts",
  "common/cli/tell.ts",
  "common/cli/terminal.ts",
  "common/cli/timers.ts",
  "common/mdns/multicast.ts",
  "common/mdns/networks.ts",
  "main.ts",
  "server/archive/backup.ts",
  "server/archive/export.ts",
  "server/archive/progress.ts",
  "server/clock.ts",
  "server/cluster/nats/mod.ts",
  "server/cluster/nats/transport.ts",
  "server/files/worker.ts",
  "server/history/database.ts",
  "server/metrics/descriptors.ts",
  "server/metrics/mod.ts",
  "server/metrics/server.ts",
  "server/mod.ts",
  "server/net/connection.ts",
  "server/net/direct_send.ts",
  "server/net/listener.ts",
  "server/net/keep_alive.ts",
  "server/net/open_file_limit.ts",
  "server/net/pace.ts",
  "server/net/socket.ts",
  "server/net/tcp_socket.ts",
  "server/net/tls_socket.ts",
  "server/run.ts",
  "server/setup/certificate.ts",
  "server/setup/check.ts",
  "server/setup/mdns.ts",
  "server/setup/secrets.ts",
  "server/setup/service_manager.ts",
  "server/web/door.ts",
  "server/web/page.ts",
];

/** The edges that run in a browser too. */
const BROWSER_EDGES: readonly string[] = ["client/net/connection.ts", "common/cli/timers.ts"];
const PAGE_EXCLUDES = EDGES.filter((path) => !BROWSER_EDGES.includes(path));

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
  /** Path of the importing module, from the root of the project. */
  from: string;
  /** As in the source. */
  specifier: string;
  /** Whether it is loaded only when it is needed: a dynamic import, or one of types. */
  isLazy: boolean;
  /** Path of the imported module; undefined for a package. */
  to: string | undefined;
}

interface Dependency {
  specifier: string;
  isDynamic?: boolean;
  code?: { specifier?: string };
  type?: { specifier?: string };
}

/** Every import of every module of a program, including imports of types. */
async function readImports(main: string): Promise<{ modules: string[]; imports: Import[] }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: denoArguments("info", ["--json", main], await useStandIns()),
    cwd: ROOT,
    stderr: "null",
  });
  const { success, stdout } = await command.output();
  assert(success, `deno info ${main} failed: run it to see why`);
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
      dependencies.map(({ specifier, code, type, isDynamic = false }) => ({
        from: path,
        specifier,
        isLazy: isDynamic || code === undefined,
        to: ownPath(code?.specifier ?? type?.specifier ?? ""),
      }))
    ),
  };
}

/** A module's path from the root of the project; undefined for packages and the stand-ins of @std. */
function ownPath(specifier: string): string | undefined {
  const root = new URL("../../", import.meta.url).href;
  if (!specifier.startsWith(root)) return undefined;
  const path = specifier.slice(root.length);
  return path.startsWith("tools/stand_ins/") ? undefined : path;
}

/** `server`, `client` or `common`; for a module at the top, the module itself. */
const part = (path: string) => path.includes("/") ? path.slice(0, path.indexOf("/")) : path;

/** The room of a module, and the index of its rank. */
function place(path: string): { rank: number; room: string } {
  const ranks = RANKS[part(path)] ?? [];
  // A folder may have a rank of its own within another: the higher rank comes first.
  for (const [rank, rooms] of [...ranks.entries()].reverse()) {
    const room = rooms.find((room) => room.endsWith("/") ? path.startsWith(room) : path === room);
    if (room !== undefined) return { rank, room };
  }
  throw new Error(`${path} is not in a room of RANKS: add it there`);
}

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

/** Fails with the rule, and a line for each case that breaks it. */
function assertNone(cases: readonly string[], rule: string): void {
  assert(cases.length === 0, `${rule}\n${cases.map((each) => `  ${each}\n`).join("")}`);
}

const { modules, imports } = await readImports("main.ts");
const page = await readImports("web/main.ts");
const arrows = (wrong: Import[]) =>
  wrong.map(({ from, specifier }) => `${from} imports ${specifier}`);

Deno.test("an import goes to the same room or to a lower rank", () => {
  const wrong = [...imports, ...page.imports].filter(({ from, to }) => {
    if (to === undefined || !(part(from) in RANKS)) return false;
    if (part(from) !== part(to)) return !BELOW[part(from)]?.includes(part(to));
    const [here, there] = [place(from), place(to)];
    return here.room !== there.room && there.rank >= here.rank;
  });
  assertNone(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    "An import may only go to the same room or to a lower rank (RANKS, BELOW):",
  );
});

Deno.test("the page uses only what is pure of the program, and no packages", () => {
  const loaded = new Set(["web/main.ts"]);
  const wrong: Import[] = [];
  for (const path of loaded) {
    for (const each of page.imports.filter(({ from, isLazy }) => from === path && !isLazy)) {
      if (each.to === undefined || PAGE_EXCLUDES.includes(each.to)) wrong.push(each);
      else loaded.add(each.to);
    }
  }
  assertNone(arrows(wrong), "Split off the part that the page needs:");
});

Deno.test("no import is part of a circle", () => {
  const imported = new Map([...modules, ...page.modules].map((path) => [path, new Set<string>()]));
  for (const { from, to } of [...imports, ...page.imports]) {
    if (to !== undefined) imported.get(from)?.add(to);
  }
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, above: readonly string[]) => {
    if (above.includes(path)) {
      circles.push([...above.slice(above.indexOf(path)), path].join(" imports "));
      return;
    }
    if (done.has(path)) return;
    for (const next of imported.get(path) ?? []) visit(next, [...above, path]);
    done.add(path);
  };
  for (const path of imported.keys()) visit(path, []);
  assertNone(circles, "Modules must not import each other in a circle, not even types:");
});

Deno.test("no module imports main.ts", () => {
  const toTop = imports.filter(({ to = "" }) => to === "main.ts");
  assertNone(arrows(toTop), "Only main.ts joins the server and the client:");
});

Deno.test("main.ts loads a subcommand's code only when it runs", () => {
  const loaded = imports.filter(({ from, isLazy }) => from === "main.ts" && !isLazy);
  assertEquals(loaded.map(({ to }) => to), ["common/cli/output.ts", "deno.json"]);
  assertNone(
    arrows(imports.filter(({ from }) => from === "common/cli/output.ts")),
    "It is loaded at every start, so it imports nothing:",
  );
});

Deno.test("packages other than @std are imported only by the modules that wrap them", () => {
  const wrong = imports.filter(({ from, specifier, to }) =>
    to === undefined && !specifier.startsWith("@std/") && !PACKAGES[from]?.includes(specifier)
  );
  assertNone(arrows(wrong), "A package may be imported only where PACKAGES allows it:");
});

Deno.test("the program contains no package that is only for tests", () => {
  const packages = imports.filter(({ to }) => to === undefined).map(({ specifier }) => specifier);
  assertEquals([...new Set(packages)].sort(), [
    "@logtape/logtape",
    "@nats-io/jetstream",
    "@nats-io/transport-node",
    "@peculiar/x509",
    "@std/cli/parse-args",
    "@std/fmt/colors",
    "bonjour-service",
    "gemoji",
    "get-east-asian-width",
    "node:buffer",
    "node:crypto",
    "node:dgram",
    "node:dns",
    "node:events",
    "node:fs",
    "node:http",
    "node:net",
    "node:process",
    "node:sqlite",
    "node:tls",
    "node:util",
    "node:zlib",
    "prom-client",
    "reflect-metadata",
    "uqr",
    "ws",
  ]);
});

Deno.test("only the edges use the system, clocks, timers or random numbers", async () => {
  const wrong: string[] = [];
  for (const path of modules) {
    if (EDGES.includes(path)) continue;
    const found = OUTSIDE.exec(await code(path));
    if (found) wrong.push(`${path} uses ${found[0]}`);
  }
  assertNone(wrong, "Pass it in as a value or a function, or add the module to EDGES:");
});

Deno.test("no module makes what takes long when it is loaded: a formatter or segmenter of Intl", async () => {
  const wrong: string[] = [];
  for (const path of modules) {
    if (/^(?:export )?const .*\bnew Intl\./m.test(await code(path))) wrong.push(path);
  }
  assertNone(wrong, "Make it when it is first used, as in common/protocol/graphemes.ts:");
});

Deno.test("each module in the source folders is part of the program", async () => {
  const found: string[] = ["main.ts"];
  for (const directory of Object.keys(RANKS)) {
    for await (const path of sources(directory)) found.push(path);
  }
  const used = [...modules, ...page.modules];
  const unused = found.filter((path) => !used.includes(path)).sort();
  assertNone(unused, "These modules are not part of the program or the page (deno info):");
  assertNone(used.filter((path) => !found.includes(path)), "These modules are in no part:");
});

Deno.test("only main.ts ends the program", async () => {
  const exits: string[] = [];
  for (const path of modules) {
    if (/\bDeno\.exit\b|\bprocess\.exit\b/.test(await code(path))) exits.push(path);
  }
  assertEquals(exits, ["main.ts"], "modules that call Deno.exit or process.exit");
});
