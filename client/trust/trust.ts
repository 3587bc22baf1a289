/**
 * Whether the hub at the other end of an encrypted connection is the one that is meant: as caCerts vouch for it, or by
 * the fingerprint of its certificate, which one was told, or has accepted at first sight and which is remembered. It knows no
 * sockets: what they do is injected.
 */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import type { Key } from "../../common/i18n/mod.ts";
import type { ExpectedIdentity, HubCertificate, TlsHandshake } from "../net/tls.ts";

/** The fingerprints of the hubs that were joined before. */
export interface KnownHubs {
  /** @throws {Failure} when it cannot be read: then a hub that has changed would not be noticed. */
  find(address: Address): Promise<string | undefined>;
  /** Never rejects: that it could not be kept is for the memory to tell. */
  remember(address: Address, fingerprint: string): Promise<void>;
}

export interface HubTrustOptions<Socket> {
  address: Address;
  /** The fingerprint that one was told. */
  pin?: string | undefined;
  /** Certificates of caCerts, in PEM: with them neither memory nor the person is asked. */
  ca?: readonly string[] | undefined;
  /** Missing where there is no place to remember anything. */
  knownHubs?: KnownHubs | undefined;
  /** Asks the person whether that is the hub's fingerprint; gives undefined where nobody can be asked. */
  ask: (fingerprint: string) => Promise<boolean | undefined>;
  /**
   * What the hub shows, unproved: whoever has once seen a certificate can show it.
   *
   * @throws {Failure} when the hub cannot be reached, or speaks no TLS.
   */
  fetchCertificate: (signal: AbortSignal) => Promise<HubCertificate>;
  /**
   * Connects, and has the hub prove that it is who is meant.
   *
   * @throws {Failure} as `present` does.
   */
  connectTls: (identity: ExpectedIdentity, signal: AbortSignal) => Promise<TlsHandshake<Socket>>;
}

/** What the system says of certificates that do not hold, and how people are told. */
const FAULTS: readonly (readonly [RegExp, Key])[] = [
  [/BadSignature/, "failure.tls_impostor"],
  [/Expired|NotValidYet|not valid before|not valid after/i, "failure.tls_expired"],
  [/UnknownIssuer/, "failure.tls_issuer"],
];

export class HubTrust<Socket> {
  readonly #options: HubTrustOptions<Socket>;
  /** By what the hub is known; undefined before that is settled. */
  #pin: string | undefined;
  /** Whether caCerts have vouched for it. */
  #isVouchedFor = false;
  /** Whether the hub is remembered by what it is known by. */
  #isRemembered = false;
  /** What was shown and is the pinned one. */
  #certificate: HubCertificate | undefined;

  constructor(options: HubTrustOptions<Socket>) {
    this.#options = options;
    this.#pin = options.pin;
  }

  /**
   * Connects to the hub, and gives a connection on which nothing was said yet.
   *
   * @throws {Failure} when it is not to be trusted, or cannot be reached.
   */
  async connect(signal: AbortSignal): Promise<Socket> {
    const { address, ca, knownHubs, ask } = this.#options;
    const isFirst = this.#pin === undefined && !this.#isVouchedFor;
    if (isFirst && !ca) {
      this.#pin = await knownHubs?.find(address);
      this.#isRemembered = this.#pin !== undefined;
    }
    if (this.#pin !== undefined) return await this.#connectPinned(this.#pin, signal);
    const identity = { name: address.hostname, caCerts: ca ?? [] };
    const handshake = await this.#options.connectTls(identity, signal);
    if (handshake.kind === "secure") {
      this.#isVouchedFor = true;
      return handshake.socket;
    }
    if (ca || this.#isVouchedFor) throw this.#unproved(handshake);
    const certificate = await this.#options.fetchCertificate(signal);
    const { fingerprint: shown } = certificate;
    const answer = await ask(shown);
    if (answer === undefined) throw this.#failure("failure.tls_unknown", { shown });
    if (!answer) throw this.#failure("failure.tls_declined");
    this.#certificate = certificate;
    const socket = await this.#connectPinned(shown, signal);
    this.#pin = shown;
    return socket;
  }

  async #connectPinned(pin: string, signal: AbortSignal): Promise<Socket> {
    const isKnown = this.#certificate !== undefined;
    const certificate = this.#certificate ?? await this.#present(pin, signal);
    const { address, ca } = this.#options;
    // Nothing else of what was shown is believed: an impostor may have put an authority of its own beside it. Nor is it
    // enough that somebody vouches for who makes the handshake: that may be another than who has shown the certificate.
    const identity = {
      name: certificate.name ?? address.hostname,
      caCerts: [
        ...(certificate.isSelfIssued ? [certificate.pem] : []),
        ...ca ?? [],
      ],
      fingerprint: pin,
    };
    const handshake = await this.#options.connectTls(identity, signal);
    if (handshake.kind !== "secure") {
      if (isKnown) await this.#present(pin, signal); // it may show another one by now
      throw this.#unproved(handshake);
    }
    this.#certificate = certificate;
    if (!this.#isRemembered) await this.#options.knownHubs?.remember(address, pin);
    this.#isRemembered = true;
    return handshake.socket;
  }

  /** The hub's certificate, if it is the pinned one. */
  async #present(pin: string, signal: AbortSignal): Promise<HubCertificate> {
    const certificate = await this.#options.fetchCertificate(signal);
    const { fingerprint: shown } = certificate;
    if (shown === pin) return certificate;
    throw this.#other(shown);
  }

  #other(shown: string): Failure {
    return this.#options.pin === undefined
      ? this.#failure("failure.tls_changed", { shown })
      : this.#failure("failure.tls_other", { shown });
  }

  #unproved(handshake: Exclude<TlsHandshake<Socket>, { kind: "secure" }>): Failure {
    if (handshake.kind === "other") return this.#other(handshake.shown);
    const { reason } = handshake;
    const [, key = "failure.tls_unverified"] = FAULTS.find(([words]) => words.test(reason)) ?? [];
    return this.#failure(key, { reason });
  }

  #failure(key: Key, params: Record<string, string> = {}): Failure {
    return new Failure(key, { address: formatAddress(this.#options.address), ...params });
  }
}
