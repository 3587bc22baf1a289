import { assert, assertEquals } from "@std/assert";
import { connectFailure, EXIT, Failure, listenFailure } from "../../../../common/cli/failure.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";

const ADDRESS = { hostname: "::1", port: 80 };
const FORBIDDEN =
  "cannot use [::1]:80: permission denied; ports below 1024 need privileges, so use a higher one";

/** A system error as Deno throws it. */
function systemError(code: string, message = `${code} (os error 1)`): Error {
  return Object.assign(new Error(message), { code });
}

Deno.test("each known reason for a failure to listen has its own sentence", () => {
  const expected = {
    EADDRINUSE:
      "cannot listen on [::1]:80: the port is in use; choose another one, or 0 for any free port",
    EADDRNOTAVAIL: "cannot listen on [::1]:80: this machine does not have that address",
    EACCES: FORBIDDEN,
    EPERM: FORBIDDEN,
  };
  for (const [code, sentence] of Object.entries(expected)) {
    assertEquals(listenFailure(systemError(code), ADDRESS).message, sentence);
  }
});

Deno.test("each known reason for a failure to connect has its own sentence", () => {
  const expected = {
    ECONNREFUSED: "cannot connect to [::1]:80: connection refused; is the hub running?",
    EHOSTUNREACH: "cannot connect to [::1]:80: the network is unreachable",
    ENETUNREACH: "cannot connect to [::1]:80: the network is unreachable",
    ETIMEDOUT: "cannot connect to [::1]:80: no answer",
    EACCES: FORBIDDEN,
    EPERM: FORBIDDEN,
  };
  for (const [code, sentence] of Object.entries(expected)) {
    assertEquals(connectFailure(systemError(code), ADDRESS).message, sentence);
  }
});

Deno.test("a name that does not resolve is recognised on every system", () => {
  const messages = [
    "failed to lookup address information: Name or service not known",
    "failed to lookup address information: nodename nor servname provided, or not known",
  ];
  for (const message of messages) {
    for (const make of [listenFailure, connectFailure]) {
      const failure = make(new Error(message), { hostname: "nowhere.example", port: 80 });
      assertEquals(failure.message, 'cannot find the host "nowhere.example": check the name');
    }
  }
});

Deno.test("an unknown error is reported with the address and the system's message", () => {
  const failure = connectFailure(systemError("EWEIRD", "strange (os error 99)"), ADDRESS);
  assertEquals(failure.message, "unexpected error: [::1]:80: strange (os error 99)");
  assertEquals(listenFailure("odd", ADDRESS).message, "unexpected error: [::1]:80: odd");
  assertEquals(
    listenFailure(systemError("ECONNREFUSED"), ADDRESS).message,
    "unexpected error: [::1]:80: ECONNREFUSED (os error 1)",
  );
});

Deno.test("a code that is a property of every object is unknown", () => {
  for (const code of ["toString", "__proto__", "constructor"]) {
    const failure = connectFailure(systemError(code, "odd"), ADDRESS);
    assertEquals(failure.message, "unexpected error: [::1]:80: odd");
  }
});

Deno.test("a failure keeps its cause", () => {
  for (const cause of [systemError("ECONNREFUSED"), systemError("EWEIRD"), "odd"]) {
    assert(connectFailure(cause, ADDRESS).cause === cause);
  }
});

Deno.test("a failure is one line in each language", () => {
  const failure = connectFailure(systemError("ECONNREFUSED"), ADDRESS);
  assertEquals(failure.in("en"), failure.message);
  assertEquals(
    failure.in("es"),
    "no se puede conectar con [::1]:80: conexión rechazada; ¿está en marcha el servidor?",
  );
});

Deno.test("only a refusal by the hub exits with 3, any other failure with 1", () => {
  const refusal = new Failure("failure.turned_away", { address: "x", reason: "full" });
  assertEquals(refusal.exitCode, 3);
  assertEquals(new Failure("failure.lost", { address: "x" }).exitCode, 1);
  assertEquals(EXIT, { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 });
});

Deno.test("a usage error is in each language", () => {
  const error = new UsageError("usage.missing_value", { option: "--name" });
  assertEquals(error.message, "--name needs a value");
  assertEquals(error.in("en"), error.message);
  assertEquals(error.in("es"), "--name necesita un valor");
});
