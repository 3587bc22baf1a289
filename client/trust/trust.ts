/** Trust in a hub over TLS: by an authority, a given fingerprint, or the fingerprint accepted at the first visit. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import type { Key } from "../../common/i18n/mod.ts";
import type { Result } from "../../common/result.ts";
import type { ExpectedIdentity, HandshakeError, ShownCertificate } from "../net/tls.ts";
import { tlsReason } from "../net/tls.ts";
import type { KnownHubs } from "./known_hubs.ts";

export interface HubTrustOptions<Socket> {
  address: Address;
  /** The fingerprint that the user gave. */
  pin?: string | undefined;
  /** Certificates of authorities, in PEM: with them neither the known hubs nor the user are asked. */
  ca?: readonly string[] | undefined;
  /** Missing if hubs cannot be remembered. */
  knownHubs?: Pick<KnownHubs, "find" | "remember"> | undefined;
  /** Asks the user whether this is the hub's fingerprint; resolves to undefined if nobody can be asked. */
  ask: (fingerprint: string) => Promise<boolean | undefined>;
  /** Proves nothing: anybody can show a copy. @throws {Failure} if the hub cannot be reached or does not speak TLS. */
  fetchCertificate: (signal: AbortSignal) => Promise<ShownCertificate>;
  /** Connects, and makes the hub prove its identity. Throws as `fetchCertificate` does. */
  connectTls: (
    identity: ExpectedIdentity,
    signal: AbortSignal,
  ) => Promise<Result<Socket, HandshakeError>>;
}

/** What the TLS library says of invalid certificates, and the failures for it. */
const FAULTS: readonly (readonly [RegExp, Key])[] = [
  [/BadSignature/, "failure.tls_impostor"],
  [/Expired|NotValidYet|not valid before|not valid after/i, "failure.tls_expired"],
  [/UnknownIssuer/, "failure.tls_issuer"],
];

/** Connects to one hub, over and over, and makes sure that it stays the same hub. */
export class HubTrust<Socket> {
  readonly #options: HubTrustOptions<Socket>;
  /** The fingerprint that the hub must have; undefined until it is decided. */
  #pin: string | undefined;
  /** Whether the hub spoke TLS at an earlier connection or step. */
  #wasEncrypted = false;
  /** Whether an authority has certified the hub. */
  #isCertified = false;
  /** Whether the known hubs have the pin. */
  #isRemembered = false;
  /** The certificate with the pinned fingerprint. */
  #certificate: ShownCertificate | undefined;

  constructor(options: HubTrustOptions<Socket>) {
    this.#options = options;
    this.#pin = options.pin;
  }

  /** Nothing was sent on the connection yet. @throws {Failure} if the hub is not trusted or cannot be reached. */
  async connect(signal: AbortSignal): Promise<Socket> {
    try {
      return await this.#connect(signal);
    } catch (error) {
      if (!(error instanceof Failure) || error.key !== "failure.no_tls") throw error;
      const { address, knownHubs } = this.#options;
      const known = this.#pin ?? await knownHubs?.find(address);
      if (!this.#wasEncrypted && known === undefined) throw error;
      throw this.#failure("failure.tls_dropped");
    }
  }

  async #connect(signal: AbortSignal): Promise<Socket> {
    const { address, ca, knownHubs, ask } = this.#options;
    const isFirst = this.#pin === undefined && !this.#isCertified;
    if (isFirst && !ca) {
      this.#pin = await knownHubs?.find(address);
      this.#isRemembered = this.#pin !== undefined;
    }
    if (this.#pin !== undefined) return await this.#connectPinned(this.#pin, signal);
    const identity = { name: address.hostname, caCerts: ca ?? [] };
    const handshake = await this.#options.connectTls(identity, signal);
    this.#wasEncrypted = true;
    if (handshake.ok) {
      this.#isCertified = true;
      return handshake.value;
    }
    if (ca || this.#isCertified) throw this.#handshakeFailure(handshake.error);
    const certificate = await this.#options.fetchCertificate(signal);
    const { fingerprint } = certificate;
    const answer = await ask(fingerprint);
    if (answer === undefined) throw this.#failure("failure.tls_unknown", { shown: fingerprint });
    if (!answer) throw this.#failure("failure.tls_declined");
    this.#certificate = certificate;
    const socket = await this.#connectPinned(fingerprint, signal);
    this.#pin = fingerprint;
    return socket;
  }

  async #connectPinned(pin: string, signal: AbortSignal): Promise<Socket> {
    const wasFetched = this.#certificate !== undefined;
    const certificate = this.#certificate ?? await this.#fetchPinned(pin, signal);
    const { address, ca } = this.#options;
    // Only the pinned certificate itself is trusted: an impostor may have sent an authority of its own beside it. An
    // authority alone is not enough either: the peer of this handshake may not have sent the certificate.
    const identity = {
      name: certificate.name ?? address.hostname,
      caCerts: [...(certificate.isSelfIssued ? [certificate.pem] : []), ...ca ?? []],
      fingerprint: pin,
    };
    const handshake = await this.#options.connectTls(identity, signal);
    if (!handshake.ok) {
      if (wasFetched) await this.#fetchPinned(pin, signal); // it may have changed since
      throw this.#handshakeFailure(handshake.error);
    }
    this.#certificate = certificate;
    if (!this.#isRemembered) await this.#options.knownHubs?.remember(address, pin);
    this.#isRemembered = true;
    return handshake.value;
  }

  /** @throws {Failure} if the hub's certificate is not the pinned certificate. */
  async #fetchPinned(pin: string, signal: AbortSignal): Promise<ShownCertificate> {
    const certificate = await this.#options.fetchCertificate(signal);
    if (certificate.fingerprint === pin) return certificate;
    throw this.#changedFailure(certificate.fingerprint);
  }

  #changedFailure(shown: string): Failure {
    const key = this.#options.pin === undefined ? "failure.tls_changed" : "failure.tls_other";
    return this.#failure(key, { shown });
  }

  #handshakeFailure(error: HandshakeError): Failure {
    if (error.kind === "other") return this.#changedFailure(error.fingerprint);
    const { reason } = error;
    const [, key = "failure.tls_unverified"] = FAULTS.find(([words]) => words.test(reason)) ?? [];
    return this.#failure(key, { reason: tlsReason(reason) });
  }

  #failure(key: Key, params: Record<string, string> = {}): Failure {
    return new Failure(key, { address: formatAddress(this.#options.address), ...params });
  }
}
