import { assertEquals, assertThrows } from "@std/assert";
import { parseArguments } from "../../../../cli/command_line.ts";
import { UsageError } from "../../../../cli/usage_error.ts";
import {
  DOCTOR_COMMAND_LINE,
  type DoctorOptions,
  readDoctorOptions,
} from "../../../../client/doctor/options.ts";
import { shellLine } from "../../../../client/doctor/shell_line.ts";
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

Deno.test("without options the doctor looks at this machine's hub", () => {
  assertEquals(read([]), USUAL);
});

Deno.test("the doctor takes what the client would join with", () => {
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

Deno.test("each option of the doctor that the client has too is written as there", () => {
  for (const { flag, value, optional } of DOCTOR_COMMAND_LINE.options) {
    const found = CLIENT_COMMAND_LINE.options.find((each) => each.flag === flag);
    assertEquals([found?.value, found?.optional], [value, optional], flag);
  }
});

Deno.test("a port that is none, and a word too many, are wrong usage", () => {
  const fault = (...args: string[]) => assertThrows(() => read(args), UsageError).message;
  assertEquals(fault("hub.lan", "30000000").includes("is not a port"), true);
  assertEquals(fault("hub.lan", "0").includes("is not a port"), true);
  assertEquals(fault("a", "1", "b").includes("unexpected argument"), true);
  assertEquals(fault("--tls=x").includes("fingerprint"), true);
});

Deno.test("what a shell would take for something else is quoted in the line to type", () => {
  const address = { hostname: "hub.lan", port: 3000 };
  const line = (fields: { nick?: string; passwordFile?: string }) =>
    shellLine("client", { address, hasPassword: false, ...fields });
  assertEquals(line({}), "chat client hub.lan 3000");
  assertEquals(line({ nick: "José" }), "chat client hub.lan 3000 --name José");
  assertEquals(
    line({ nick: "$(reboot)", passwordFile: "it's mine" }),
    String.raw`chat client hub.lan 3000 --password-file 'it'\''s mine' --name '$(reboot)'`,
  );
});
