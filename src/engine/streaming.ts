// Streaming: an answer is shown while it is being written, in one post that grows by edits.
import type { Adapter, Manner, Sent } from "../adapters/adapter.ts";
import { Limited, Refused } from "../adapters/adapter.ts";
import type { TurnId } from "../domain/ids.ts";
import { handleOf } from "../domain/ids.ts";
import type { Pacing } from "../domain/pace.ts";
import type { Persona } from "../domain/persona.ts";
import type { Outcome, Post, Standing } from "../domain/turn.ts";
import { LeaseLost, messageOf } from "../errors.ts";
import type { ChainHouse, Speaker } from "../solvers/solver.ts";
import type { Lease } from "../store/store.ts";
import type { EngineHouse } from "./house.ts";
import { readManner, readMannerOfStanding } from "./manner.ts";
import type { Start } from "./pace.ts";
import { begun, pacingOf, settled } from "./pace.ts";
import { isWorthShowing, partialText } from "./partial-text.ts";

// What comes within this time comes whole: a script's line, or all that a quick model has to say.
const QUICK_MS = 300;

// By then whoever waits sees something, be it half a sentence.
const FIRST_MS = 1_500;

// As often as it is looked whether the first words may be said: others may have been asked before.
const LOOK_EVERY_MS = 300;

// Nobody reads faster, and no platform lets anybody edit much faster.
const EDIT_EVERY_MS = 1_200;

// A platform that fails in a way it does not explain is asked again after this long.
const RETRY_MS = 5_000;

/** Says the first words of a post now, where nothing stands before it. False: not yet. */
export type Begin = (post: Post, say: (signal: AbortSignal) => Promise<void>) => boolean;

/** Where an answer grows, and for how long. */
export interface Stage {
  readonly lease: Lease;
  readonly turn: TurnId;
  readonly adapter: Adapter;
  readonly persona: Persona;
  readonly begin: Begin;
  /** Aborts when nobody thinks about it any more. */
  readonly signal: AbortSignal;
}

/** Asks for an answer and shows it as it comes; then nothing more is shown, and it is known whether and where it stands. */
export async function streamed<Answer>(
  growing: GrowingPost,
  ask: (onText: NonNullable<ChainHouse["onText"]>) => Promise<Answer>,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await ask(growing.heard);
    await growing.thought();
  } finally {
    await growing.stop();
  }
  await growing.settle();
  return answer;
}

/** The post of one answer while it is being thought about. */
export class GrowingPost {
  readonly #house: EngineHouse;
  readonly #stage: Stage;
  readonly #draft: (text: string, by: Speaker) => Post;
  readonly #over = new AbortController();
  readonly #end: AbortSignal;
  /** As the store has it; null: nothing of it was ever sent. */
  #post: Post | null;
  #manner: Manner | null = null;
  #text = "";
  #by: Speaker = { solver: "", model: null };
  #shown = "";
  #firstAt = 0;
  #growing: Promise<void> | null = null;
  /** When an edit ended in doubt: it may land after later ones. */
  #doubtfulAt: number | null = null;
  #fault: { readonly error: unknown } | null = null;
  /** The platform has no room for the first words before. */
  #heldUntil = 0;

  /** `draft` makes the post as it would be said now; `before` is what stood of it when it was thought about before. */
  constructor(house: EngineHouse, stage: Stage, draft: (text: string, by: Speaker) => Post, before: Post | null) {
    this.#house = house;
    this.#stage = stage;
    this.#draft = draft;
    this.#post = before;
    this.#end = AbortSignal.any([this.#over.signal, stage.signal]);
  }

  /** All that may be said so far. */
  readonly heard = (text: string, by: Speaker): void => {
    this.#text = text;
    this.#by = by;
    if (text !== "") this.#growing ??= this.#grow();
  };

  /** Whether anything of it stands, or may stand, on the platform. */
  get hasBegun(): boolean {
    return this.#post !== null;
  }

  /** The answer is there. Where its first words are still on their way, or in doubt, the wait may be long: a house that is killed meanwhile was not killed by the thought. */
  async thought(): Promise<void> {
    if (this.#isInDoubt()) await this.#recordThought();
  }

  #recordThought(): Promise<void> {
    return this.#house.store.recordThought(this.#stage.lease, this.#stage.turn);
  }

  /** Nothing more is shown once this has resolved. */
  async stop(): Promise<void> {
    this.#over.abort(OVER);
    await this.#growing;
  }

  /** Until nothing that was sent can land any more, and it is known where the post stands. Rejects when the lease is lost or nobody thinks about it any more. */
  async settle(): Promise<void> {
    const { adapter } = this.#stage;
    if (this.#fault !== null) throw this.#fault.error;
    if (this.#doubtfulAt !== null) {
      await this.#recordThought();
      await this.#until(this.#doubtfulAt + adapter.traits.landsWithinMs);
    }
    await this.#settleLanding();
  }

  async #settleLanding(): Promise<void> {
    const { clock, log } = this.#house;
    const { signal } = this.#stage;
    while (this.#isInDoubt()) {
      try {
        await this.#look();
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof LeaseLost) throw error;
        if (error instanceof Refused) {
          await this.#giveUp(`it may have been said, and nobody may look: ${messageOf(error)}`);
          return;
        }
        log.warn("a post in doubt could not be looked for, it is tried again", { why: messageOf(error) });
        await this.#until(error instanceof Limited ? error.retryAt : clock.now() + RETRY_MS);
      }
    }
  }

  /** Shows the text as it comes, until it is over. Never rejects. */
  async #grow(): Promise<void> {
    try {
      this.#firstAt = this.#house.clock.now();
      await this.#pause(QUICK_MS);
      while (!this.#end.aborted) {
        await this.#settleLanding();
        await this.#pause(await this.#show());
      }
    } catch (error) {
      this.#fault = { error };
    }
  }

  /** Shows what there is now; returns after how long to look again, in ms. */
  async #show(): Promise<number> {
    const { adapter, persona } = this.#stage;
    const names = [persona.name, handleOf(persona.id)];
    const text = partialText(this.#text, { names, charsMax: adapter.traits.textCharsMax });
    const landed = this.#post?.landed ?? null;
    const isFirst = this.#shown === "";
    const isLate = this.#house.clock.now() - this.#firstAt >= FIRST_MS;
    const isReady = this.#text.trim() !== "" && (isLate || isWorthShowing(this.#text));
    if (isFirst && !isReady) return LOOK_EVERY_MS;
    if (landed === null) return this.#begin(text);
    return text === this.#shown ? LOOK_EVERY_MS : this.#edit(landed, text);
  }

  async #begin(text: string): Promise<number> {
    const now = this.#house.clock.now();
    const post = { ...this.#draft(text, this.#by), readyAt: this.#firstAt };
    if (Math.max(this.#post?.dueAt ?? 0, this.#heldUntil) > now) return LOOK_EVERY_MS;
    const said = Promise.withResolvers<void>();
    const isBegun = this.#stage.begin(post, async (signal) => {
      try {
        await this.#say(post, signal);
      } finally {
        said.resolve();
      }
    });
    if (!isBegun) return LOOK_EVERY_MS;
    await said.promise;
    return EDIT_EVERY_MS;
  }

  async #say(post: Post, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#house;
    const { adapter, persona } = this.#stage;
    const manner = await readManner(this.#house, post);
    const pacing = await pacingOf(adapter, { channel: post.channel, by: post.id, need: "post" });
    const start = await this.#start(post, pacing);
    if (start.kind === "held") this.#heldUntil = start.at;
    if (start.kind === "void") this.#over.abort(OVER);
    if (start.kind !== "begun") return;
    this.#manner = { ...manner, ping: null };
    this.#post = { ...post, state: "sending", sendingAt: clock.now() };
    try {
      const sent = await adapter.send(post, persona, manner, signal);
      await Promise.all([this.#landed(this.#post, sent), settled(this.#house, pacing, null)]);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      if (signal.aborted) return;
      log.warn("the first words of an answer could not be said", { post: post.id, why: messageOf(error) });
      if (error instanceof Refused || error instanceof Limited) {
        const unsent = this.#unsent(this.#post, error instanceof Limited ? error.retryAt : clock.now());
        await Promise.all([unsent, settled(this.#house, pacing, error)]);
        // What the platform refuses now it is asked once more, when the answer is whole.
        if (error instanceof Refused) this.#over.abort(OVER);
      }
    }
  }

  async #edit(landed: Standing, text: string): Promise<number> {
    const { clock, log } = this.#house;
    const { adapter, persona, signal } = this.#stage;
    const post = { ...this.#draft(text, this.#by), landed };
    this.#manner ??= await readMannerOfStanding(this.#house, this.#post ?? post);
    const pacing = await pacingOf(adapter, { channel: post.channel, by: post.id, need: "spare" });
    const start = await this.#start(post, pacing);
    if (start.kind === "held") return Math.max(EDIT_EVERY_MS, start.at - clock.now());
    if (start.kind === "void") {
      this.#over.abort(OVER);
      return 0;
    }
    const said = { ...landed, persona: persona.id, part: post.part };
    try {
      await adapter.grow(said, persona, text, this.#manner, signal);
      this.#shown = text;
      this.#doubtfulAt = null;
    } catch (error) {
      if (error instanceof LeaseLost || signal.aborted) throw error;
      if (error instanceof Limited) {
        await settled(this.#house, pacing, error);
        return Math.max(EDIT_EVERY_MS, error.retryAt - clock.now());
      }
      if (error instanceof Refused) return this.#refused(post, error);
      this.#doubtfulAt = clock.now();
      log.debug("more of an answer could not be shown", { post: post.id, why: messageOf(error) });
    }
    return EDIT_EVERY_MS;
  }

  /** Records that more of it is on its way, where the platform has room for that now. */
  #start(post: Post, pacing: Pacing | null): Promise<Start> {
    const { store } = this.#house;
    const { lease } = this.#stage;
    const recording = {
      alone: (now: number) => store.growPost(lease, post, now),
      paced: (asked: Pacing, now: number) => store.paces.grow(lease, post, asked, now),
    };
    return begun(this.#house, pacing, recording, null);
  }

  /** Somebody deleted it, or it may not be changed any more: what cannot be brought to its end is taken back. */
  async #refused(post: Post, error: Refused): Promise<number> {
    const { store, log, meter } = this.#house;
    const why = messageOf(error);
    log.warn("the platform refused more of an answer", { channel: post.channel, post: post.id, why });
    const outcome: Outcome = { kind: "withdrawn", why: "stopped", detail: `the platform refused more of it: ${why}` };
    await store.withdrawTurn(this.#stage.lease, post.turn, outcome);
    meter.turnEnded(outcome.kind);
    this.#over.abort(OVER);
    return 0;
  }

  #isInDoubt(): boolean {
    return this.#post?.state === "sending" && this.#post.landed === null;
  }

  /** Looks where the first words landed, no sooner than they could have. */
  async #look(): Promise<void> {
    const post = this.#post;
    if (post === null) return;
    const { rooms, clock, meter } = this.#house;
    const { adapter } = this.#stage;
    await this.#until((post.sendingAt ?? 0) + adapter.traits.landsWithinMs);
    const sent = await adapter.find(post);
    meter.doubted(sent === null ? "lost" : "landed");
    if (sent !== null) {
      await this.#landed(post, sent);
      return;
    }
    await this.#unsent(post, clock.now());
    if ((await rooms.of(post.channel)).settings.doubt === "drop") await this.#giveUp("");
  }

  /** It is neither said again nor gone on with. */
  async #giveUp(detail: string): Promise<void> {
    const { store, meter } = this.#house;
    const { lease, turn } = this.#stage;
    const outcome: Outcome = { kind: "withdrawn", why: "in-doubt", detail };
    await store.withdrawTurn(lease, turn, outcome);
    meter.turnEnded(outcome.kind);
    if (this.#post !== null) this.#post = { ...this.#post, state: "leaving" };
    this.#over.abort(OVER);
  }

  async #landed(post: Post, { message, thread }: Sent): Promise<void> {
    await this.#house.store.recordLanded(this.#stage.lease, post, { message, thread });
    this.#post = { ...post, landed: { message, channel: thread?.channel ?? post.channel } };
    this.#shown = post.text;
  }

  async #unsent(post: Post, dueAt: number): Promise<void> {
    await this.#house.store.recordUnsent(this.#stage.lease, post.id, dueAt);
    this.#post = { ...post, state: "ready", dueAt };
  }

  /** Less long where it is over before. */
  #pause(ms: number): Promise<void> {
    return this.#house.clock.sleep(ms, this.#end);
  }

  async #until(at: number): Promise<void> {
    const { clock } = this.#house;
    const { signal } = this.#stage;
    if (at > clock.now()) await clock.sleep(at - clock.now(), signal);
    signal.throwIfAborted();
  }
}

const OVER = "over";
