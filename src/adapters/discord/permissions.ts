// What somebody may do on Discord, from roles and a channel's overwrites ("Permissions: Permission Overwrites"). Pure.
import { fieldsOf, listOf, textOf } from "./shapes.ts";

// "Permissions: Bitwise Permission Flags": those that matter here.
export const PERMISSIONS = {
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readMessageHistory: 1n << 16n,
  manageWebhooks: 1n << 29n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  sendMessagesInThreads: 1n << 38n,
} as const;

export type PermissionName = keyof typeof PERMISSIONS;

const ALL = Object.values(PERMISSIONS).reduce((all, bit) => all | bit, 0n);

// "Permissions: Implicit Permissions": who may not send may neither embed nor attach.
const WITH_SENDING = PERMISSIONS.embedLinks | PERMISSIONS.attachFiles;

/** A server as far as rights go. */
export interface Guild {
  readonly id: string;
  readonly owner: string | null;
  /** What each role gives; the one of everyone has the server's own id. */
  readonly roles: ReadonlyMap<string, bigint>;
}

/** Somebody in a server. */
export interface Member {
  readonly user: string;
  readonly roles: readonly string[];
}

/** What a channel takes or gives beside the roles. */
export interface Overwrite {
  readonly id: string;
  readonly of: "member" | "role";
  readonly allow: bigint;
  readonly deny: bigint;
}

/** What `member` may do in the channel with these overwrites; a thread has those of its parent. */
export function rightsIn(guild: Guild, member: Member, overwrites: readonly Overwrite[]): bigint {
  const roles = [guild.id, ...member.roles];
  const base = roles.reduce((all, role) => all | (guild.roles.get(role) ?? 0n), 0n);
  if (guild.owner === member.user || (base & PERMISSIONS.administrator) !== 0n) return ALL;
  const layers = [
    overwrites.filter(({ of, id }) => of === "role" && id === guild.id),
    overwrites.filter(({ of, id }) => of === "role" && id !== guild.id && member.roles.includes(id)),
    overwrites.filter(({ of, id }) => of === "member" && id === member.user),
  ];
  const rights = layers.reduce((sum, layer) => {
    const deny = layer.reduce((all, each) => all | each.deny, 0n);
    const allow = layer.reduce((all, each) => all | each.allow, 0n);
    return (sum & ~deny) | allow;
  }, base);
  // Who does not see a channel can do nothing there.
  if ((rights & PERMISSIONS.viewChannel) === 0n) return 0n;
  return (rights & PERMISSIONS.sendMessages) === 0n ? rights & ~WITH_SENDING : rights;
}

/** Whether all of `names` are among the rights. */
export function may(rights: bigint, ...names: readonly PermissionName[]): boolean {
  return names.every((name) => (rights & PERMISSIONS[name]) !== 0n);
}

/** Rights as Discord writes them; none where it is no number. */
export function rightsOf(value: unknown): bigint {
  const text = textOf(value) ?? "";
  return /^\d{1,30}$/u.test(text) ? BigInt(text) : 0n;
}

/** Null: it is no server. */
export function guildOf(value: unknown): Guild | null {
  const raw = fieldsOf(value);
  const id = textOf(raw["id"]);
  if (id === null) return null;
  const roles = listOf(raw["roles"]).map((each) => fieldsOf(each));
  return {
    id,
    owner: textOf(raw["owner_id"]),
    roles: new Map(roles.map((role) => [textOf(role["id"]) ?? "", rightsOf(role["permissions"])])),
  };
}

/** Null: it is nobody. */
export function memberOf(value: unknown): Member | null {
  const raw = fieldsOf(value);
  const user = textOf(fieldsOf(raw["user"])["id"]);
  if (user === null) return null;
  return { user, roles: listOf(raw["roles"]).flatMap((role) => textOf(role) ?? []) };
}

// "Overwrite Structure".
const OF_ROLE = 0;

/** The overwrites of a channel as Discord sends it. */
export function overwritesOf(channel: unknown): readonly Overwrite[] {
  return listOf(fieldsOf(channel)["permission_overwrites"]).map((each) => {
    const raw = fieldsOf(each);
    const of = raw["type"] === OF_ROLE ? "role" : "member";
    return { id: textOf(raw["id"]) ?? "", of, allow: rightsOf(raw["allow"]), deny: rightsOf(raw["deny"]) };
  });
}
