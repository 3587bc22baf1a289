/** The page: joins the chat, and keeps its session through reloads and the sleep of a telephone. */

/// <reference lib="dom" />

import type { HubConnection } from "../client/net/connection.ts";
import { describeUnanswered } from "../client/session/changes.ts";
import {
  Conversation,
  type ConversationEvent,
  type ConversationOptions,
  type SubmitResult,
} from "../client/session/conversation.ts";
import { initialState } from "../client/session/state.ts";
import { answerLocally, findLocalCommand, isExit } from "../client/session/local_commands.ts";
import { ResumeSummary } from "../client/ui/resume_summary.ts";
import { Roster } from "../client/ui/roster.ts";
import { Failure } from "../common/cli/failure.ts";
import { after } from "../common/cli/timers.ts";
import { defined } from "../common/defined.ts";
import { describeFrame } from "../common/i18n/frames.ts";
import { isKey, type Lang } from "../common/i18n/mod.ts";
import type { ByeFrame } from "../common/protocol/frame.ts";
import { isGuestKey } from "../common/protocol/names.ts";
import { Alerts } from "./alerts.ts";
import { Composer } from "./composer.ts";
import { connect } from "./connection.ts";
import { ConnectionLine } from "./connection_line.ts";
import { byId, LANG, say } from "./elements.ts";
import { parseFragment } from "./fragment.ts";
import { JoinForm } from "./join_form.ts";
import { ChatLog } from "./log.ts";
import { Panes } from "./panes.ts";
import { formatSaved, keep, load, parseSaved, type Saved } from "./saved.ts";

/** How long the hub may take to show that the connection has outlived a sleep, in milliseconds. */
const WAKEUP_PATIENCE = 4000;
/** Codes of a bye after which a password may help. */
const PASSWORD_BYES = ["locked", "auth_failed", "handshake_timeout"];

/** What to join with. */
type Visit = Pick<ConversationOptions, "room" | "password"> & { nick: string };

class Page {
  readonly #hash = location.hash;
  readonly #form: JoinForm;
  readonly #line = new ConnectionLine();
  readonly #alerts = new Alerts();
  readonly #roster = new Roster();
  readonly #resumeSummary = new ResumeSummary();
  readonly #panes: Panes = new Panes({
    send: (line) => this.#send(line),
    ask: (line) => this.#ask(line),
    compose: (text) => this.#composer.insert(text),
  });
  readonly #log = new ChatLog({
    ask: (line) => this.#ask(line),
    onNick: (nick, at) => this.#panes.openMenu(nick, at),
  });
  readonly #composer = new Composer({
    submit: (text, isPasted) => this.#submit(text, isPasted),
    names: () => this.#roster.completionNames(this.#conversation.state),
  });
  /** The latest; what is entered after its end stays in the input. */
  #conversation!: Conversation;
  #isOver = true;
  #connection: HubConnection | undefined;
  /** Whether the document goes away. */
  #isUnloading = false;

  constructor() {
    const { key, room, shown } = parseFragment(this.#hash);
    history.replaceState(null, "", location.pathname + location.search + shown);
    this.#form = new JoinForm(load("localStorage", "nick"), (nick, password) => {
      keep("localStorage", "nick", nick);
      if (!this.#isOver) return this.#conversation.answerPassword(password);
      void this.#join({ nick, room: room ?? undefined, password: password || key || undefined });
    });
    byId("language").addEventListener("click", (event) => {
      event.preventDefault();
      this.#switchLanguage(LANG === "es" ? "en" : "es");
    });
    document.addEventListener("visibilitychange", () => document.hidden || this.#wakeUp());
    for (const type of ["pageshow", "online"]) addEventListener(type, () => this.#wakeUp());
    addEventListener("pagehide", ({ persisted }) => {
      if (persisted || this.#isUnloading || this.#isOver) return;
      this.#isUnloading = true;
      this.#conversation.leave();
    });
    const saved = parseSaved(load("sessionStorage", "session"));
    if (saved) void this.#join({ nick: saved.nick, room: saved.room });
  }

  /** Joins, and shows the chat until it ends. */
  async #join(visit: Visit): Promise<void> {
    let saved = parseSaved(load("sessionStorage", "session"));
    let failure: Failure | undefined;
    this.#line.clear();
    try {
      this.#conversation = await this.#open(visit, saved);
      this.#isOver = false;
      for await (const events of this.#conversation.events()) {
        this.#onEvents(events);
        if (saved && this.#conversation.state.stage === "joined") {
          this.#restore(saved);
          saved = undefined;
        }
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
    }
    this.#end(visit, failure);
  }

  /** Says why the chat has ended, and how to join again. */
  #end(visit: Visit, failure: Failure | undefined): void {
    // Where the hub could not be reached, the conversation is that of an earlier visit, or is missing.
    const { bye, nick, room } = this.#isOver ? initialState(LANG) : this.#conversation.state;
    this.#isOver = true;
    if (this.#isUnloading) return;
    const reason = failure?.in(LANG) ?? (bye ? describeBye(bye) : say("bye.quit"));
    if (!nick) return this.#form.refuse(reason, PASSWORD_BYES.includes(bye?.code ?? ""));
    this.#show(this.#resumeSummary.flush());
    const unanswered = describeUnanswered(this.#conversation);
    for (const { mark, key, params } of unanswered) this.#log.notice(mark, key, params);
    this.#log.showPending([]);
    keep("sessionStorage", "session", "");
    this.#line.end(reason, () => void this.#join({ ...visit, nick, room }));
  }

  #open({ nick, ...visit }: Visit, saved: Saved | undefined): Promise<Conversation> {
    const { origin, protocol, hostname, port } = location;
    return Conversation.open({
      ...visit,
      addresses: [{ hostname, port: Number(port) || (protocol === "https:" ? 443 : 80) }],
      lang: LANG,
      nick: isGuestKey(nick) ? "" : nick,
      session: saved?.session,
      unanswered: saved?.unanswered,
      retryFor: Infinity,
      connect: async (address, hello, signal) => {
        // Where the session has ended meanwhile, the new one begins where it was left.
        const { epoch } = (this.#isOver ? saved?.session : this.#conversation.state) ?? {};
        const since = { ...hello, ...defined({ after: hello.resume?.after, epoch }) };
        const url = `${origin.replace("http", "ws")}/ws`;
        return this.#connection = await connect(url, address, since, signal);
      },
      now: () => performance.now(),
      date: Date.now,
      after,
      random: Math.random,
    });
  }

  /** After a reload: joins the rooms again if the session is a new one, and shows what was said. */
  #restore({ room, rooms, session }: Saved): void {
    const isNew = this.#conversation.state.token !== session.token;
    for (const each of isNew && rooms.length > 1 ? [...rooms, room] : []) {
      this.#conversation.submit(`/join ${each}`);
    }
    this.#log.askHistory();
  }

  #onEvents(events: ConversationEvent[]): void {
    const { lang, stage, nick } = this.#conversation.state;
    if (lang !== LANG) return this.#switchLanguage(lang);
    if (stage === "password") {
      const frame = events.findLast((event) => event.type === "frame")?.frame;
      const reason = frame?.type === "error" ? describeFrame(frame, LANG).join(" ") : "";
      return this.#form.refuse(reason, true);
    }
    if (nick === "") return;
    if (byId("chat").hidden) {
      this.#form.toggle(false);
      this.#composer.focus();
    }
    this.#show(events.flatMap((event) => this.#resumeSummary.push(event, nick)));
    this.#line.update(this.#conversation);
    this.#keepPending();
  }

  #show(events: ConversationEvent[]): void {
    const { state } = this.#conversation;
    for (const event of events) if (event.type === "frame") this.#roster.update(event.frame);
    const shown = events.filter(({ type }) => type !== "lost");
    this.#log.add(shown, state);
    this.#panes.update(events, state);
    this.#alerts.update(shown, state);
    this.#composer.enterRoom(state.room);
  }

  /** Shows the lines that the hub has not answered, and keeps them and the session in the tab. */
  #keepPending(): void {
    this.#log.showPending(this.#conversation.unsent());
    keep("sessionStorage", "session", formatSaved(this.#conversation));
  }

  /** Sends or runs what the user entered; returns false if it must stay in the input. */
  #submit(text: string, isPasted: boolean): boolean {
    if (this.#isOver) return false;
    const { state } = this.#conversation;
    const invitation = () => [say("client.invite", { line: `${location.origin}/` })];
    const answer = isPasted ? undefined : answerLocally(text, LANG, invitation);
    if (answer) {
      this.#show([{ type: "frame", frame: answer, own: { ...state, line: text } }]);
    } else if (!isPasted && findLocalCommand(text)?.name === "clear") {
      this.#log.clear();
    } else if (!isPasted && isExit(text) && state.stage !== "joined") {
      this.#conversation.leave(); // without waiting for the hub to come back
    } else {
      const result = this.#send(text, isPasted);
      if (result.kind !== "refused") return true;
      this.#log.notice("! ", result.fault.key, result.fault.params);
      return false;
    }
    return true;
  }

  #send(text: string, isPasted = false): SubmitResult {
    if (this.#isOver) return { kind: "nothing" };
    const result = isPasted ? this.#conversation.post(text) : this.#conversation.submit(text);
    this.#keepPending();
    return result;
  }

  #ask(line: string): SubmitResult {
    return this.#isOver ? { kind: "nothing" } : this.#conversation.submit(line, { isSilent: true });
  }

  /** Loads the page in another language; the session goes on there. */
  #switchLanguage(lang: Lang): void {
    if (!this.#isOver && this.#conversation.state.nick !== "") this.#keepPending();
    this.#isUnloading = true;
    location.assign(`?lang=${lang}${this.#hash}`);
  }

  #wakeUp(): void {
    if (this.#isOver) return;
    if (this.#conversation.state.stage === "lost") this.#conversation.retryNow();
    else this.#connection?.check(WAKEUP_PATIENCE);
  }
}

/** Why the hub ended the chat, and what to do: a few sentences of the hub are about the program of the terminal. */
function describeBye(bye: ByeFrame): string {
  const key = `page.bye.${bye.code}`;
  return isKey(key) ? say(key, bye.params) : describeFrame(bye, LANG).join(" ");
}

new Page();
