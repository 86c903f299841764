// Who a text really pings, after allowed_mentions has had its say ("Allowed Mentions Object").
import type { Books } from "./books.ts";
import { channelPermissions, has } from "./permissions.ts";
import type { ChannelRecord, Pinged } from "./records.ts";

/** What the request said about mentions; null when it said nothing, and so allowed all. */
export interface AllowedMentions {
  readonly parse?: readonly ("everyone" | "roles" | "users")[] | null | undefined;
  readonly users?: readonly string[] | null | undefined;
  readonly roles?: readonly string[] | null | undefined;
  readonly replied_user?: boolean | null | undefined;
}

export interface Saying {
  readonly channel: ChannelRecord;
  readonly text: string;
  readonly allowed: AllowedMentions | null;
  /** The author of the message that this replies to. */
  readonly repliedTo: string | null;
  /** Whose permission to ping everyone counts; null for a webhook, which needs none. */
  readonly speakerId: string | null;
}

export function pingedBy(books: Books, { channel, text, allowed, repliedTo, speakerId }: Saying): Pinged {
  // What stands between backticks pings nobody.
  const spoken = text.replaceAll(/```[\s\S]*?```|`[^`]*`/g, " ");
  const guild = channel.guildId === null ? undefined : books.guilds.get(channel.guildId);
  const isFree = (kind: "everyone" | "roles" | "users"): boolean =>
    allowed === null || (allowed.parse ?? []).includes(kind);
  const users = [...spoken.matchAll(/<@!?(\d+)>/g)]
    .map(([, id = ""]) => id)
    .filter((id) => books.users.has(id) && (isFree("users") || (allowed?.users ?? []).includes(id)));
  const mayAll = speakerId === null || has(channelPermissions(books, channel, speakerId), "MentionEveryone");
  const roles = [...spoken.matchAll(/<@&(\d+)>/g)]
    .map(([, id = ""]) => id)
    .filter((id) => isFree("roles") || (allowed?.roles ?? []).includes(id))
    .filter((id) => mayAll || guild?.roles.get(id)?.isMentionable === true);
  // A reply pings unless told otherwise; once mentions are restricted, only when replied_user says so.
  const pingsReplied = allowed === null || (allowed.replied_user ?? false);
  const replied = repliedTo !== null && pingsReplied && books.users.has(repliedTo) ? [repliedTo] : [];
  return {
    users: [...new Set([...users, ...replied])],
    roles: guild === undefined ? [] : [...new Set(roles)],
    isEveryone: guild !== undefined && mayAll && isFree("everyone") && /@(?:everyone|here)\b/.test(spoken),
  };
}

/** Both, each once: what an edit pings comes on top of what the create did. */
export function together(a: Pinged, b: Pinged): Pinged {
  return {
    users: [...new Set([...a.users, ...b.users])],
    roles: [...new Set([...a.roles, ...b.roles])],
    isEveryone: a.isEveryone || b.isEveryone,
  };
}
