import { assert, assertEquals } from "@std/assert";
import { notedHubs, noteHub } from "../../../../common/cli/hub_notes.ts";
import { stateFile } from "../../../../common/cli/state_folder.ts";
import { smallEnvironment } from "../../../support/environment.ts";
import { tempDirectory } from "../../../support/temp.ts";

Deno.test("the hubs of tests are not noted among those of the developer", () => {
  const variables = smallEnvironment();
  const place = stateFile("hubs", (name) => variables[name]);
  const own = stateFile("hubs", (name) => Deno.env.get(name));
  assert(place && place.file !== own?.file, place?.file);
});

Deno.test("hubs are noted where this machine reaches them, the newest first, each once", async () => {
  await using directory = await tempDirectory();
  const folder = `${directory.path}/chat`;
  const place = { folder, file: `${folder}/hubs` };
  assertEquals(await notedHubs(place), []);
  for (const hostname of ["127.0.0.1", "::", "0.0.0.0"]) {
    await noteHub(place, { hostname, port: 4000 });
  }
  assertEquals(await notedHubs(place), [
    { hostname: "127.0.0.1", port: 4000 },
    { hostname: "::1", port: 4000 },
  ]);
  for (let port = 5000; port < 5030; port++) await noteHub(place, { hostname: "127.0.0.1", port });
  const ports = (await notedHubs(place)).map(({ port }) => port);
  assertEquals([ports.length, ports[0], ports.at(-1)], [16, 5029, 5014]);
  if (Deno.build.os !== "windows") {
    assertEquals((await Deno.stat(place.file)).mode! & 0o777, 0o600);
  }
});

Deno.test("anything else in the file is ignored, and a folder that cannot be written does no harm", async () => {
  await using directory = await tempDirectory();
  const place = { folder: directory.path, file: `${directory.path}/hubs` };
  await Deno.writeTextFile(
    place.file,
    `x:y\n\x00\n127.0.0.1:70000\n127.0.0.1:4000\nz z ${"z".repeat(1000)}`,
  );
  assertEquals(await notedHubs(place), [{ hostname: "127.0.0.1", port: 4000 }]);
  await Deno.writeTextFile(place.file, `127.0.0.1:4000\n${" ".repeat(5000)}`);
  assertEquals(await notedHubs(place), []);
  const inside = { folder: `${place.file}/chat`, file: `${place.file}/chat/hubs` };
  await noteHub(inside, { hostname: "127.0.0.1", port: 4000 });
  assertEquals(await notedHubs(inside), []);
});
