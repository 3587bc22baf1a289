/** Warns of files and folders of the hub that others may have prepared, or may read or change. */

import { exposureOf, isOpenToOthers, openFolder } from "../../common/cli/own_files.ts";
import { databaseFiles } from "../history/database.ts";
import type { Log } from "../log.ts";
import type { ServerOptions } from "./options.ts";

const WARNINGS = {
  link: "a file is a symbolic link: others may decide where it leads",
  open: "others can write to a file: chmod go-w prevents that",
  folder: "others can write to the folder of the hub's key: chmod go-w prevents that",
} as const;

/** Call it before the history is opened: then its files are still as others may have left them. */
export function warnOfExposed(
  { passwordFile, modPasswordFile, nats, tls, logFile, db }: ServerOptions,
  log: Log,
): void {
  const warnOfReaders = (of: string, path: string | undefined) => {
    if (path === undefined || !isOpenToOthers(path)) return;
    log.warning(`others can read a ${of}: chmod 600 keeps it secret`, { path });
  };
  for (const path of [passwordFile, modPasswordFile, nats?.creds]) warnOfReaders("password", path);
  if (tls && "key" in tls) warnOfReaders("key", tls.key);
  for (const path of [...(logFile ? [logFile] : []), ...(db ? databaseFiles(db.path) : [])]) {
    const exposure = exposureOf(path);
    if (exposure) log.warning(WARNINGS[exposure], { path });
  }
  const path = tls && "kept" in tls && openFolder(tls.kept.folder);
  if (path) log.warning(WARNINGS.folder, { path });
}
