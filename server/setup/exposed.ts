/** Warns of files and folders of the hub that others may have prepared, or may read or change. */

import { exposureOf, openFolder } from "../../common/cli/own_files.ts";
import { databaseFiles } from "../history/database.ts";
import type { Log } from "../log.ts";
import type { ServerOptions } from "./options.ts";

const WARNINGS = {
  link: "a file is a symbolic link: others may decide where it leads",
  open: "others can write to a file: chmod go-w prevents that",
} as const;

/** Call it before the history is opened: then its files are still as others may have left them. */
export function warnOfExposed(
  { logFile, db, tls }: ServerOptions,
  { openToOthers, isKeyOpen }: { openToOthers: readonly string[]; isKeyOpen?: boolean | undefined },
  log: Log,
): void {
  for (const path of openToOthers) {
    log.warning("others can read a password: chmod 600 keeps it secret", { path });
  }
  if (isKeyOpen && tls && "key" in tls) {
    log.warning("others can read a key: chmod 600 keeps it secret", { path: tls.key });
  }
  const files = [...(logFile ? [logFile] : []), ...(db ? databaseFiles(db.path) : [])];
  for (const path of files) {
    const exposure = exposureOf(path);
    if (exposure) log.warning(WARNINGS[exposure], { path });
  }
  const folder = tls && "kept" in tls ? openFolder(tls.kept.folder) : undefined;
  if (folder !== undefined) {
    log.warning("others can write to the folder of the hub's key: chmod go-w prevents that", {
      path: folder,
    });
  }
}
