/** What machine this is, as far as it matters for what is measured: no names and no paths. Linux only. */

import type { Places } from "./process.ts";
import type { Machine } from "./results.ts";

export async function describeMachine({ measured }: Places): Promise<Machine> {
  const [, processor = "unknown processor"] =
    /^model name\s*:\s*(.+)$/m.exec(await Deno.readTextFile("/proc/cpuinfo")) ?? [];
  const gibibytes = Deno.systemMemoryInfo().total / 1024 ** 3;
  return {
    processor,
    processors: navigator.hardwareConcurrency,
    memory: `${Math.round(gibibytes)} GiB`,
    system: `Linux ${/^\d+\.\d+/.exec(Deno.osRelease())?.[0] ?? ""} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    apart: measured !== undefined,
    load: Math.round(10 * Deno.loadavg()[0]!) / 10,
  };
}
