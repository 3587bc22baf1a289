import { assert } from "@std/assert";
import { addRequire } from "../../../../tools/release/executable.ts";
import { tempDirectory } from "../../../support/temp.ts";

/** What a bundle has for packages that call require, with a name that Deno does not recognise. */
const BUNDLE = `var $e=(r=>typeof require<"u"?require:r)(function(r){
  throw Error('Dynamic require of "'+r+'" is not supported');
});
export const { EventEmitter } = $e("node:events");
`;

Deno.test("packages in the executable can load modules of Node", async () => {
  await using folder = await tempDirectory();
  const file = `${folder.path}/bundle.js`;
  await Deno.writeTextFile(file, BUNDLE);
  await addRequire(file);
  const { EventEmitter } = await import(`file://${file}`);
  assert(new EventEmitter());
});
