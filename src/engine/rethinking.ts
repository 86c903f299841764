// Rethinking: a persona thinks once more of what it said, and its post says the new version.
import { handleOf, platformOf } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Turn } from "../domain/turn.ts";
import type { Member } from "../personas/personas.ts";
import type { Solved } from "../solvers/solver.ts";
import type { Version } from "../store/registry.ts";
import { VERSIONS_MAX } from "../store/registry.ts";
import type { Asides } from "./asides.ts";
import { readBefore } from "./before.ts";
import { fitInto } from "./fit.ts";
import { greetingOf } from "./hello.ts";
import type { EngineHouse } from "./house.ts";
import { whyNoModel } from "./notices.ts";
import { partsOf } from "./parts.ts";
import type { Remaking } from "./remaking.ts";
import { replyText } from "./reply-text.ts";
import type { RoomFacts } from "./rooms.ts";
import { closedIn } from "./rooms.ts";

export type RethinkingHouse = Pick<EngineHouse, "adapters" | "chance" | "personas" | "rooms" | "store">;

/** What thinking once more came to. */
export type Rethought =
  /** `versions`: of the post that was chosen. `isCut`: it was longer than its posts can be, and only its beginning stands there. */
  | { readonly kind: "said"; readonly versions: readonly Version[]; readonly isCut: boolean }
  /** Somebody asked for it already, and it is being thought about. */
  | { readonly kind: "busy" }
  /** The answer is still being said. */
  | { readonly kind: "unfinished" }
  /** The house said it, not the persona. */
  | { readonly kind: "notice" }
  | { readonly kind: "persona-gone" }
  /** What it answers is not in memory any more. */
  | { readonly kind: "question-gone" }
  | { readonly kind: "adults-only" }
  | { readonly kind: "too-many"; readonly max: number }
  /** Nothing else comes to its mind. */
  | { readonly kind: "same" }
  /** `why`: as the house's log has it; null: no model was to be asked. */
  | { readonly kind: "no-answer"; readonly why: string | null };

/** A persona's post. */
export type SpokenPost = Message & { readonly spoken: NonNullable<Message["spoken"]> };

// A script has few answers to one question: drawing again costs nothing, and comes to another one where there is one.
const DRAWS_MAX = 5;

export class Rethinking {
  readonly #house: RethinkingHouse;
  readonly #asides: Asides;
  readonly #remaking: Pick<Remaking, "change">;
  readonly #underWay = new Set<Turn["id"]>();

  constructor(house: RethinkingHouse, asides: Asides, remaking: Pick<Remaking, "change">) {
    this.#house = house;
    this.#asides = asides;
    this.#remaking = remaking;
  }

  /** The persona answers once more what it answered, with what stood before its post; what it said stays a version. A long answer is made anew with all of its posts. One at a time for each answer. Throws as `Remaking.change` does. */
  async again(post: SpokenPost, signal: AbortSignal): Promise<Rethought> {
    const { turn } = post.spoken;
    if (this.#underWay.has(turn)) return { kind: "busy" };
    this.#underWay.add(turn);
    try {
      return await this.#again(post, signal);
    } finally {
      this.#underWay.delete(turn);
    }
  }

  async #again(post: SpokenPost, signal: AbortSignal): Promise<Rethought> {
    const { store, personas } = this.#house;
    const turn = (await store.turn(post.spoken.turn))?.turn ?? null;
    if (turn === null) return { kind: "question-gone" };
    if (isNotice(post, turn)) return { kind: "notice" };
    if (turn.state !== "ended") return { kind: "unfinished" };
    const member = personas.get(post.spoken.persona);
    if (member === null) return { kind: "persona-gone" };
    const trigger = turn.replyTo === null ? null : await store.message(turn.replyTo);
    if (trigger === null && turn.replyTo !== null) return { kind: "question-gone" };
    // A notice of the house's own below an answer stays.
    const parts = (await partsOf(store, post)).filter(({ spoken }) => spoken?.solver === post.spoken.solver);
    const texts = await Promise.all(parts.map((part) => this.#textsOf(part)));
    const count = Math.max(...texts.map((each) => each.length));
    if (count >= VERSIONS_MAX) return { kind: "too-many", max: VERSIONS_MAX };
    // What the whole answer said, version by version; a post that was changed less often says its last.
    const said = Array.from({ length: count }, (_, at) => texts.map((each) => each[at] ?? each.at(-1) ?? ""));
    return this.#think({ post, parts, said, turn, member, trigger }, signal);
  }

  async #think(about: About, signal: AbortSignal): Promise<Rethought> {
    const { post, parts, turn, member } = about;
    const room = await this.#house.rooms.of(turn.channel);
    const closed = closedIn(room);
    if (closed !== null) return { kind: closed };
    const known = new Set(about.said.map((texts) => texts.join("\n")));
    for (let draw = 1; draw <= DRAWS_MAX; draw += 1) {
      const solved = turn.reason.kind === "moved-in" ? this.#greet(about, draw) : await this.#solve(about, room, draw);
      const text = solved.text === null ? "" : replyText(solved.text, namesOf(member));
      if (text === "") return { kind: "no-answer", why: whyNoModel(solved) };
      const { texts, isCut } = fitInto(text, parts.length, this.#charsMax(post));
      if (!known.has(texts.join("\n"))) {
        if (!(await this.#isStillThere(about))) return { kind: "question-gone" };
        const changes = parts.map((part, at) => ({ post: part, text: texts[at] ?? "" }));
        await this.#remaking.change(changes, solved, signal);
        return { kind: "said", versions: await this.#house.store.registry.versions(post.id), isCut };
      }
      // Each call of a model is paid for: one that says the same again is not asked on.
      if (solved.model !== null) break;
    }
    return { kind: "same" };
  }

  /** Looked at again just before it is said: somebody may have taken it all away meanwhile. */
  async #isStillThere({ parts, trigger }: About): Promise<boolean> {
    const { store } = this.#house;
    const needed = trigger === null ? parts : [...parts, trigger];
    const found = await Promise.all(needed.map(({ id }) => store.message(id)));
    return found.every((message) => message !== null);
  }

  async #solve(about: About, room: RoomFacts, draw: number): Promise<Solved> {
    const { store } = this.#house;
    const { post, parts, said, turn, member, trigger } = about;
    const settings = room.settingsOf(member.persona.id);
    const { channel } = turn;
    // An answer that is given in a thread was thought of in the channel around it.
    const first = parts[0]?.seq ?? post.seq;
    const throughSeq = channel === post.channel ? first - 1 : (trigger?.seq ?? 0);
    const recent = await readBefore(store, { channel, throughSeq, window: settings.window, room, trigger });
    return this.#asides.think({
      id: turn.id,
      member,
      act: trigger === null ? "post" : turn.unasked ? "reply" : "answer",
      trigger,
      recent,
      said: [...recent, ...said.map((texts) => ({ ...post, text: texts.join("\n") }))],
      settings,
      channel,
      room,
      cast: room.cast.map((each) => each.persona.name),
      draw: drawOf(said.length, draw),
    });
  }

  /** Another of the lines with which it opens a conversation. */
  #greet({ said, turn, member, trigger }: About, draw: number): Solved {
    const { chance } = this.#house;
    const keys = ["hello", turn.id, drawOf(said.length, draw)];
    const text = greetingOf(member.persona, trigger?.author.name ?? "", (...more) => chance(...keys, ...more));
    return { text, solver: "house", model: null, state: null, attempts: [], untilMended: false };
  }

  /** All that a post has said, oldest first. */
  async #textsOf({ id, text }: Message): Promise<readonly string[]> {
    const versions = await this.#house.store.registry.versions(id);
    return versions.length === 0 ? [text] : versions.map((version) => version.text);
  }

  #charsMax({ channel }: SpokenPost): number {
    const adapter = this.#house.adapters.get(platformOf(channel));
    if (adapter === undefined) throw new RangeError(`no adapter speaks ${channel}`);
    return adapter.traits.textCharsMax;
  }
}

interface About {
  /** The one that was chosen. */
  readonly post: SpokenPost;
  /** All posts of the answer. */
  readonly parts: readonly Message[];
  /** What they said, version by version. */
  readonly said: readonly (readonly string[])[];
  readonly turn: Turn;
  readonly member: Member;
  readonly trigger: Message | null;
}

/** Whether the house said it in the persona's place; with what a persona opens a conversation it speaks for itself. */
export function isNotice({ spoken }: SpokenPost, turn: Pick<Turn, "reason"> | null): boolean {
  return spoken.solver === "house" && turn?.reason.kind !== "moved-in";
}

function drawOf(versions: number, draw: number): string {
  return `version ${versions} ${draw}`;
}

function namesOf({ persona }: Member): readonly string[] {
  return [persona.name, handleOf(persona.id)];
}
