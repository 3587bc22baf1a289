/** The line about the connection: that it is lost, with a countdown, or why it has ended. */

/// <reference lib="dom" />

import type { Conversation } from "../client/session/conversation.ts";
import { button, byId, element, say } from "./elements.ts";

export class ConnectionLine {
  readonly #root = byId("connection");
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Counts down while the connection is lost. */
  update(conversation: Conversation): void {
    if (conversation.state.stage === "joined") return this.clear();
    if (this.#timer !== undefined) return;
    const seconds = element("span", "");
    seconds.ariaHidden = "true"; // or a screen reader would read each second
    const show = () => {
      const due = Math.max(0, Math.ceil((conversation.retryIn ?? 0) / 1000));
      seconds.textContent = say("page.again_in", { seconds: due });
    };
    show();
    this.#timer = setInterval(show, 1000);
    const retry = button("", say("page.try_now"), () => conversation.retryNow());
    this.#root.replaceChildren(say("page.lost"), " ", seconds, " ", retry);
  }

  end(reason: string, rejoin: () => void): void {
    this.clear();
    this.#root.append(reason, " ", button("", say("page.rejoin"), rejoin));
  }

  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#root.replaceChildren();
  }
}
