/** A menu beside an element. */

/// <reference lib="dom" />

import { element } from "./elements.ts";

/** Opens a menu. The dialog around it has Escape, and gives the focus back; an item may take it elsewhere. */
export function openMenu(at: HTMLElement, label: string, items: readonly HTMLElement[]): void {
  for (const item of items) item.role = "menuitem";
  const menu = element("div", "", ...items);
  menu.role = "menu";
  const dialog = element("dialog", "menu", menu);
  dialog.ariaLabel = label;
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", () => dialog.close(), { capture: true }); // before the item acts
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation(); // a drawer below stays open
    const index = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    items.at(next % items.length)!.focus();
  });
  document.body.append(dialog);
  at.focus(); // a click does not in Safari
  dialog.showModal();
  const { left, bottom } = at.getBoundingClientRect();
  dialog.style.left = `${Math.max(0, Math.min(left, innerWidth - dialog.offsetWidth))}px`;
  dialog.style.top = `${Math.max(0, Math.min(bottom, innerHeight - dialog.offsetHeight))}px`;
}
