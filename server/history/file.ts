/** What the parts of a history on disk share. */

import type { HistoryDatabase } from "./database.ts";
import type { SqliteOptions } from "./mod.ts";
import type { Statements } from "./statements.ts";

export interface HistoryFile {
  readonly database: HistoryDatabase;
  readonly statements: Statements;
  readonly options: SqliteOptions;
}
