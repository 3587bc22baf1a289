/** The names of the hub's commands, for its table of commands and for clients that complete names. */

import { ACTION_NAMES, ANSWER_NAMES, EXIT_NAMES, MESSAGE_NAMES, MOD_NAMES } from "./input.ts";

/** The names of a command in each language, the usual one first. */
export type Names = Readonly<Record<"en" | "es", readonly string[]>>;

/** By the command's name in the table of commands. */
export const COMMAND_NAMES = {
  nick: { en: ["name", "nick"], es: ["nombre"] },
  who: { en: ["who"], es: ["quien"] },
  me: ACTION_NAMES,
  message: MESSAGE_NAMES,
  answer: ANSWER_NAMES,
  history: { en: ["history"], es: ["historial"] },
  ignore: { en: ["ignore"], es: ["ignorar"] },
  unignore: { en: ["unignore"], es: ["escuchar"] },
  join: { en: ["join"], es: ["entrar"] },
  leave: { en: ["leave"], es: ["dejar"] },
  rooms: { en: ["rooms"], es: ["salas"] },
  topic: { en: ["topic"], es: ["tema"] },
  language: { en: ["lang"], es: ["idioma"] },
  mod: MOD_NAMES,
  help: { en: ["help"], es: ["ayuda"] },
  exit: EXIT_NAMES,
  kick: { en: ["kick"], es: ["expulsar"] },
  mute: { en: ["mute"], es: ["silenciar"] },
  unmute: { en: ["unmute"], es: ["desilenciar"] },
  mutes: { en: ["mutes"], es: ["silenciados"] },
  ban: { en: ["ban"], es: ["vetar"] },
  unban: { en: ["unban"], es: ["readmitir"] },
  bans: { en: ["bans"], es: ["vetos"] },
  lock: { en: ["lock"], es: ["bloquear"] },
  unlock: { en: ["unlock"], es: ["desbloquear"] },
  slow: { en: ["slow"], es: ["lento"] },
  pause: { en: ["pause"], es: ["pausar", "pausa"] },
  unpause: { en: ["unpause"], es: ["reanudar"] },
} as const satisfies Readonly<Record<string, Names>>;
