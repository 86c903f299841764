// Looks in a brain for a line that was not said before.
import { nativeOf } from "../../domain/ids.ts";
import type { Fingerprint } from "../../domain/likeness.ts";
import { areNearlyIdentical, likenessOf } from "../../domain/likeness.ts";
import type { Message } from "../../domain/message.ts";
import type { Persona } from "../../domain/persona.ts";
import { NAMELESS, spokenName } from "../../domain/spoken-name.ts";
import type { SolverRequest } from "../solver.ts";
import type { Answer, Brain } from "./brain.ts";
import { heardText, withoutAddress } from "./heard.ts";
import { machineryIn, saidText } from "./said.ts";
import { plainFacts } from "./plain.ts";
import type { Remembered } from "./state.ts";
import { DEFAULT_TOPIC } from "./state.ts";

/** The topic of a brain for what other personas and bots say. */
const CAST_TOPIC = "cast";
/** The topic for posting anew; its messages are `event` and `musing`. */
const STAGE_TOPIC = "stage";
const EVENT_CHANCE = 0.75;

/** Within this many of the cast's messages nothing is said again: "no identical or nearly identical line within 50 posts". */
export const SAID_BEFORE_MAX = 50;
// Draws for one answer: enough to come by each of some thirty lines under one trigger.
const DRAWS_MAX = 64;
// Draws in a row that bring nothing unseen: then the trigger has nothing more to give.
const STALE_DRAWS_MAX = 12;
export type FingerprintOf = (text: string) => Fingerprint;

/** What a search needs besides its request. */
export interface Means {
  readonly brain: Brain;
  /** `plain`: the one for personas without a brain, which says what their files say. */
  readonly script: "own" | "plain";
  readonly fingerprint: FingerprintOf;
  readonly warn: (what: string, persona: Persona) => void;
}

/** A line that may be said. */
export interface Line {
  readonly text: string;
  readonly answer: Answer;
}

/** What the brain is asked, in which topic. */
interface Ask {
  readonly topic: string;
  readonly message: string;
}

/** Looks for a line that was not said before; made for one request. `before` holds the cast's messages that count, oldest first. */
export class Search {
  /** The trigger that the asked-for line comes from, with its topic, such as `cast: [*] ferry [*]`. */
  matched = "";
  readonly #request: SolverRequest;
  readonly #remembered: Remembered;
  readonly #before: readonly Message[];
  readonly #means: Means;
  readonly #about: ReadonlyMap<string, string>;
  readonly #bot: ReadonlyMap<string, string>;

  constructor(request: SolverRequest, remembered: Remembered, before: readonly Message[], means: Means) {
    this.#request = request;
    this.#remembered = remembered;
    this.#before = before;
    this.#means = means;
    this.#about = aboutAuthor(request, remembered);
    const plain = means.script === "plain" ? plainFacts(request.persona, this.#about.get("name") ?? NAMELESS) : [];
    this.#bot = means.script === "plain" ? new Map(plain) : aboutPersona(request.persona);
  }

  async find(): Promise<Line | null> {
    switch (this.#request.act) {
      case "answer":
        return this.#answer();
      case "reply":
        return this.#reply();
      case "post":
        return this.#post();
    }
  }

  async #answer(): Promise<Line | null> {
    const { heard, persona } = this.#request;
    if (heard === null) return null;
    const whole = heardText(heard.text);
    const kept = this.#remembered.topic;
    const isPersons = kept !== CAST_TOPIC && kept !== STAGE_TOPIC && this.#means.brain.hasTopic(kept);
    const topic = isPersons ? kept : DEFAULT_TOPIC;
    const ask = await this.#moreSpecific({ topic, message: withoutAddress(whole, persona) }, { topic, message: whole });
    const { fresh, stale } = await this.#draw(ask);
    return fresh ?? stale;
  }

  async #reply(): Promise<Line | null> {
    const { heard } = this.#request;
    if (heard === null) return null;
    const topic = this.#means.brain.hasTopic(CAST_TOPIC) ? CAST_TOPIC : DEFAULT_TOPIC;
    return (await this.#draw({ topic, message: heardText(heard.text) })).fresh;
  }

  async #post(): Promise<Line | null> {
    if (!this.#means.brain.hasTopic(STAGE_TOPIC)) return null;
    const isEvent = this.#request.chance("stage") < EVENT_CHANCE;
    for (const message of isEvent ? ["event", "musing"] : ["musing", "event"]) {
      const { fresh } = await this.#draw({ topic: STAGE_TOPIC, message });
      if (fresh !== null) return fresh;
    }
    return null;
  }

  // "Who is Ada" asked of Ada: without her name only the catch-all hears it, so what was said in full gets its chance.
  async #moreSpecific(bare: Ask, whole: Ask): Promise<Ask> {
    if (bare.message === whole.message || !isCatchAll(await this.#ask(bare, 0))) return bare;
    return isCatchAll(await this.#ask(whole, 0)) ? bare : whole;
  }

  async #draw(ask: Ask): Promise<{ readonly fresh: Line | null; readonly stale: Line | null }> {
    const seen = new Set<string>();
    const stale = new LeastAlike(this.#remembered.said);
    const before = this.#before.map((message) => this.#means.fingerprint(message.text));
    let unseenAt = 0;
    for (let draw = 0; draw < DRAWS_MAX && draw - unseenAt <= STALE_DRAWS_MAX; draw += 1) {
      const answer = await this.#ask(ask, draw);
      if (answer === null) break;
      if (answer.trigger === null) break;
      this.matched = `${ask.topic}: ${answer.trigger}`;
      const text = saidText(answer.text, answer.lines, this.#request.heard?.text ?? "");
      if (text === "" || seen.has(text)) continue;
      seen.add(text);
      unseenAt = draw;
      const machinery = machineryIn(text);
      if (machinery !== null) {
        this.#means.warn(machinery, this.#request.persona);
        continue;
      }
      const print = this.#means.fingerprint(text);
      if (!before.some((other) => areNearlyIdentical(print, other))) return { fresh: { text, answer }, stale: null };
      stale.offer({ text, answer }, Math.max(...before.map((other) => likenessOf(print, other))));
    }
    return { fresh: null, stale: stale.line };
  }

  async #ask(ask: Ask, draw: number): Promise<Answer | null> {
    return this.#means.brain.answer({
      ...ask,
      remembered: this.#remembered,
      about: this.#about,
      bot: this.#bot,
      draw: (place) => spread(this.#request.chance("draw", String(place)), draw, place),
    });
  }
}

/** Keeps the least alike of the lines it is offered; the last one said only while there is no other. */
class LeastAlike {
  readonly #said: string;
  #best: { readonly line: Line; readonly likeness: number } | null = null;

  constructor(said: string) {
    this.#said = said;
  }

  get line(): Line | null {
    return this.#best?.line ?? null;
  }

  offer(line: Line, likeness: number): void {
    // More than any likeness: the very words of the answer before.
    const counted = line.text === this.#said ? 2 : likeness;
    if (this.#best === null || counted < this.#best.likeness) this.#best = { line, likeness: counted };
  }
}

function isCatchAll(answer: Answer | null): boolean {
  return answer === null || answer.trigger === null || answer.trigger === "*";
}

// Square roots of the first primes: multiples of numbers that have nothing in common fill the interval evenly (Kronecker, Weyl).
const STRIDES = [2, 3, 5, 7, 11, 13, 17, 19].map((prime) => Math.sqrt(prime) % 1);

// The first draw is chance alone; each further one steps on from there, so that sixty-four draws come by every line instead of drawing some of them again and again.
function spread(start: number, draw: number, place: number): number {
  const stride = STRIDES[place % STRIDES.length] ?? 0;
  return (start + draw * stride) % 1;
}

function aboutAuthor(request: SolverRequest, remembered: Remembered): ReadonlyMap<string, string> {
  const author = request.heard?.author;
  const shown = author === undefined ? NAMELESS : spokenName(author.name);
  const handle = author === undefined ? NAMELESS : spokenName(nativeOf(author.id));
  // Who has told the brain another name is called by that.
  const name = remembered.vars.get("name") ?? shown;
  return new Map([
    ["name", name],
    ["handle", handle],
  ]);
}

function aboutPersona(persona: Persona): ReadonlyMap<string, string> {
  const { character } = persona;
  const said: readonly (readonly [string, string])[] = [
    ["name", persona.name],
    ["handle", persona.id],
    ["emoji", persona.emoji],
    ["description", persona.description],
    ["gender", character.gender],
    ["age", character.age],
    ["education", character.education],
    ["occupation", character.occupation],
    ["hobbies", character.hobbies.join(", ")],
    ["hobby", character.hobbies[0] ?? ""],
  ];
  return new Map(said.filter(([, value]) => value !== "").map(([key, value]) => [key, heardText(value)]));
}
