// A message: something said in a channel by a person, a persona or a foreign bot.
import type { AuthorId, ChannelId, MessageId, PersonaId, PlatformName, SceneId, TurnId, WorkspaceId } from "./ids.ts";

export type AuthorKind = "person" | "persona" | "bot";

export interface Author {
  readonly id: AuthorId;
  readonly kind: AuthorKind;
  /** As shown to people. */
  readonly name: string;
}

/** Where a message stands, as its adapter knows it. */
export interface Place {
  readonly platform: PlatformName;
  readonly channel: ChannelId;
  readonly parent: ChannelId | null;
  readonly workspace: WorkspaceId | null;
  /** Whether a person's message that names nobody is answered here: on the feed, in the terminal and in direct messages it is. */
  readonly unnamed: "answered" | "ignored";
  /** Whether the platform marks the channel as one for adults. */
  readonly nsfw: boolean;
}

/** A message as it comes in from a platform. */
export interface Arrival {
  readonly id: MessageId;
  readonly place: Place;
  readonly author: Author;
  readonly text: string;
  readonly images: readonly Image[];
  /** True when it speaks to the house itself, such as by a mention of the bot: somebody answers, even where nobody is named. */
  readonly toHouse: boolean;
  /** The persona that alone is asked, by a command: whatever the text says, nobody else answers, and what was asked stands nowhere on the platform. Null: the text says who is spoken to. */
  readonly asks: PersonaId | null;
  readonly replyTo: MessageId | null;
  /** Milliseconds since the epoch, by the platform's clock. */
  readonly createdAt: number;
}

/** A picture that came with a message. */
export interface Image {
  /** Where a model can fetch it. */
  readonly url: string;
  /** Its media type, such as `image/png`. */
  readonly type: string;
}

/** A message as the store keeps it. */
export interface Message {
  readonly id: MessageId;
  readonly channel: ChannelId;
  /** Place in the channel, from 1. */
  readonly seq: number;
  readonly author: Author;
  readonly text: string;
  readonly images: readonly Image[];
  readonly toHouse: boolean;
  /** As it came in; null for what a persona said. */
  readonly asks: PersonaId | null;
  readonly replyTo: MessageId | null;
  /** The message that began the talk this one belongs to: the start of the chain of replies, or of the chain of turns. */
  readonly conversation: MessageId;
  /** Steps since a person, or a scene's tick, began: 0 for a person's message, 1 for the answer to it, … */
  readonly depth: number;
  /** Tokens of the text, counted once when the message is stored. */
  readonly tokens: number;
  readonly createdAt: number;
  /** What a persona's message says of itself; null for people and bots. */
  readonly spoken: Spoken | null;
}

/** How a persona came to say a message. */
export interface Spoken {
  readonly turn: TurnId;
  readonly persona: PersonaId;
  readonly scene: SceneId | null;
  /** The solver that spoke, such as `openai` or `rivescript`; `house` for a notice of the house's own. */
  readonly solver: string;
  /** The model's name, where there is one. */
  readonly model: string | null;
  /** True when no person asked for it: counted by the brakes. */
  readonly unasked: boolean;
}

// Larger than any platform lets a person write (Slack: 40,000), small enough that no single message can fill a context or the disk.
export const TEXT_CHARS_MAX = 40_000;

// Control characters but tab and line feed; they have no place in text and confuse terminals.
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029]/gu;

/** `text` as it is stored: line ends as `\n`, no control characters, lone surrogates replaced, cut at `TEXT_CHARS_MAX`. */
export function cleanText(text: string): string {
  const cut = text.length > TEXT_CHARS_MAX ? text.slice(0, TEXT_CHARS_MAX) : text;
  return cut.toWellFormed().replaceAll("\r\n", "\n").replaceAll("\r", "\n").replaceAll(CONTROLS, "").trim();
}

/** A text file that came with a message, as it stands after the message's own text. */
export function fileText(name: string, text: string): string {
  return `\n[file ${name}]\n${text}\n[end of file]`;
}

const FIRST_FILE = /(?:^|\n)\[file [^\]\n]*\]\n/u;

/** What somebody wrote themselves: the message's text without the files that came with it. */
export function writtenIn(text: string): string {
  const at = text.search(FIRST_FILE);
  return at === -1 ? text : text.slice(0, at);
}
