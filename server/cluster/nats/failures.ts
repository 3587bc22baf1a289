/** Errors of the JetStream client, and the one-line failures that an operator sees. Passwords are left out. */

import { JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import { errors } from "@nats-io/transport-node";
import { Failure } from "../../../common/cli/failure.ts";
import { natsAddresses } from "./servers.ts";

/** No response: disconnected, or the stream has no leader. The request may have been carried out. */
export class NoResponse extends Error {
  override readonly name = "NoResponse";
}

// Error codes of JetStream.
export const WRONG_REVISION = JetStreamApiCodes.StreamWrongLastSequence;
export const NO_STREAM = JetStreamApiCodes.StreamNotFound;
const NOT_ENABLED: readonly number[] = [10039, 10076];
/** A cluster that is not ready: no leader, too few servers online, the meta leader changed. */
const NO_LEADER: readonly number[] = [10005, 10008, 10009, 10118];
/** Another hub has just created the stream. */
const NAME_IN_USE = 10058;

/** Whether the servers refused a request with this code. */
export function hasCode(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

/** The error that the JetStream client throws for one of the library. */
export function translateError(error: unknown): NoResponse | JetStreamApiError {
  if (error instanceof NoResponse || error instanceof JetStreamApiError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new NoResponse(reason, { cause: error });
}

/** Whether the servers are not ready yet and a retry may succeed. */
export function isNotReady(error: unknown): boolean {
  if (lacksJetStream(error)) return false;
  if (!(error instanceof JetStreamApiError)) return true;
  return NO_LEADER.includes(error.code) || error.code === NAME_IN_USE;
}

/** Why the hub could not start with these servers. */
export function connectFailure(cause: unknown, options: { servers: readonly string[] }): Failure {
  if (cause instanceof Failure) return cause;
  const servers = natsAddresses(options.servers).join(", ");
  const fail = (key: Failure["key"], params = {}) =>
    new Failure(key, { servers, ...params }, { cause });
  const error = rootCause(cause);
  const reason = error instanceof Error ? error.message : String(error);
  const isDenied = error instanceof errors.AuthorizationError ||
    error instanceof errors.UserAuthenticationExpiredError;
  if (isDenied) return fail("failure.nats_unauthorized");
  if (lacksJetStream(error)) return fail("failure.nats_no_jetstream");
  if (error instanceof JetStreamApiError) {
    if (NO_LEADER.includes(error.code)) return fail("failure.nats_no_leader");
    return fail("failure.nats_unusable", { reason });
  }
  if (cause instanceof NoResponse) return fail("failure.nats_no_leader");
  if (/\btls\b|certificate|UnknownIssuer|self.signed|handshake/i.test(reason)) {
    return fail("failure.nats_tls", { reason });
  }
  return fail("failure.nats_unreachable");
}

function lacksJetStream(cause: unknown): boolean {
  const error = rootCause(cause);
  if (error instanceof JetStreamApiError) return NOT_ENABLED.includes(error.code);
  return error instanceof errors.NoRespondersError ||
    error instanceof errors.RequestError && error.isNoResponders() ||
    error instanceof Error && /jetstream is not enabled/i.test(error.message);
}

function rootCause(cause: unknown): unknown {
  return cause instanceof NoResponse && cause.cause ? cause.cause : cause;
}
