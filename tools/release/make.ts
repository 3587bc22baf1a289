/** Writes the files of a release: an archive for each target, the install scripts, checksums and notes. */

import { dashboardText } from "../dashboard.ts";
import { type File, type Packing, tarGz, zip } from "./archive.ts";
import { formatChecksums, sha256 } from "./checksums.ts";
import type { Executable } from "./executable.ts";
import type { Sizes } from "./sizes.ts";
import { withInstallation } from "./notes.ts";
import { stamp } from "./stamp.ts";
import { archiveName, CHECKSUMS, folderName, type Target } from "./targets.ts";

/** In `deploy/`. */
export const INSTALLERS = ["install.sh", "install.ps1"] as const;

/** For Grafana. */
export const DASHBOARD = "grafana.json";

/** For Prometheus. */
export const ALERTS = "alerts.yml";

export const NOTES = "notes.md";

export interface Plan {
  readonly version: string;
  readonly targets: readonly Target[];
  /** The repository's folder, and an empty one for the release. */
  readonly root: string;
  readonly output: string;
  /** OWNER/NAME, for the scripts, which need an argument without it. */
  readonly repository?: string | undefined;
  readonly packing: Packing;
  /** The files that are the same in every archive. */
  readonly common: readonly File[];
  readonly notes: string;
  /** Writes the executable for a target to a path. */
  readonly compile: (target: Target, path: string) => Promise<Executable>;
}

/** Returns the sizes, in the order of the targets. */
export async function makeRelease(plan: Plan): Promise<Sizes[]> {
  const { output, root, repository } = plan;
  const sums = new Map<string, string>();
  const write = async (name: string, content: Uint8Array) => {
    await Deno.writeFile(`${output}/${name}`, content);
    sums.set(name, await sha256(content));
  };
  const sizes: Sizes[] = [];
  for (const target of plan.targets) {
    const { archive, executable } = await packed(plan, target);
    await write(archiveName(plan.version, target), archive);
    const { size, runtime } = executable;
    sizes.push({ target, executable: size, runtime, archive: archive.length });
  }
  for (const name of INSTALLERS) {
    const script = await Deno.readTextFile(`${root}/deploy/${name}`);
    await write(name, new TextEncoder().encode(repository ? stamp(script, repository) : script));
  }
  await write(DASHBOARD, new TextEncoder().encode(dashboardText()));
  await write(ALERTS, await Deno.readFile(`${root}/deploy/${ALERTS}`));
  await Deno.writeTextFile(`${output}/${CHECKSUMS}`, formatChecksums(sums));
  const notes = repository ? withInstallation(plan.notes, repository) : plan.notes;
  await Deno.writeTextFile(`${output}/${NOTES}`, notes);
  return sizes;
}

async function packed(
  { version, common, packing, compile }: Plan,
  target: Target,
): Promise<{ archive: Uint8Array; executable: Executable }> {
  const folder = await Deno.makeTempDir({ prefix: "chat-release-" });
  try {
    const path = `${folder}/${target.executable}`;
    const executable = await compile(target, path);
    const content = await Deno.readFile(path);
    const files = [...common, { path: target.executable, content, isExecutable: true }]
      .map((file) => ({ ...file, path: `${folderName(version, target)}/${file.path}` }));
    const archive = target.ending === ".zip" ? zip(files, packing) : await tarGz(files, packing);
    return { archive, executable };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
