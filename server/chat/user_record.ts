/** The record of a user that hubs exchange. */

import { defined } from "../../common/defined.ts";
import type { Session } from "../model/session.ts";
import type { User } from "../types.ts";

/** A session as other hubs know it. */
export function userOf(session: Session, hub: string): User {
  const { author, host, lang, hasWelcome, stage, isModerator, awayText, correspondent } = session;
  const moderated = [...session.rooms].filter(({ moderators }) => moderators.has(session));
  return {
    ...author,
    hub,
    host,
    rooms: [...session.rooms].map((room) => [room.name, room.joinedAfter.get(session)!] as const),
    ...(moderated.length > 0 ? { moderates: moderated.map(({ name }) => name) } : {}),
    room: session.room!.name,
    lang,
    canResume: hasWelcome,
    isAway: stage === "away",
    isModerator,
    ignored: session.ignoreList.authors,
    answers: session.replies.carriedOver(),
    ...defined({ awayText, about: session.about }),
    ...defined({ correspondent: correspondent?.id, correspondentNick: correspondent?.nick }),
  };
}
