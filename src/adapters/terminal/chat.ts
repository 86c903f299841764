// A conversation with one persona at a terminal: what is typed is said, and lines with a slash are commands.
import type { MessageId } from "../../domain/ids.ts";
import type { Message } from "../../domain/message.ts";
import { cleanText, TEXT_CHARS_MAX } from "../../domain/message.ts";
import { BadInput, messageOf } from "../../errors.ts";
import type { Clock } from "../../clock.ts";
import type { Personas } from "../../personas/personas.ts";
import type { Speaking } from "../../solvers/solver.ts";
import type { Store } from "../../store/store.ts";
import type { Input } from "./lines.ts";
import { entriesFrom } from "./lines.ts";
import type { TerminalAdapter } from "./terminal.ts";
import { remarkOf } from "./terminal.ts";
import { minuteOf, saveTranscript, transcriptOf } from "./transcript.ts";
import type { Words } from "./why.ts";
import { whyLines } from "./why.ts";

/** What a conversation needs of the house. */
export interface ChatHouse {
  readonly store: Pick<Store, "recentMessages" | "page" | "decision" | "turn" | "clearChannel" | "onChange">;
  readonly personas: Pick<Personas, "get">;
  readonly speaking: () => Speaking;
  readonly words: Words;
  readonly clock: Clock;
}

// Enough to remember where one was, and still one glance.
const EARLIER_LINES = 6;
const EARLIER_CHARS_MAX = 300;
// The first half of a surrogate pair that a cut has left at the end.
const HALF_PAIR = /[\uD800-\uDBFF]$/u;

// How far back /why looks for the persona's last reply.
const WHY_BACK = 50;

// One page of the store while a transcript is written.
const PAGE_MESSAGES = 200;

// A pipe waits this long for an answer: the longest that a solver may take (120 s), and time for a second one.
const ANSWER_WITHIN_MS = 180_000;

// The store tells of new messages by itself; a turn that ends silently is seen by looking.
const LOOK_EVERY_MS = 200;

/** Holds the conversation until the person ends it, the input ends, or `signal` aborts. `terminal` is listened to already. */
export async function runChat(
  terminal: TerminalAdapter,
  input: Input,
  house: ChatHouse,
  signal: AbortSignal,
): Promise<void> {
  await new Chat(terminal, house, signal).hold(input);
}

interface ChatCommand {
  readonly name: string;
  readonly usage: string;
  readonly help: string;
  readonly run: (argument: string) => Promise<void>;
}

class Chat {
  readonly #terminal: TerminalAdapter;
  readonly #house: ChatHouse;
  readonly #signal: AbortSignal;
  readonly #commands: readonly ChatCommand[];
  #isEnding = false;
  #isAskedForNew = false;

  constructor(terminal: TerminalAdapter, house: ChatHouse, signal: AbortSignal) {
    this.#terminal = terminal;
    this.#house = house;
    this.#signal = signal;
    this.#commands = [
      { name: "new", usage: "/new", help: "forgets this talk and begins anew", run: () => this.#askForNew() },
      { name: "why", usage: "/why", help: "explains the last reply", run: () => this.#why() },
      { name: "save", usage: "/save <file>", help: "writes this talk down", run: (file) => this.#save(file, "keep") },
      {
        name: "save!",
        usage: "/save! <file>",
        help: "the same, over a file that is there already",
        run: (file) => this.#save(file, "replace"),
      },
      { name: "help", usage: "/help", help: "says what you can do here", run: () => this.#help() },
      {
        name: "quit",
        usage: "/quit",
        help: "ends; the talk is kept",
        run: async () => {
          this.#isEnding = true;
        },
      },
    ];
  }

  async hold(input: Input): Promise<void> {
    const { screen } = this.#terminal;
    await this.#welcome();
    for await (const entry of entriesFrom(input, screen, this.#house.clock, this.#signal)) {
      await this.#take(entry);
      if (this.#isEnding || !screen.isOpen || this.#signal.aborted) break;
    }
    if (screen.isLive && screen.isOpen) await screen.tell(`\n${this.#name} remembers this talk. Until next time.`);
  }

  get #name(): string {
    return this.#house.personas.get(this.#terminal.persona)?.persona.name ?? this.#terminal.persona;
  }

  /** Deals with one entry. Whatever goes wrong is told in a sentence, and the conversation goes on. */
  async #take(entry: string): Promise<void> {
    try {
      if (this.#isAskedForNew) {
        this.#isAskedForNew = false;
        if (/^\s*y(?:es)?\s*$/iu.test(entry)) {
          await this.#beginAnew();
          return;
        }
        await this.#terminal.screen.tell("Nothing is forgotten.");
        if (/^\s*(?:no?)?\s*$/iu.test(entry)) return;
      }
      if (entry.startsWith("/") && !entry.startsWith("//")) await this.#obey(entry);
      else await this.#hear(entry.startsWith("//") ? entry.slice(1) : entry);
    } catch (error) {
      if (!this.#terminal.screen.isOpen) return;
      await this.#terminal.screen.tell(error instanceof BadInput ? error.message : `That failed: ${messageOf(error)}.`);
    }
  }

  async #obey(entry: string): Promise<void> {
    const [, name = "", argument = ""] = /^\/(\S*)\s*(.*)$/su.exec(entry.trimEnd()) ?? [];
    const command = this.#commands.find((each) => each.name === name.toLowerCase());
    if (command === undefined) {
      await this.#terminal.screen.tell(
        `There is no command /${name.slice(0, 40)}: /help lists them, and a line that begins with // is said with one slash.`,
      );
      return;
    }
    await command.run(argument);
  }

  async #hear(text: string): Promise<void> {
    const { screen } = this.#terminal;
    if (cleanText(text) === "") return;
    if (text.length > TEXT_CHARS_MAX) {
      const figures = [text.length, TEXT_CHARS_MAX].map((count) => count.toLocaleString("en"));
      await screen.tell(`That was not sent: it has ${figures[0]} characters, and ${figures[1]} fit.`);
      return;
    }
    const id = await this.#terminal.hear(text);
    // Somebody at a terminal may go on typing; a pipe would be at its end before the answer came.
    if (!screen.isLive && !(await this.#isAnswered(id))) await screen.tell(`${this.#name} has not answered in time.`);
  }

  /** Waits until every turn that the message led to has ended; false when that takes too long. */
  async #isAnswered(id: MessageId): Promise<boolean> {
    const { store, clock } = this.#house;
    const giveUpAt = clock.now() + ANSWER_WITHIN_MS;
    while (!this.#signal.aborted && this.#terminal.screen.isOpen) {
      const change = new AbortController();
      const forget = store.onChange((channel) => {
        if (channel === this.#terminal.channel) change.abort();
      });
      try {
        if (await this.#isSettled(id)) return true;
        if (clock.now() >= giveUpAt) return false;
        await clock.sleep(LOOK_EVERY_MS, change.signal);
      } finally {
        forget();
      }
    }
    return true;
  }

  async #isSettled(id: MessageId): Promise<boolean> {
    const { store } = this.#house;
    const record = await store.decision(id);
    if (record === null) return false;
    const turns = await Promise.all(record.decision.turns.map((turn) => store.turn(turn.id)));
    return turns.every((turn) => turn === null || turn.turn.state === "ended");
  }

  async #welcome(): Promise<void> {
    const { screen, channel, persona } = this.#terminal;
    const { store, words } = this.#house;
    const description = this.#house.personas.get(persona)?.persona.description ?? "";
    await screen.tell(`${this.#name} (@${persona})${description === "" ? "" : `: ${description}`}`);
    await screen.tell(`Speaking: ${words.speakingSentence(this.#house.speaking())}`);
    await screen.tell("Type to talk; /help says what else you can do here.");
    const earlier = await store.recentMessages(channel, null, EARLIER_LINES);
    const last = earlier.at(-1);
    if (last === undefined) return;
    await screen.tell(`\nEarlier, until ${minuteOf(last.createdAt)}:`);
    for (const message of earlier) await this.#repeat(message);
    await screen.tell("");
  }

  async #repeat(message: Message): Promise<void> {
    const { text, author, spoken } = message;
    const remark = spoken === null ? "" : remarkOf(spoken, this.#house.speaking());
    const cut = text.slice(0, EARLIER_CHARS_MAX).replace(HALF_PAIR, "").trimEnd();
    const shown = text.length > EARLIER_CHARS_MAX ? `${cut}…` : text;
    await this.#terminal.screen.say(author.name, remark, shown, author.kind === "person" ? "person" : "persona");
  }

  async #askForNew(): Promise<void> {
    const { screen, channel } = this.#terminal;
    // In a pipe nobody can be asked.
    if (!screen.isLive) return this.#beginAnew();
    const [last] = await this.#house.store.recentMessages(channel, null, 1);
    if (last === undefined) return screen.tell("There is nothing to forget: this talk is new.");
    this.#isAskedForNew = true;
    return screen.tell(
      `${this.#name} will forget this talk, and it cannot be brought back (/save keeps it). Go on? yes or no`,
    );
  }

  async #beginAnew(): Promise<void> {
    await this.#house.store.clearChannel(this.#terminal.channel, this.#house.clock.now());
    await this.#terminal.screen.tell(`A new talk with ${this.#name}.`);
  }

  async #why(): Promise<void> {
    const { screen, channel } = this.#terminal;
    const recent = await this.#house.store.recentMessages(channel, null, WHY_BACK);
    const spoken = recent.findLast((message) => message.spoken !== null)?.spoken ?? null;
    if (spoken === null) return screen.tell(`${this.#name} has not said anything here yet.`);
    const record = await this.#house.store.turn(spoken.turn);
    if (record === null) return screen.tell("Why it was said is not known any more.");
    return screen.tell(whyLines(record, this.#name, this.#house.words).join("\n"));
  }

  async #save(file: string, over: "keep" | "replace"): Promise<void> {
    const { screen } = this.#terminal;
    if (file === "") return screen.tell("Say where to: /save <file>, such as /save talk.md");
    const messages = await this.#allMessages();
    if (messages.length === 0) return screen.tell("There is nothing to save: nothing has been said yet.");
    const path = await saveTranscript(file, transcriptOf(`A talk with ${this.#name}`, messages), over);
    return screen.tell(`${messages.length} ${messages.length === 1 ? "message" : "messages"} saved in ${path}`);
  }

  /** The whole talk, oldest first. */
  async #allMessages(): Promise<readonly Message[]> {
    const messages: Message[] = [];
    for (;;) {
      const before = messages.at(-1)?.id ?? null;
      const bounds = { before, after: null, limit: PAGE_MESSAGES };
      const page = await this.#house.store.page(this.#terminal.channel, bounds);
      messages.push(...page.messages);
      if (!page.more || page.messages.length === 0) return messages.toReversed();
    }
  }

  async #help(): Promise<void> {
    const width = Math.max(...this.#commands.map((command) => command.usage.length)) + 2;
    const lines = this.#commands.map((command) => `${command.usage.padEnd(width)}${command.help}`);
    await this.#terminal.screen.tell([...lines, "Lines pasted together are one message."].join("\n"));
  }
}
