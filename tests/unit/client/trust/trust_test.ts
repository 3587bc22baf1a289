/** Which hubs are trusted: every way to know a hub, and every way to be deceived. */

import { assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../../common/cli/failure.ts";
import { err, ok, type Result } from "../../../../common/result.ts";
import type { ExpectedIdentity, HandshakeError } from "../../../../client/net/tls.ts";
import { HubTrust, type HubTrustOptions } from "../../../../client/trust/trust.ts";

const ADDRESS = { hostname: "chat.test", port: 3000 };
const signal = new AbortController().signal;

const [OURS, THEIRS] = ["a", "b"].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];

const NO_TLS = new Failure("failure.no_tls", { address: "chat.test:3000" });

/** The peer at the hub's address. */
interface FakePeer {
  fingerprint: string;
  /** Whether an authority of the system certifies it. */
  isCertified?: boolean;
  /** Why it cannot prove its certificate, if it cannot. */
  fault?: string;
  /** Whether its certificate is issued by an authority, not by itself. */
  isIssued?: boolean;
  /** Whether it does not speak TLS. */
  isPlain?: boolean;
}

class TestTrust {
  hub: FakePeer = { fingerprint: OURS };
  /** The fingerprint in the known hubs. */
  remembered: string | undefined;
  /** How often it was written. */
  writes = 0;
  readonly asked: string[] = [];
  /** What each handshake had to prove. */
  readonly handshakes: ExpectedIdentity[] = [];

  trust(
    { answer, isMemoryless = false, provesInstead, ...options }:
      & Pick<HubTrustOptions<string>, "pin" | "ca">
      & { answer?: boolean; isMemoryless?: boolean; provesInstead?: string } = {},
  ): HubTrust<string> {
    return new HubTrust({
      address: ADDRESS,
      ...options,
      knownHubs: isMemoryless ? undefined : {
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
        const { fingerprint, isIssued = false, isPlain } = this.hub;
        if (isPlain) return Promise.reject(NO_TLS);
        const pem = `pem of ${fingerprint}`;
        return Promise.resolve({ fingerprint, pem, name: "its.name", isSelfIssued: !isIssued });
      },
      connectTls: (identity) => {
        if (this.hub.isPlain) return Promise.reject(NO_TLS);
        const isOther = provesInstead !== undefined && identity.fingerprint !== undefined;
        return Promise.resolve(
          isOther ? err({ kind: "other", fingerprint: provesInstead }) : this.#handshake(identity),
        );
      },
    });
  }

  #handshake(identity: ExpectedIdentity): Result<string, HandshakeError> {
    this.handshakes.push(identity);
    const { fingerprint, isCertified, fault } = this.hub;
    if (fault) return err({ kind: "untrusted", reason: fault });
    const isTrusted = isCertified || identity.caCerts.includes(`pem of ${fingerprint}`) ||
      identity.caCerts.includes(`authority of ${fingerprint}`);
    return isTrusted
      ? ok(`socket to ${fingerprint}`)
      : err({ kind: "untrusted", reason: "UnknownIssuer" });
  }
}

async function refusal(trust: HubTrust<string>): Promise<string> {
  const failure = await assertRejects(() => trust.connect(signal), Failure);
  assertEquals(failure.exitCode, 3, failure.key);
  return failure.key;
}

Deno.test("a given fingerprint joins that hub, under the certificate's own name, and is remembered", async () => {
  const test = new TestTrust();
  const trust = test.trust({ pin: OURS });
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals(test.remembered, OURS);
  const caCerts = [`pem of ${OURS}`];
  assertEquals(test.handshakes, [{ name: "its.name", caCerts, fingerprint: OURS }]);
  // Written once only: by the next connection the process may not write files.
  await trust.connect(signal);
  assertEquals(test.writes, 1);
});

Deno.test("a given fingerprint excludes other hubs, even certified or remembered ones", async () => {
  const test = new TestTrust();
  test.hub = { fingerprint: THEIRS, isCertified: true };
  test.remembered = THEIRS;
  assertEquals(await refusal(test.trust({ pin: OURS, answer: true })), "failure.tls_other");
  assertEquals([test.asked, test.handshakes, test.remembered], [[], [], THEIRS]);
});

Deno.test("a given fingerprint replaces the remembered one", async () => {
  const test = new TestTrust();
  test.remembered = THEIRS;
  await test.trust({ pin: OURS }).connect(signal);
  assertEquals(test.remembered, OURS);
});

Deno.test("a certified hub is joined by the name of its address, and not remembered", async () => {
  const test = new TestTrust();
  test.hub = { fingerprint: OURS, isCertified: true };
  const trust = test.trust({ answer: true });
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals(test.handshakes, [{ name: ADDRESS.hostname, caCerts: [] }]);
  assertEquals([test.asked, test.remembered], [[], undefined]);
});

Deno.test("an unknown hub is joined and remembered once the user accepts it", async () => {
  const test = new TestTrust();
  const trust = test.trust({ answer: true });
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals([test.asked, test.remembered], [[OURS], OURS]);
  // Not asked again.
  assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  assertEquals(await test.trust({ answer: false }).connect(signal), `socket to ${OURS}`);
  assertEquals(test.asked, [OURS]);
});

Deno.test("an unknown hub that the user declines is neither joined nor remembered", async () => {
  const test = new TestTrust();
  assertEquals(await refusal(test.trust({ answer: false })), "failure.tls_declined");
  assertEquals([test.asked, test.remembered], [[OURS], undefined]);
});

Deno.test("an unknown hub is not joined if nobody can be asked", async () => {
  const test = new TestTrust();
  assertEquals(await refusal(test.trust()), "failure.tls_unknown");
  assertEquals(test.remembered, undefined);
});

Deno.test("a remembered hub with another certificate is not joined, even a certified one", async () => {
  for (const isCertified of [true, false]) {
    const test = new TestTrust();
    test.remembered = OURS;
    test.hub = { fingerprint: THEIRS, isCertified };
    assertEquals(await refusal(test.trust({ answer: true })), "failure.tls_changed");
    assertEquals([test.asked, test.handshakes, test.remembered], [[], [], OURS]);
  }
});

Deno.test("a hub that changes between two connections is not joined again", async () => {
  for (const pin of [OURS, undefined]) {
    const test = new TestTrust();
    const trust = test.trust({ pin, answer: true });
    await trust.connect(signal);
    test.hub = { fingerprint: THEIRS };
    assertEquals(await refusal(trust), pin ? "failure.tls_other" : "failure.tls_changed");
    assertEquals(test.asked.length, pin ? 0 : 1);
    test.hub = { fingerprint: OURS };
    assertEquals(await trust.connect(signal), `socket to ${OURS}`);
  }
  const test = new TestTrust();
  test.hub = { fingerprint: OURS, isCertified: true };
  const trust = test.trust({ answer: true });
  await trust.connect(signal);
  test.hub = { fingerprint: THEIRS };
  assertEquals(await refusal(trust), "failure.tls_issuer");
  assertEquals(test.asked, []);
});

Deno.test("a copied certificate is rejected, at the first connection too", async () => {
  const pinned = new TestTrust();
  pinned.hub = { fingerprint: OURS, fault: "BadSignature" };
  assertEquals(await refusal(pinned.trust({ pin: OURS })), "failure.tls_impostor");
  assertEquals(pinned.remembered, undefined);

  const unknown = new TestTrust();
  unknown.hub = { fingerprint: OURS, fault: "BadSignature" };
  assertEquals(await refusal(unknown.trust({ answer: true })), "failure.tls_impostor");
  assertEquals(unknown.remembered, undefined);
});

Deno.test("the failure says why a certificate is not valid", async () => {
  const reasons = {
    'Expired { time: "..." }': "failure.tls_expired",
    "certificate expired: verification time 1 (UNIX), but certificate is not valid after 0":
      "failure.tls_expired",
    "NotValidYet": "failure.tls_expired",
    "UnknownIssuer": "failure.tls_issuer",
    "CaUsedAsEndEntity": "failure.tls_unverified",
  };
  for (const [fault, key] of Object.entries(reasons)) {
    const test = new TestTrust();
    test.hub = { fingerprint: OURS, fault };
    assertEquals(await refusal(test.trust({ pin: OURS })), key, fault);
  }
});

Deno.test("with a CA file neither the known hubs nor the user are asked", async () => {
  const ca = [`authority of ${OURS}`];
  const test = new TestTrust();
  test.remembered = THEIRS;
  assertEquals(await test.trust({ ca, answer: true }).connect(signal), `socket to ${OURS}`);
  test.hub = { fingerprint: THEIRS };
  assertEquals(await refusal(test.trust({ ca, answer: true })), "failure.tls_issuer");
  assertEquals(test.asked, []);
});

Deno.test("a fingerprint and a CA file can be combined for an issued certificate", async () => {
  const ca = [`authority of ${OURS}`];
  const test = new TestTrust();
  await test.trust({ pin: OURS, ca }).connect(signal);
  assertEquals(test.handshakes[0]?.caCerts, [`pem of ${OURS}`, `authority of ${OURS}`]);
  test.hub = { fingerprint: THEIRS, isCertified: true };
  assertEquals(await refusal(test.trust({ pin: OURS, ca })), "failure.tls_other");
});

Deno.test("a peer that shows the hub's certificate and then proves another valid one is not joined", async () => {
  for (const [pin, remembered] of [[OURS, undefined], [undefined, OURS], [undefined, undefined]]) {
    const test = new TestTrust();
    test.remembered = remembered;
    const trust = test.trust({ pin, answer: true, provesInstead: THEIRS });
    assertEquals(await refusal(trust), pin ? "failure.tls_other" : "failure.tls_changed");
    assertEquals(test.remembered, remembered);
  }
});

Deno.test("an issued certificate is not trusted as an authority", async () => {
  const test = new TestTrust();
  test.hub = { fingerprint: OURS, isIssued: true };
  assertEquals(await refusal(test.trust({ pin: OURS })), "failure.tls_issuer");
  assertEquals(test.handshakes[0]?.caCerts, []);
});

Deno.test("the user is asked each time if hubs cannot be remembered", async () => {
  const test = new TestTrust();
  for (const times of [1, 2]) {
    await test.trust({ answer: true, isMemoryless: true }).connect(signal);
    assertEquals(test.asked.length, times);
  }
});

Deno.test("a hub that was encrypted before and answers without TLS is refused", async () => {
  const ca = [`authority of ${OURS}`];
  for (
    const [options, remembered] of [
      [{ pin: OURS }, undefined],
      [{ pin: OURS, ca }, undefined],
      [{}, OURS],
      [{ ca }, OURS],
    ] as const
  ) {
    const test = new TestTrust();
    test.remembered = remembered;
    test.hub = { fingerprint: OURS, isPlain: true };
    assertEquals(await refusal(test.trust(options)), "failure.tls_dropped");
  }
  // Also one that was encrypted a moment ago.
  for (const isCertified of [true, false]) {
    const test = new TestTrust();
    test.hub = { fingerprint: OURS, isCertified };
    const trust = test.trust({ answer: true, isMemoryless: true });
    await trust.connect(signal);
    test.hub = { fingerprint: OURS, isPlain: true };
    assertEquals(await refusal(trust), "failure.tls_dropped");
  }
});

Deno.test("an unknown hub that does not speak TLS is not refused, but fails", async () => {
  const test = new TestTrust();
  test.hub = { fingerprint: OURS, isPlain: true };
  for (const ca of [undefined, [`authority of ${OURS}`]]) {
    const trust = test.trust({ ca, answer: true });
    const failure = await assertRejects(() => trust.connect(signal), Failure);
    assertEquals([failure.key, failure.exitCode], ["failure.no_tls", 1]);
  }
});
