/** The names of the hub's commands, for its table of commands and for clients that complete names. */

/** The names of a command in each language, the usual one first, and in other programs, which no list shows. */
export type Names =
  & Readonly<Record<"en" | "es", readonly string[]>>
  & { readonly also?: readonly string[] };

/** By the command's name in the table of commands: those that everybody may use, and those for moderators. */
const FOR_ALL = {
  nick: { en: ["name", "nick"], es: ["nombre"], also: ["nickname", "apodo"] },
  who: { en: ["who"], es: ["quien"], also: ["names", "n", "users", "nombres", "usuarios"] },
  away: { en: ["away"], es: ["ausente"], also: ["afk", "brb"] },
  me: { en: ["me"], es: ["yo"], also: ["action", "emote"] },
  notice: { en: ["notice"], es: ["aviso"] },
  message: {
    en: ["msg"],
    es: ["privado"],
    also: "w m dm pm tell whisper query privmsg message mp md susurrar mensaje".split(" "),
  },
  answer: { en: ["r", "reply"], es: ["responder"], also: ["re", "answer", "contestar"] },
  history: { en: ["history"], es: ["historial"], also: ["hist", "log", "scrollback"] },
  search: { en: ["search"], es: ["buscar"], also: ["find", "grep", "lastlog", "encontrar"] },
  delete: { en: ["delete"], es: ["borrar"], also: ["del", "redact", "unsend", "eliminar"] },
  ignore: { en: ["ignore"], es: ["ignorar"], also: ["block"] },
  unignore: { en: ["unignore"], es: ["escuchar"], also: ["unblock"] },
  join: { en: ["join"], es: ["entrar"], also: ["j", "room", "channel", "sala", "unirse", "ir"] },
  invite: { en: ["invite"], es: ["invitar"] },
  leave: { en: ["leave"], es: ["dejar"], also: ["part", "close", "cerrar", "abandonar"] },
  rooms: { en: ["rooms"], es: ["salas"], also: ["list", "channels", "lista", "listar", "canales"] },
  topic: { en: ["topic"], es: ["tema"], also: ["t", "subject", "asunto"] },
  language: { en: ["lang"], es: ["idioma"], also: ["language", "lengua"] },
  mod: { en: ["mod"], es: ["moderar"], also: ["moderator", "moderador"] },
  help: { en: ["help"], es: ["ayuda"], also: "? h commands comandos ordenes".split(" ") },
  exit: {
    en: ["exit", "quit"],
    es: ["salir"],
    also: "q qa wq bye logout disconnect adios chao desconectar".split(" "),
  },
} as const;
const FOR_MODERATORS = {
  kick: { en: ["kick"], es: ["expulsar"], also: ["echar"] },
  mute: { en: ["mute"], es: ["silenciar"], also: ["silence", "mutear"] },
  unmute: { en: ["unmute"], es: ["desilenciar"], also: ["desmutear"] },
  mutes: { en: ["mutes"], es: ["silenciados"] },
  ban: { en: ["ban"], es: ["vetar"], also: ["banear"] },
  unban: { en: ["unban"], es: ["readmitir"], also: ["desvetar", "desbanear"] },
  bans: { en: ["bans"], es: ["vetos"] },
  remove: { en: ["remove"], es: ["sacar"], also: ["evict", "desalojar"] },
  op: { en: ["op"], es: ["ascender"] },
  deop: { en: ["deop"], es: ["degradar"] },
  lock: { en: ["lock"], es: ["bloquear"] },
  unlock: { en: ["unlock"], es: ["desbloquear"] },
  limit: { en: ["limit"], es: ["limite"] },
  key: { en: ["key"], es: ["clave"] },
  slow: { en: ["slow"], es: ["lento"] },
  pause: { en: ["pause"], es: ["pausar", "pausa"] },
  unpause: { en: ["unpause"], es: ["reanudar"] },
  announce: { en: ["announce"], es: ["anunciar"], also: ["broadcast", "wall", "anuncio"] },
} as const;

export const COMMAND_NAMES = { ...FOR_ALL, ...FOR_MODERATORS } satisfies Record<string, Names>;
export const MODERATOR_COMMANDS: ReadonlySet<string> = new Set(Object.keys(FOR_MODERATORS));

/** The names of a command that lists show, those of a language first. */
export function listedNames(names: Names, lang: "en" | "es"): string[] {
  return [...new Set([...names[lang], ...names.en, ...names.es])];
}

/** All names of some commands, in any language. */
export function everyName(...commands: readonly Names[]): string[] {
  return commands.flatMap((names) => Object.values(names).flat());
}
