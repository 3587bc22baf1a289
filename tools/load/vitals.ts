/** The memory and descriptors of a process, from /proc. */

export interface Vitals {
  /** Resident memory, in MiB. */
  memory: number;
  descriptors: number;
}

/** Reads them; undefined without /proc, or if the process does not exist. */
export function readVitals(pid: number): Vitals | undefined {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
    const descriptors = [...Deno.readDirSync(`/proc/${pid}/fd`)].length;
    return { memory: Number(kilobytes) / 1024, descriptors };
  } catch {
    return undefined;
  }
}
