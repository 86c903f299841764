// How a post looks on Discord: its name, its text and what goes with it. Pure.
import { nativeOf } from "../../domain/ids.ts";
import type { Persona } from "../../domain/persona.ts";
import type { Manner } from "../adapter.ts";

// "Create Message" and "Execute Webhook".
const CONTENT_CHARS_MAX = 2_000;
const NAME_CHARS_MAX = 80;

// Room for the line that names what is answered and the line that names the speaker.
const LEAD_CHARS_MAX = 240;

/** Longest text of one post: what Discord takes, less the lines that may stand above it. */
export const TEXT_CHARS_MAX = CONTENT_CHARS_MAX - LEAD_CHARS_MAX;

// Between two characters it changes nothing that people see.
const ZERO_WIDTH = "\u200B";

// "Message Formatting": mentions of users, roles, channels, commands and guild pages, times, custom emoji.
const TAG = /<(?=[@#]|\/[^<>:\n]{1,100}:\d|a?:[^<>:\s]{1,64}:\d|t:-?\d|id:[a-z])/giu;
const EVERYONE = /@(?=everyone\b|here\b)/giu;

/** `text` with everything that Discord would turn into a live tag written as plain text. */
export function plainText(text: string): string {
  const inserted = text.replaceAll(TAG, `<${ZERO_WIDTH}`).replaceAll(EVERYONE, `@${ZERO_WIDTH}`);
  if (inserted.length <= TEXT_CHARS_MAX) return inserted;
  // So many tags that hiding them takes more room than there is: another sign takes as much as the one it replaces.
  return text.replaceAll(TAG, "‹").replaceAll(EVERYONE, "＠").slice(0, TEXT_CHARS_MAX);
}

// "Create Webhook": a name may not contain these, whatever their case; and a user may not be called the last two.
const FORBIDDEN = /d(?=iscord)|c(?=lyde)|`(?=``)/giu;
// Zero-width characters are taken out of names before they are looked at ("Usernames and Nicknames"); this space is as thin as they come, and stays.
const HAIR_SPACE = "\u200A";
const RESERVED = /^(?:everyone|here)$/iu;

/** The name under which a persona speaks, within Discord's rules. */
export function nameOf(persona: Persona, mark: Manner["mark"]): string {
  const suffix = mark === "name" ? " (AI)" : "";
  const clean = persona.name.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  const legal = clean
    .replaceAll(FORBIDDEN, (letter) => `${letter}${HAIR_SPACE}`)
    .replace(RESERVED, (name) => `${name}.`);
  const cut = cutTo(legal, NAME_CHARS_MAX - suffix.length).trim();
  return `${cut === "" ? "Persona" : cut}${suffix}`;
}

/** Where a post of a channel stands, for links. */
export interface Standing {
  readonly guild: string | null;
  readonly channel: string;
}

/** The small line above a post that answers something further up, or something that stands nowhere. */
export function referenceLine(manner: Manner, standing: Standing): string {
  const { refersTo, asked } = manner;
  if (refersTo === null) return askedLine(manner);
  const native = nativeOf(refersTo.message);
  const link = `https://discord.com/channels/${standing.guild ?? "@me"}/${standing.channel}/${native}`;
  if (asked === null) return `-# ↪ [${inLink(refersTo.author)}](<${link}>)\n`;
  return `-# ↪ [${quoteOf(refersTo.author, ASKER_CHARS_MAX)}](<${link}>) · ${askedIn(asked)}\n`;
}

/** The small line above a post that tells what was asked by a command; empty where nothing was. */
export function askedLine({ asked }: Manner): string {
  return asked === null ? "" : `-# ↪ ${askedIn(asked)}\n`;
}

/** The small line with a mention of the one person who may be pinged at its end: no mention, no ping. What was asked by a command pings nobody: who asked is there. */
export function withPing(line: string, { ping, asked }: Manner): string {
  if (ping === null || asked !== null) return line;
  return `${line === "" ? "-# ↪" : line.trimEnd()} <@${nativeOf(ping)}>\n`;
}

// With a link, or with the line that names the speaker, within the room of the lead.
const ASKER_CHARS_MAX = 32;
const QUESTION_CHARS_MAX = 60;

function askedIn({ by, text }: NonNullable<Manner["asked"]>): string {
  return `${quoteOf(by, ASKER_CHARS_MAX)}: “${quoteOf(text, QUESTION_CHARS_MAX)}”`;
}

// Among people's words these turn the writing around.
const TURNS = /[\p{Cc}\s\u202A-\u202E\u2066-\u2069]+/gu;
const SIGNS = /[\\*_~`|[\]()<>#-]/gu;

/** The beginning of what somebody wrote, on one line, as plain text: nothing in it is formatting, a mention or a link. */
function quoteOf(text: string, charsMax: number): string {
  // Each sign takes two at the most, and no grapheme is longer than what is left out for its sake.
  const flat = text
    .slice(0, charsMax * 2)
    .toWellFormed()
    .replaceAll(TURNS, " ")
    .trim();
  const isCut = text.trim().length > charsMax * 2;
  let quote = "";
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(flat)) {
    const plain = segment.replaceAll(SIGNS, "\\$&").replaceAll("@", `@${ZERO_WIDTH}`).replaceAll(":", `:${ZERO_WIDTH}`);
    if (quote.length + plain.length >= charsMax) return `${quote.trim()}…`;
    quote += plain;
  }
  return isCut ? `${quote}…` : quote;
}

// "Start Thread from Message".
const THREAD_NAME_CHARS_MAX = 100;
// The list of threads shows no more of a name.
const THREAD_WORDS_CHARS = 60;

/** The name of a thread about `text`: its first words. */
export function threadNameOf(text: string): string {
  const words = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  if (words === "") return "Answer";
  if (words.length <= THREAD_WORDS_CHARS) return words;
  const cut = cutTo(words, THREAD_WORDS_CHARS);
  const end = cut.lastIndexOf(" ");
  return cutTo(`${end > 0 ? cut.slice(0, end) : cut}…`, THREAD_NAME_CHARS_MAX);
}

/** The line above a post of the bot's own that says who speaks. */
export function nameLine(persona: Persona, mark: Manner["mark"]): string {
  return `**${inMarkup(nameOf(persona, mark))}**\n`;
}

/** Nobody is pinged but the one person whom the manner allows. */
export function mentionsOf(person: string | null): object {
  return { parse: [], users: person === null ? [] : [person], roles: [], replied_user: false };
}

// "Message Flags".
const SUPPRESS_EMBEDS = 1 << 2;

export function flagsOf(manner: Manner): number {
  return manner.linkPreviews === "shown" ? 0 : SUPPRESS_EMBEDS;
}

// The lead lines stay within their room.
const LEAD_NAME_CHARS_MAX = 48;

function inMarkup(name: string): string {
  return cutTo(name, LEAD_NAME_CHARS_MAX).replaceAll(/[\\*_~`|[\]()<>#-]/gu, "\\$&");
}

function inLink(name: string): string {
  return plainText(inMarkup(name.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()));
}

function cutTo(text: string, chars: number): string {
  return text.length <= chars ? text : text.slice(0, chars).replace(/[\uD800-\uDBFF]$/u, "");
}
