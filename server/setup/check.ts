/** `chat server --check`: reads the files that a start would read. It changes nothing, and starts nothing. */

import { Failure } from "../../common/cli/failure.ts";
import { openLogFile } from "../../common/cli/files.ts";
import { checkDatabase } from "../history/database.ts";
import type { Log } from "../log.ts";
import { countFreeDescriptors } from "../net/open_file_limit.ts";
import { checkCertificate } from "./certificate.ts";
import { limitConnections } from "./connection_limit.ts";
import { warnOfExposed, warnOfReadable } from "./exposed.ts";
import type { ServerOptions } from "./options.ts";
import { readSecrets } from "./secrets.ts";

/** Logs the warnings of a start. @throws {Failure} as a start would. */
export async function checkServer(options: ServerOptions, log: Log): Promise<void> {
  const { tls, logFile, db, nats } = options;
  if (logFile !== undefined) checkLogFile(logFile);
  const { openToOthers } = await readSecrets(options);
  const certificate = tls && await checkCertificate(tls);
  warnOfExposed(options, log);
  if (db) checkDatabase(db.path);
  if (nats) await (await import("../cluster/nats/mod.ts")).readNatsFiles({ ...nats, log });
  warnOfReadable(options, { openToOthers, certificate }, log);
  limitConnections(options, countFreeDescriptors, log);
}

/** Opens a log file that exists; of a new one only the folder must be there. */
function checkLogFile(path: string): void {
  if (isThere(path)) openLogFile(path).close();
  else if (!isThere(path.replace(/[^/]*$/, "") || ".")) {
    throw new Failure("failure.log_file", { path });
  }
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
}
