/** The licences of the packages in a release. */

import { assertEquals, assertRejects } from "@std/assert";
import { thirdParties } from "../../../../tools/release/licences.ts";
import { Problem } from "../../../../tools/release/problem.ts";
import { type TempDirectory, tempDirectory } from "../../../support/temp.ts";

/** A folder with packages, as in Deno's cache. */
async function packages(files: Record<string, string>): Promise<TempDirectory> {
  const folder = await tempDirectory();
  for (const [path, text] of Object.entries(files)) {
    const file = `${folder.path}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  return folder;
}

/** What `deno info` says of packages in a folder. */
const info = (folder: TempDirectory, ...names: string[]) => ({
  npmPackages: Object.fromEntries(
    names.map((key) => {
      const [, name = "", version = ""] = key.match(/^(.+)@([^@]+)$/)!;
      return [key, { name, version, localPath: `${folder.path}/${name}/${version}` }];
    }),
  ),
});

Deno.test("each licence appears once, with its packages and their notices", async () => {
  await using folder = await packages({
    "one/1.0.0/LICENSE": "Licence A\r\nof one\r\n",
    "one/1.0.0/index.js": "",
    "@some/two/2.0.0/license.md": "Licence B\n",
    "@some/two/2.0.0/NOTICE": "Made by two\n",
    "three/3.0.0/LICENCE.txt": "Licence A\nof one",
  });
  const { path, content } = await thirdParties(
    info(folder, "three@3.0.0", "one@1.0.0", "@some/two@2.0.0"),
  );
  assertEquals(path, "THIRD-PARTY.txt");
  const [head, ...sections] = new TextDecoder().decode(content).split(/^-+\n/m);
  assertEquals(/Deno/.test(head!), true);
  assertEquals(sections.map((section) => section.trim()), [
    "@some/two 2.0.0\n\nMade by two\n\nLicence B",
    "one 1.0.0\nthree 3.0.0\n\nLicence A\nof one",
  ]);
});

Deno.test("a package that is missing or has no licence is named", async () => {
  await using folder = await packages({ "one/1.0.0/index.js": "" });
  for (const name of ["one@1.0.0", "two@1.0.0"]) {
    const missing = `${folder.path}/${name.replace("@", "/")} has no licence`;
    await assertRejects(() => thirdParties(info(folder, name)), Problem, missing);
  }
});
