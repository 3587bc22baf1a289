/** Commands that only other chat programs have, and the advice to a user who types them. */

/** The words by the key of the advice in common/i18n/ (`habit.<key>`). */
const WORDS = {
  server: "server connect reconnect servidor conectar reconectar",
  back: "back vuelvo volver",
  say: "say all shout decir gritar",
  account: "register login identify auth account ns nickserv registrar registrarse cuenta",
  moderator: "oper voice devoice mode admin sudo",
  whois: "whois whowas info profile perfil",
  file: "file send upload attach dcc archivo fichero enviar subir adjuntar",
  edit: "edit undo editar deshacer",
} as const;

export type Habit = keyof typeof WORDS;

/** The habit that a command's name comes from, without accents. */
export function findHabit(name: string): Habit | undefined {
  const habits = Object.keys(WORDS) as Habit[];
  return habits.find((habit) => WORDS[habit].split(" ").includes(name));
}
