/** The panes at both sides, which are drawers on a narrow screen: a button of the header opens each. */

/// <reference lib="dom" />

import { byId } from "./elements.ts";

/** Returns what closes the drawer. `onLook` is called when the user turns to the pane. */
export function makeDrawer(name: "rooms" | "people", onLook: () => void): () => void {
  const [pane, opener] = [byId(`${name}-pane`), byId(`show-${name}`)];
  const set = (isOpen: boolean) => {
    if (!isOpen && pane.contains(document.activeElement)) opener.focus();
    pane.classList.toggle("open", isOpen);
    opener.ariaExpanded = String(isOpen);
  };
  opener.addEventListener("click", () => {
    set(!pane.classList.contains("open"));
    pane.querySelector("button")?.focus();
  });
  pane.addEventListener("pointerenter", onLook);
  pane.addEventListener("focusin", ({ relatedTarget }) => {
    if (!pane.contains(relatedTarget as Node)) onLook();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") set(false);
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!(target as Element).closest(`#${pane.id}, #${opener.id}, .menu`)) set(false);
  });
  return () => set(false);
}
