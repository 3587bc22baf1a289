/** Tells the user about messages while the page is hidden: in its title, and by a sound. */

/// <reference lib="dom" />

import type { ConversationEvent } from "../client/session/conversation.ts";
import type { ConversationState } from "../client/session/state.ts";
import { button, byId, say } from "./elements.ts";
import { countNews, type News, NO_NEWS, titleOf } from "./news.ts";
import { keep, load } from "./saved.ts";

/** Where the browser keeps that the user has turned the sound off. */
const STORED = "sound";
/** The two tones of a sound, in Hz, and how long each lasts, in seconds. */
const [LOW, HIGH, LENGTH] = [660, 880, 0.12];

export class Alerts {
  #news = NO_NEWS;
  #room = "";
  #isMuted = load("localStorage", STORED) === "off";
  #audio: AudioContext | undefined;
  /** When the latest sound ends, by the clock of the audio. */
  #soundEnd = 0;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#show(NO_NEWS));
    // A browser lets a page sound once the user has used it.
    const unlock = () => this.#audio ??= new AudioContext();
    for (const type of ["pointerup", "keydown"]) addEventListener(type, unlock, { once: true });
    const name = () => say(this.#isMuted ? "page.sound_off" : "page.sound_on");
    const toggle = button("sound", name(), () => {
      this.#isMuted = !this.#isMuted;
      toggle.textContent = name();
      keep("localStorage", STORED, this.#isMuted ? "off" : "on");
    });
    byId("rooms-pane").append(toggle);
  }

  update(events: readonly ConversationEvent[], { room, nick }: ConversationState): void {
    this.#room = room;
    const { mentions } = this.#news;
    this.#show(document.hidden ? countNews(this.#news, events, nick) : NO_NEWS);
    if (this.#news.mentions > mentions && !this.#isMuted) this.#beep();
  }

  #show(news: News): void {
    this.#news = news;
    const title = titleOf(this.#room, news);
    if (document.title !== title) document.title = title;
  }

  /** Sounds once for all that arrives meanwhile. */
  #beep(): void {
    const audio = this.#audio;
    if (!audio || audio.currentTime < this.#soundEnd) return;
    const { currentTime: start, destination } = audio;
    const tone = new OscillatorNode(audio, { frequency: LOW });
    tone.frequency.setValueAtTime(HIGH, start + LENGTH);
    tone.connect(new GainNode(audio, { gain: 0.1 })).connect(destination);
    tone.start();
    tone.stop(this.#soundEnd = start + 2 * LENGTH);
  }
}
