/** The input of the page: its drafts, its history, and the list of what a word may become. */

/// <reference lib="dom" />

import { hidePassword, lacksPassword } from "../client/session/local_commands.ts";
import type { Candidates, CompletionNames } from "../client/ui/complete.ts";
import { findCandidates, replaceWord } from "../client/ui/complete.ts";
import { findCommand } from "../client/ui/roster.ts";
import { isKey } from "../common/i18n/mod.ts";
import { isBlank } from "../common/protocol/visible.ts";
import { byId, element, say } from "./elements.ts";

/** The most choices that are listed, and the most lines of the input history. */
const [MAX_CHOICES, MAX_HISTORY] = [40, 100];

export interface ComposerOptions {
  /** Sends or runs a text, which is a message if it is pasted; returns false if it was refused, and stays. */
  submit: (text: string, isPasted: boolean) => boolean;
  names: () => CompletionNames;
}

export class Composer {
  readonly #options: ComposerOptions;
  readonly #input = byId<HTMLTextAreaElement>("input");
  /** It can have the focus, which axe asks for where a list scrolls, but is closed before the focus gets there. */
  readonly #list = byId("choices");
  /** What is typed in each room that is not the current one. */
  readonly #drafts = new Map<string, string>();
  #room = "";
  /** The first line of the latest paste of several lines. */
  #pasted = "";
  /** The lines of this session, and which of them is shown: the one after the last is the empty line. */
  readonly #history: string[] = [];
  #shown = 0;
  /** What the list offers while it is open, and which choice the keys are at, or -1. */
  #candidates: Candidates | undefined;
  #active = -1;
  /** Stands in place of the input while a command waits for its password. */
  readonly #password = byId<HTMLInputElement>("command-password");
  #command = "";

  constructor(options: ComposerOptions) {
    this.#options = options;
    const [input, form] = [this.#input, byId("composer")];
    input.addEventListener("input", () => this.#onInput());
    input.addEventListener("blur", () => this.#closeList());
    input.addEventListener("keydown", (event) => {
      // Keys belong to the input method while text is composed; in Safari the Enter that ends it has only the code 229.
      if (!event.isComposing && event.keyCode !== 229 && this.#press(event)) event.preventDefault();
    });
    input.addEventListener("paste", ({ clipboardData }) => {
      const text = clipboardData?.getData("text/plain").replace(/^[\r\n]+/, "").trimEnd() ?? "";
      if (/[\r\n]/.test(text)) this.#pasted = text.split(/[\r\n]/, 1)[0]!;
    });
    this.#password.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#closePassword();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    // The focus stays in the input, or a telephone would put its keyboard away.
    form.addEventListener("pointerdown", (event) => {
      if ((event.target as Element).closest("button, li")) event.preventDefault();
    });
  }

  /** Writes a text at the cursor; a command before what is typed, or in place of another command. */
  insert(text: string): void {
    this.#closePassword();
    const { value, selectionStart, selectionEnd } = this.#input;
    if (text.startsWith("/")) this.#set(text + (value.startsWith("/") ? "" : value));
    else this.#input.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#input.focus();
    this.#onInput();
  }

  focus(): void {
    (this.#command === "" ? this.#input : this.#password).focus();
  }

  /** The current room changes: each has what was typed in it. */
  enterRoom(room: string): void {
    if (room === this.#room) return;
    if (this.#room !== "") {
      this.#drafts.set(this.#room, this.#input.value);
      this.#set(this.#drafts.get(room) ?? "");
    }
    this.#drafts.delete(room);
    this.#room = room;
  }

  #submit(): void {
    if (this.#command !== "") {
      const [command, password] = [this.#command, this.#password.value];
      this.#closePassword();
      if (password !== "") this.#options.submit(`${command} ${password}`, false);
      return;
    }
    const text = this.#input.value.replace(/^[\r\n]+/, "");
    if (isBlank(text)) return;
    const isPasted = this.#pasted !== "" && /[\r\n]/.test(text) && text.startsWith(this.#pasted);
    if (!isPasted && lacksPassword(text)) return this.#askPassword(text.trim());
    const shown = isPasted ? text : hidePassword(text);
    const isTaken = this.#options.submit(text, isPasted);
    if (isTaken && shown === text) this.#history.push(text);
    if (this.#history.length > MAX_HISTORY) this.#history.shift();
    if (isTaken || shown !== text) this.#set(isTaken ? "" : shown);
  }

  #askPassword(command: string): void {
    this.#set("");
    this.#command = command;
    this.#password.hidden = false;
    this.#password.focus();
    this.#input.parentElement!.hidden = true;
  }

  #closePassword(): void {
    this.#input.parentElement!.hidden = false;
    if (this.#password === document.activeElement) this.#input.focus();
    this.#password.hidden = true;
    this.#password.value = this.#command = "";
  }

  /** Returns whether the key is used up. */
  #press({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
    if (shiftKey || ctrlKey || altKey || metaKey) return false;
    // A touch keyboard has no Shift-Enter: in a text of several lines only the button sends.
    const isTouch = matchMedia("(pointer: coarse)").matches;
    if (key === "Enter" && isTouch && this.#input.value.includes("\n")) return false;
    if (key === "Enter" && this.#active < 0) {
      this.#submit();
      return true;
    }
    if (key === "Enter" || (key === "Tab" && this.#active >= 0)) return this.#choose(this.#active);
    if (key === "Tab") return this.#complete();
    if (key === "Escape") return this.#closeList();
    if (key !== "ArrowUp" && key !== "ArrowDown") return false;
    const step = key === "ArrowUp" ? -1 : 1;
    return this.#candidates ? this.#move(step) : this.#recall(step);
  }

  #set(text: string, cursor = text.length): void {
    this.#input.value = text;
    this.#input.setSelectionRange(cursor, cursor);
    this.#closeList();
    this.#fit();
  }

  /** Makes the input as high as its text. */
  #fit(): void {
    this.#input.parentElement!.dataset["text"] = this.#input.value;
  }

  #onInput(): void {
    this.#fit();
    const found = this.#find();
    const { names: [first, ...others], from, end, isFreeText } = found;
    const isWhole = others.length === 0 && first === this.#input.value.slice(from, end);
    if (isFreeText || first === undefined || isWhole) this.#closeList();
    else this.#openList(found);
  }

  #find(): Candidates {
    return findCandidates(this.#input.value, this.#input.selectionStart, this.#options.names());
  }

  /** Shows the line before or after the one shown; returns false if something else is typed. */
  #recall(step: -1 | 1): boolean {
    const { value } = this.#input;
    if (value === "") this.#shown = this.#history.length;
    const next = this.#shown + step;
    const isThere = next >= 0 && next <= this.#history.length;
    if (!isThere || value !== (this.#history[this.#shown] ?? "")) return false;
    this.#set(this.#history[next] ?? "");
    this.#shown = next;
    return true;
  }

  /** Completes the word before the cursor, or opens the list of what it may become; returns false if nothing fits. */
  #complete(): boolean {
    const found = this.#find();
    if (found.names.length === 0 || (found.isFreeText && found.typed === "")) return false;
    this.#openList(found);
    return found.names.length === 1 ? this.#choose(0) : this.#move(1);
  }

  #openList(candidates: Candidates): void {
    this.#closeList();
    this.#candidates = candidates;
    const { sigil, names } = candidates;
    this.#list.replaceChildren(
      ...names.slice(0, MAX_CHOICES).map((name, index) => {
        const key = `command.${sigil === "/" ? findCommand(name) : ""}`;
        const help = element("small", "", isKey(key) ? say(key) : "");
        const option = element("li", "", element("bdi", "", sigil + name), " ", help);
        option.id = `choice-${index}`;
        option.role = "option";
        option.addEventListener("click", () => this.#choose(index));
        return option;
      }),
    );
    this.#list.hidden = false;
  }

  /** Returns whether it was open. */
  #closeList(): boolean {
    const wasOpen = this.#candidates !== undefined;
    this.#candidates = undefined;
    this.#active = -1;
    this.#list.hidden = true;
    this.#input.removeAttribute("aria-activedescendant");
    return wasOpen;
  }

  #move(step: -1 | 1): boolean {
    const options = this.#list.children;
    options[this.#active]?.removeAttribute("aria-selected");
    this.#active = (Math.max(this.#active, step < 0 ? 0 : -1) + step + options.length) %
      options.length;
    const active = options[this.#active]!;
    active.ariaSelected = "true";
    active.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", active.id);
    return true;
  }

  #choose(index: number): boolean {
    const { from, end, names, suffix } = this.#candidates!;
    const completion = replaceWord(this.#input.value, from, end, names[index]! + suffix);
    if (completion.kind === "completed") this.#set(completion.line, completion.cursor);
    this.#onInput(); // a command has arguments
    return true;
  }
}
