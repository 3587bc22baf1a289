/** Who is believed to be the hub: all ways in which it may be known, and all in which it may not be. */

import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../../common/cli/failure.ts";
import type { ExpectedIdentity, TlsHandshake } from "../../../../client/net/tls.ts";
import { HubTrust, type HubTrustOptions } from "../../../../client/trust/trust.ts";

const ADDRESS = { hostname: "chat.test", port: 3000 };
const signal = new AbortController().signal;

const [OURS, OTHERS] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

/** What answers at the hub's address, as far as trust goes. */
interface Played {
  fingerprint: string;
  /** Whether an authority of the system vouches for it. */
  isVouchedFor?: boolean;
  /** Why it cannot prove its certificate, where it cannot. */
  fault?: string;
  /** Whether an authority, and not it itself, has issued its certificate. */
  isIssued?: boolean;
}

class Table {
  hub: Played = { fingerprint: OURS };
  /** What the client's file has. */
  remembered: string | undefined;
  /** How often that was changed. */
  writes = 0;
  readonly asked: string[] = [];
  /** Handshakes, by what was believed in them. */
  readonly handshakes: ExpectedIdentity[] = [];

  trust(
    { answer, isForgetful = false, turnsTo, ...options }:
      & Pick<HubTrustOptions<string>, "pin" | "ca">
      & { answer?: boolean; isForgetful?: boolean; turnsTo?: string } = {},
  ): HubTrust<string> {
    return new HubTrust({
      address: ADDRESS,
      ...options,
      knownHubs: isForgetful ? undefined : {
        find: () => Promise.resolve(this.remembered),
        remember: (_address, fingerprint) => {
          this.remembered = fingerprint;
          this.writes++;
          return Promise.resolve();
        },
      },
      ask: (fingerprint) => {
        if (answer !== undefined) this.asked.push(fingerprint);
        return Promise.resolve(answer);
      },
      fetchCertificate: () => {
        const { fingerprint, isIssued = false } = this.hub;
        const pem = `pem of ${fingerprint}`;
        return Promise.resolve({ fingerprint, pem, name: "its.name", isSelfIssued: !isIssued });
      },
      connectTls: (identity) => {
        const isOther = turnsTo !== undefined && identity.fingerprint !== undefined;
        return Promise.resolve(
          isOther ? { kind: "other", shown: turnsTo } : this.#secure(identity),
        );
      },
    });
  }

  #secure(identity: ExpectedIdentity): TlsHandshake<string> {
    this.handshakes.push(identity);
    const { fingerprint, isVouchedFor, fault } = this.hub;
    if (fault) return { kind: "untrusted", reason: fault };
    const isBelieved = isVouchedFor || identity.caCerts.includes(`pem of ${fingerprint}`) ||
      identity.caCerts.includes(`authority of ${fingerprint}`);
    return isBelieved
      ? { kind: "secure", socket: `socket to ${fingerprint}` }
      : { kind: "untrusted", reason: "UnknownIssuer" };
  }
}

async function refusal(trust: HubTrust<string>): Promise<string> {
  const failure = await assertRejects(() => trust.connect(signal), Failure);
  assertEquals(failure.exitCode, 3, failure.key);
  return failure.key;
}

Deno.test("who was told the fingerprint joins that hub, under the certificate's own name, and remembers it", async () => {
  const table = new Table();
  const trust = table.trust({ pin: OURS });
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals(table.remembered, OURS);
  const caCerts = [`pem of ${OURS}`];
  assertEquals(table.handshakes, [{ name: "its.name", caCerts, fingerprint: OURS }]);
  // Once only: by the time of another connection no file can be written any more.
  await trust.connect(signal);
  assertEquals(table.writes, 1);
});

Deno.test("who was told a fingerprint joins no other hub, be it vouched for or remembered", async () => {
  const table = new Table();
  table.hub = { fingerprint: OTHERS, isVouchedFor: true };
  table.remembered = OTHERS;
  assertEquals(await refusal(table.trust({ pin: OURS, answer: true })), "failure.tls_other");
  assertEquals([table.asked, table.handshakes, table.remembered], [[], [], OTHERS]);
});

Deno.test("a fingerprint that one was told takes the place of the one that was remembered", async () => {
  const table = new Table();
  table.remembered = OTHERS;
  await table.trust({ pin: OURS }).connect(signal);
  assertEquals(table.remembered, OURS);
});

Deno.test("a hub for which an authority vouches is joined by its address's name, and not remembered", async () => {
  const table = new Table();
  table.hub = { fingerprint: OURS, isVouchedFor: true };
  const trust = table.trust({ answer: true });
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals(table.handshakes, [{ name: ADDRESS.hostname, caCerts: [] }]);
  assertEquals([table.asked, table.remembered], [[], undefined]);
});

Deno.test("an unknown hub is joined after the person has agreed, and remembered then", async () => {
  const table = new Table();
  const trust = table.trust({ answer: true });
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals([table.asked, table.remembered], [[OURS], OURS]);
  // Nobody is asked again.
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals(await table.trust({ answer: false }).connect(signal), `socket to ${OURS}`);
  assertEquals(table.asked, [OURS]);
});

Deno.test("an unknown hub that is declined is neither joined nor remembered", async () => {
  const table = new Table();
  assertEquals(await refusal(table.trust({ answer: false })), "failure.tls_declined");
  assertEquals([table.asked, table.remembered], [[OURS], undefined]);
});

Deno.test("where nobody can be asked, an unknown hub is not joined", async () => {
  const table = new Table();
  assertEquals(await refusal(table.trust()), "failure.tls_unknown");
  assertEquals(table.remembered, undefined);
});

Deno.test("a remembered hub that shows another certificate is not joined, whoever vouches for it", async () => {
  for (const isVouchedFor of [true, false]) {
    const table = new Table();
    table.remembered = OURS;
    table.hub = { fingerprint: OTHERS, isVouchedFor };
    assertEquals(await refusal(table.trust({ answer: true })), "failure.tls_changed");
    assertEquals([table.asked, table.handshakes, table.remembered], [[], [], OURS]);
  }
});

Deno.test("a hub that changes between two connections is not joined again", async () => {
  for (const pin of [OURS, undefined]) {
    const table = new Table();
    const trust = table.trust({ pin, answer: true });
    await trust.connect(signal);
    table.hub = { fingerprint: OTHERS };
    assertEquals(await refusal(trust), pin ? "failure.tls_other" : "failure.tls_changed");
    assertEquals(table.asked.length, pin ? 0 : 1);
    table.hub = { fingerprint: OURS };
    assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  }
  const table = new Table();
  table.hub = { fingerprint: OURS, isVouchedFor: true };
  const trust = table.trust({ answer: true });
  await trust.connect(signal);
  table.hub = { fingerprint: OTHERS };
  assertEquals(await refusal(trust), "failure.tls_issuer");
  assertEquals(table.asked, []);
});

Deno.test("a certificate that was only copied does not pass, at first sight neither", async () => {
  const told = new Table();
  told.hub = { fingerprint: OURS, fault: "BadSignature" };
  assertEquals(await refusal(told.trust({ pin: OURS })), "failure.tls_impostor");
  assertEquals(told.remembered, undefined);

  const unknown = new Table();
  unknown.hub = { fingerprint: OURS, fault: "BadSignature" };
  assertEquals(await refusal(unknown.trust({ answer: true })), "failure.tls_impostor");
  assertEquals(unknown.remembered, undefined);
});

Deno.test("why a certificate does not hold is said", async () => {
  const reasons = {
    'Expired { time: "..." }': "failure.tls_expired",
    "certificate expired: verification time 1 (UNIX), but certificate is not valid after 0":
      "failure.tls_expired",
    "NotValidYet": "failure.tls_expired",
    "UnknownIssuer": "failure.tls_issuer",
    "CaUsedAsEndEntity": "failure.tls_unverified",
  };
  for (const [fault, key] of Object.entries(reasons)) {
    const table = new Table();
    table.hub = { fingerprint: OURS, fault };
    assertEquals(await refusal(table.trust({ pin: OURS })), key, fault);
  }
});

Deno.test("the authorities of a file are believed, and then neither memory nor anybody is asked", async () => {
  const ca = [`authority of ${OURS}`];
  const table = new Table();
  table.remembered = OTHERS;
  assertEquals(await table.trust({ ca, answer: true }).connect(signal), `socket to ${OURS}`);
  table.hub = { fingerprint: OTHERS };
  assertEquals(await refusal(table.trust({ ca, answer: true })), "failure.tls_issuer");
  assertEquals(table.asked, []);
});

Deno.test("a fingerprint and a file go together, for a certificate that has an issuer", async () => {
  const ca = [`authority of ${OURS}`];
  const table = new Table();
  await table.trust({ pin: OURS, ca }).connect(signal);
  assertEquals(table.handshakes[0]?.caCerts, [`pem of ${OURS}`, `authority of ${OURS}`]);
  table.hub = { fingerprint: OTHERS, isVouchedFor: true };
  assertEquals(await refusal(table.trust({ pin: OURS, ca })), "failure.tls_other");
});

Deno.test("who shows the hub's certificate and then has another one that holds is not joined", async () => {
  for (const [pin, remembered] of [[OURS, undefined], [undefined, OURS], [undefined, undefined]]) {
    const table = new Table();
    table.remembered = remembered;
    const trust = table.trust({ pin, answer: true, turnsTo: OTHERS });
    assertEquals(await refusal(trust), pin ? "failure.tls_other" : "failure.tls_changed");
    assertEquals(table.remembered, remembered);
  }
});

Deno.test("a certificate that another has issued is no authority of its own", async () => {
  const table = new Table();
  table.hub = { fingerprint: OURS, isIssued: true };
  assertEquals(await refusal(table.trust({ pin: OURS })), "failure.tls_issuer");
  assertEquals(table.handshakes[0]?.caCerts, []);
});

Deno.test("without a place to remember anything the person is asked each time", async () => {
  const table = new Table();
  for (const times of [1, 2]) {
    await table.trust({ answer: true, isForgetful: true }).connect(signal);
    assertEquals(table.asked.length, times);
  }
});
