/**
 * Runs one property in a process of its own, so that it can be killed if it hangs or fills the memory:
 * `attempt.ts FILE NAME RUN`, with RUN as JSON. The last line on standard output is the outcome as JSON.
 */

import { pathToFileURL } from "node:url";
import { makeCheck, properties, type Run } from "../../tests/support/property.ts";

export interface Outcome {
  /** fast-check's report of the counterexample, if there is one. */
  failure?: string;
  /** Milliseconds, without the start of the process. */
  took: number;
}

if (import.meta.main) {
  const [file, name, run] = Deno.args;
  await import(pathToFileURL(file!).href);
  const property = properties.find((each) => each.name === name)!;
  const start = performance.now();
  let failure: string | undefined;
  try {
    await property.body(makeCheck(JSON.parse(run!) as Run));
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const took = performance.now() - start;
  const outcome: Outcome = { took, ...(failure === undefined ? {} : { failure }) };
  Deno.stdout.writeSync(new TextEncoder().encode(`\n${JSON.stringify(outcome)}\n`));
  Deno.exit(); // a property may have left timers or sockets open
}
