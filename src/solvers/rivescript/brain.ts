// A compiled brain: one or more RiveScript files that answer a message, once, without a trace left behind.
import type { Complaint } from "../../errors.ts";
import { BadInput, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import { PUNCTUATION, veil } from "./heard.ts";
import type { Interpreter, Session } from "./loader.ts";
import { loadLibrary } from "./loader.ts";
import { BrainSession } from "./session.ts";
import type { Remembered } from "./state.ts";
import type { BrainFile } from "./syntax.ts";
import { circlesIn, complaintAbout, complaintFrom, mistakesIn, triggerMistakes } from "./syntax.ts";

/** What a brain is asked once. */
export interface Question {
  readonly topic: string;
  readonly message: string;
  readonly remembered: Remembered;
  /** Variables of the author that hold for this question. */
  readonly about: ReadonlyMap<string, string>;
  /** Variables of the persona (`<bot …>`), over those of the brain's own. */
  readonly bot: ReadonlyMap<string, string>;
  /** Called for each choice by chance, with its place among them from 0. */
  readonly draw: (place: number) => number;
}

/** What it answered, as the library gave it: people's signs still veiled. */
export interface Answer {
  readonly text: string;
  /** The trigger that heard the message, as it stands in the file, such as `[*] ferry [*]`; null when none did. */
  readonly trigger: string | null;
  /** The lines of every trigger that took part, as they stand in the file. */
  readonly lines: readonly string[];
  /** What is to be remembered if this answer is said. */
  readonly after: Omit<Remembered, "said">;
}

// Redirections and tags that one reply may take; a brain in use takes under ten, one that runs in circles would never end.
const STEPS_MAX = 200;
// Depth of redirection, as the library has it by default; a brain may ask for less (`! global depth`).
const DEPTH_MAX = 50;
// A reply on its way; a post is far shorter, and a line that doubles itself is stopped here.
const REPLY_CHARS_MAX = 10_000;

// There is one user at a time, so any name does; a brain may say it with `<id>`.
const USER = "you";

export class Brain {
  readonly #interpreter: Interpreter;
  readonly #vars: Readonly<Record<string, string>>;
  readonly #globals: Readonly<Record<string, string>>;
  #session: BrainSession | null = null;
  #steps = 0;
  // Sorting takes as long as reading; a start need not wait for it, only the first answer.
  #isSorted = false;

  /** Compiles `files`; throws BadInput with every mistake in them. */
  static async compile(files: readonly BrainFile[], log: Log): Promise<Brain> {
    const brain = new Brain(files, log);
    const library = brain.#interpreter;
    const complaints = [...circlesIn(library, files), ...(await triggerMistakes(library, files))];
    if (complaints.length > 0) throw new BadInput(complaints);
    return brain;
  }

  private constructor(files: readonly BrainFile[], log: Log) {
    let isLoading = true;
    let file = "";
    const session: Session = {
      set: async (_user, data) => this.#session?.set(data),
      get: async (_user, key) => this.#session?.get(key) ?? "undefined",
    };
    this.#interpreter = loadLibrary().open({
      utf8: true,
      sessionManager: session,
      onDebug: (warning) => {
        // Anything else is the library's debug output, which holds people's words.
        if (!warning.startsWith("[WARNING]")) return;
        const what = warning.slice("[WARNING] ".length).replace("stream()", file);
        if (isLoading) log.warn("a brain has a doubtful line", { what });
        else log.debug("a brain did something doubtful", { what });
      },
    });
    const library = this.#interpreter;
    library.unicodePunctuation = PUNCTUATION;
    // Macros are code: they are neither compiled nor called, in any language.
    library.setHandler("javascript", null);
    // The library looks names up in plain objects, where `constructor` and `__proto__` are found too.
    for (const field of ["_var", "_global", "_sub", "_person", "_array"] as const) library[field] = bare();
    const complaints: Complaint[] = [];
    for (const each of files) {
      file = each.name;
      complaints.push(...mistakesIn(each));
      if (complaints.length === 0) complaints.push(...this.#stream(each));
    }
    if (complaints.length > 0) throw new BadInput(complaints);
    isLoading = false;
    library._debug = false;
    library._depth = Math.min(library._depth, DEPTH_MAX);
    this.#vars = { ...library._var };
    this.#globals = { ...library._global };
    this.#harden();
  }

  /** Whether the brain has triggers in this topic. */
  hasTopic(topic: string): boolean {
    return topic !== "__begin__" && Object.hasOwn(this.#interpreter._topics, topic);
  }

  /** One answer; null when the brain went in circles or beyond its limits. The same question with the same draws gives the same answer. */
  answer(question: Question): Promise<Answer | null> {
    return loadLibrary().drawing(this.#draws(question), async () => {
      const session = new BrainSession(question.topic, question.remembered, question.about);
      this.#session = session;
      this.#steps = 0;
      // What a reply sets with `<bot x=…>` or `<env x=…>` holds for that reply: a brain serves many personas and channels, and the same question must find it the same.
      this.#interpreter._var = bare(this.#vars, Object.fromEntries(question.bot));
      this.#interpreter._global = bare(this.#globals);
      if (!this.#isSorted) this.#interpreter.sortReplies();
      this.#isSorted = true;
      try {
        const text = await this.#interpreter.reply(USER, question.message);
        return { text, trigger: session.trigger, lines: session.lines, after: session.after() };
      } catch {
        return null;
      } finally {
        this.#session = null;
      }
    });
  }

  #draws(question: Question): () => number {
    let place = 0;
    return () => question.draw(place++);
  }

  #stream(file: BrainFile): readonly Complaint[] {
    const complaints: Complaint[] = [];
    try {
      this.#interpreter.stream(file.text, (message) => complaints.push(complaintFrom(file, message)));
    } catch (error) {
      complaints.push(
        complaintAbout(file, null, "RiveScript", `a line that its parser cannot read (${messageOf(error)})`),
      );
    }
    return complaints;
  }

  // The library's own methods stay; what goes through them is limited.
  #harden(): void {
    const { brain } = this.#interpreter;
    const formatMessage = brain.formatMessage.bind(brain);
    const triggerRegexp = brain.triggerRegexp.bind(brain);
    const processTags = brain.processTags.bind(brain);
    const made = new Map<string, string>();
    // From here on people's words hold no sign that a tag or a pattern could be made of.
    brain.formatMessage = (message, botReply) => veil(formatMessage(message, botReply));
    // The library writes each trigger's expression anew for each message; one without variables is always the same.
    brain.triggerRegexp = async (user, trigger) => {
      const known = made.get(trigger);
      if (known !== undefined) return known;
      const expression = await triggerRegexp(user, trigger);
      if (!trigger.includes("<")) made.set(trigger, expression);
      return expression;
    };
    brain.processTags = async (...given) => {
      this.#steps += 1;
      if (this.#steps > STEPS_MAX || given[1].length + given[2].length > REPLY_CHARS_MAX) {
        throw new RangeError("the reply went in circles");
      }
      return processTags(...given);
    };
  }
}

// An object that holds nothing but what is put into it.
function bare(...parts: readonly Readonly<Record<string, string>>[]): Record<string, never> & Record<string, string> {
  const made: Record<string, never> & Record<string, string> = {};
  Object.setPrototypeOf(made, null);
  return Object.assign(made, ...parts) as typeof made;
}
