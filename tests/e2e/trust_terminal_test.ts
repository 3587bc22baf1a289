/** Joining over TLS at a terminal: what the user is asked, and what ends the client. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { makeCertificate } from "../support/certificates.ts";
import { idlePort } from "../support/ports.ts";
import { chat, startHub } from "../support/program.ts";
import { type TempDirectory, tempDirectory } from "../support/temp.ts";
import { TestTerminal } from "../support/terminal.ts";
import { TlsFront } from "../support/tls_front.ts";
import { history, narrow, placed, testInPty, untilInput } from "./people.ts";

/** A client in a terminal. */
function open({ port }: { port: number }, { path }: TempDirectory, ...args: string[]) {
  return TestTerminal.open(
    chat("client", "127.0.0.1", String(port), "--name", "ana", "--tls", ...args),
    { env: { XDG_STATE_HOME: path }, cols: 100 },
  );
}

const knownHubs = async ({ path }: TempDirectory) =>
  await Deno.readTextFile(`${path}/chat/known-hubs`).catch(() => undefined);

testInPty("a plain hub on the port of an encrypted one ends a client that reconnects", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  const certificate = await makeCertificate();
  const front = new TlsFront(hub.port, certificate);
  await using ana = open(front, state, certificate.fingerprint);
  await untilInput(ana, placed("ana", [], 100), "* welcome, ana");
  await front[Symbol.asyncDispose]();
  await using _ = await startHub([], { port: front.port });
  assertEquals((await ana.exit()).code, 3);
  assertMatch(ana.text({ joinWrapped: true }), /! 127\.0\.0\.1:\d+ does not use TLS, but /);
});

testInPty("the host joins its own hub where an encrypted one was before", async () => {
  await using state = await tempDirectory();
  const port = idlePort();
  await Deno.mkdir(`${state.path}/chat`, { mode: 0o700 });
  const line = `127.0.0.1:${port} sha256:${"ab".repeat(32)}\n`;
  await Deno.writeTextFile(`${state.path}/chat/known-hubs`, line);
  await using ana = TestTerminal.open(
    chat("server", "127.0.0.1", String(port), "--join", "--name", "ana", "--lang", "en"),
    { env: { XDG_STATE_HOME: state.path }, cols: 100 },
  );
  await untilInput(ana, placed("ana", [], 100), "* welcome, ana");
});

testInPty(
  "the user is asked about an unknown hub, which is remembered, and refused when it changes",
  async () => {
    await using hub = await startHub();
    await using state = await tempDirectory();
    const [first, second] = [await makeCertificate(), await makeCertificate()];
    await using front = new TlsFront(hub.port, first);
    const question = "Is it the same? (yes/no)";

    for (const no of ["no\r", "N\r", `${second.fingerprint}\r`, "\x04", "ye\x04\x04"]) {
      await using ana = open(front, state);
      await ana.until(question);
      assert(ana.text({ joinWrapped: true }).includes(`  ${first.fingerprint}`), ana.text());
      ana.type(no);
      assertEquals((await ana.exit()).code, 3, no);
      assertMatch(
        ana.text({ joinWrapped: true }),
        /^chat: did not join 127\.0\.0\.1:\d+: you did not accept its certificate/m,
      );
    }
    assertEquals(await knownHubs(state), undefined);

    {
      await using ana = open(front, state);
      await ana.until(question);
      ana.type("nope?\r");
      await ana.until("answer yes or no, or paste the fingerprint that the hub shows:");
      ana.type("yes\r");
      await untilInput(ana, placed("ana", [], 100), "* welcome, ana");
      ana.type("/exit\r");
      assertEquals((await ana.exit()).code, 0);
    }
    assertEquals(await knownHubs(state), `127.0.0.1:${front.port} ${first.fingerprint}\n`);
    const { mode } = await Deno.stat(`${state.path}/chat/known-hubs`);
    assertEquals((mode ?? 0) & 0o777, 0o600);

    {
      await using ana = open(front, state);
      await untilInput(ana, placed("ana", [], 100), "* welcome, ana");
      assert(!ana.text().includes(question));
      ana.type("/exit\r");
      await ana.exit();
    }

    await front.change(second);
    {
      await using ana = open(front, state);
      assertEquals((await ana.exit()).code, 3);
      const output = ana.text({ joinWrapped: true });
      assertMatch(
        output,
        new RegExp(`than before, [^]* join once with\\s+--tls ${second.fingerprint}`),
      );
      assert(!output.includes(question));
    }
    {
      await using ana = open(front, state, second.fingerprint);
      await untilInput(ana, placed("ana", [], 100), "* welcome, ana");
      ana.type("/exit\r");
      await ana.exit();
    }
    assertEquals(await knownHubs(state), `127.0.0.1:${front.port} ${second.fingerprint}\n`);
  },
);

testInPty(
  "a changed certificate at a reconnect ends the client, and the draft is shown",
  async () => {
    await using hub = await startHub();
    await using state = await tempDirectory();
    const certificate = await makeCertificate();
    await using front = new TlsFront(hub.port, certificate);
    await using ana = open(front, state, certificate.fingerprint);
    await untilInput(ana, placed("ana", [], 100), "* welcome, ana");
    ana.type("a draft");
    await untilInput(ana, placed("ana", narrow("a draft"), 100));
    // The same certificate: the session resumes.
    await front.change(certificate);
    await ana.until("* reconnected: you missed nothing");
    await front.change(await makeCertificate());
    assertEquals((await ana.exit()).code, 3);
    assert(history(ana).includes("! not sent: a draft"), ana.text());
    const output = ana.text({ joinWrapped: true });
    assertMatch(output, /! 127\.0\.0\.1:\d+ does not have the fingerprint that you gave/);
    assert(!output.includes("not be remembered"), output);
  },
);

testInPty("an unreadable known-hubs file is reported, and nothing is joined", async () => {
  await using hub = await startHub();
  await using state = await tempDirectory();
  const certificate = await makeCertificate();
  await using front = new TlsFront(hub.port, certificate);
  await Deno.mkdir(`${state.path}/chat/known-hubs`, { recursive: true });
  {
    await using ana = open(front, state);
    assertEquals((await ana.exit()).code, 1);
    assertMatch(
      ana.text({ joinWrapped: true }),
      /cannot read the known hubs from [^]*remove it/,
    );
  }
  // With the fingerprint the file is not needed.
  await using ana = open(front, state, certificate.fingerprint);
  await untilInput(ana, placed("ana", [], 100), "* welcome, ana");
  assertMatch(
    ana.text({ joinWrapped: true }),
    /\* this hub will not be remembered for the next time/,
  );
});
