// What one person sees of the fake Discord, as plain data for its page.
import { type APIApplicationCommandOption, ApplicationCommandOptionType, ButtonStyle, ComponentType } from "discord.js";
import type { FakeDiscord } from "./fake.ts";
import type { Ref } from "./places.ts";
import type { ChannelRecord, CommandRecord, MessageRecord } from "./records.ts";
import type { Said } from "./said.ts";
import { isThread } from "./channels.ts";
import { channelPermissions, guildPermissions, has } from "./permissions.ts";

/** Where the page looks from. */
export interface Seat {
  readonly guild: Ref;
  readonly person: Ref;
  readonly channel: Ref;
  /** The commands that were used on the page, by interaction. */
  readonly used: ReadonlyMap<string, string>;
}

type Eyes = Omit<Seat, "channel">;

// "Trigger Typing Indicator": shown for ten seconds.
const TYPING_MS = 10_000;
// The last requests are enough to see who types.
const LOOKED_BACK = 200;
// A page of a channel; what is further up scrolls out of the world.
const MESSAGES_MAX = 200;

// "Interaction Context Types": a direct message with the bot.
const DIRECT = 1;

type Node = Readonly<Record<string, unknown>>;

/** Everything that the page shows of it; ids are Discord's. */
export function viewOf(fake: FakeDiscord, { channel, ...eyes }: Seat, people: readonly Ref[]): object {
  const { books } = fake;
  const { guild, person } = eyes;
  const here = books.channel(channel.id);
  return {
    bot: {
      name: fake.bot.name,
      id: fake.bot.id,
      isOnline: fake.sessions().some(({ socket }) => socket !== null),
      isHere: books.guilds.get(guild.id)?.isJoined === true,
    },
    guild: { id: guild.id, name: guild.name },
    people: people.map(({ id, name }) => ({ id, name, rights: rightsOf(fake, guild, id) })),
    channels: [...books.channels.values()].filter((one) => isSeen(fake, one, eyes)).map(channelView),
    here: channelView(here),
    messages: fake
      .messages(channel)
      .filter(({ onlyFor }) => onlyFor === null || onlyFor === person.id)
      .slice(-MESSAGES_MAX)
      .map((said) => messageView(fake, said, eyes)),
    isTyping: isTyping(fake, channel),
    commands: books.commands
      .filter((command) => isOffered(fake, command, here, person))
      .flatMap((command) => commandsIn(command, [command.name], command.options ?? [], command.description)),
    menus: books.commands
      .filter((command) => (command.type as number) === 3 && isOffered(fake, command, here, person))
      .map(({ name }) => name),
  };
}

function rightsOf({ books }: FakeDiscord, { id }: Ref, userId: string): string {
  const guild = books.guilds.get(id);
  const mayManage = guild !== undefined && has(guildPermissions(guild, userId), "ManageGuild");
  return mayManage ? "a moderator" : "a member";
}

function isSeen(fake: FakeDiscord, channel: ChannelRecord, { guild, person }: Eyes): boolean {
  if (channel.guildId === null) return channel.recipients.includes(person.id);
  if (channel.guildId !== guild.id || channel.isArchived) return false;
  return has(channelPermissions(fake.books, channel, person.id), "ViewChannel");
}

function channelView(channel: ChannelRecord): object {
  const { id, name, parentId, guildId, lastMessageId } = channel;
  const kind = guildId === null ? "direct" : isThread(channel) ? "thread" : "text";
  return { id, name, parent: parentId, kind, newest: lastMessageId };
}

function messageView(fake: FakeDiscord, said: Said, eyes: Eyes): object {
  const { books } = fake;
  const record = books.findMessage(said.id);
  const answered =
    said.replyTo === null ? null : fake.stored({ id: said.channelId, name: "" }).find(({ id }) => id === said.replyTo);
  return {
    id: said.id,
    author: said.author,
    isApp: said.isBot,
    isMine: said.authorId === eyes.person.id,
    isPrivate: said.onlyFor !== null,
    face: said.avatarUrl === null ? null : faceAt(fake, said.avatarUrl),
    text: named(fake, said.text),
    at: said.createdAt,
    isEdited: said.editedAt !== null,
    caption: captionOf(fake, record, eyes.used),
    answers:
      answered === undefined || answered === null
        ? null
        : { id: answered.id, author: answered.author, text: answered.text },
    embeds: said.embeds.map(({ title, description }) => ({ title: title ?? "", text: description ?? "" })),
    files: (record?.attachments ?? []).map(({ id, filename }) => ({
      name: filename,
      url: `${fake.cdn}/attachments/${said.channelId}/${id}/${encodeURIComponent(filename)}`,
    })),
    reactions: Object.entries(said.reactions).map(([sign, who]) => ({ sign, count: who.length })),
    rows: (record?.components ?? []).map((row) => rowView(fake, row as unknown as Node, eyes)),
  };
}

/** The CDN of the real Discord is the fake's here. */
function faceAt(fake: FakeDiscord, address: string): string {
  return address.replace("https://cdn.discordapp.com", fake.cdn);
}

/** Mentions as people see them. */
function named(fake: FakeDiscord, text: string): string {
  const { users, channels } = fake.books;
  return text
    .replaceAll(/<@!?(\d+)>/g, (tag, id: string) => `@${users.get(id)?.displayName ?? tag}`)
    .replaceAll(/<#(\d+)>/g, (tag, id: string) => `#${channels.get(id)?.name ?? tag}`)
    .replaceAll(/<\/([^:>]+):\d+>/g, "/$1");
}

/** "Mira used /help", above what answers a command. */
function captionOf({ books }: FakeDiscord, message: MessageRecord | null, used: Seat["used"]): string | null {
  const interaction = books.interactions.get(message?.interactionId ?? "");
  const name = used.get(interaction?.id ?? "");
  if (interaction === undefined || name === undefined) return null;
  return `${books.user(interaction.userId).displayName} used /${name}`;
}

function rowView(fake: FakeDiscord, row: Node, eyes: Eyes): readonly object[] {
  const nodes = (Array.isArray(row["components"]) ? row["components"] : [row]) as readonly Node[];
  return nodes.map((node) => controlView(fake, node, eyes));
}

function controlView(fake: FakeDiscord, node: Node, eyes: Eyes): object {
  const type = node["type"] as ComponentType;
  const emoji = (node["emoji"] as { readonly name?: string } | undefined)?.name ?? "";
  if (type === ComponentType.TextDisplay) return { kind: "text", text: node["content"] };
  if (type === ComponentType.Button) {
    const style = ButtonStyle[node["style"] as ButtonStyle].toLowerCase();
    return {
      kind: "button",
      id: node["custom_id"] ?? null,
      url: node["url"] ?? null,
      label: [emoji, node["label"] ?? ""].filter((part) => part !== "").join(" "),
      style,
      isDisabled: node["disabled"] === true,
    };
  }
  const types = (node["channel_types"] as readonly number[] | undefined) ?? [];
  const channels = [...fake.books.channels.values()].filter(
    (channel) =>
      channel.guildId === eyes.guild.id &&
      (types.length === 0 || types.includes(channel.type)) &&
      isSeen(fake, channel, eyes),
  );
  const options =
    type === ComponentType.ChannelSelect
      ? channels.map(({ id, name }) => ({ label: `#${name}`, value: id, description: "" }))
      : ((node["options"] as readonly Node[] | undefined) ?? []);
  return {
    kind: "menu",
    id: node["custom_id"],
    placeholder: node["placeholder"] ?? "Choose",
    isDisabled: node["disabled"] === true,
    options: options.map((option) => ({
      label: option["label"],
      value: option["value"],
      about: option["description"] ?? "",
    })),
  };
}

function isTyping(fake: FakeDiscord, channel: Ref): boolean {
  const now = fake.books.clock.now();
  const last = fake.books.requests
    .slice(-LOOKED_BACK)
    .findLast(({ method, path }) => method === "POST" && path === `/channels/${channel.id}/typing`);
  if (last === undefined || now - last.at > TYPING_MS) return false;
  return !fake.messages(channel).some(({ isBot, createdAt }) => isBot && createdAt >= last.at);
}

function isOffered(fake: FakeDiscord, command: CommandRecord, channel: ChannelRecord, person: Ref): boolean {
  if (channel.guildId === null) {
    const contexts: readonly number[] = command.contexts ?? [DIRECT];
    return contexts.includes(DIRECT);
  }
  const needed = BigInt(command.default_member_permissions ?? "0");
  return (channelPermissions(fake.books, channel, person.id) & needed) === needed;
}

/** `/persona` as its subcommands, each with its options. */
function commandsIn(
  command: CommandRecord,
  path: readonly string[],
  options: readonly APIApplicationCommandOption[],
  summary: string,
): readonly object[] {
  if ((command.type as number) !== 1) return [];
  const inner = options.filter(
    ({ type }) =>
      type === ApplicationCommandOptionType.Subcommand || type === ApplicationCommandOptionType.SubcommandGroup,
  );
  if (inner.length > 0) {
    return inner.flatMap((one) =>
      commandsIn(command, [...path, one.name], ("options" in one ? one.options : undefined) ?? [], one.description),
    );
  }
  const shown = options.map((option) => ({
    name: option.name,
    summary: option.description,
    isRequired: option.required === true,
    kind: KINDS[option.type] ?? "text",
    choices: "choices" in option ? (option.choices ?? []).map(({ name, value }) => ({ name, value })) : [],
    isSuggested: "autocomplete" in option && option.autocomplete,
  }));
  return [{ name: path.join(" "), summary, options: shown }];
}

const KINDS: Readonly<Partial<Record<ApplicationCommandOptionType, string>>> = {
  [ApplicationCommandOptionType.Boolean]: "switch",
  [ApplicationCommandOptionType.Channel]: "channel",
  [ApplicationCommandOptionType.User]: "person",
  [ApplicationCommandOptionType.Attachment]: "file",
  [ApplicationCommandOptionType.Integer]: "number",
  [ApplicationCommandOptionType.Number]: "number",
};
