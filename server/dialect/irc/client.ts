/** An IRC client: what the dialect knows of it besides what the chat knows, and the lines that it gets and asks with. */

import type { Chat } from "../../chat/chat.ts";
import { COMMAND_NAMES } from "../../../common/protocol/command_names.ts";
import type { Ref, SayFrame } from "../../../common/protocol/frame.ts";
import { nickKey } from "../../../common/protocol/names.ts";
import type { Tags } from "../../../common/protocol/tags.ts";
import type { Room } from "../../model/room.ts";
import type { Session } from "../../model/session.ts";
import type { ClientRequest } from "../mod.ts";
import { type Batch, openBatch } from "./batch.ts";
import { formatLine, type IrcLine } from "./line.ts";
import { VARIED } from "./supported.ts";
import { cut, MESSAGE_OVERHEAD, sizeOf } from "./text.ts";
import { type ChatUser, maskOf } from "./users.ts";

/** Rooms or users that a line may name, and those of a message. */
export const [MAX_NAMED, MAX_TARGETS] = [10, 4];

const NO_CAPABILITIES: ReadonlySet<string> = new Set();

export type Params = readonly string[];

export interface IrcOptions {
  /** Program and version of the hub. */
  readonly name: string;
  /** The name by which the hub is called. */
  readonly host: string;
  readonly motd?: () => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A request to the hub that is not answered. */
export interface Asked {
  /** Of the IRC command that it stands for; of a message, its kind. */
  readonly command: string;
  readonly params: Params;
  readonly tags?: Tags | undefined;
  /** What its answer is a part of, if the client gave it a label. */
  batch?: Batch;
}

/** A message of several lines that is not whole. */
interface OpenBatch {
  readonly name: string;
  readonly target: string;
  readonly label: string | undefined;
  readonly tags: Tags | undefined;
  readonly lines: string[];
  size: number;
  isNotice: boolean;
}

export class Client {
  readonly session: Session;
  readonly chat: Chat;
  readonly options: IrcOptions;
  /** Shared while there are none, as many idle clients ask for none. */
  capabilities: ReadonlySet<string> = NO_CAPABILITIES;
  /** Those of {@linkcode VARIED}, as bits. */
  varied = 0;
  /** Whether the registration waits for CAP END. */
  isNegotiating = false;
  isRegistered = false;
  /** The nick that the client wants, and then the one that it knows. */
  nick = "";
  password: string | undefined;
  /** Whether the next AUTHENTICATE has the password. */
  isAuthenticating = false;
  batch: OpenBatch | undefined;
  /** The line that is read, the label of its answer, its tags for others, and what it asks the hub for. */
  input!: IrcLine;
  label: string | undefined;
  tags: Tags | undefined;
  requests: ClientRequest[] = [];
  readonly asked: Map<Ref, Asked> = new Map();
  /** The rooms that the client knows itself to be in. */
  readonly joinedRooms: Set<string> = new Set();
  /** The messages of a room that it has joined. */
  replayed: Batch | undefined;
  /** When the frames that are formatted were told, in milliseconds since 1970. */
  ts = 0;
  #lastRef = 0;

  constructor(session: Session, chat: Chat, options: IrcOptions) {
    this.session = session;
    this.chat = chat;
    this.options = options;
  }

  has(capability: string): boolean {
    return this.capabilities.has(capability);
  }

  turn(capability: string, isOn: boolean): void {
    const others = this.capabilities.difference(new Set([capability]));
    this.capabilities = isOn ? others.add(capability) : others;
    this.varied = VARIED.reduce((sum, each, bit) => sum + (this.has(each) ? 1 << bit : 0), 0);
  }

  user(nick: string): ChatUser | undefined {
    return this.chat.nicks.holder(nickKey(nick));
  }

  /** `current`: the nick that the user has by now. */
  maskOf(nick: string, current = nick): string {
    const user = this.user(current) ?? this.chat.departed.find(nickKey(current));
    return maskOf(user ?? { nick }, nick);
  }

  /** The room of a channel if it is here, and the session may join it. */
  room(channel: string): Room | undefined {
    if (!/^#./.test(channel)) return undefined;
    const found = this.chat.rooms.findOpen(this.session, channel.slice(1));
    return found.ok ? found.value : undefined;
  }

  // Lines for the client.

  /** A line of the hub's own. */
  line(command: string, ...params: Params): string {
    return formatLine(this.options.host, command, params);
  }

  /** An answer by number (modern.ircdocs.horse/#numerics). `code`: with its name, as in `401 ERR_NOSUCHNICK`. */
  numeric(...[code = "", ...params]: Params): string {
    return this.line(code.slice(0, 3), this.session.nick || "*", ...params);
  }

  /** Those that are not false. */
  numerics(...rows: readonly (Params | false | undefined)[]): string {
    return rows.map((row) => row ? this.numeric(...row) : "").join("");
  }

  /** A line about what a user has done. */
  by(nick: string, command: string, ...params: Params): string {
    const mask = this.maskOf(nick, command === "NICK" ? params[0] : nick);
    return formatLine(mask, command, params, this.time());
  }

  /** Sentences of the hub. */
  notice(sentences: Params, target = this.nick || "*"): string {
    const { host } = this.options;
    return sentences.flatMap((sentence) => cut(sentence, sizeOf(host + target) + MESSAGE_OVERHEAD))
      .map((text) => formatLine(host, "NOTICE", [target, text], this.time())).join("");
  }

  time(ts = this.ts): Tags {
    return this.has("server-time") ? { time: new Date(ts).toISOString() } : {};
  }

  /** Messages of a room again, in some parts. */
  history(room: string, parts: number): Batch {
    const name = `h${++this.#lastRef}`;
    const opening = this.line("BATCH", `+${name}`, "chathistory", `#${room}`);
    return openBatch(this.options.host, name, opening, { parts });
  }

  /** The answers for each name of a list with commas; those beyond the limit are refused. */
  forEach(
    list: string,
    answer: (name: string, index: number) => string,
    max = MAX_NAMED,
  ): string {
    return list.split(",").filter((name) => name !== "").map((name, index) =>
      index < max
        ? answer(name, index)
        : this.numeric("407 ERR_TOOMANYTARGETS", name, "Too many targets")
    ).join("");
  }

  // Requests to the hub, which answers them later.

  /** Asks for a command of the chat, such as `/topic`. */
  ask(name: keyof typeof COMMAND_NAMES, argument: string): string {
    const line = `/${COMMAND_NAMES[name].en[0]} ${argument}`.trimEnd();
    this.requests.push({ kind: "command", ref: this.#refFor(this.input), line });
    return "";
  }

  /** Says a text to a room or a user, which the client calls `target`. */
  say(text: string, to: Room | ChatUser, target: string, as?: SayFrame["as"]): string {
    const ref = this.#refFor({ command: as ?? "say", params: [target, text] });
    const where = "members" in to ? { room: to.name } : { to: to.nick };
    const { tags } = this;
    this.requests.push({ kind: "say", ref, text, ...where, ...as && { as }, ...tags && { tags } });
    return "";
  }

  #refFor({ command, params }: Pick<Asked, "command" | "params">): Ref {
    const ref = ++this.#lastRef;
    this.asked.set(ref, { command, params, tags: this.tags });
    return ref;
  }
}
