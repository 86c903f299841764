// Discord's messages in the house's words. Pure: what it cannot know it is told.
import { authorId, discordPlatform, messageId } from "../../domain/ids.ts";
import type { Arrival, Author, Image, Place } from "../../domain/message.ts";
import { fieldsOf, listOf, numberOf, textOf, timeOf } from "./shapes.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Who we are there. */
export interface Self {
  /** The bot's user. */
  readonly user: string;
  readonly application: string;
}

/** What reading a message may have to look up. */
export interface Lookup {
  /** The bot's user; null: it is not known. */
  readonly bot: string | null;
  /** A channel's name; empty where it is not known. */
  readonly channelName: (id: string) => string;
  /** Null: it is not known. */
  readonly role: (id: string) => { readonly name: string; readonly isOwn: boolean } | null;
}

/** A text file that came with a message. */
export interface TextFile {
  readonly name: string;
  readonly url: string;
}

// "Message Types": ordinary messages, and replies. All others are news of the platform's own.
const REPLY = 19;
const SAID = new Set([0, REPLY]);

// Larger ones would fill a context by themselves.
const FILE_BYTES_MAX = 64 * 1024;
const FILES_MAX = 2;
const TEXT_TYPE = /^(?:text\/|application\/(?:json|xml|x?-?yaml|javascript|toml|x-sh)\b)/u;
const TEXT_NAME = /\.(?:txt|md|json|ya?ml|csv|tsv|log|toml|xml|html?|css|[jt]sx?|py|rs|go|java|c|h|cpp|rb|sh|sql)$/iu;

// What models take ("Images and vision", OpenAI), and no larger than they take.
const IMAGE_TYPE = /^image\/(?:png|jpeg|webp|gif)$/u;
const IMAGE_BYTES_MAX = 8 * 1024 * 1024;
const IMAGES_MAX = 4;

/** Whether the app said the message itself, by the bot or by a webhook of its own. */
export function isOwn(raw: unknown, self: Self): boolean {
  const message = fieldsOf(raw);
  return fieldsOf(message["author"])["id"] === self.user || message["application_id"] === self.application;
}

/** Without the files that came with it, which have to be fetched. Null: no message of anybody's, or one that cannot be read. */
export function normalize(raw: unknown, place: Place, self: Self, lookup: Lookup): Arrival | null {
  const message = fieldsOf(raw);
  const id = textOf(message["id"]);
  const type = numberOf(message["type"]) ?? 0;
  const author = authorOf(message);
  if (id === null || author === null || !SAID.has(type) || isOwn(raw, self)) return null;
  const reference = fieldsOf(message["message_reference"]);
  const original = type === REPLY ? textOf(reference["message_id"]) : null;
  const attachments = listOf(message["attachments"]).map((each) => fieldsOf(each));
  return {
    id: messageId(discordPlatform, id),
    place,
    author,
    text: textIn(message, lookup),
    images: imagesOf(attachments),
    toHouse: speaksTo(message, self, lookup),
    asks: null,
    replyTo: original === null ? null : messageId(discordPlatform, original),
    createdAt: timeOf(id) ?? 0,
  };
}

/** The text files that came with a message. */
export function filesIn(raw: unknown): readonly TextFile[] {
  return filesOf(listOf(fieldsOf(raw)["attachments"]).map((each) => fieldsOf(each)));
}

/** The text of a message as people read it. */
export function textIn(raw: unknown, lookup: Lookup): string {
  const message = fieldsOf(raw);
  const content = textOf(message["content"]) ?? "";
  const read = readable(content, namesIn(message, lookup), lookup);
  const stickers = listOf(message["sticker_items"]).map((each) => `[sticker: ${shown(fieldsOf(each)["name"])}]`);
  const poll = fieldsOf(fieldsOf(message["poll"])["question"])["text"];
  const extras = [...stickers, ...(textOf(poll) === null ? [] : [`[poll: ${shown(poll)}]`])];
  return [read, ...extras].filter((part) => part !== "").join("\n");
}

function authorOf(message: Fields): Author | null {
  const raw = fieldsOf(message["author"]);
  const id = textOf(raw["id"]);
  if (id === null) return null;
  const name = nameIn(raw, fieldsOf(message["member"])) ?? id;
  const isBot = raw["bot"] === true || textOf(message["webhook_id"]) !== null;
  return { id: authorId(discordPlatform, id), kind: isBot ? "bot" : "person", name };
}

/** What somebody is called where they are a member; null: it is not told. */
export function nameIn(user: Fields, member: Fields): string | null {
  return textOf(member["nick"]) ?? textOf(user["global_name"]) ?? textOf(user["username"]);
}

const ROLES = /<@&(?<role>\d+)>/gu;

/** By a mention of the bot, or of the role that Discord made for it: in the list of names both look alike. */
function speaksTo(message: Fields, self: Self, lookup: Lookup): boolean {
  if (listOf(message["mentions"]).some((each) => fieldsOf(each)["id"] === self.user)) return true;
  const roles = (textOf(message["content"]) ?? "").matchAll(ROLES);
  return [...roles].some(({ groups }) => lookup.role(groups?.["role"] ?? "")?.isOwn === true);
}

function namesIn(message: Fields, lookup: Lookup): ReadonlyMap<string, string> {
  const mentioned = listOf(message["mentions"]).map((each) => fieldsOf(each));
  return new Map(
    mentioned.map((user) => {
      const id = textOf(user["id"]) ?? "";
      const name = nameIn(user, fieldsOf(user["member"])) ?? "somebody";
      return [id, id === lookup.bot ? inOneWord(name) : name];
    }),
  );
}

/** The bot's own name is told from what is said to it where it is one word. */
function inOneWord(name: string): string {
  return name.replaceAll(/\s+/gu, "");
}

// "Message Formatting".
const TAGS =
  /<(?:@!?(?<user>\d+)|@&(?<role>\d+)|#(?<channel>\d+)|a?:(?<emoji>\w{2,32}):\d+|t:(?<time>-?\d{1,13})(?::[a-zA-Z])?|\/(?<command>[^:>]{1,100}):\d+)>/gu;

function readable(content: string, names: ReadonlyMap<string, string>, lookup: Lookup): string {
  return content.replaceAll(TAGS, (tag, ...rest) => {
    const groups = fieldsOf(rest.at(-1));
    const user = textOf(groups["user"]);
    if (user !== null) return `@${names.get(user) ?? "somebody"}`;
    const role = textOf(groups["role"]);
    if (role !== null) return `@${roleName(lookup.role(role))}`;
    const channel = textOf(groups["channel"]);
    if (channel !== null) return `#${textOf(lookup.channelName(channel)) ?? "a channel"}`;
    const emoji = textOf(groups["emoji"]);
    if (emoji !== null) return `:${emoji}:`;
    const time = textOf(groups["time"]);
    if (time !== null) return dateOf(Number(time));
    const command = textOf(groups["command"]);
    return command === null ? tag : `/${command}`;
  });
}

function roleName(role: ReturnType<Lookup["role"]>): string {
  if (role === null) return "a role";
  return role.isOwn ? inOneWord(role.name) : role.name;
}

// Farther away than this a date cannot be written.
const SECONDS_MAX = 8.64e12;

function dateOf(seconds: number): string {
  if (Math.abs(seconds) > SECONDS_MAX) return "some time";
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

function imagesOf(attachments: readonly Fields[]): readonly Image[] {
  const images = attachments.flatMap((each) => {
    const [url, type, size] = [textOf(each["url"]), textOf(each["content_type"]), numberOf(each["size"])];
    const fits = size !== null && size <= IMAGE_BYTES_MAX;
    return url !== null && type !== null && fits && IMAGE_TYPE.test(type) ? [{ url, type }] : [];
  });
  return images.slice(0, IMAGES_MAX);
}

function filesOf(attachments: readonly Fields[]): readonly TextFile[] {
  const files = attachments.flatMap((each) => {
    const [url, name, size] = [textOf(each["url"]), textOf(each["filename"]) ?? "", numberOf(each["size"])];
    const isText = TEXT_TYPE.test(textOf(each["content_type"]) ?? "") || TEXT_NAME.test(name);
    return url !== null && isText && size !== null && size <= FILE_BYTES_MAX ? [{ name: shown(name), url }] : [];
  });
  return files.slice(0, FILES_MAX);
}

// Long enough to know a thing by.
const SHOWN_CHARS_MAX = 100;

function shown(value: unknown): string {
  return (textOf(value) ?? "")
    .replaceAll(/[\p{Cc}\p{Cf}\s[\]]+/gu, " ")
    .trim()
    .slice(0, SHOWN_CHARS_MAX);
}
