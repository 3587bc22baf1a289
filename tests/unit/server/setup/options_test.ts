import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../../common/cli/command_line.ts";
import { stateFile } from "../../../../common/cli/state_folder.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";
import { DEFAULT_LIMITS } from "../../../../server/limits.ts";
import {
  readServerOptions,
  SERVER_COMMAND_LINE,
  type ServerOptions,
} from "../../../../server/setup/options.ts";
import { LOG_LEVELS } from "../../../../server/log.ts";

function read(args: string[], variables: Record<string, string> = {}): ServerOptions {
  return readServerOptions(parseArguments(SERVER_COMMAND_LINE, args), (name) => variables[name]);
}

function fault(...args: string[]): string {
  return assertThrows(() => read(args), UsageError).message;
}

Deno.test("without options the hub listens on loopback, with a moderate rate limit", () => {
  assertEquals(read([]), {
    address: { hostname: "127.0.0.1", port: 3000 },
    lang: "en",
    rateLimit: { rate: 5, burst: 10 },
    limits: DEFAULT_LIMITS,
    trusted: [],
    hasConnectionLimit: false,
    history: 50,
    grace: 120_000,
    webGrace: 900_000,
    qr: "auto",
    hasIrc: true,
    web: { hosts: [] },
    logLevel: "info",
  });
});

Deno.test("options and address are accepted in any order", () => {
  const expected: ServerOptions = {
    address: { hostname: "::", port: 0 },
    lang: "es",
    rateLimit: { rate: 20, burst: 0 },
    limits: { ...DEFAULT_LIMITS, frame: 8192, stall: 20_000 },
    trusted: ["192.0.2.7", "2001:db8::1"],
    hasConnectionLimit: false,
    history: 0,
    grace: 5000,
    webGrace: 3_600_000,
    qr: "never",
    hasIrc: true,
    web: { hosts: ["chat.example.org", "192.0.2.9"] },
    logLevel: "debug",
  };
  const flags = ["--rate", "20", "--burst=0", "--lang", "es", "--log=debug", "--history", "0"];
  flags.push(
    "--grace",
    "5",
    "--web-grace=3600",
    "--qr",
    "never",
    "--max-frame=8K",
    "--stall",
    "20",
  );
  flags.push("--trusted", "::ffff:192.0.2.7, 2001:DB8:0::1");
  flags.push("--web-host", "chat.example.org:8443, 192.0.2.9");
  assertEquals(read([...flags, "::", "0"]), expected);
  assertEquals(read(["::", ...flags, "0"]), expected);
});

Deno.test("--no-irc keeps IRC clients out", () => {
  assertEquals(read(["--no-irc"]).hasIrc, false);
});

Deno.test("a name for browsers must be a name or an address, and --no-web turns the page off", () => {
  for (const value of ["*", "http://chat", "a b", "a..b", "ana@chat", ""]) {
    assertThrows(() => read([`--web-host=chat,${value}`]), UsageError);
  }
  assertEquals(
    fault("--web-host=*"),
    '--web-host must be a name or an address, or several separated by commas, not "*"',
  );
  assertEquals(read(["--no-web"]).web, undefined);
});

Deno.test("a trusted address must be an address, not a name or a network", () => {
  for (const value of ["localhost", "192.0.2.0/24", "192.0.2.7,,192.0.2.8", "fe80::1%eth0"]) {
    const bad = value.split(",").find((each) => !/^[\d.]+$/.test(each)) ?? "";
    assertEquals(
      fault(`--trusted=${value}`),
      `--trusted must be an IP address, or several separated by commas, not "${bad}"`,
    );
  }
});

Deno.test("proxies are addresses, of IPv6 too without the rest of their network, or networks", () => {
  const proxies = (value: string) => read([`--proxy-protocol=${value}`]).proxies;
  assertEquals(read([]).proxies, undefined);
  assertEquals(proxies("192.0.2.7, ::1,2001:DB8::7,::ffff:192.0.2.8"), [
    ...["192.0.2.7", "::1/128", "2001:db8::7/128", "192.0.2.8"],
  ]);
  assertEquals(proxies("10.1.0.0/16,fd00::/8"), ["10.1.0.0/16", "fd00::/8"]);
  for (const value of ["localhost", "10.0.0.0/33", "fe80::1%eth0", "192.0.2.7:80"]) {
    assertEquals(
      fault(`--proxy-protocol=192.0.2.7,${value}`),
      "--proxy-protocol must be an IP address or a network, or several separated by commas, " +
        `not "${value}"`,
    );
  }
  for (const tls of [["--tls"], ["--tls-cert=c", "--tls-key=k"]]) {
    assertEquals(
      fault("--proxy-protocol=192.0.2.7", ...tls),
      `--proxy-protocol and ${
        tls[0]!.replace("=c", "")
      } cannot be used together: the header comes ` +
        "before TLS, so let the proxy do the encryption",
    );
  }
  assertEquals(
    fault("--proxy-protocol=192.0.2.7", "--join"),
    "--proxy-protocol and --join cannot be used together",
  );
});

Deno.test("a hub may be announced only where others can reach it", () => {
  assertEquals(read(["0.0.0.0", "--announce"]).isAnnounced, true);
  assertEquals(read(["192.168.1.20:4000", "--announce"]).isAnnounced, true);
  assertEquals(read(["0.0.0.0"]).isAnnounced, undefined);
  for (const host of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "localhost", "4000"]) {
    assertEquals(
      fault(host, "--announce"),
      "--announce needs a hub that others can reach, but this one listens on this machine only: " +
        "use chat server 0.0.0.0 --announce",
    );
  }
});

Deno.test("the hub's language is that of the environment unless it is given", () => {
  assertEquals(read([], { LC_ALL: "es_MX" }).lang, "es");
  assertEquals(read(["--lang=en"], { LC_ALL: "es_MX" }).lang, "en");
});

Deno.test("files are given by options, and the password by the environment if no file has it", () => {
  const flags = ["--password-file", "in", "--mod-password-file=mod", "--motd-file", "motd"];
  const files = (args: string[], variables?: Record<string, string>) => {
    const { passwordFile, password, modPasswordFile, motdFile } = read(args, variables);
    return [passwordFile, password, modPasswordFile, motdFile];
  };
  assertEquals(files(flags, { CHAT_PASSWORD: "x" }), ["in", undefined, "mod", "motd"]);
  assertEquals(files([], { CHAT_PASSWORD: "x" }), [undefined, "x", undefined, undefined]);
  assertEquals("password" in read([], { CHAT_PASSWORD: "" }), false);
  assertEquals(fault("--password-file="), "--password-file needs a value");
  assertEquals(fault("--password", "x"), "unknown option --password");
});

Deno.test("every log level can be chosen", () => {
  for (const level of LOG_LEVELS) assertEquals(read(["--log", level]).logLevel, level);
});

Deno.test("the log may be in JSON, at any level", () => {
  const log = (value: string) => {
    const { logLevel, logFormat } = read(["--log", value]);
    return [logLevel, logFormat];
  };
  assertEquals(log("json"), ["info", "json"]);
  assertEquals([log("debug,json"), log("json,debug")], [["debug", "json"], ["debug", "json"]]);
  assertEquals(log("error"), ["error", undefined]);
  for (const value of ["debug,info", "xml", "debug,", ",", "json,xml"]) {
    const given = value.replace("json,", "");
    assertEquals(
      fault("--log", value),
      `--log must be one of debug, info, warning, error, json, not "${given}"`,
    );
  }
});

Deno.test("a history on disk is limited in messages or days, by default to a million messages", () => {
  assertEquals(read(["--db", "a b.db"]).db, { path: "a b.db", keep: { messages: 1_000_000 } });
  assertEquals(read(["--db=x", "--keep=90d"]).db?.keep, { days: 90 });
  assertEquals(read(["--keep", "1", "--db", "x"]).db?.keep, { messages: 1 });
  for (const value of ["0", "0d", "d", "90 d", "90D", "-1", "1.5", "36501d", "1000000001", "x"]) {
    assertEquals(
      fault("--db", "x", `--keep=${value}`),
      `--keep must be a number of messages, or a number of days as in 90d, not "${value}"`,
    );
  }
  assertEquals(fault("--keep", "90d"), "--keep also needs --db / --nats");
  assertEquals(fault("--db="), "--db needs a value");
});

Deno.test("rate and burst are whole numbers up to a million", () => {
  assertEquals(read(["--rate", "1000000"]).rateLimit.rate, 1_000_000);
  assertEquals(
    fault("--rate", "1000001"),
    '--rate must be a whole number from 0 to 1000000, not "1000001"',
  );
  for (const value of ["fast", "1.5", "1e3", "0x10", " 5"]) {
    const expected = `--burst must be a whole number from 0 to 1000000, not "${value}"`;
    assertEquals(fault("--burst", value), expected);
  }
  assertEquals(fault("--rate=-1"), '--rate must be a whole number from 0 to 1000000, not "-1"');
});

Deno.test("values that are not valid are reported with their option", () => {
  assertEquals(fault("--lang", "fr"), '--lang must be one of en, es, not "fr"');
  assertEquals(
    fault("--log", "all"),
    '--log must be one of debug, info, warning, error, json, not "all"',
  );
  assertEquals(fault("--brust", "1"), "unknown option --brust: did you mean --burst?");
  assertEquals(fault("a", "1", "b"), 'unexpected argument "b"');
});

Deno.test("the host may join with a nick, and the log may go to a file", () => {
  const { join, logFile } = read(["--join", "--name", "ana", "--log-file", "hub.log"]);
  assertEquals([join, logFile], [{ nick: "ana" }, "hub.log"]);
  assertEquals(read(["--join"]).join, {});
  assertEquals("join" in read([]), false);
  assertEquals(fault("--name", "ana"), "--name also needs --join");
});

Deno.test("metrics listen on loopback unless a host is given", () => {
  assertEquals("metrics" in read([]), false);
  const of = (value: string) => read(["--metrics", value]).metrics;
  assertEquals(of("9090"), { hostname: "127.0.0.1", port: 9090 });
  assertEquals(of(":0"), { hostname: "127.0.0.1", port: 0 });
  assertEquals(of("0.0.0.0:9090"), { hostname: "0.0.0.0", port: 9090 });
  const expected = '--metrics must be HOST:PORT, or only a port, not "localhost"';
  assertEquals(fault("--metrics", "localhost"), expected);
  assertEquals(fault("--metrics"), "--metrics needs a value");
});

Deno.test("with --tls the hub keeps a certificate in the user's state folder", () => {
  const folders: Record<string, string> = { HOME: "/home/ana", LOCALAPPDATA: "C:\\ana" };
  const kept = stateFile("hub.pem", (name) => folders[name]);
  assert(kept);
  assertEquals(read(["--tls"], folders).tls, { kept });
  assertEquals("tls" in read([], { HOME: "/home/ana" }), false);
  assertEquals(
    fault("--tls"),
    "--tls has no folder to keep its certificate in: set HOME, or use --tls-cert and --tls-key",
  );
});

Deno.test("a given certificate needs its key, and no state folder", () => {
  const files = ["--tls-cert", "cert.pem", "--tls-key=key.pem"];
  const tls = { cert: "cert.pem", key: "key.pem" };
  assertEquals(read(files).tls, tls);
  assertEquals(read(["--tls", ...files]).tls, tls);
  assertEquals(fault("--tls-cert", "x"), "--tls-cert also needs --tls-key");
  assertEquals(fault("--tls", "--tls-key", "x"), "--tls-key also needs --tls-cert");
  assertEquals(fault("--tls-cert="), "--tls-cert needs a value");
});

Deno.test("hubs form a cluster by NATS servers and a name", () => {
  assertEquals(read(["--nats", "nats://a:1"]).nats, {
    servers: ["nats://a:1"],
    cluster: "chat",
    keep: { messages: 1_000_000 },
  });
  const flags = ["--nats=nats://a:1, tls://ana:se%2Ccret@[::1]:4222,nats://token@c"];
  flags.push(
    "--nats-creds",
    "hub.creds",
    "--nats-ca=ca.pem",
    "--cluster",
    "team-1",
    "--keep",
    "9d",
  );
  assertEquals(read(flags).nats, {
    servers: ["nats://a:1", "tls://ana:se%2Ccret@[::1]:4222", "nats://token@c"],
    creds: "hub.creds",
    ca: "ca.pem",
    cluster: "team-1",
    keep: { days: 9 },
  });
  assertEquals("nats" in read([]), false);
});

Deno.test("the options of NATS need --nats, and --db contradicts it", () => {
  assertEquals(fault("--nats-creds", "x"), "--nats-creds also needs --nats");
  assertEquals(fault("--nats-ca", "x"), "--nats-ca also needs --nats");
  assertEquals(fault("--cluster", "x"), "--cluster also needs --nats");
  assertEquals(
    fault("--nats", "nats://a", "--db", "x"),
    "--db and --nats cannot be used together: with --nats, the NATS servers keep the history",
  );
  for (const name of ["a.b", "a b", "ñ", "a".repeat(33), "*"]) {
    assertEquals(
      fault("--nats", "nats://a", "--cluster", name),
      `--cluster must be a name of at most 32 characters, of a to z, 0 to 9, - and _, not "${name}"`,
    );
  }
});

Deno.test("an invalid address of a NATS server is shown without what may be a password", () => {
  const bad = (value: string) =>
    `--nats must be nats://HOST:PORT or tls://HOST:PORT, or several separated by commas, not "${value}"`;
  for (
    const value of ["a:4222", "http://a", "nats://", "nats://a:0", "nats://a:65536", "nats://a/b"]
  ) {
    assertEquals(fault("--nats", value), bad(value));
  }
  assertEquals(fault("--nats", "nats://a,"), bad(""));
  assertEquals(fault("--nats", "nats://a,b"), bad("b"));
  assertEquals(fault("--nats", "nats://ana:secret@a:x"), bad("…@a:x"));
  assertEquals(fault("--nats", "nats://ana:sec,ret@a"), bad("…"));
  assertEquals(fault("--nats", "nats://ana:sec%ret@a"), bad("…@a"));
  assertEquals(fault("--nats", "nats://:secret@a"), bad("…@a"));
});
