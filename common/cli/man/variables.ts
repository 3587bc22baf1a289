/** The environment variables that the program reads, and what for. */

import type { Key } from "../../i18n/mod.ts";

/** Exactly the variables that deno.json lets the program read; those with the same purpose stand together. */
export const VARIABLES: readonly { names: readonly string[]; help: Key }[] = [
  { names: ["LC_ALL", "LC_MESSAGES", "LANG"], help: "man.variable.language" },
  { names: ["CHAT_*"], help: "man.variable.options" },
  { names: ["CHAT_PASSWORD"], help: "man.variable.password" },
  { names: ["NO_COLOR"], help: "man.variable.no_color" },
  { names: ["TERM"], help: "man.variable.term" },
  { names: ["TZ"], help: "man.variable.time_zone" },
  { names: ["TERM_PROGRAM", "LC_TERMINAL", "KITTY_WINDOW_ID"], help: "man.variable.notify" },
  {
    names: ["TERM_PROGRAM_VERSION", "WT_SESSION", "VTE_VERSION", "KONSOLE_VERSION"],
    help: "man.variable.links",
  },
  { names: ["TMUX"], help: "man.variable.tmux" },
  { names: ["XDG_STATE_HOME"], help: "man.variable.state" },
  { names: ["HOME"], help: "man.variable.home" },
  { names: ["LOCALAPPDATA"], help: "man.variable.local_data" },
  { names: ["DENO_TLS_CA_STORE"], help: "man.variable.authorities" },
  { names: ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"], help: "man.variable.service" },
  { names: ["JOURNAL_STREAM"], help: "man.variable.journal" },
];
