/** The form with the nick, and the password if the hub wants one. */

/// <reference lib="dom" />

import { byId } from "./elements.ts";

export class JoinForm {
  readonly #nick = byId<HTMLInputElement>("nick");
  readonly #password = byId<HTMLInputElement>("password");

  constructor(nick: string, onSubmit: (nick: string, password: string) => void) {
    this.#nick.value = nick;
    this.#nick.focus();
    byId("join").addEventListener("submit", (event) => {
      event.preventDefault();
      byId<HTMLButtonElement>("join-button").disabled = true;
      byId("join-error").textContent = "";
      onSubmit(this.#nick.value.trim(), this.#password.value);
    });
  }

  /** Shows the form in place of the chat, or the chat. */
  toggle(isShown: boolean): void {
    byId("join").hidden = !isShown;
    byId("chat").hidden = isShown;
    byId<HTMLButtonElement>("join-button").disabled = false;
  }

  /** Shows why the user has not joined. `asksPassword`: whether a password may help. */
  refuse(reason: string, asksPassword: boolean): void {
    this.toggle(true);
    byId("join-error").textContent = reason.charAt(0).toUpperCase() + reason.slice(1);
    if (asksPassword) byId("password-row").hidden = false;
    (asksPassword ? this.#password : this.#nick).select();
  }
}
