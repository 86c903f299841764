// Finding a post whose sending ended in doubt: by its echo on the gateway, else by reading the channel back.
import type { Post } from "../../domain/turn.ts";
import type { MessageId, PersonaId } from "../../domain/ids.ts";
import { discordPlatform, messageId } from "../../domain/ids.ts";
import type { Persona } from "../../domain/persona.ts";
import { nameLine, nameOf, plainText } from "./render.ts";
import type { Api } from "./rest.ts";
import { fieldsOf, listOf, snowflakeAt, textOf, timeOf } from "./shapes.ts";

export interface FinderParts {
  readonly api: Api;
  /** Whether the house has this message already: then it is where another post landed. */
  readonly isKnown: (message: MessageId) => Promise<boolean>;
  /** Null: there is no such persona any more. */
  readonly personaOf: (persona: PersonaId) => Persona | null;
}

/** Where to look, and what is no candidate. */
export interface Search {
  readonly channel: string;
  /** The app's own id: nobody else's message is ours. */
  readonly application: string;
  /** Whether another post of this process landed as this message. */
  readonly isOthers: (message: string) => boolean;
  /** When it is, epoch ms. */
  readonly now: number;
}

// Their clock and ours may differ by so much.
const CLOCKS_MS = 60_000;

// A request lands within so long of its sending, by the adapter's traits.
const LANDS_WITHIN_MS = 15_000;

// "Get Channel Messages".
const PAGE_MAX = 100;

// Echoes of the last minutes, however much is said.
const ECHOES_MAX = 5_000;

export class Finder {
  readonly #parts: FinderParts;
  /** What the app said itself, as the gateway told it, by message id. */
  readonly #echoes = new Map<string, unknown>();

  constructor(parts: FinderParts) {
    this.#parts = parts;
  }

  /** The gateway tells of a message that the app said itself. */
  heard(raw: unknown): void {
    const id = textOf(fieldsOf(raw)["id"]);
    if (id === null) return;
    this.#echoes.set(id, raw);
    const [oldest] = this.#echoes.keys();
    if (this.#echoes.size > ECHOES_MAX && oldest !== undefined) this.#echoes.delete(oldest);
  }

  /** The message of ours with this text, by this persona, said around the time of the sending, that is no other post's; null when there is none. Of several the oldest, for posts of a channel are said in order. */
  async find(post: Post, search: Search): Promise<unknown> {
    const sentAt = post.sendingAt ?? search.now;
    const span = { from: sentAt - CLOCKS_MS, to: sentAt + LANDS_WITHIN_MS + CLOCKS_MS };
    const echoed = [...this.#echoes.values()].filter((each) => fieldsOf(each)["channel_id"] === search.channel);
    const inTime = echoed.filter((each) => timeIn(each) >= span.from && timeIn(each) <= span.to).toSorted(byId);
    return (await this.#first(inTime, post, search)) ?? (await this.#read(post, search, span));
  }

  /** Page by page: in a busy channel much is said in such a time. */
  async #read(post: Post, search: Search, span: { readonly from: number; readonly to: number }): Promise<unknown> {
    for (let after = snowflakeAt(span.from); ;) {
      const query = new URLSearchParams({ after, limit: String(PAGE_MAX) });
      const found = await this.#parts.api.ask({ method: "GET", route: `/channels/${search.channel}/messages`, query });
      const page = listOf(found).toSorted(byId);
      const here = await this.#first(page, post, search);
      if (here !== null) return here;
      const newest = page.at(-1);
      const id = textOf(fieldsOf(newest)["id"]);
      if (page.length < PAGE_MAX || id === null || timeIn(newest) > span.to) return null;
      after = id;
    }
  }

  async #first(messages: readonly unknown[], post: Post, search: Search): Promise<unknown> {
    const persona = this.#parts.personaOf(post.persona);
    for (const each of messages) {
      const id = textOf(fieldsOf(each)["id"]);
      const isLike = isSaidBy(each, search.application) && isAs(each, persona, plainText(post.text).trim());
      if (id === null || !isLike || search.isOthers(id)) continue;
      if (!(await this.#parts.isKnown(messageId(discordPlatform, id)))) return each;
    }
    return null;
  }
}

/** Whether the app said a message, by a webhook or by the bot. The bot's own id is the application's for every app made since 2016 ("Snowflakes" of older ones differ, and their bots speak by webhooks all the same). */
function isSaidBy(raw: unknown, application: string): boolean {
  const message = fieldsOf(raw);
  return message["application_id"] === application || fieldsOf(message["author"])["id"] === application;
}

/** Whether it is this text under this persona's name; where the bot itself speaks, a line above the text says who it is. A line that names what it answers may stand before the text. */
function isAs(raw: unknown, persona: Persona | null, text: string): boolean {
  const message = fieldsOf(raw);
  // Discord takes the blanks off both ends.
  const content = (textOf(message["content"]) ?? "").trim();
  const isText = content === text || content.endsWith(`\n${text}`);
  if (!isText || persona === null) return isText;
  const marks = ["none", "name"] as const;
  if (textOf(message["webhook_id"]) === null) {
    return content === text || marks.some((mark) => content.includes(`${nameLine(persona, mark)}${text}`));
  }
  const name = textOf(fieldsOf(message["author"])["username"]);
  return marks.some((mark) => name === nameOf(persona, mark));
}

function timeIn(raw: unknown): number {
  return timeOf(textOf(fieldsOf(raw)["id"]) ?? "") ?? 0;
}

function byId(one: unknown, other: unknown): number {
  const [a, b] = [textOf(fieldsOf(one)["id"]) ?? "0", textOf(fieldsOf(other)["id"]) ?? "0"];
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
