/** In which order the doctor looks, over instruments that a test plays. */

import { assertEquals } from "@std/assert";
import { type Closable, examine, type Instruments } from "../../../../client/doctor/checks.ts";
import type {
  Finding,
  Heard,
  Question,
  Secured,
  ShownCertificate,
  Way,
} from "../../../../client/doctor/findings.ts";
import { formatAddress } from "../../../../cli/address.ts";

const WELL: Heard = { kind: "hub", hub: "chat 1", protocol: 1, people: 0, isTried: false };
const FULL: Heard = { kind: "bye", code: "server_full", params: {}, text: "full" };
const CERTIFICATE: ShownCertificate = {
  fingerprint: "sha256:00",
  version: "TLSv1.3",
  name: "hub.lan",
  isSelfIssued: true,
  issuer: "",
  from: 0,
  until: 1,
};
const TRUSTED: Secured = { kind: "trusted", by: "system", certificate: CERTIFICATE };

/** What is there, by the address, and what is heard there, once each time; the last one again. */
interface World {
  hosts?: string[];
  ways?: Record<string, Way["outcome"]>;
  heard?: Heard[];
  secured?: Secured;
  overTls?: Heard;
  own?: string[];
}

interface Conn extends Closable {
  name: string;
}

async function look(
  question: Partial<Question>,
  { hosts, ways = {}, heard = [WELL], secured, overTls = WELL, own = [] }: World,
): Promise<{ findings: Finding[]; done: string[] }> {
  const done: string[] = [];
  const said = [...heard];
  const instruments: Instruments<Conn> = {
    resolve: () => Promise.resolve(hosts ? { kind: "found", hosts } : { kind: "address" }),
    reach: async (address, connected) => {
      const name = formatAddress(address);
      const outcome = ways[name] ?? { kind: "connected", milliseconds: 1 };
      if (outcome.kind === "connected") {
        await connected({ name, close() {} });
        done.push(`left ${name}`);
      }
      return { host: address.hostname, outcome };
    },
    secure: () =>
      Promise.resolve({
        secured: secured ?? { kind: "not_tls" },
        ...(secured?.kind === "trusted"
          ? { socket: { name: "tls", close: () => done.push("left tls") } }
          : {}),
      }),
    talk: ({ name }, { mayTell }) => {
      done.push(`talked at ${name}${mayTell ? ", with the password" : ""}`);
      if (name === "tls") return Promise.resolve(overTls);
      return Promise.resolve(said.length > 1 ? said.shift()! : said[0]!);
    },
    isOwn: (host) => own.includes(host),
  };
  const findings = await Array.fromAsync(
    examine(
      { address: { hostname: "hub.lan", port: 4000 }, hasPassword: false, ...question },
      instruments,
    ),
  );
  return { findings, done };
}

const steps = (findings: Finding[]) => findings.map(({ step }) => step);
const REFUSED = { kind: "refused" } as const;

Deno.test("one of several ways is talked over, and the others are only looked at", async () => {
  const { findings, done } = await look({}, { hosts: ["192.0.2.1", "2001:db8::1"] });
  assertEquals(steps(findings), ["name", "ways", "talk"]);
  assertEquals(done.filter((each) => each.startsWith("talked")), [
    "talked at 192.0.2.1:4000, with the password",
  ]);
  assertEquals(done.length, 3);
});

Deno.test("the first way is talked over that there is", async () => {
  const { findings, done } = await look({}, {
    hosts: ["192.0.2.1", "2001:db8::1"],
    ways: { "192.0.2.1:4000": REFUSED },
  });
  assertEquals(steps(findings), ["name", "ways", "talk"]);
  assertEquals(done[0], "talked at [2001:db8::1]:4000, with the password");
});

Deno.test("a hub that is full is asked again when one's own other connections are gone", async () => {
  const hosts = ["192.0.2.1", "2001:db8::1"];
  const again = await look({}, { hosts, heard: [FULL, WELL] });
  assertEquals(again.findings.at(-1), { step: "talk", isEncrypted: false, heard: WELL });
  const full = await look({}, { hosts, heard: [FULL] });
  assertEquals(full.findings.at(-1), { step: "talk", isEncrypted: false, heard: FULL });
  const { done } = await look({}, { hosts: ["192.0.2.1"], heard: [FULL] });
  assertEquals(done.length, 2, "there was no other");
});

Deno.test("a name that is not known is the end", async () => {
  const instruments = {
    resolve: () => Promise.resolve({ kind: "unknown" }),
  } as unknown as Instruments<Conn>;
  const question = { address: { hostname: "x", port: 1 }, hasPassword: false };
  assertEquals(await Array.fromAsync(examine(question, instruments)), [
    { step: "name", resolved: { kind: "unknown" } },
  ]);
});

Deno.test("of a name with very many addresses some are tried", async () => {
  const hosts = Array.from({ length: 50 }, (_, index) => `192.0.2.${index}`);
  const { findings } = await look({}, { hosts });
  const [, ways] = findings;
  assertEquals(ways?.step === "ways" && ways.ways.length, 8);
});

Deno.test("over TLS only who is trusted is spoken with, and told the password", async () => {
  const trusted = await look({ tls: {} }, { secured: TRUSTED });
  assertEquals(steps(trusted.findings), ["name", "ways", "tls", "talk"]);
  assertEquals(trusted.done, ["left hub.lan:4000", "talked at tls, with the password", "left tls"]);
  const distrusted = await look({ tls: {} }, {
    secured: {
      kind: "distrusted",
      fault: "failure.tls_unknown",
      reason: "",
      certificate: CERTIFICATE,
    },
  });
  assertEquals(steps(distrusted.findings), ["name", "ways", "tls"]);
  assertEquals(distrusted.done, ["left hub.lan:4000"]);
});

Deno.test("who does not encrypt where that is asked for is looked at, and told no password", async () => {
  const { findings, done } = await look({ tls: {} }, {});
  assertEquals(steps(findings), ["name", "ways", "tls", "talk"]);
  assertEquals(done.at(-2), "talked at hub.lan:4000");
});

Deno.test("TLS that is met by surprise is looked at, and told no password", async () => {
  const { findings, done } = await look({}, { heard: [{ kind: "tls" }], secured: TRUSTED });
  assertEquals(steps(findings), ["name", "ways", "talk", "tls", "talk"]);
  assertEquals(done.slice(-2), ["talked at tls", "left tls"]);
});

Deno.test("where all is refused, the usual port is tried, and the machine itself where it is that", async () => {
  const refused = { "hub.lan:4000": REFUSED };
  const usual = await look({}, { ways: refused });
  assertEquals(usual.findings.at(-1), {
    step: "elsewhere",
    address: { hostname: "hub.lan", port: 3000 },
    isOwn: false,
  });
  assertEquals(usual.done[0], "talked at hub.lan:3000");
  const own = await look({}, { ways: refused, own: ["hub.lan"] });
  assertEquals(own.findings.at(-1), {
    step: "elsewhere",
    address: { hostname: "127.0.0.1", port: 4000 },
    isOwn: true,
  });
  const nowhere = await look({}, { ways: { ...refused, "hub.lan:3000": REFUSED } });
  assertEquals(steps(nowhere.findings), ["name", "ways"]);
  const stranger = await look({}, { ways: refused, heard: [{ kind: "silent" }] });
  assertEquals(steps(stranger.findings), ["name", "ways"]);
  const filtered = await look({}, { ways: { "hub.lan:4000": { kind: "filtered", seconds: 5 } } });
  assertEquals(filtered.done, [], "who does not answer is left alone");
});
