/** The configuration in deploy/ is valid, and its parts agree with each other and with the program. No container is built. */

import { assertEquals, assertMatch } from "@std/assert";
import { resolve } from "node:path";
import { parse } from "yaml";
import { parseArguments } from "../../common/cli/command_line.ts";
import { DOCTOR_COMMAND_LINE, readDoctorOptions } from "../../client/doctor/options.ts";
import { readServerOptions, SERVER_COMMAND_LINE } from "../../server/setup/options.ts";
import { works } from "../support/confined.ts";
import { chat, Program, runChat } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const DEPLOY = resolve(import.meta.dirname!, "../../deploy");
const UNITS = ["chat.service", "cluster/chat-hub.service", "cluster/chat-nats.service"];
/** The user without privileges in distroless images. */
const NOBODY = "65532:65532";
const EXECUTABLE = "/usr/local/bin/chat";

const isSystemdHere = works("the units, by systemd", ["systemd-analyze", "--version"]);

/** The settings of a unit, each with all its values. */
async function readUnit(name: string): Promise<Map<string, string[]>> {
  const settings = new Map<string, string[]>();
  for (const line of (await Deno.readTextFile(`${DEPLOY}/${name}`)).split("\n")) {
    const [, key = "", value = ""] = line.match(/^(\w+)=(.*)$/) ?? [];
    if (key) settings.set(key, [...settings.get(key) ?? [], value]);
  }
  return settings;
}

/** The instructions of the Dockerfile, with their arguments. */
async function readDockerfile(): Promise<[name: string, args: string][]> {
  const text = await Deno.readTextFile(`${DEPLOY}/Dockerfile`);
  const lines = text.replace(/^#.*\n/gm, "").replace(/\\\n\s*/g, "").split("\n");
  return lines.filter((line) => line !== "").map((line) => {
    const [, name = "", args = ""] = line.match(/^([A-Z]+) (.+)$/) ?? [];
    return [name, args];
  });
}

interface Service {
  command: string[];
  ports: string[];
  volumes: string[];
  secrets?: string[];
  user: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt?: string[];
  logging?: unknown;
  healthcheck?: { test: string[] };
  build?: { context: string; dockerfile: string };
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  secrets?: Record<string, { file: string }>;
}

async function readCompose(name: string): Promise<Compose> {
  return parse(await Deno.readTextFile(`${DEPLOY}/${name}`), { merge: true });
}

/** The options that the program reads from the arguments of `chat server`. Throws if one is invalid. */
function serverOptions(args: string[]) {
  const given = parseArguments(SERVER_COMMAND_LINE, args);
  const environment = (name: string) => /STATE|LOCAL/.test(name) ? "/var/lib/chat" : undefined;
  return readServerOptions(given, environment);
}

/** The options that `chat doctor` reads from the command of a health check. */
function doctorOptions([executable, subcommand, ...args]: string[]) {
  assertEquals([executable, subcommand], [EXECUTABLE, "doctor"]);
  return readDoctorOptions(parseArguments(DOCTOR_COMMAND_LINE, args), () => undefined);
}

const BOUNDED_LOG = {
  driver: "json-file",
  options: { "max-size": "10m", "max-file": "5" },
};

/** Asserts that the health check of a service asks whether its hub answers, and no more. */
function assertAsksItself({ healthcheck }: Service, port: number): void {
  const [kind, ...check] = healthcheck?.test ?? [];
  const { address, isAnswerEnough } = doctorOptions(check);
  assertEquals([kind, address, isAnswerEnough], ["CMD", { hostname: "127.0.0.1", port }, true]);
}

Deno.test("the program accepts the options of the hubs in the units", async () => {
  for (const name of UNITS.slice(0, 2)) {
    const [command = ""] = (await readUnit(name)).get("ExecStart") ?? [];
    const [executable, subcommand, ...args] = command
      .replace("${CHAT_NATS}", "tls://n1:4222,tls://n2:4222").split(" ");
    assertEquals([executable, subcommand], [EXECUTABLE, "server"]);
    const options = serverOptions(args);
    assertEquals(options.address, { hostname: "::", port: 3000 }, name);
    assertEquals(options.tls !== undefined, true);
    assertMatch(options.passwordFile!, /\/password$/);
    assertMatch(options.modPasswordFile!, /\/mod-password$/);
    const allowed = (await readUnit(name)).get("SocketBindAllow");
    assertEquals(allowed, [`tcp:${options.address.port}`, `tcp:${options.metrics?.port}`]);
  }
});

Deno.test({
  name: "systemd accepts the units, and rates those of the hubs as well confined",
  ignore: !isSystemdHere,
  async fn() {
    await using folder = await tempDirectory();
    const paths: string[] = [];
    for (const name of UNITS) {
      const path = `${folder.path}/${name.replace("cluster/", "")}`;
      const text = await Deno.readTextFile(`${DEPLOY}/${name}`);
      // The executables and the user of NATS do not exist here.
      const here = text.replace(/^(ExecStart=)\S+/gm, `$1${Deno.execPath()}`)
        .replace(/^(?:User|Group)=nats$/gm, "");
      await Deno.writeTextFile(path, here);
      paths.push(path);
    }
    await using verified = new Program(["systemd-analyze", "verify", "--man=no", ...paths]);
    assertEquals([(await verified.exit()).code, verified.stderr()], [0, ""]);
    // The threshold is in tenths; 100 is a unit that confines nothing.
    const args = ["security", "--offline=true", "--threshold=15", "--no-pager"];
    for (const path of paths.slice(0, 2)) {
      await using rated = new Program(["systemd-analyze", ...args, path]);
      assertEquals((await rated.exit()).code, 0, rated.stdout().slice(-200));
    }
  },
});

Deno.test("the unit is told when the hub is ready, and the hub is told to read its files again", async () => {
  for (const name of UNITS.slice(0, 2)) {
    const unit = await readUnit(name);
    const values = ["Type", "ExecReload", "WatchdogSec"].map((key) => unit.get(key));
    assertEquals(values, [["notify"], ["/bin/kill -HUP $MAINPID"], ["30"]], name);
    assertMatch(unit.get("RestrictAddressFamilies")![0]!, /\bAF_UNIX\b/); // for the notifications
    assertMatch(unit.get("EnvironmentFile")![0]!, /^-?\/etc\/chat\/hub\.env$/);
  }
});

Deno.test("the command of the unit is a hub with a password and a history, over TLS", async () => {
  await using state = await tempDirectory();
  for (const [name, text] of [["password", "sesamo\n"], ["mod-password", "mando\n"]] as const) {
    await Deno.writeTextFile(`${state.path}/${name}`, text, { mode: 0o600 });
  }
  const unit = await readUnit("chat.service");
  const [, , , port, ...args] = unit.get("ExecStart")![0]!
    .replaceAll(/\$\{(?:STATE|CREDENTIALS)_DIRECTORY\}/g, state.path)
    .replace("127.0.0.1:9090", "127.0.0.1:0").split(" ");
  assertEquals(port, "3000");
  const env = { XDG_STATE_HOME: `${state.path}/state` };
  await using hub = new Program(chat("server", "127.0.0.1", "0", ...args), { env });
  const [, line] = await hub.untilStdout(/^ {2}chat (client .+ --tls sha256:.+)$/m);
  const client = [...line!.split(" "), "--send", "hola"];
  assertEquals((await runChat(client, { env })).code, 3); // without the password
  const joined = await runChat(client, { env: { ...env, CHAT_PASSWORD: "sesamo" } });
  assertEquals([joined.code, joined.stderr], [0, ""]);
  hub.kill("SIGTERM");
  assertEquals((await hub.exit()).code, 0);
  assertEquals((await Deno.stat(`${state.path}/history.db`)).isFile, true);
});

Deno.test("the image runs the executable without privileges, and checks the hub that it starts", async () => {
  const instructions = await readDockerfile();
  const known = "FROM WORKDIR COPY RUN ENV VOLUME USER EXPOSE HEALTHCHECK ENTRYPOINT CMD".split(
    " ",
  );
  assertEquals(instructions.filter(([name]) => !known.includes(name)), []);
  const last = (wanted: string) => instructions.findLast(([name]) => name === wanted)?.[1] ?? "";
  assertMatch(last("FROM"), /^gcr\.io\/distroless\/cc-debian\d+:nonroot$/); // the executable needs glibc
  assertEquals(last("USER"), NOBODY);
  assertEquals(JSON.parse(last("ENTRYPOINT")), [EXECUTABLE]);

  const [subcommand, ...args] = JSON.parse(last("CMD")) as string[];
  assertEquals(subcommand, "server");
  const { address, db } = serverOptions(args);
  assertEquals(last("EXPOSE"), String(address.port));
  assertEquals(db?.path, `${last("VOLUME")}/history.db`);
  assertEquals(last("ENV"), `XDG_STATE_HOME=${last("VOLUME")}`);
  const copied = instructions.filter(([name]) => name === "COPY").map(([, args]) => args);
  assertEquals(copied.some((args) => args.endsWith(` ${EXECUTABLE}`)), true);
  assertEquals(copied.some((args) => args.includes(NOBODY) && args.endsWith(last("VOLUME"))), true);
  const [, check = ""] = last("HEALTHCHECK").match(/CMD (\[.*\])$/) ?? [];
  const { address: asked, isAnswerEnough } = doctorOptions(JSON.parse(check));
  assertEquals([asked, isAnswerEnough], [{ ...address, hostname: "127.0.0.1" }, true]);
});

Deno.test("the hub of the compose file agrees with its image, and can write only to its volume", async () => {
  const { services, secrets, volumes } = await readCompose("compose.yaml");
  const hub = services["hub"]!;
  assertEquals(hub.build, { context: "..", dockerfile: "deploy/Dockerfile" });
  assertEquals([hub.user, hub.read_only, hub.cap_drop], [NOBODY, true, ["ALL"]]);
  assertEquals(hub.security_opt, ["no-new-privileges:true"]);
  const { address, db, tls, passwordFile, modPasswordFile } = serverOptions(hub.command.slice(1));
  assertEquals(address.hostname, "::");
  assertEquals(hub.ports, [`${address.port}:${address.port}`]);
  assertEquals(hub.logging, BOUNDED_LOG);

  const volume = (await readDockerfile()).find(([name]) => name === "VOLUME")?.[1];
  assertEquals(hub.volumes, [`state:${volume}`]);
  assertEquals(Object.keys(volumes), ["state"]);
  assertEquals(tls && "kept" in tls && tls.kept.file, `${volume}/chat/hub.pem`);
  assertEquals(db?.path, `${volume}/history.db`);
  assertEquals([passwordFile, modPasswordFile], hub.secrets?.map((name) => `/run/secrets/${name}`));
  const files = { password: { file: "./password" }, "mod-password": { file: "./mod-password" } };
  assertEquals(secrets, files);
  assertAsksItself(hub, address.port);
});

Deno.test("the hubs of the cluster's compose file have their own ports, and are confined", async () => {
  const { services } = await readCompose("cluster/compose.yaml");
  const hubs = Object.values(services).filter(({ command }) => command.includes("server"));
  assertEquals(hubs.map(({ ports }) => ports[0]), ["3001:3000", "3002:3000", "3003:3000"]);
  for (const { logging } of Object.values(services)) assertEquals(logging, BOUNDED_LOG);
  for (const hub of hubs) {
    const [executable, subcommand, ...args] = hub.command;
    assertEquals([executable, subcommand, hub.read_only, hub.cap_drop], [
      EXECUTABLE,
      "server",
      true,
      ["ALL"],
    ]);
    const nats = args.map((arg) => arg.replaceAll("${HUB_PASSWORD:?}", "for-hubs"));
    const { address, nats: cluster, modPasswordFile } = serverOptions(nats);
    assertEquals([address.hostname, cluster?.servers.length], ["::", 3]);
    assertEquals([modPasswordFile], hub.secrets?.map((name) => `/run/secrets/${name}`));
    assertAsksItself(hub, address.port);
  }
});
