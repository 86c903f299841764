// Where the bot itself may say something in a server. Pure.
import type { Guild, Member } from "./permissions.ts";
import { may, overwritesOf, rightsIn } from "./permissions.ts";
import { fieldsOf, numberOf, TALK_CHANNELS, textOf } from "./shapes.ts";

/** The channels in which `member` may speak, in the order in which people see them. `channels`: as Discord sends those of the server. */
export function speakable(guild: Guild, member: Member, channels: readonly unknown[]): readonly string[] {
  return channels
    .map((each) => fieldsOf(each))
    .filter((channel) => TALK_CHANNELS.includes(numberOf(channel["type"]) ?? -1))
    .filter((channel) => may(rightsIn(guild, member, overwritesOf(channel)), "viewChannel", "sendMessages"))
    .map((channel) => ({ id: textOf(channel["id"]) ?? "", position: numberOf(channel["position"]) ?? 0 }))
    .toSorted((one, other) =>
      one.position === other.position ? byAge(one.id, other.id) : one.position - other.position,
    )
    .map(({ id }) => id);
}

/** "Sorting": of channels in one position the older stands first, and ids grow with time. */
function byAge(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : 1;
}
