// The terminal: a conversation between one person and one persona, in the window in which the house was started.
import type { Clock } from "../../clock.ts";
import type { ChannelId, MessageId, PersonaId, PlatformName, PostId } from "../../domain/ids.ts";
import { authorId, channelId, messageId, terminalPlatform } from "../../domain/ids.ts";
import type { Author, Place } from "../../domain/message.ts";
import type { Persona } from "../../domain/persona.ts";
import type { Post } from "../../domain/turn.ts";
import { HouseFault, messageOf } from "../../errors.ts";
import type { Speaking } from "../../solvers/solver.ts";
import type { Adapter, AdapterEvents, Manner, Sent, Traits } from "../adapter.ts";
import { Limited, Refused } from "../adapter.ts";
import { plainLine } from "./plain-text.ts";
import type { Screen } from "./screen.ts";

// A window scrolls: the limit is what a solver may say at most, so that a reply stays one post.
const TEXT_CHARS_MAX = 16_000;

// As long as an answer usually takes; after that the silence speaks for itself.
const TYPING_MS = 20_000;

// A post is repeated within seconds if at all; nobody talks through this many meanwhile.
const PRINTED_MAX = 1_000;

// When nobody can read the terminal any more, the next session says what is left.
const CLOSED_RETRY_MS = 5_000;

/** The channel in which one talks with this persona at a terminal. */
export function terminalChannel(persona: PersonaId): ChannelId {
  return channelId(terminalPlatform, persona);
}

export interface TerminalOptions {
  readonly screen: Screen;
  readonly persona: PersonaId;
  /** The name of who sits here, as personas and the transcript call them. */
  readonly person: string;
  /** Different in each run: what is typed gets its ids from it. */
  readonly session: string;
  /** What speaks in this house, so that a script's line never passes for the model's. */
  readonly speaking: () => Speaking;
  readonly clock: Clock;
}

/** Speaks one terminal. Sending is safe to repeat: a session prints a post once, and the window of a session that died is not this one; what it printed but could not record is said here as part of the talk. */
export class TerminalAdapter implements Adapter {
  readonly platform: PlatformName = terminalPlatform;
  readonly traits: Traits = {
    textCharsMax: TEXT_CHARS_MAX,
    resend: "safe",
    landsWithinMs: 0,
    cast: "everyone",
    edits: false,
    limits: null,
  };
  readonly channel: ChannelId;
  readonly persona: PersonaId;
  readonly person: Author;
  readonly screen: Screen;
  readonly #options: TerminalOptions;
  readonly #printed = new Map<PostId, Promise<Sent>>();
  #events: AdapterEvents | null = null;
  #heard = 0;
  /** What could not be stored last time: typed again, it is the same message. */
  #unheard: { readonly text: string; readonly id: MessageId; readonly at: number } | null = null;
  #typing: AbortController | null = null;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.screen = options.screen;
    this.persona = options.persona;
    this.channel = terminalChannel(options.persona);
    const plainName = plainLine(options.person);
    const name = plainName === "" ? "Guest" : plainName;
    this.person = { id: authorId(terminalPlatform, name), kind: "person", name };
  }

  async listen(events: AdapterEvents): Promise<void> {
    if (this.#events !== null) throw new HouseFault("The terminal is listened to already; it can be listened to once.");
    this.#events = events;
  }

  /** Hears what the person typed. Resolves once it is stored; rejects when it is not, and then the same text is the same message. */
  async hear(text: string): Promise<MessageId> {
    if (this.#events === null) throw new HouseFault("Nobody listens to this terminal.");
    const { id, at } = this.#unheard?.text === text ? this.#unheard : this.#next(text);
    this.#unheard = { text, id, at };
    const said = { text, images: [], toHouse: false, asks: null, replyTo: null, createdAt: at };
    await this.#events.message({ id, place: this.#place, author: this.person, ...said }, null);
    this.#unheard = null;
    return id;
  }

  async send(post: Post, as: Persona, _manner: Manner, signal: AbortSignal): Promise<Sent> {
    signal.throwIfAborted();
    if (post.channel !== this.channel) throw new Refused(`this terminal speaks in ${this.channel} only`);
    const earlier = this.#printed.get(post.id);
    if (earlier !== undefined) return earlier;
    const printing = this.#print(post, as);
    this.#remember(post.id, printing);
    try {
      return await printing;
    } catch (error) {
      this.#printed.delete(post.id);
      const retryAt = this.#options.clock.now() + CLOSED_RETRY_MS;
      throw new Limited(`the terminal cannot be written to: ${messageOf(error)}`, retryAt);
    }
  }

  async limitsOf(): Promise<Readonly<Record<string, string>>> {
    return {};
  }

  async find(post: Post): Promise<Sent | null> {
    return (await this.#printed.get(post.id)) ?? null;
  }

  async edit(): Promise<void> {
    throw new Refused("what is printed in a terminal stays as it is");
  }

  grow(): Promise<void> {
    return this.edit();
  }

  async remove(): Promise<void> {
    throw new Refused("what is printed in a terminal stays there");
  }

  async typing(channel: ChannelId, as: Persona): Promise<void> {
    if (channel !== this.channel || !this.screen.isLive || !this.screen.isOpen) return;
    this.#typing?.abort();
    const typing = new AbortController();
    this.#typing = typing;
    this.screen.note(`${as.name} is writing…`);
    // The clock never rejects.
    void this.#options.clock.sleep(TYPING_MS, typing.signal).then(() => {
      if (this.#typing === typing) this.#stopTyping();
    });
  }

  async close(): Promise<void> {
    this.#events = null;
    this.#stopTyping();
  }

  get #place(): Place {
    const place = { platform: terminalPlatform, channel: this.channel, parent: null, workspace: null } as const;
    return { ...place, unnamed: "answered", nsfw: false };
  }

  #next(text: string): { readonly text: string; readonly id: MessageId; readonly at: number } {
    this.#heard += 1;
    const id = messageId(terminalPlatform, `${this.#options.session}-${this.#heard}`);
    return { text, id, at: this.#options.clock.now() };
  }

  #remember(post: PostId, printing: Promise<Sent>): void {
    const [oldest] = this.#printed.keys();
    if (this.#printed.size >= PRINTED_MAX && oldest !== undefined) this.#printed.delete(oldest);
    this.#printed.set(post, printing);
  }

  async #print(post: Post, as: Persona): Promise<Sent> {
    this.#stopTyping();
    await this.screen.say(as.name, remarkOf(post, this.#options.speaking()), post.text, "persona");
    return {
      post: post.id,
      message: messageId(terminalPlatform, post.id),
      at: this.#options.clock.now(),
      thread: null,
    };
  }

  #stopTyping(): void {
    this.#typing?.abort();
    this.#typing = null;
    if (this.screen.isOpen) this.screen.note(null);
  }
}

/** What stands behind the name when it is not the model that speaks although there is one. */
export function remarkOf(by: { readonly solver: string; readonly model: string | null }, speaking: Speaking): string {
  if (by.solver === "house") return " (notice)";
  return speaking.kind !== "scripted" && by.model === null ? " (scripted)" : "";
}
