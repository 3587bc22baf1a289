/**
 * Who should have got which message, and who got it: finds what was lost, doubled, reordered or came to the wrong one. Pure:
 * it is told what was sent and heard, and knows nothing of connections.
 *
 * Everyone numbers their own messages, so that in a room each hears from each 1, 2, 3 and so on. What somebody has to get
 * begins with what was sent after it was known to be in, and ends with what was known to be accepted before it wanted to go;
 * what lies at the edges it may get or not. By the ids of the hub all hear all in one order.
 */

export interface Counts {
  /** Messages that were said. */
  sent: number;
  /** How often one of them came to somebody. */
  delivered: number;
  lost: number;
  doubled: number;
  reordered: number;
  /** Came to somebody to whom they should not: to who said them, or into another room. */
  strayed: number;
}

/** What one has heard from another. */
interface Stream {
  /** Of what the other said until one came in, one may get something or nothing. */
  readonly base: number;
  first: number | undefined;
  last: number | undefined;
  /** Numbers that were passed over. */
  readonly missing: Set<number>;
}

/** Somebody in a room, from coming to going. */
export class Member {
  readonly id: number;
  readonly room: string;
  /** Messages that it said, and how many of them are known to be accepted. */
  sent = 0;
  known = 0;
  /** The hub's ids of its messages, as far as they are known. */
  readonly ids: number[] = [];
  readonly streams: Map<Member, Stream> = new Map();
  /** Numbers of its messages that may have been accepted or not, and of which nothing more will be known. */
  readonly doubtful: Set<number> = new Set();
  /** How much the others had said when it was known to be in. */
  base: ReadonlyMap<Member, number>;
  /** What it has heard and whose id is not known yet. */
  readonly unchecked: { sender: Member; number: number }[] = [];
  lastId = 0;
  /** Once it wants to go: how much of each it had to get. */
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

/** A room: who is in it, and who has ever spoken there. */
interface Room {
  readonly members: Set<Member>;
  readonly speakers: Set<Member>;
}

/** What was wrong with which message, for somebody in its room. */
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
  /** Of sessions that have begun anew: what there had to be in those before. */
  #expectedBefore = 0;
  readonly #onWrong: (wrong: Wrong) => void;

  /** `onWrong`: told of each message with which something is wrong, as soon as that is seen. */
  constructor({ onWrong = () => {} }: { onWrong?: (wrong: Wrong) => void } = {}) {
    this.#onWrong = onWrong;
  }

  /** Somebody is known to be in a room: what is said there from now on it has to get. */
  enter(name: string): Member {
    let room = this.#rooms.get(name);
    if (!room) this.#rooms.set(name, room = { members: new Set(), speakers: new Set() });
    const member = new Member(this.#members.size + 1, name, soFar(room));
    this.#members.set(member.id, member);
    room.members.add(member);
    return member;
  }

  /** The member is known to be in anew, in a session that knows nothing of the last one: so is what it has to get. */
  restart(member: Member): void {
    for (const [sender, stream] of member.streams) {
      this.#expectedBefore += dueBetween(sender, beginningOf(stream), stream.last ?? stream.base);
    }
    member.base = soFar(this.#rooms.get(member.room)!);
    member.streams.clear();
    member.unchecked.length = 0;
    member.lastId = 0;
  }

  /** A message that was said may come to the others or not: it was refused, or nobody will ever answer for it. */
  doubt(member: Member, number: number): void {
    member.doubtful.add(number);
  }

  /** Gives the number of the message that the member is about to send. */
  say(member: Member): number {
    this.counts.sent++;
    this.#rooms.get(member.room)!.speakers.add(member);
    return ++member.sent;
  }

  /** The hub has accepted a message, under an id that it has told. The same message has one id only. */
  accept(member: Member, number: number, id: number): void {
    member.known = Math.max(member.known, number);
    const before = member.ids[number - 1];
    if (before !== undefined && before !== id) this.counts.doubled++;
    member.ids[number - 1] = id;
  }

  /** A message came to the member; with its id, where it was told. */
  hear(member: Member, from: number, number: number, id?: number): void {
    const sender = this.#members.get(from);
    if (!sender || sender === member || sender.room !== member.room || number > sender.sent) {
      this.counts.strayed++;
      return;
    }
    if (id !== undefined) this.accept(sender, number, id);
    sender.known = Math.max(sender.known, number);
    if (!this.#isNext(member, sender, number)) return;
    member.unchecked.push({ sender, number });
    this.#checkOrder(member);
  }

  /** The member is about to go: nothing that is accepted from now on has to come to it. */
  leave(member: Member): void {
    const { speakers } = this.#rooms.get(member.room)!;
    member.due = new Map(Array.from(speakers, (speaker) => [speaker, speaker.known]));
  }

  /** The member is gone, and has read to the end. */
  gone(member: Member): void {
    this.#rooms.get(member.room)!.members.delete(member);
    for (const [sender, known] of member.due ?? []) {
      if (sender !== member) this.counts.lost += this.#tail(member, sender, known);
    }
    member.streams.clear();
  }

  /** The member is no more, and nothing is known of what it would have got. */
  forget(member: Member): void {
    this.#rooms.get(member.room)!.members.delete(member);
    member.streams.clear();
  }

  /** Deliveries that have not come yet to those who are here. */
  get outstanding(): number {
    let sum = 0;
    for (const { members, speakers } of this.#rooms.values()) {
      for (const member of members) {
        for (const sender of speakers) {
          if (sender !== member) sum += this.#tail(member, sender, sender.sent);
        }
      }
    }
    return sum;
  }

  /** Deliveries that there had to be until now, to those who are here. */
  get expected(): number {
    let sum = this.#expectedBefore;
    for (const { members, speakers } of this.#rooms.values()) {
      for (const member of members) {
        for (const sender of speakers) {
          if (sender === member) continue;
          sum += dueBetween(sender, beginningOf(member.streamFrom(sender)), sender.sent);
        }
      }
    }
    return sum;
  }

  /** Nothing more will come: what is outstanding is lost. */
  close(): void {
    this.counts.lost += this.outstanding;
  }

  /** How many of the first `due` messages have not come, besides those that are known to be missing. */
  #tail(member: Member, sender: Member, due: number): number {
    const stream = member.streamFrom(sender);
    const heard = stream.last ?? stream.base;
    return Math.max(0, dueBetween(sender, heard, due));
  }

  /** Whether the message is one that the member has not had; counts what is wrong with it. */
  #isNext(member: Member, sender: Member, number: number): boolean {
    const stream = member.streamFrom(sender);
    const expected = (stream.last ?? stream.base) + 1;
    const wrong = (what: Wrong["what"], number: number) => {
      this.counts[what]++;
      this.#onWrong({ what, member, sender, number });
    };
    if (stream.missing.delete(number)) {
      // It was taken for lost, and only came behind a later one.
      if (!sender.doubtful.has(number)) this.counts.lost--;
      wrong("reordered", number);
      this.counts.delivered++;
      return false;
    }
    if (stream.first !== undefined && number < expected) {
      wrong(number < stream.first ? "reordered" : "doubled", number);
      return false;
    }
    for (let each = expected; each < number; each++) {
      stream.missing.add(each);
      if (!sender.doubtful.has(each)) wrong("lost", each);
    }
    stream.first ??= number;
    stream.last = number;
    this.counts.delivered++;
    return true;
  }

  /** Ids grow for everyone; what came without one waits until somebody else has heard it with one. */
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

/** How much each in a room has said. */
function soFar({ speakers }: Room): Map<Member, number> {
  return new Map(Array.from(speakers, (speaker) => [speaker, speaker.sent]));
}

/** The number behind which one has to get what the other says. */
function beginningOf({ base, first }: Stream): number {
  return first === undefined ? base : first - 1;
}

/** How many of the messages behind one, up to another, are not in doubt. */
function dueBetween({ doubtful }: Member, from: number, to: number): number {
  let count = to - from;
  for (const number of doubtful) if (number > from && number <= to) count--;
  return count;
}
