/** The order of the checks, over a simulated network. */

import { assertEquals } from "@std/assert";
import { type Instruments, type Probe, runChecks } from "../../../../client/doctor/checks.ts";
import type {
  CertificateInfo,
  ConnectAttempt,
  Finding,
  Target,
  TlsResult,
} from "../../../../client/doctor/findings.ts";
import type { PageResult } from "../../../../client/doctor/page_check.ts";
import type { ProbeResult } from "../../../../client/net/probe_reader.ts";
import { formatAddress } from "../../../../common/cli/address.ts";

const WELL: ProbeResult = { kind: "hub", hub: "chat 1", protocol: 1, people: 0, isTried: false };
const FULL: ProbeResult = { kind: "bye", code: "server_full", params: {}, text: "full" };
const CERTIFICATE: CertificateInfo = {
  fingerprint: "sha256:00",
  version: "TLSv1.3",
  name: "hub.lan",
  isSelfIssued: true,
  issuer: "",
  from: 0,
  until: 1,
};
const TRUSTED: TlsResult = { kind: "trusted", by: "system", certificate: CERTIFICATE };

interface World {
  hosts?: string[];
  /** By address; any other connects. */
  outcomes?: Record<string, ConnectAttempt["outcome"]>;
  /** For one probe each; the last repeats. */
  results?: ProbeResult[];
  tlsResult?: TlsResult;
  overTls?: ProbeResult;
  own?: string[];
  /** Addresses of hubs that were encrypted before. */
  known?: string[];
  page?: PageResult;
}

async function check(
  target: Partial<Target>,
  { hosts, outcomes = {}, results = [WELL], tlsResult, overTls = WELL, own = [], known = [], page }:
    World,
): Promise<{ findings: Finding[]; done: string[] }> {
  const done: string[] = [];
  const left = [...results];
  const probeOf = (name: string): Probe => ({ maySendPassword }) => {
    done.push(`probed ${name}${maySendPassword ? " with the password" : ""}`);
    if (name === "tls") return Promise.resolve(overTls);
    return Promise.resolve(left.length > 1 ? left.shift()! : left[0]!);
  };
  const instruments: Instruments = {
    resolve: () => Promise.resolve(hosts ? { kind: "found", hosts } : { kind: "address" }),
    connect: async (address, connected) => {
      const name = formatAddress(address);
      const outcome = outcomes[name] ?? { kind: "connected", milliseconds: 1 };
      if (outcome.kind === "connected") {
        await connected(probeOf(name));
        done.push(`closed ${name}`);
      }
      return { host: address.hostname, outcome };
    },
    checkTls: () =>
      Promise.resolve({
        result: tlsResult ?? { kind: "not_tls" },
        ...(tlsResult?.kind === "trusted" ? { probe: probeOf("tls") } : {}),
      }),
    ...(page ? { checkPage: () => Promise.resolve(page) } : {}),
    isOwn: (host) => own.includes(host),
    isKnown: (address) => Promise.resolve(known.includes(formatAddress(address))),
  };
  const findings = await Array.fromAsync(
    runChecks(
      { address: { hostname: "hub.lan", port: 4000 }, hasPassword: false, ...target },
      instruments,
    ),
  );
  return { findings, done };
}

const steps = (findings: Finding[]) => findings.map(({ step }) => step);
const REFUSED = { kind: "refused" } as const;

Deno.test("only one of several connections is probed", async () => {
  const { findings, done } = await check({}, { hosts: ["192.0.2.1", "2001:db8::1"] });
  assertEquals(steps(findings), ["resolve", "connect", "probe"]);
  assertEquals(done.filter((each) => each.startsWith("probed")), [
    "probed 192.0.2.1:4000 with the password",
  ]);
  assertEquals(done.length, 3);
});

Deno.test("the page is asked for last, of a hub that answered, and with or without TLS as the hub", async () => {
  const page: PageResult = { kind: "works" };
  const plain = await check({}, { page });
  assertEquals(plain.findings.at(-1), { step: "page", isEncrypted: false, result: page });
  assertEquals(plain.done.at(-1), "closed hub.lan:4000");
  const encrypted = await check({ tls: {} }, { page, tlsResult: TRUSTED });
  assertEquals(encrypted.findings.at(-1), { step: "page", isEncrypted: true, result: page });
  const none = await check({}, { page, results: [FULL] });
  assertEquals(steps(none.findings), ["resolve", "connect", "probe"]);
});

Deno.test("the first connection that opens is probed", async () => {
  const { findings, done } = await check({}, {
    hosts: ["192.0.2.1", "2001:db8::1"],
    outcomes: { "192.0.2.1:4000": REFUSED },
  });
  assertEquals(steps(findings), ["resolve", "connect", "probe"]);
  assertEquals(done[0], "probed [2001:db8::1]:4000 with the password");
});

Deno.test("a full hub is probed again after our other connections are closed", async () => {
  const hosts = ["192.0.2.1", "2001:db8::1"];
  const again = await check({}, { hosts, results: [FULL, WELL] });
  assertEquals(again.findings.at(-1), { step: "probe", isEncrypted: false, result: WELL });
  const full = await check({}, { hosts, results: [FULL] });
  assertEquals(full.findings.at(-1), { step: "probe", isEncrypted: false, result: FULL });
  const { done } = await check({}, { hosts: ["192.0.2.1"], results: [FULL] });
  assertEquals(done.length, 2, "there was only one");
});

Deno.test("an unknown name ends the checks", async () => {
  const instruments = {
    resolve: () => Promise.resolve({ kind: "unknown" }),
  } as unknown as Instruments;
  const target = { address: { hostname: "x", port: 1 }, hasPassword: false };
  assertEquals(await Array.fromAsync(runChecks(target, instruments)), [
    { step: "resolve", resolution: { kind: "unknown" } },
  ]);
});

Deno.test("at most 8 addresses of a name are tried", async () => {
  const hosts = Array.from({ length: 50 }, (_, index) => `192.0.2.${index}`);
  const { findings } = await check({}, { hosts });
  const [, connect] = findings;
  assertEquals(connect?.step === "connect" && connect.attempts.length, 8);
});

Deno.test("over TLS only a trusted hub is probed, with the password", async () => {
  const trusted = await check({ tls: {} }, { tlsResult: TRUSTED });
  assertEquals(steps(trusted.findings), ["resolve", "connect", "tls", "probe"]);
  assertEquals(trusted.done, ["closed hub.lan:4000", "probed tls with the password"]);
  const distrusted = await check({ tls: {} }, {
    tlsResult: {
      kind: "distrusted",
      fault: "failure.tls_unknown",
      reason: "",
      certificate: CERTIFICATE,
    },
  });
  assertEquals(steps(distrusted.findings), ["resolve", "connect", "tls"]);
  assertEquals(distrusted.done, ["closed hub.lan:4000"]);
});

Deno.test("without the TLS asked for, a hub is probed without the password", async () => {
  const { findings, done } = await check({ tls: {} }, {});
  assertEquals(steps(findings), ["resolve", "connect", "tls", "probe"]);
  assertEquals(done.at(-2), "probed hub.lan:4000");
});

Deno.test("a hub that was encrypted before is only spoken to over TLS", async () => {
  for (
    const target of [
      { wasEncrypted: { knownIn: "known-hubs" } },
      { wasEncrypted: {}, tls: {} },
      { wasEncrypted: {}, tls: { caFile: "ca.pem" } },
      { wasEncrypted: {}, tls: { pin: "sha256:00" } },
    ]
  ) {
    const { findings, done } = await check(target, {});
    assertEquals(steps(findings), ["resolve", "connect", "tls"]);
    assertEquals(done, ["closed hub.lan:4000"]);
    const refused = await check(target, { outcomes: { "hub.lan:4000": REFUSED } });
    assertEquals([steps(refused.findings), refused.done], [["resolve", "connect"], []]);
  }
  // Without --tls, not even then with the password.
  const { done } = await check({ wasEncrypted: { knownIn: "known-hubs" } }, { tlsResult: TRUSTED });
  assertEquals(done.at(-1), "probed tls");
  const elsewhere = await check({}, {
    outcomes: { "hub.lan:4000": REFUSED },
    known: ["hub.lan:3000"],
  });
  assertEquals(elsewhere.done, []);
});

Deno.test("unexpected TLS is checked and probed without the password", async () => {
  const { findings, done } = await check({}, { results: [{ kind: "tls" }], tlsResult: TRUSTED });
  assertEquals(steps(findings), ["resolve", "connect", "probe", "tls", "probe"]);
  assertEquals(done.at(-1), "probed tls");
});

Deno.test("if all addresses refuse, the default port is tried, and loopback for this machine", async () => {
  const refused = { "hub.lan:4000": REFUSED };
  const usual = await check({}, { outcomes: refused });
  assertEquals(usual.findings.at(-1), {
    step: "elsewhere",
    address: { hostname: "hub.lan", port: 3000 },
    isOwn: false,
  });
  assertEquals(usual.done[0], "probed hub.lan:3000");
  const own = await check({}, { outcomes: refused, own: ["hub.lan"] });
  assertEquals(own.findings.at(-1), {
    step: "elsewhere",
    address: { hostname: "127.0.0.1", port: 4000 },
    isOwn: true,
  });
  const nowhere = await check({}, { outcomes: { ...refused, "hub.lan:3000": REFUSED } });
  assertEquals(steps(nowhere.findings), ["resolve", "connect"]);
  const stranger = await check({}, { outcomes: refused, results: [{ kind: "silent" }] });
  assertEquals(steps(stranger.findings), ["resolve", "connect"]);
  const filtered = await check({}, {
    outcomes: { "hub.lan:4000": { kind: "filtered", seconds: 5 } },
  });
  assertEquals(filtered.done, [], "a timeout is not looked into");
});
