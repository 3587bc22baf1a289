import { assertEquals } from "@std/assert";
import { type Interface, invitation, reachableAddresses } from "../../../server/invitation.ts";

const INTERFACES: Interface[] = [
  { family: "IPv4", address: "127.0.0.1" },
  { family: "IPv6", address: "::1" },
  { family: "IPv4", address: "192.168.1.20" },
  { family: "IPv6", address: "fe80::1c2d:3eff:fe4f:5a6b" },
  { family: "IPv6", address: "2001:db8::20" },
  { family: "IPv4", address: "10.0.0.5" },
  { family: "IPv4", address: "192.168.1.20" }, // a second name of the same interface
];

const FINGERPRINT = `sha256:${"0a".repeat(32)}`;

/** The first lines of a hub that others cannot read or enter as they like, unless told. */
function invite(given: Partial<Parameters<typeof invitation>[0]>): string[] {
  return invitation({
    name: "chat 1.2.3",
    bound: { hostname: "127.0.0.1", port: 3000 },
    interfaces: [],
    lang: "en",
    fingerprint: undefined,
    hasPassword: false,
    ...given,
  });
}

function reachable(hostname: string, interfaces = INTERFACES): string[] {
  return reachableAddresses({ hostname, port: 3000 }, interfaces).map((each) => each.hostname);
}

Deno.test("a hub on one address is reached by that one only", () => {
  for (const hostname of ["127.0.0.1", "192.168.1.20", "::1", "fe80::1"]) {
    assertEquals(reachable(hostname), [hostname]);
  }
});

Deno.test("a hub on all of IPv4 is reached by each IPv4 address once, loopback last", () => {
  assertEquals(reachable("0.0.0.0"), ["192.168.1.20", "10.0.0.5", "127.0.0.1"]);
});

Deno.test("a hub on all of IPv6 is reached by IPv4 too, loopback last, link-local left out", () => {
  assertEquals(reachable("::"), [
    "192.168.1.20",
    "2001:db8::20",
    "10.0.0.5",
    "127.0.0.1",
    "::1",
  ]);
});

Deno.test("every link-local IPv6 address is left out, and no other one", () => {
  const of = (address: string): Interface => ({ family: "IPv6", address });
  const local = ["fe80::1", "FE80::2", "fe9a::1", "fea0::1", "febf::1"];
  const others = ["fec0::1", "fe00::1", "fd00::1", "2001:db8:fe80::1"];
  assertEquals(reachable("::", [...local, ...others].map(of)), others);
});

Deno.test("every address of loopback comes last, and none without an address at all", () => {
  const interfaces: Interface[] = [
    { family: "IPv4", address: "127.0.1.1" },
    { family: "IPv4", address: "12.7.0.1" },
    { family: "IPv4", address: "" },
  ];
  assertEquals(reachable("0.0.0.0", interfaces), ["12.7.0.1", "127.0.1.1"]);
  assertEquals(reachable("::", interfaces), ["12.7.0.1", "127.0.1.1"]);
});

Deno.test("a machine that tells no addresses invites nobody, and harms nothing", () => {
  assertEquals(reachable("0.0.0.0", []), []);
});

Deno.test("the invitation says where the hub listens and what to type", () => {
  const bound = { hostname: "0.0.0.0", port: 3000 };
  const interfaces = INTERFACES.slice(0, 3);
  assertEquals(invite({ bound, interfaces }), [
    "chat 1.2.3 listening on 0.0.0.0:3000",
    "join with:",
    "  chat client 192.168.1.20 3000",
    "  nc 192.168.1.20 3000",
    "  chat client 127.0.0.1 3000",
    "  nc 127.0.0.1 3000",
    "no password and no encryption: anyone who can reach this port can join, and all messages " +
    "can be read in transit; use --password-file and --tls",
  ]);
});

Deno.test("the invitation names an IPv6 address as each program wants it, and in Spanish", () => {
  const bound = { hostname: "2001:db8::20", port: 4000 };
  assertEquals(invite({ bound, lang: "es" }), [
    "chat 1.2.3 escuchando en [2001:db8::20]:4000",
    "para unirse:",
    "  chat client 2001:db8::20 4000",
    "  nc 2001:db8::20 4000",
    "sin contraseña ni cifrado: puede entrar cualquiera que llegue a este puerto, y todos los mensajes " +
    "se pueden leer por el camino; usa --password-file y --tls",
  ]);
});

Deno.test("with encryption the invitation carries the fingerprint, and openssl takes the place of nc", () => {
  assertEquals(
    invite({ bound: { hostname: "::1", port: 4000 }, fingerprint: FINGERPRINT }),
    [
      "chat 1.2.3 listening on [::1]:4000",
      `fingerprint ${FINGERPRINT}`,
      "join with:",
      `  chat client ::1 4000 --tls ${FINGERPRINT}`,
      "  openssl s_client -quiet -connect [::1]:4000",
    ],
  );
});

Deno.test("a hub that others can reach says once what is missing, and one on loopback nothing", () => {
  const interfaces: Interface[] = [{ family: "IPv4", address: "192.168.1.20" }];
  /** What stands behind the lines to join with, with no password and no encryption, with one of them, and with both. */
  const warnings = (hostname: string) =>
    [{}, { hasPassword: true }, { fingerprint: FINGERPRINT }, {
      hasPassword: true,
      fingerprint: FINGERPRINT,
    }].map((given) => {
      const lines = invite({ bound: { hostname, port: 1 }, interfaces, ...given });
      return lines.slice(lines.findLastIndex((line) => line.startsWith("  ")) + 1);
    });
  for (const hostname of ["0.0.0.0", "::", "192.168.1.20", "2001:db8::20", "fe80::1"]) {
    assertEquals(warnings(hostname), [
      [
        "no password and no encryption: anyone who can reach this port can join, and all messages " +
        "can be read in transit; use --password-file and --tls",
      ],
      ["no encryption: the password and all messages can be read in transit; --tls encrypts them"],
      [
        "no password: anyone who can reach this port can join; --password-file sets a password",
      ],
      [],
    ]);
  }
  for (const hostname of ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(warnings(hostname), [[], [], [], []], hostname);
  }
});

Deno.test("who runs an announced hub is told how it is found, behind the lines to type", () => {
  const bound = { hostname: "192.168.1.20", port: 3000 };
  assertEquals(invite({ bound, isAnnounced: true }).slice(2, 5), [
    "  chat client 192.168.1.20 3000",
    "  nc 192.168.1.20 3000",
    "announced: on this network, chat client alone finds it",
  ]);
});
