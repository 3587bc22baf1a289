/** `deno task compile [--target TARGET] [--output FILE]`: makes the executable, by default dist/chat for this machine. */

import { parseArgs } from "@std/cli/parse-args";
import { complain, print } from "./console.ts";
import { bundle, compile } from "./release/executable.ts";
import { Problem } from "./release/problem.ts";
import { mebibytes } from "./release/sizes.ts";

const USAGE = "Usage: deno task compile [--target TARGET] [--output FILE]";
const OUTPUT = "dist/chat";

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const { target: triple, output = OUTPUT } = parseArgs([...args], {
    string: ["target", "output"],
    unknown: (name) => void unknown.push(name),
  }) as { target?: string; output?: string };
  if (unknown.length > 0) return complain(USAGE, 2);
  try {
    await using bundled = await bundle(0);
    const { size, runtime } = await compile(bundled, {
      output,
      ...(triple === undefined ? {} : { triple }),
    });
    print(
      `${output}: ${mebibytes(size)}` +
        (runtime === undefined ? "" : `, of which ${mebibytes(runtime)} are Deno's runtime`),
    );
    return 0;
  } catch (error) {
    if (error instanceof Problem) return complain(`compile: ${error.message}`, 1);
    throw error;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
