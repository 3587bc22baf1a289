/**
 * Compares what each member of a room should hear with what it heard: finds lost, doubled, reordered and stray messages.
 *
 * Each member numbers its own messages, so in a room everyone hears 1, 2, 3, ... from every sender. A member must hear all
 * messages from the first sent after its join was known to the last known to be accepted before it asked to leave;
 * it may hear others around these edges. By the hub's ids, all members hear the same order.
 */

export interface Counts {
  /** Messages sent. */
  sent: number;
  /** Messages heard, over all members. */
  delivered: number;
  lost: number;
  doubled: number;
  reordered: number;
  /** Messages heard by their own sender, in another room, or from an unknown sender. */
  strayed: number;
}

/** What one member has heard from another. */
interface Stream {
  /** The sender's last message before the member's join was known; up to it, the member may hear the last ones or none. */
  readonly base: number;
  first: number | undefined;
  last: number | undefined;
  /** Numbers that were skipped. */
  readonly missing: Set<number>;
}

/** A member of a room, from joining to leaving. */
export class Member {
  readonly id: number;
  readonly room: string;
  /** Messages that it sent. */
  sent = 0;
  /** The last of them known to be accepted. */
  known = 0;
  /** The hub's ids of its messages, as far as known. */
  readonly ids: number[] = [];
  readonly streams: Map<Member, Stream> = new Map();
  /** Numbers of its messages for which it will never be known whether they were accepted. */
  readonly doubtful: Set<number> = new Set();
  /** How many messages each of the others had sent when its join was known. */
  base: ReadonlyMap<Member, number>;
  /** Messages heard whose order is not checked yet, as an id is still unknown. */
  readonly unchecked: { sender: Member; number: number }[] = [];
  lastId = 0;
  /** Set when it asks to leave: the last message of each sender that it must hear. */
  due: Map<Member, number> | undefined;

  constructor(id: number, room: string, base: ReadonlyMap<Member, number>) {
    this.id = id;
    this.room = room;
    this.base = base;
  }

  streamFrom(sender: Member): Stream {
    let stream = this.streams.get(sender);
    if (!stream) {
      stream = {
        base: this.base.get(sender) ?? 0,
        first: undefined,
        last: undefined,
        missing: new Set(),
      };
      this.streams.set(sender, stream);
    }
    return stream;
  }
}

/** A room with its present members, and everyone who has ever sent a message there. */
interface Room {
  readonly members: Set<Member>;
  readonly speakers: Set<Member>;
}

/** A fault of one message for one member of its room. */
export interface Wrong {
  readonly what: "lost" | "doubled" | "reordered";
  readonly member: Member;
  readonly sender: Member;
  readonly number: number;
}

export class Ledger {
  readonly counts: Counts = {
    sent: 0,
    delivered: 0,
    lost: 0,
    doubled: 0,
    reordered: 0,
    strayed: 0,
  };
  readonly #rooms: Map<string, Room> = new Map();
  readonly #members: Map<number, Member> = new Map();
  /** Deliveries expected in the ended sessions of restarted members. */
  #expectedBefore = 0;
  readonly #onWrong: (wrong: Wrong) => void;

  /** `onWrong` is called for each fault as soon as it is found. */
  constructor({ onWrong = () => {} }: { onWrong?: (wrong: Wrong) => void } = {}) {
    this.#onWrong = onWrong;
  }

  /** Adds a member whose join is now known: it must hear everything sent from now on. */
  enter(name: string): Member {
    let room = this.#rooms.get(name);
    if (!room) this.#rooms.set(name, room = { members: new Set(), speakers: new Set() });
    const member = new Member(this.#members.size + 1, name, sentSoFar(room));
    this.#members.set(member.id, member);
    room.members.add(member);
    return member;
  }

  /** The member has begun a new session: it must hear everything sent from now on, and nothing from before. */
  restart(member: Member): void {
    for (const [sender, stream] of member.streams) {
      this.#expectedBefore += dueBetween(sender, startOf(stream), stream.last ?? stream.base);
    }
    member.base = sentSoFar(this.#rooms.get(member.room)!);
    member.streams.clear();
    member.unchecked.length = 0;
    member.lastId = 0;
  }

  /** The message was refused, or will never be answered: the others may hear it or not. */
  doubt(member: Member, number: number): void {
    member.doubtful.add(number);
  }

  /** Gives the number of the message that the member is about to send. */
  say(member: Member): number {
    this.counts.sent++;
    this.#rooms.get(member.room)!.speakers.add(member);
    return ++member.sent;
  }

  /** The hub has accepted a message with this id; a second id for the same message counts as doubled. */
  accept(member: Member, number: number, id: number): void {
    member.known = Math.max(member.known, number);
    const before = member.ids[number - 1];
    if (before !== undefined && before !== id) this.counts.doubled++;
    member.ids[number - 1] = id;
  }

  /** The member has heard a message; `id` is the hub's, if known. */
  hear(member: Member, from: number, number: number, id?: number): void {
    const sender = this.#members.get(from);
    if (!sender || sender === member || sender.room !== member.room || number > sender.sent) {
      this.counts.strayed++;
      return;
    }
    if (id !== undefined) this.accept(sender, number, id);
    sender.known = Math.max(sender.known, number);
    if (!this.#record(member, sender, number)) return;
    member.unchecked.push({ sender, number });
    this.#checkOrder(member);
  }

  /** The member asks to leave: it need not hear messages accepted from now on. */
  leave(member: Member): void {
    const { speakers } = this.#rooms.get(member.room)!;
    member.due = new Map(Array.from(speakers, (speaker) => [speaker, speaker.known]));
  }

  /** The member has left, and has read to the end of its connection. */
  gone(member: Member): void {
    this.#rooms.get(member.room)!.members.delete(member);
    for (const [sender, known] of member.due ?? []) {
      if (sender !== member) this.counts.lost += this.#outstandingFrom(member, sender, known);
    }
    member.streams.clear();
  }

  /** Removes the member without counting what it has not heard. */
  forget(member: Member): void {
    this.#rooms.get(member.room)!.members.delete(member);
    member.streams.clear();
  }

  /** Messages that the present members have still to hear. */
  get outstanding(): number {
    let sum = 0;
    for (const { members, speakers } of this.#rooms.values()) {
      for (const member of members) {
        for (const sender of speakers) {
          if (sender !== member) sum += this.#outstandingFrom(member, sender, sender.sent);
        }
      }
    }
    return sum;
  }

  /** Messages that the present members should have heard by now. */
  get expected(): number {
    let sum = this.#expectedBefore;
    for (const { members, speakers } of this.#rooms.values()) {
      for (const member of members) {
        for (const sender of speakers) {
          if (sender === member) continue;
          sum += dueBetween(sender, startOf(member.streamFrom(sender)), sender.sent);
        }
      }
    }
    return sum;
  }

  /** Ends the run: everything outstanding is lost. */
  close(): void {
    this.counts.lost += this.outstanding;
  }

  /** How many messages up to `due` are still to come, not counting skipped ones. */
  #outstandingFrom(member: Member, sender: Member, due: number): number {
    const stream = member.streamFrom(sender);
    const heard = stream.last ?? stream.base;
    return Math.max(0, dueBetween(sender, heard, due));
  }

  /** Records the message and counts its faults. Gives whether it came in its sender's order. */
  #record(member: Member, sender: Member, number: number): boolean {
    const stream = member.streamFrom(sender);
    const expected = (stream.last ?? stream.base) + 1;
    const wrong = (what: Wrong["what"], number: number) => {
      this.counts[what]++;
      this.#onWrong({ what, member, sender, number });
    };
    if (stream.missing.delete(number)) {
      // It was counted as lost, but has only come after a later message.
      if (!sender.doubtful.has(number)) this.counts.lost--;
      wrong("reordered", number);
      this.counts.delivered++;
      return false;
    }
    if (stream.first !== undefined && number < expected) {
      wrong(number < stream.first ? "reordered" : "doubled", number);
      return false;
    }
    for (let skipped = expected; skipped < number; skipped++) {
      stream.missing.add(skipped);
      if (!sender.doubtful.has(skipped)) wrong("lost", skipped);
    }
    stream.first ??= number;
    stream.last = number;
    this.counts.delivered++;
    return true;
  }

  /** Ids must grow. A message heard without an id waits until another member has heard it with one. */
  #checkOrder(member: Member): void {
    const { unchecked } = member;
    let checked = 0;
    for (const { sender, number } of unchecked) {
      const id = sender.ids[number - 1];
      if (id === undefined) break;
      if (id <= member.lastId) this.counts.reordered++;
      member.lastId = Math.max(member.lastId, id);
      checked++;
    }
    unchecked.splice(0, checked);
  }
}

/** The number of messages that each sender in a room has sent. */
function sentSoFar({ speakers }: Room): Map<Member, number> {
  return new Map(Array.from(speakers, (speaker) => [speaker, speaker.sent]));
}

/** The number after which the member must hear the sender. */
function startOf({ base, first }: Stream): number {
  return first === undefined ? base : first - 1;
}

/** How many of the messages after `from`, up to `to`, are not in doubt. */
function dueBetween({ doubtful }: Member, from: number, to: number): number {
  let count = to - from;
  for (const number of doubtful) if (number > from && number <= to) count--;
  return count;
}
