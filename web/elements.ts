/** Finds and makes the elements of the page, and says its sentences. */

/// <reference lib="dom" />

import { type Key, parseLang, translate } from "../common/i18n/mod.ts";
import type { Params } from "../common/protocol/codes.ts";

/** The language of the document. */
export const LANG = parseLang(document.documentElement.lang) ?? "en";

export const say = (key: Key, params?: Params): string => translate(LANG, key, params);

/** The element of index.html with an id. */
export function byId<Found extends HTMLElement = HTMLElement>(id: string): Found {
  return document.getElementById(id) as Found;
}

/** An element with a class and children; strings become text. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function button(className: string, label: string | Node, onClick: () => void) {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** Makes the rows of a list those that are given, by key. A row stays while its key stays: no click is lost. */
export function showRows(list: HTMLElement, rows: ReadonlyMap<string, () => HTMLElement>): void {
  const children = [...list.children] as HTMLElement[];
  const old = new Map(children.map((row) => [row.dataset["key"], row]));
  const focused = children.findIndex((row) => row.contains(document.activeElement));
  for (const [key = "", row] of old) if (!rows.has(key)) row.remove();
  let at = 0;
  for (const [key, make] of rows) {
    const row = old.get(key) ?? make();
    row.dataset["key"] = key;
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
    at++;
  }
  if (focused < 0 || list.contains(document.activeElement)) return;
  list.children[focused]?.querySelector("button")?.focus();
}
