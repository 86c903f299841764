// Thinking: one turn from brakes and budget over context and solvers to posts, or to a reason for none.
import { ALIKE_AMONG, alikeBrake } from "../domain/brakes.ts";
import type { Message } from "../domain/message.ts";
import type { MessageId } from "../domain/ids.ts";
import { isTick, personaAuthorId, platformOf, postId } from "../domain/ids.ts";
import type { Trace } from "../domain/trace.ts";
import type { Outcome, Post, Turn } from "../domain/turn.ts";
import type { Member } from "../personas/personas.ts";
import type { Act, ChainHouse, Purse, Solved, Speaker } from "../solvers/solver.ts";
import type { Ending, Finish, Lease } from "../store/store.ts";
import type { Question } from "./asking.ts";
import { askSolvers } from "./asking.ts";
import type { HeldEnding, TellingLine } from "./braked.ts";
import { heldEnding, lineFor } from "./braked.ts";
import type { Context } from "./context.ts";
import { ContextBuilder, dropOrder } from "./context.ts";
import { greetingOf } from "./hello.ts";
import type { EngineHouse } from "./house.ts";
import { HOUSE, noticeText, stopHeardText } from "./notices.ts";
import { brakesIn } from "./room-limits.ts";
import type { RoomFacts } from "./rooms.ts";
import { saidText } from "./said-text.ts";
import type { SceneFrame } from "./scene-context.ts";
import { haltLine } from "./scene-words.ts";
import { splitText } from "./split.ts";
import { Suspects } from "./suspects.ts";
import type { Begin } from "./streaming.ts";
import { GrowingPost, streamed } from "./streaming.ts";
import { openingOf, withBefore } from "./thread-opening.ts";
import { unsaid, whyNot } from "./unsaid.ts";

// What scripted solvers look back on so as not to repeat anybody.
const SCRIPT_RECENT_MAX = 60;

// A turn during which the process died this often may be what kills it.
const SUSPECT_AFTER = 3;
// Once it died again, with no other suspect under way, nobody tries once more.
const ATTEMPTS_MAX = SUSPECT_AFTER + 1;

// "One notice per channel in 10 min": more would be noise.
const NOTICE_EVERY_MS = 10 * 60_000;

/** What a turn is thought about with. */
interface About {
  readonly member: Member;
  readonly trigger: Message | null;
  readonly recent: readonly Message[];
  readonly states: Readonly<Record<string, string>>;
  readonly room: RoomFacts;
}

/** How a turn is thought about. */
export interface Course {
  readonly signal: AbortSignal;
  /** Called as the posts are handed to the store; `stored` is the promise that they are there. */
  readonly ready: (posts: readonly Post[], stored: Promise<unknown>) => void;
  /** How the first words of an answer are said that is shown while it is being written. */
  readonly begin: Begin;
  /** The scene that plays there; null: none does. */
  readonly scene: SceneFrame | null;
}

/** What thinking came to. */
export interface Thought {
  readonly outcome: Outcome;
  /** True when a brake held it back before a word was thought. */
  readonly isBraked: boolean;
}

export class Thinker {
  readonly #house: EngineHouse;
  readonly #contexts: ContextBuilder;
  readonly #suspects = new Suspects();

  constructor(house: EngineHouse) {
    this.#house = house;
    this.#contexts = new ContextBuilder(house.countTokens);
  }

  /** Thinks one turn to its end and stores what came of it. Rejects only when its signal aborts or the lease is lost: then the turn is taken up again later. */
  think(lease: Lease, turn: Turn, course: Course): Promise<Thought> {
    const think = (): Promise<Thought> => this.#think(lease, turn, course);
    return turn.attempts === SUSPECT_AFTER ? this.#suspects.oneAtATime(think, course.signal) : think();
  }

  async #think(lease: Lease, turn: Turn, course: Course): Promise<Thought> {
    const { store, limits, clock, rooms } = this.#house;
    const room = await rooms.of(turn.channel);
    const brakes = brakesIn(room, turn, limits.brakes);
    const begun = await store.beginTurn(lease, turn.id, brakes, clock.now());
    if (begun.kind === "braked") {
      const line = lineFor(turn, begun.by, room, brakes);
      return { isBraked: true, outcome: await this.#hold(lease, turn, begun.why, line) };
    }
    return { isBraked: false, outcome: await this.#unbraked(lease, turn, { states: begun.states, room }, course) };
  }

  /** Ends a turn that is held back, with a line that says so where nobody was told yet. */
  async #hold(lease: Lease, turn: Turn, why: string, line: TellingLine | null): Promise<Outcome> {
    if (line === null) return this.#withdraw(lease, turn, `a brake holds: ${why}`);
    const finish: Finish = { turn: turn.id, trace: null, state: null, ...this.#held(turn, why, line) };
    const ending = await this.#house.store.finishTurn(lease, finish, this.#house.clock.now());
    return ending.posts.length === 0 ? this.#ended(ending.outcome) : ending.outcome;
  }

  #held(turn: Turn, why: string, line: TellingLine | null): HeldEnding {
    const posts = line === null ? [] : this.#posts(turn, line.text, { solver: HOUSE, model: null }, 0);
    return heldEnding(why, line, posts);
  }

  async #unbraked(
    lease: Lease,
    turn: Turn,
    { states, room }: Pick<About, "states" | "room">,
    course: Course,
  ): Promise<Outcome> {
    const { store } = this.#house;
    const member = this.#house.personas.get(turn.persona);
    if (member === null) return this.#withdraw(lease, turn, `the persona ${turn.persona} is gone`);
    const newest = await store.recentMessages(turn.channel, null, room.settingsOf(turn.persona).window);
    const trigger = await this.#among(newest, isTick(turn.trigger) ? turn.replyTo : turn.trigger);
    if (trigger === null && turn.replyTo !== null) {
      const outcome: Outcome = {
        kind: "withdrawn",
        why: "trigger-deleted",
        detail: "the message to be answered is gone",
      };
      await store.withdrawTurn(lease, turn.id, outcome);
      return this.#ended(outcome);
    }
    if (turn.reason.kind === "told-to-stop") return this.#hearStop(lease, turn);
    if (turn.reason.kind === "scene-halts") {
      const line = haltLine(turn.reason, room.settings.language);
      return this.#sayAtOnce(lease, turn, line, { kind: "noticed", why: "the scene halts" });
    }
    if (turn.reason.kind === "moved-in") return this.#greet(lease, turn, member, trigger?.author.name ?? "");
    // Beside the newest messages the one that the trigger itself replies to, where that is older.
    const original = await this.#among(newest, trigger?.replyTo ?? null);
    const opening = openingOf(newest, room);
    const recent =
      opening === null && (original === null || newest.includes(original))
        ? newest
        : withBefore(newest, [await this.#among(newest, opening), original]);
    return this.#answer(lease, turn, { member, trigger, recent, states, room }, course);
  }

  /** One line says that the "stop" was heard; no solver is asked. */
  async #hearStop(lease: Lease, turn: Turn): Promise<Outcome> {
    return this.#sayAtOnce(lease, turn, stopHeardText, { kind: "noticed", why: "somebody said stop" });
  }

  /** Whoever was put here opens a conversation with a line of its file; no solver is asked. */
  async #greet(lease: Lease, turn: Turn, { persona }: Member, by: string): Promise<Outcome> {
    const { chance } = this.#house;
    const text = greetingOf(persona, by, (...keys) => chance("hello", turn.id, ...keys));
    if (text === null) return this.#withdraw(lease, turn, "it has no line to open a conversation with");
    return this.#sayAtOnce(lease, turn, text, { kind: "replied" });
  }

  async #sayAtOnce(lease: Lease, turn: Turn, text: string, outcome: Outcome): Promise<Outcome> {
    const posts = this.#posts(turn, text, { solver: "house", model: null }, 0);
    const finish: Finish = { turn: turn.id, outcome, posts, trace: null, state: null, notice: null };
    return (await this.#house.store.finishTurn(lease, finish, this.#house.clock.now())).outcome;
  }

  async #answer(lease: Lease, turn: Turn, about: About, course: Course): Promise<Outcome> {
    const { store, clock, limits } = this.#house;
    const { member, trigger, recent } = about;
    const startedAt = clock.now();
    const { language, model } = about.room.settingsOf(turn.persona);
    const act: Act = trigger === null ? "post" : turn.unasked ? "reply" : "answer";
    const context = this.#contexts.build({
      persona: member.persona,
      act,
      trigger,
      recent,
      language,
      scene: course.scene,
      tokenBudget: limits.contextTokens,
    });
    const settling: Promise<void>[] = [];
    // Thought about before, it may stand already, whatever was set since.
    const isShown = act === "answer" && (about.room.settings.streaming === "on" || turn.attempts > 0);
    const growing = isShown ? await this.#growing(lease, turn, about, course) : null;
    const asking = { ...about, act, context, model };
    const solved =
      growing === null
        ? await this.#solve(turn, asking, null, settling, course.signal)
        : await streamed(growing, (onText) => this.#solve(turn, asking, onText, settling, course.signal));
    for (const attempt of solved.attempts) this.#house.meter.attempted(attempt);
    const trace: Trace = {
      parts: context.parts,
      dropOrder,
      tokenBudget: limits.contextTokens,
      messages: context.messages,
      attempts: solved.attempts,
      lastMessage: recent.at(-1)?.id ?? null,
      startedAt,
      endedAt: clock.now(),
    };
    const text = saidText(solved.text, { ...about, scene: course.scene, prompt: context.messages });
    const finish = await this.#unlessAlike(turn, this.#finish(turn, solved, text, trace), about.room);
    // Settled in the commit that holds the reply.
    const stored = store.finishTurn(lease, finish, clock.now());
    // What stands already lacks only its end.
    if (growing?.hasBegun !== true) course.ready(finish.posts, stored);
    const [ending] = await Promise.all([stored, ...settling]);
    return ending.posts.length === 0 ? this.#ended(ending.outcome) : ending.outcome;
  }

  /** The post in which the answer grows; null: it is said when it is whole. */
  async #growing(lease: Lease, turn: Turn, { member, room }: About, course: Course): Promise<GrowingPost | null> {
    const adapter = this.#house.adapters.get(platformOf(turn.channel));
    if (adapter?.traits.edits !== true) return null;
    const before = turn.attempts === 0 ? null : await this.#house.store.growingPost(turn.id);
    if (before === null && room.settings.streaming === "off") return null;
    const { persona } = member;
    const stage = { lease, turn: turn.id, adapter, persona, begin: course.begin, signal: course.signal };
    return new GrowingPost(this.#house, stage, (text, by) => this.#post(turn, text, by, 1), before);
  }

  #solve(
    turn: Turn,
    about: About & { readonly act: Act; readonly context: Context; readonly model: string | null },
    onText: ChainHouse["onText"],
    settling: Promise<void>[],
    signal: AbortSignal,
  ): Promise<Solved> {
    if (turn.attempts >= ATTEMPTS_MAX) return Promise.resolve(exhausted);
    const { store } = this.#house;
    const { room, states } = about;
    const question: Question = {
      ...about,
      turn: turn.id,
      prompt: about.context.messages,
      recent: () => store.recentMessages(turn.channel, null, SCRIPT_RECENT_MAX),
      cast: room.cast.map((each) => each.persona.name),
      channel: turn.channel,
      scene: turn.scene,
      draw: [],
    };
    const settle: Purse["settle"] = async (reservation, usage) => {
      settling.push(store.settle(reservation, usage));
    };
    return askSolvers(this.#house, question, { states, onText, settle }, signal);
  }

  /** The message with that id, read anew only where it is not among `newest`. */
  async #among(newest: readonly Message[], id: MessageId | null): Promise<Message | null> {
    if (id === null) return null;
    return newest.find((message) => message.id === id) ?? (await this.#house.store.message(id));
  }

  /** What nobody asked for is not said when it has been said often enough in nearly the same words. */
  async #unlessAlike(turn: Turn, finish: Finish, room: RoomFacts): Promise<Finish> {
    const [first] = finish.posts;
    if (!turn.unasked || first === undefined) return finish;
    const { store, limits } = this.#house;
    const brakes = brakesIn(room, turn, limits.brakes);
    const recent = await store.recentMessages(turn.channel, null, ALIKE_AMONG);
    const held = alikeBrake(first.text, turn.id, recent, brakes.alikeMax);
    if (held === null) return finish;
    return { ...finish, ...this.#held(turn, held.why, lineFor(turn, held, room, brakes)) };
  }

  #finish(turn: Turn, solved: Solved, text: string, trace: Trace): Finish {
    const author = turn.askedBy ?? personaAuthorId(turn.persona);
    const state = solved.state === null ? null : { solver: solved.solver, author, value: solved.state };
    const ending = this.#ending(turn, solved, text);
    return { turn: turn.id, trace, state, ...ending, notice: this.#notice(turn, solved, ending) };
  }

  #ending(turn: Turn, solved: Solved, text: string): Ending {
    if (text !== "") {
      const posts = this.#posts(turn, text, { solver: solved.solver, model: solved.model }, 0);
      return { posts, outcome: { kind: "replied" } };
    }
    return { posts: [], outcome: unsaid(turn, solved) };
  }

  /** The honest line for people when nothing answered, or when the model stopped for good, after what is said anyway; null when none is due. */
  #notice(turn: Turn, solved: Solved, ending: Ending): Finish["notice"] {
    if (turn.unasked) return null;
    if (solved.text !== null && !solved.untilMended) return null;
    const line = this.#posts(turn, noticeText(solved), { solver: "house", model: null }, ending.posts.length);
    const outcome: Outcome = ending.posts.length > 0 ? ending.outcome : { kind: "noticed", why: whyNot(solved) };
    // Why the house gave up on this one is nothing that others were told.
    const about = solved === exhausted ? turn.id : turn.channel;
    return { key: `notice:${about}`, forMs: NOTICE_EVERY_MS, outcome, posts: [...ending.posts, ...line] };
  }

  #posts(turn: Turn, text: string, by: Speaker, partsBefore: number): readonly Post[] {
    const adapter = this.#house.adapters.get(platformOf(turn.channel));
    if (adapter === undefined) throw new RangeError(`no adapter speaks ${turn.channel}`);
    const texts = splitText(text, adapter.traits.textCharsMax);
    return texts.map((each, index) => this.#post(turn, each, by, partsBefore + index + 1));
  }

  #post(turn: Turn, text: string, by: Speaker, part: number): Post {
    const now = this.#house.clock.now();
    return {
      id: postId(turn.id, part),
      turn: turn.id,
      part,
      channel: turn.channel,
      persona: turn.persona,
      text,
      replyTo: turn.replyTo,
      conversation: turn.conversation,
      depth: turn.depth,
      unasked: turn.unasked,
      scene: turn.scene,
      ...by,
      state: "ready",
      readyAt: now,
      sendingAt: null,
      dueAt: now,
      landed: null,
    };
  }

  async #withdraw(lease: Lease, turn: Turn, detail: string): Promise<Outcome> {
    const outcome: Outcome = { kind: "withdrawn", why: "stopped", detail };
    await this.#house.store.withdrawTurn(lease, turn.id, outcome);
    return this.#ended(outcome);
  }

  #ended(outcome: Outcome): Outcome {
    this.#house.meter.turnEnded(outcome.kind);
    return outcome;
  }
}

const exhausted: Solved = {
  text: null,
  solver: "",
  model: null,
  state: null,
  attempts: [
    {
      solver: HOUSE,
      model: null,
      result: "failed",
      why: `this house stopped ${ATTEMPTS_MAX} times while thinking about it`,
      ms: 0,
      usage: null,
      matched: "",
    },
  ],
  untilMended: false,
};
