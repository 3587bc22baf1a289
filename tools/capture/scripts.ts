/** The small talk of the scene, in both languages. */

import type { Lang } from "../../common/i18n/mod.ts";

/** The members. ana's terminal is recorded; marta has only `nc`. */
export type Part = "ana" | "marta" | "josé" | "kenta";

/** A line that a member enters, or a paste, and the text that ana sees then: the line itself by default. */
export type Act =
  & { readonly by: Part; readonly seen?: string }
  & ({ readonly types: string; readonly pastes?: undefined } | {
    readonly types?: undefined;
    readonly pastes: string;
    readonly seen: string;
  });

export interface Script {
  readonly lang: Lang;
  readonly window: string;
  readonly before: readonly Act[];
  /** What ana types, and what arrives meanwhile. */
  readonly typing: readonly (string | Act)[];
  readonly title: string;
  readonly description: string;
}

const EN: Script = {
  lang: "en",
  window: "ana: chat client",
  before: [
    { by: "marta", types: "/name marta", seen: "guest1 is now marta" },
    { by: "josé", types: "morning! who tries the new version before the demo?" },
    { by: "kenta", types: "私も 🎉 as soon as the tests are green" },
    { by: "marta", types: "me too, from plain nc: nothing to install here" },
    { by: "ana", types: "before lunch, promised" },
    { by: "kenta", types: "/me looks at the clock", seen: "* 健太 looks at the clock" },
    { by: "josé", pastes: 'def greet(name):\n    return f"¡hola, {name}!"', seen: "{name}!" },
    { by: "josé", types: "@ana, does that look right to you?" },
    { by: "kenta", types: "/topic demo at 12:30", seen: "topic: demo at 12:30" },
  ],
  typing: [
    "looks fine. What the others ",
    { by: "kenta", types: "/me claps", seen: "* 健太 claps" },
    "say goes above ",
    {
      by: "josé",
      types: "/msg ana there is cake for 健太 in the kitchen, not a word 🎂",
      seen: "not a word 🎂",
    },
    "my line, and ",
    { by: "marta", types: "all green here!" },
    "nothing moves",
  ],
  title: "Messages arrive above the line that ana is typing",
  description:
    "ana's terminal. While she types a line, three messages arrive above it, and the line stays " +
    "as it is. A message that mentions her stands out, a paste of two lines is one block, and " +
    "José writes to her in private.",
};

const ES: Script = {
  lang: "es",
  window: "ana: chat client",
  before: [
    { by: "marta", types: "/nombre marta", seen: "guest1 ahora es marta" },
    { by: "josé", types: "¡buenos días! ¿quién prueba la versión nueva antes de la demo?" },
    { by: "kenta", types: "私も 🎉 en cuanto pasen las pruebas" },
    { by: "marta", types: "y yo, desde nc a secas: aquí no hay que instalar nada" },
    { by: "ana", types: "antes de comer, prometido" },
    { by: "kenta", types: "/yo mira el reloj", seen: "* 健太 mira el reloj" },
    {
      by: "josé",
      pastes: 'def saludar(nombre):\n    return f"¡hola, {nombre}!"',
      seen: "{nombre}!",
    },
    { by: "josé", types: "@ana, ¿tú lo ves bien así?" },
    { by: "kenta", types: "/tema demo a las 12:30", seen: "demo a las 12:30" },
  ],
  typing: [
    "lo veo bien. Lo que dicen ",
    { by: "kenta", types: "/yo aplaude", seen: "* 健太 aplaude" },
    "los demás sale ",
    {
      by: "josé",
      types: "/privado ana hay tarta para 健太 en la cocina, ni una palabra 🎂",
      seen: "ni una palabra 🎂",
    },
    "encima, y mi ",
    { by: "marta", types: "¡aquí pasan todas!" },
    "línea no se mueve",
  ],
  title: "Los mensajes aparecen encima de la línea que ana está escribiendo",
  description:
    "La terminal de ana. Mientras escribe una línea, tres mensajes aparecen encima, y la línea " +
    "se queda como está. Un mensaje que la menciona resalta, un pegado de dos líneas es un solo " +
    "bloque y José le escribe en privado.",
};

export const SCRIPTS: readonly Script[] = [EN, ES];
