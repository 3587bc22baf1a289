/** What the directory asks of a rule (the state of a room, a ban or a mute): its key, and whether it is lifted. */

import type { Rule } from "../../types.ts";

/** The parts of a rule's key. */
export function ruleKey(rule: Rule): [kind: string, of: string] {
  return [rule.kind, rule.kind === "room" ? rule.room : rule.key];
}

export function isLifted(rule: Rule): boolean {
  const value = rule.kind === "room" ? rule.state : rule.kind === "ban" ? rule.ban : rule.mute;
  return value === undefined;
}

/** The rule without the notice for the members of its room. */
export function withoutNews(rule: Rule): Rule {
  return rule.kind === "room" ? { kind: "room", room: rule.room, state: rule.state } : rule;
}

/** The rule that lifts this one. */
export function liftedRule(rule: Rule): Rule {
  const { kind } = rule;
  if (kind === "room") return { kind, room: rule.room, state: undefined };
  const { key } = rule;
  return kind === "ban" ? { kind, key, ban: undefined } : { kind, key, mute: undefined };
}
