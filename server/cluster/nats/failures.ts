/** Why a hub could not use the NATS servers, as one line for who runs it. Passwords are no part of it. */

import { errors } from "@nats-io/transport-node";
import { Failure } from "../../../common/cli/failure.ts";
import { Refused, Unanswered } from "./client.ts";
import { parseNatsServer } from "./servers.ts";

/** Codes of JetStream's errors. */
const NOT_ENABLED: readonly number[] = [10039, 10076];
const NO_LEADER: readonly number[] = [10005, 10008, 10009, 10118];

export function openFailure(cause: unknown, options: { servers: readonly string[] }): Failure {
  if (cause instanceof Failure) return cause;
  const servers = options.servers.map((server) => parseNatsServer(server)!.address).join(", ");
  const fail = (key: Failure["key"], params = {}) =>
    new Failure(key, { servers, ...params }, { cause });
  const error = originOf(cause);
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof errors.AuthorizationError) return fail("failure.nats_unauthorized");
  if (error instanceof errors.UserAuthenticationExpiredError) {
    return fail("failure.nats_unauthorized");
  }
  if (lacksJetStream(error)) return fail("failure.nats_no_jetstream");
  if (error instanceof Refused) {
    if (NO_LEADER.includes(error.code)) return fail("failure.nats_no_leader");
    return fail("failure.nats_unusable", { reason });
  }
  if (cause instanceof Unanswered) return fail("failure.nats_no_leader");
  if (/\btls\b|certificate|UnknownIssuer|self.signed|handshake/i.test(reason)) {
    return fail("failure.nats_tls", { reason });
  }
  return fail("failure.nats_unreachable");
}

/** Whether an error says that there is no JetStream, and none to wait for. */
export function lacksJetStream(cause: unknown): boolean {
  const error = originOf(cause);
  if (error instanceof Refused) return NOT_ENABLED.includes(error.code);
  return error instanceof errors.NoRespondersError ||
    error instanceof errors.RequestError && error.isNoResponders() ||
    error instanceof Error && /jetstream is not enabled/i.test(error.message);
}

function originOf(cause: unknown): unknown {
  return cause instanceof Unanswered && cause.cause ? cause.cause : cause;
}
