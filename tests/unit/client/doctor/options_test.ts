import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../../common/cli/command_line.ts";
import { UsageError } from "../../../../common/cli/usage_error.ts";
import {
  DOCTOR_COMMAND_LINE,
  type DoctorOptions,
  readDoctorOptions,
} from "../../../../client/doctor/options.ts";
import { CLIENT_COMMAND_LINE } from "../../../../client/options.ts";

function read(args: string[], variables: Record<string, string> = {}): DoctorOptions {
  return readDoctorOptions(parseArguments(DOCTOR_COMMAND_LINE, args), (name) => variables[name]);
}

const USUAL: DoctorOptions = {
  address: { hostname: "127.0.0.1", port: 3000 },
  lang: "en",
  color: "auto",
  isAscii: false,
};

Deno.test("without options the target is this machine's default port", () => {
  assertEquals(read([]), USUAL);
});

Deno.test("all options are read", () => {
  const pin = `sha256:${"0f".repeat(32)}`;
  const flags = ["--name", "ana", "--tls", pin, "--tls-ca=ca.pem", "--password-file", "p"];
  assertEquals(
    read(["hub.lan:4000", ...flags, "--lang", "es", "--color=never", "--ascii"], {
      CHAT_PASSWORD: "x",
    }),
    {
      address: { hostname: "hub.lan", port: 4000 },
      nick: "ana",
      lang: "es",
      color: "never",
      isAscii: true,
      tls: { pin, caFile: "ca.pem" },
      password: "x",
      passwordFile: "p",
    },
  );
});

Deno.test("every option is also one of the client's, with the same value", () => {
  for (const { flag, value, optional } of DOCTOR_COMMAND_LINE.options) {
    const found = CLIENT_COMMAND_LINE.options.find((each) => each.flag === flag);
    assertEquals([found?.value, found?.optional], [value, optional], flag);
  }
});

Deno.test("a bad port, a bad fingerprint and an extra argument are wrong usage", () => {
  const fault = (...args: string[]) => assertThrows(() => read(args), UsageError).message;
  assertEquals(fault("hub.lan", "30000000").includes("is not a port"), true);
  assertEquals(fault("hub.lan", "0").includes("is not a port"), true);
  assertEquals(fault("a", "1", "b").includes("unexpected argument"), true);
  assertEquals(fault("--tls=x").includes("fingerprint"), true);
});
