/**
 * `deno task compile [--target TARGET] [--output FILE] [--empty]`: makes the executable, by default dist/chat for this
 * machine; or an empty one, dist/empty, which the bench compares it with.
 */

import { parseArgs } from "@std/cli/parse-args";
import { complain, print } from "./console.ts";
import { bundle, compile, EMPTY_PROGRAM, PROGRAM } from "./release/executable.ts";
import { Problem } from "./release/problem.ts";
import { mebibytes } from "./release/sizes.ts";

const USAGE = "Usage: deno task compile [--target TARGET] [--output FILE] [--empty]";

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const { target: triple, empty, ...flags } = parseArgs([...args], {
    boolean: ["empty"],
    string: ["target", "output"],
    unknown: (name) => void unknown.push(name),
  }) as unknown as { target?: string; output?: string; empty: boolean };
  const { output = empty ? "dist/empty" : "dist/chat" } = flags;
  if (unknown.length > 0) return complain(USAGE, 2);
  try {
    await using bundled = await bundle(0, empty ? EMPTY_PROGRAM : PROGRAM);
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
