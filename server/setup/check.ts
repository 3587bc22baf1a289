/** `chat server --check`: reads the files that a start would read. It changes nothing, and starts nothing. */

import { Failure } from "../../common/cli/failure.ts";
import { openLogFile } from "../../common/cli/files.ts";
import { exists, folderOf } from "../../common/cli/own_files.ts";
import { checkDatabase } from "../history/database.ts";
import type { Log } from "../log.ts";
import { countFreeDescriptors, limitConnections } from "../net/open_file_limit.ts";
import { checkCertificate, warnOfValidity } from "./certificate.ts";
import { warnOfExposed } from "./exposed.ts";
import type { ServerOptions } from "./options.ts";
import { readSecrets } from "./secrets.ts";

/** Logs the warnings of a start. @throws {Failure} as a start would. */
export async function checkServer(options: ServerOptions, log: Log): Promise<void> {
  const { tls, logFile, db, nats } = options;
  if (logFile && exists(logFile)) openLogFile(logFile).close();
  else if (logFile && !exists(folderOf(logFile))) {
    throw new Failure("failure.log_file", { path: logFile });
  }
  await readSecrets(options);
  const certificate = tls && await checkCertificate(tls);
  if (certificate) warnOfValidity(certificate, Date.now(), log);
  warnOfExposed(options, log);
  if (db) checkDatabase(db.path);
  if (nats) await (await import("../cluster/nats/mod.ts")).readNatsFiles(nats);
  limitConnections(options, countFreeDescriptors, log);
}
