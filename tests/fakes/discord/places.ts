// What a test does to places: guilds, channels, threads, and who may do what there.
import { ChannelType, OverwriteType } from "discord.js";
import type { World } from "./call.ts";
import { isThread } from "./channels.ts";
import { bareChannel, openDirect } from "./direct.ts";
import { guildCreateShape } from "./door.ts";
import { BOT_MAY, bits, EVERYONE_MAY, type PermissionName } from "./permissions.ts";
import type { ChannelKind, ChannelRecord, GuildRecord } from "./records.ts";
import { openThread } from "./routes/threads.ts";
import { guildChannelShape, threadShape, guildEventShape, memberShape, roleShape } from "./guild-shapes.ts";

/** Something by its id. */
export interface Ref {
  readonly id: string;
  readonly name: string;
}

const KINDS = {
  text: ChannelType.GuildText,
  forum: ChannelType.GuildForum,
  announcement: ChannelType.GuildAnnouncement,
  voice: ChannelType.GuildVoice,
} as const satisfies Record<string, ChannelKind>;

export interface Places {
  /** A server; the bot is a member with `botMay` on top of what everyone may, unless it is yet to be invited. */
  readonly guild: (
    name: string,
    more?: {
      readonly botMay?: readonly PermissionName[];
      readonly bot?: "member" | "not yet";
      readonly locale?: string;
      /** Since when the bot and the owner are members; just now unless told. */
      readonly joinedAt?: number;
    },
  ) => Ref;
  /** The bot is invited, or invited again. */
  readonly invite: (guild: Ref) => void;
  /** The bot is thrown out. */
  readonly kick: (guild: Ref) => void;
  /** Names the channels where Discord itself speaks. */
  readonly speaksIn: (guild: Ref, channels: { readonly system?: Ref; readonly publicUpdates?: Ref }) => void;
  /** From now on this person has their client in this language. */
  readonly hasClientIn: (person: Ref | string, locale: string) => void;
  /** Discord itself loses sight of the guild, and finds it again. */
  readonly outage: (guild: Ref) => void;
  readonly recover: (guild: Ref) => void;
  readonly channel: (
    guild: Ref,
    name: string,
    more?: { readonly kind?: keyof typeof KINDS; readonly nsfw?: boolean; readonly topic?: string },
  ) => Ref;
  /** A thread in a channel, or a post in a forum; `on` is the message that it hangs on. */
  readonly thread: (parent: Ref, name: string, more?: { readonly on?: { readonly id: string } }) => Ref;
  readonly archive: (thread: Ref, how?: "archived" | "archived and locked") => void;
  readonly rename: (channel: Ref, name: string) => void;
  readonly removeChannel: (channel: Ref) => void;
  /** The direct messages of this person and the bot. */
  readonly openDm: (person: Ref) => Ref;
  /** From now on this person takes no direct messages from the bot. */
  readonly closeDms: (person: Ref) => void;
  /** A person, made when the name is new; always the same one for the same name. */
  readonly user: (name: string) => Ref;
  /** A bot that is not ours. */
  readonly foreignBot: (name: string) => Ref;
  /** Makes the person a member of the guild, with rights on top of everyone's. */
  readonly member: (
    guild: Ref,
    person: Ref | string,
    more?: { readonly may?: readonly PermissionName[]; readonly nick?: string },
  ) => Ref;
  readonly role: (
    guild: Ref,
    name: string,
    more?: { readonly mentionable?: true; readonly members?: readonly Ref[] },
  ) => Ref;
  /** Takes from the bot, or gives it, what it may do in a channel. */
  readonly deny: (channel: Ref, ...names: readonly PermissionName[]) => void;
  readonly allow: (channel: Ref, ...names: readonly PermissionName[]) => void;
  /** The same for a person. */
  readonly denyMember: (channel: Ref, person: Ref, ...names: readonly PermissionName[]) => void;
  readonly allowMember: (channel: Ref, person: Ref, ...names: readonly PermissionName[]) => void;
}

export function places(world: World): Places {
  const { books, gateway } = world;
  const everywhere = (guildId: string) => ({ guildId, channelId: null });
  const put = (guild: GuildRecord): void => {
    books.guilds.set(guild.id, guild);
    books.changed();
  };
  const user = (name: string, isBot: boolean): Ref => {
    const known = [...books.users.values()].find((one) => one.displayName === name && one.isBot === isBot);
    if (known !== undefined) return { id: known.id, name };
    const id = books.ids.next();
    const username = name.toLowerCase().replaceAll(/[^a-z0-9_.]/g, "") || `user${id.slice(-6)}`;
    books.users.set(id, { id, username, displayName: name, isBot, avatar: null });
    return { id, name };
  };
  const putChannel = (channel: ChannelRecord, event: "CHANNEL_CREATE" | "CHANNEL_UPDATE" | "THREAD_UPDATE"): Ref => {
    books.channels.set(channel.id, channel);
    const audience = { guildId: channel.guildId, channelId: channel.id };
    if (event === "THREAD_UPDATE") gateway.announce(event, threadShape(books, channel), audience);
    else gateway.announce(event, guildChannelShape(books, channel), audience);
    books.changed();
    return { id: channel.id, name: channel.name };
  };
  const overwrite = (ref: Ref, id: string, names: readonly PermissionName[], what: "allow" | "deny"): void => {
    const channel = books.channel(ref.id);
    const before = channel.overwrites.find((one) => one.id === id) ?? {
      id,
      type: OverwriteType.Member,
      allow: 0n,
      deny: 0n,
    };
    const mask = bits(names);
    const next =
      what === "allow"
        ? { ...before, allow: before.allow | mask, deny: before.deny & ~mask }
        : { ...before, deny: before.deny | mask, allow: before.allow & ~mask };
    // Bots are told of channels that they do not see.
    putChannel(
      { ...channel, overwrites: [...channel.overwrites.filter((one) => one.id !== id), next] },
      "CHANNEL_UPDATE",
    );
  };

  return {
    guild: (name, more = {}) => {
      const id = books.ids.nextGuild();
      const ownerId = user("Owner", false).id;
      const role = {
        id: books.ids.next(),
        name: "Troupe",
        permissions: more.botMay === undefined ? BOT_MAY : bits(more.botMay),
        isMentionable: false,
        isManaged: true,
      };
      const everyone = { id, name: "@everyone", permissions: EVERYONE_MAY, isMentionable: false, isManaged: false };
      const joinedAt = more.joinedAt ?? books.clock.now();
      const members = [ownerId, books.bot.user.id].map(
        (userId) => [userId, { userId, nick: null, roles: userId === ownerId ? [] : [role.id], joinedAt }] as const,
      );
      const isJoined = more.bot !== "not yet";
      put({
        id,
        name,
        ownerId,
        roles: new Map([
          [id, everyone],
          [role.id, role],
        ]),
        members: new Map(members),
        isUnavailable: false,
        isJoined,
        locale: more.locale ?? "en-US",
        systemChannelId: null,
        publicUpdatesChannelId: null,
      });
      if (isJoined) gateway.announce("GUILD_CREATE", guildCreateShape(books, id), everywhere(id));
      return { id, name };
    },
    invite: ({ id }) => {
      const guild = books.guilds.get(id);
      if (guild === undefined) throw new Error(`no guild ${id}`);
      const userId = books.bot.user.id;
      const bot = guild.members.get(userId);
      const joinedAt = books.clock.now();
      const members = new Map([
        ...guild.members,
        ...(bot === undefined ? [] : [[userId, { ...bot, joinedAt }] as const]),
      ]);
      put({ ...guild, isJoined: true, members });
      gateway.announce("GUILD_CREATE", guildCreateShape(books, id), everywhere(id));
    },
    kick: ({ id }) => {
      put({ ...books.guild(id), isJoined: false });
      // Without `unavailable`: the bot was removed ("Guild Delete").
      gateway.announceRaw("GUILD_DELETE", { id }, everywhere(id));
    },
    speaksIn: ({ id }, { system, publicUpdates }) => {
      const before = books.guilds.get(id);
      if (before === undefined) throw new Error(`no guild ${id}`);
      const guild = {
        ...before,
        systemChannelId: system?.id ?? before.systemChannelId,
        publicUpdatesChannelId: publicUpdates?.id ?? before.publicUpdatesChannelId,
      };
      put(guild);
      if (guild.isJoined) gateway.announce("GUILD_UPDATE", guildEventShape(guild), everywhere(id));
    },
    hasClientIn: (person, locale) => {
      books.locales.set(typeof person === "string" ? user(person, false).id : person.id, locale);
    },
    outage: ({ id }) => {
      put({ ...books.guild(id), isUnavailable: true });
      gateway.announce("GUILD_DELETE", { id, unavailable: true }, everywhere(id));
    },
    recover: ({ id }) => {
      put({ ...books.guild(id), isUnavailable: false });
      gateway.announce("GUILD_CREATE", guildCreateShape(books, id), everywhere(id));
    },
    channel: (guild, name, more = {}) => {
      const type = KINDS[more.kind ?? "text"];
      const said = { guildId: guild.id, name, isNsfw: more.nsfw ?? false, topic: more.topic ?? null };
      return putChannel(bareChannel(books.ids.next(), type, said), "CHANNEL_CREATE");
    },
    thread: (parent, name, more = {}) => {
      const thread = openThread(world, {
        parent: books.channel(parent.id),
        name,
        type: ChannelType.PublicThread,
        ownerId: user("Owner", false).id,
        ...(more.on === undefined ? {} : { id: more.on.id }),
      });
      return { id: thread.id, name };
    },
    archive: ({ id }, how = "archived") => {
      putChannel({ ...books.channel(id), isArchived: true, isLocked: how === "archived and locked" }, "THREAD_UPDATE");
    },
    rename: ({ id }, name) => {
      const channel = books.channel(id);
      putChannel({ ...channel, name }, isThread(channel) ? "THREAD_UPDATE" : "CHANNEL_UPDATE");
    },
    removeChannel: ({ id }) => {
      const channel = books.channel(id);
      const audience = { guildId: channel.guildId, channelId: id };
      if (isThread(channel)) {
        const { guild_id = "", parent_id = null, type } = threadShape(books, channel);
        gateway.announce("THREAD_DELETE", { id, guild_id, parent_id: parent_id ?? "", type }, audience);
      } else {
        gateway.announce("CHANNEL_DELETE", guildChannelShape(books, channel), audience);
      }
      for (const hook of books.webhooksOf(id)) books.webhooks.delete(hook.id);
      for (const thread of books.channels.values()) if (thread.parentId === id) books.channels.delete(thread.id);
      books.channels.delete(id);
      books.changed();
    },
    openDm: (person) => {
      const { id } = openDirect(books, books.user(person.id));
      return { id, name: person.name };
    },
    closeDms: ({ id }) => void books.closedTo.add(id),
    user: (name) => user(name, false),
    foreignBot: (name) => user(name, true),
    member: (guild, person, more = {}) => {
      const ref = typeof person === "string" ? user(person, false) : person;
      const before = books.guild(guild.id);
      const role = {
        id: books.ids.next(),
        name: `${ref.name}'s`,
        permissions: bits(more.may ?? []),
        isMentionable: false,
        isManaged: false,
      };
      const record = { userId: ref.id, nick: more.nick ?? null, roles: [role.id], joinedAt: books.clock.now() };
      const next = {
        ...before,
        roles: new Map([...before.roles, [role.id, role]]),
        members: new Map([...before.members, [ref.id, record]]),
      };
      put(next);
      gateway.announce("GUILD_MEMBER_ADD", { ...memberShape(books, record), guild_id: guild.id }, everywhere(guild.id));
      return ref;
    },
    role: (guild, name, more = {}) => {
      const before = books.guild(guild.id);
      const role = {
        id: books.ids.next(),
        name,
        permissions: 0n,
        isMentionable: more.mentionable ?? false,
        isManaged: false,
      };
      const holders = new Set((more.members ?? []).map(({ id }) => id));
      const members = [...before.members].map(
        ([id, member]) => [id, holders.has(id) ? { ...member, roles: [...member.roles, role.id] } : member] as const,
      );
      const next = { ...before, roles: new Map([...before.roles, [role.id, role]]), members: new Map(members) };
      put(next);
      gateway.announce("GUILD_ROLE_CREATE", { guild_id: guild.id, role: roleShape(next, role) }, everywhere(guild.id));
      gateway.announce("GUILD_UPDATE", guildEventShape(next), everywhere(guild.id));
      return { id: role.id, name };
    },
    deny: (channel, ...names) => overwrite(channel, books.bot.user.id, names, "deny"),
    allow: (channel, ...names) => overwrite(channel, books.bot.user.id, names, "allow"),
    denyMember: (channel, person, ...names) => overwrite(channel, person.id, names, "deny"),
    allowMember: (channel, person, ...names) => overwrite(channel, person.id, names, "allow"),
  };
}
