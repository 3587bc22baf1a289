/** What is said in the scene of the picture, in both languages: small talk, invented, of a small team. */

import type { Lang } from "../../common/i18n/mod.ts";

/** Who has a part: two are seen, two are only heard. */
export type Part = "ana" | "marta" | "josé" | "kenta";

/** Something that somebody enters, and what stands then on the screens that are seen. */
export interface Act {
  readonly by: Part;
  /** A line, and Enter; or what is pasted. */
  readonly types?: string;
  readonly pastes?: string;
  readonly seen: { readonly ana?: string; readonly marta?: string };
}

export interface Script {
  readonly lang: Lang;
  readonly titles: { readonly ana: string; readonly marta: string };
  readonly acts: readonly Act[];
  /** What ana has not sent yet when the picture is taken. */
  readonly typing: string;
  /** Of the picture, for those who do not see it. */
  readonly title: string;
  readonly description: string;
}

/** Seen by both alike. */
const both = (seen: string) => ({ ana: seen, marta: seen });

const EN: Script = {
  lang: "en",
  titles: { ana: "ana: chat client", marta: "marta: nc, and nothing else" },
  acts: [
    {
      by: "marta",
      types: "/name marta",
      seen: { ana: "guest1 is now marta", marta: "you are now marta" },
    },
    {
      by: "josé",
      types: "morning! who tries the new version before the demo?",
      seen: both("demo?"),
    },
    { by: "kenta", types: "私も 🎉 as soon as the tests are green", seen: both("green") },
    {
      by: "marta",
      types: "so do I, from plain nc: nothing is installed here",
      seen: { ana: "marta: so do I, from plain nc: nothing is installed here" },
    },
    { by: "ana", types: "before lunch", seen: both("ana: before lunch") },
    {
      by: "josé",
      pastes: 'def greet(name):\n    return f"¡hola, {name}!"',
      seen: both("{name}!"),
    },
    { by: "josé", types: "@ana, does that look right to you?", seen: both("right to you?") },
    { by: "kenta", types: "/me claps", seen: both("* 健太 claps") },
    {
      by: "josé",
      types: "/msg ana there is cake for 健太 in the kitchen, not a word 🎂",
      seen: { ana: "not a word 🎂" },
    },
    { by: "kenta", types: "/topic demo at 12:30", seen: both("topic: demo at 12:30") },
  ],
  typing: "looks fine. While I type this, what the others say goes above my line, and nothing mov",
  title: "The same chat in chat client and in plain nc",
  description: "Two terminals. In the upper one ana is in the middle of typing a line, and what " +
    "the others say stands above it: a message that mentions her stands out, a paste of two " +
    "lines is one block, and José has written to her in private. In the lower one marta follows " +
    "the same chat with nc alone.",
};

const ES: Script = {
  lang: "es",
  titles: { ana: "ana: chat client", marta: "marta: nc y nada más" },
  acts: [
    {
      by: "marta",
      types: "/nombre marta",
      seen: { ana: "guest1 ahora es marta", marta: "ahora eres marta" },
    },
    {
      by: "josé",
      types: "¡buenos días! ¿quién prueba la versión nueva antes de la demo?",
      seen: both("de la demo?"),
    },
    { by: "kenta", types: "私も 🎉 en cuanto pasen las pruebas", seen: both("las pruebas") },
    {
      by: "marta",
      types: "y yo, desde nc a secas: aquí no hay nada instalado",
      seen: { ana: "marta: y yo, desde nc a secas: aquí no hay nada instalado" },
    },
    { by: "ana", types: "antes de comer", seen: both("ana: antes de comer") },
    {
      by: "josé",
      pastes: 'def saludar(nombre):\n    return f"¡hola, {nombre}!"',
      seen: both("{nombre}!"),
    },
    { by: "josé", types: "@ana, ¿tú lo ves bien así?", seen: both("bien así?") },
    { by: "kenta", types: "/yo aplaude", seen: both("* 健太 aplaude") },
    {
      by: "josé",
      types: "/privado ana hay tarta para 健太 en la cocina, ni una palabra 🎂",
      seen: { ana: "ni una palabra 🎂" },
    },
    { by: "kenta", types: "/tema demo a las 12:30", seen: both("demo a las 12:30") },
  ],
  typing: "lo veo bien. Mientras escribo, lo que decís sale por encima de mi línea, y nada se mue",
  title: "El mismo chat en chat client y en nc a secas",
  description: "Dos terminales. En la de arriba, ana está a mitad de una línea, y lo que dicen " +
    "los demás sale por encima: un mensaje que la menciona resalta, un pegado de dos líneas es " +
    "un solo bloque y José le ha escrito en privado. En la de abajo, marta sigue el mismo chat " +
    "solo con nc.",
};

export const SCRIPTS: readonly Script[] = [EN, ES];
