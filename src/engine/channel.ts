// One channel's work, under its lease: direct what is new, think, say, tick its scenes, until nothing is left to do now.
import type { Adapter } from "../adapters/adapter.ts";
import type { TurnId } from "../domain/ids.ts";
import type { Post, Turn } from "../domain/turn.ts";
import { LeaseLost, messageOf } from "../errors.ts";
import type { Lease, Work } from "../store/store.ts";
import { directWork } from "./direct-work.ts";
import type { EngineHouse } from "./house.ts";
import type { Outbox } from "./outbox.ts";
import { readyToSay } from "./outbox.ts";
import { frameOf } from "./scene-context.ts";
import type { SceneTicker } from "./scenes.ts";
import type { Thinker } from "./think.ts";
import type { Typing } from "./typing.ts";
import { noTyping, showTyping } from "./typing.ts";

// "Turns that answer people … think in parallel (at most 4 a channel)."
const THINKING_MAX = 4;

// What nobody asked for waits so long for answers to people: as long as one answer waits for another.
const PEOPLE_FIRST_MS = 10_000;

// While something is under way the store is looked at this often, for what other processes brought in.
const LOOK_EVERY_MS = 1_000;

// What is due within this time is waited for; for anything later the channel is given back until the sweep, which looks as far ahead, finds it due: a post held back by the platform's pace goes out at its time.
const LINGER_MS = 1_000;

// A turn whose thinking failed for a reason of the house's own is not begun again before.
const STUMBLE_MS = 1_000;

// A post that is on its way when the house closes may arrive: broken off, it would be in doubt, and looked for before anything else is said here.
const ARRIVE_MS = 2_000;

// Made once: an abort without a reason builds an exception each time, with its stack.
const ENDED = new Error("the work in this channel has ended");

export interface ChannelParts {
  readonly thinker: Thinker;
  readonly outbox: Outbox;
  readonly scenes: SceneTicker;
}

export class ChannelRun {
  readonly #house: EngineHouse;
  readonly #parts: ChannelParts;
  readonly #adapter: Adapter;
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  /** Ends what is being sent, some time after `#stop`. */
  readonly #cut = new AbortController();
  readonly #until = { stop: this.#stop.signal, cut: this.#cut.signal };
  readonly #thinking = new Map<TurnId, { readonly turn: Turn; readonly stop: AbortController }>();
  readonly #stumbled = new Map<TurnId, number>();
  readonly #tasks = new Set<Promise<void>>();
  /** What waited at the last look. */
  #work: Work;
  #isSaying = false;
  /** After a fault of the store: nothing is said before. */
  #sayAt = 0;
  #isLost = false;
  #isStirred = false;
  #stir: () => void = () => {};

  constructor(
    house: EngineHouse,
    parts: ChannelParts,
    adapter: Adapter,
    opened: { readonly lease: Lease; readonly work: Work },
  ) {
    this.#house = house;
    this.#parts = parts;
    this.#adapter = adapter;
    this.#lease = opened.lease;
    this.#work = opened.work;
  }

  /** Something happened that is worth a look. */
  stir(): void {
    this.#isStirred = true;
    this.#stir();
  }

  /** Another process has written something, perhaps for this channel: looked at now where nothing else goes on; the next look finds it otherwise. */
  look(): void {
    this.#stir();
  }

  /** True when somebody stirred since the last look. */
  get isStirred(): boolean {
    return this.#isStirred;
  }

  /** Works until nothing is left to do now, then gives the channel back. Ends early, leaving everything as a crash would, when `signal` aborts or the lease is lost. */
  async untilIdle(signal: AbortSignal): Promise<void> {
    const abort = (): void => {
      this.#stop.abort(signal.reason);
      this.stir();
      void this.#house.clock.sleep(ARRIVE_MS, this.#cut.signal).then(() => this.#cut.abort(signal.reason));
    };
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    try {
      await this.#rounds();
    } finally {
      signal.removeEventListener("abort", abort);
      if (this.#tasks.size > 0) this.#stop.abort(ENDED);
      await Promise.all(this.#tasks);
      // Ends the sleep before the cut, where one began.
      if (signal.aborted) this.#cut.abort(ENDED);
    }
  }

  async #rounds(): Promise<void> {
    const { store } = this.#house;
    while (!this.#stop.signal.aborted && !this.#isLost) {
      this.#giveUpEnded(this.#work);
      const directed = await directWork(this.#house, this.#lease, this.#work);
      const work = this.#withoutPaused(directed?.work ?? this.#work);
      this.#work = work;
      this.#think(work);
      const outgoing = this.#say(work);
      const hasTicked = await this.#parts.scenes.tick(this.#lease, work);
      const dueAt = earliest(outgoing, this.#parts.scenes.dueAt(work), ...this.#stumbled.values());
      const now = this.#house.clock.now();
      const isIdle = this.#tasks.size === 0 && !this.#isStirred && (dueAt === null || dueAt > now + LINGER_MS);
      if (!hasTicked && isIdle) {
        // Given back in the commit that holds the last decisions.
        await Promise.all([directed?.stored, store.closeChannel(this.#lease, dueAt)]);
        return;
      }
      await directed?.stored;
      if (!hasTicked) {
        await this.#pause(dueAt === null ? LOOK_EVERY_MS : Math.min(LOOK_EVERY_MS, Math.max(0, dueAt - now)));
      }
      if (this.#stop.signal.aborted || this.#isLost) break;
      this.#work = await store.readWork(this.#lease);
    }
  }

  /** Until somebody stirs, a task ends or the time is up. */
  async #pause(ms: number): Promise<void> {
    if (!this.#isStirred) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = this.#house.clock.after(ms, resolve);
      this.#stir = resolve;
      await promise;
      cancel();
    }
    this.#stir = () => {};
    this.#isStirred = false;
  }

  /** Begins the turns that may be thought about now: people's side by side, personas' one at a time and only when nobody waits. */
  #think(work: Work): void {
    const now = this.#house.clock.now();
    for (const [turn, at] of this.#stumbled) if (at <= now) this.#stumbled.delete(turn);
    const open = work.turns.filter((turn) => turn.state === "waiting" || turn.state === "thinking");
    const idle = open.filter((turn) => !this.#thinking.has(turn.id) && !this.#stumbled.has(turn.id));
    for (const turn of idle.filter((each) => !each.unasked)) {
      if (this.#thinking.size >= THINKING_MAX) return;
      this.#begin(turn);
    }
    // People come first, but one slow answer does not silence everybody else.
    const isAwaited = open.some((turn) => !turn.unasked && now - turn.createdAt < PEOPLE_FIRST_MS);
    const isTaken = [...this.#thinking.values()].some(({ turn }) => turn.unasked);
    const isQuiet = !isAwaited && !isTaken && !this.#isSaying && !work.posts.some((post) => post.unasked);
    const next = idle.find((turn) => turn.unasked);
    if (isQuiet && next !== undefined) this.#begin(next);
  }

  /** Turns that ended in the store meanwhile, for a person said "stop" or deleted what they answer, are thought about no further. */
  #giveUpEnded(work: Work): void {
    const open = new Set(work.turns.filter((turn) => turn.state !== "saying").map((turn) => turn.id));
    for (const [id, { stop }] of this.#thinking) if (!open.has(id)) stop.abort(ENDED);
  }

  /** Gives up the ticks of scenes that a person has paused: a pause is heeded at once. */
  #withoutPaused(work: Work): Work {
    const paused = new Set(work.scenes.filter((scene) => scene.state.kind === "paused").map((scene) => scene.plan.id));
    const dropped = work.turns.filter((turn) => turn.scene !== null && paused.has(turn.scene));
    if (dropped.length === 0) return work;
    for (const turn of dropped) {
      this.#thinking.get(turn.id)?.stop.abort(ENDED);
      this.#run(() => this.#house.store.withdrawTurn(this.#lease, turn.id, pausedOutcome));
    }
    return {
      ...work,
      turns: work.turns.filter((turn) => !dropped.includes(turn)),
      posts: work.posts.filter((post) => !dropped.some((turn) => turn.id === post.turn)),
    };
  }

  #begin(turn: Turn): void {
    const stop = new AbortController();
    const end = (): void => stop.abort(ENDED);
    this.#stop.signal.addEventListener("abort", end, { once: true });
    this.#thinking.set(turn.id, { turn, stop });
    const typing = this.#typing(turn);
    this.#run(async () => {
      try {
        const thought = await this.#parts.thinker.think(this.#lease, turn, {
          signal: stop.signal,
          ready: (posts, stored) => {
            typing.end();
            this.#sayAtOnce(posts[0], stored);
          },
          begin: (post, say) => {
            const begins = this.#beginAtOnce(post, say);
            if (begins) typing.end();
            return begins;
          },
          scene: frameOf(turn, this.#work.scenes),
        });
        typing.end();
        await typing.ended();
        if (turn.scene !== null) await this.#parts.scenes.heard(turn.scene, turn.persona, thought);
      } catch (error) {
        if (error instanceof LeaseLost || this.#stop.signal.aborted) throw error;
        if (stop.signal.aborted) return;
        this.#house.log.error("a turn stumbled", { turn: turn.id, channel: turn.channel, why: messageOf(error) });
        this.#stumbled.set(turn.id, this.#house.clock.now() + STUMBLE_MS);
      } finally {
        typing.end();
        this.#stop.signal.removeEventListener("abort", end);
        this.#thinking.delete(turn.id);
      }
    });
  }

  #typing(turn: Turn): Typing {
    const { personas, speaking, log, clock } = this.#house;
    const member = personas.get(turn.persona);
    // Where nobody waits, a script that may have nothing to say is not announced.
    if (member === null || (turn.unasked && speaking().kind !== "model")) return noTyping;
    const { channel } = this.#lease;
    const failed = (error: unknown): void => log.debug("typing could not be shown", { channel, why: messageOf(error) });
    return showTyping(() => this.#adapter.typing(channel, member.persona).catch(failed), clock);
  }

  /** Says what may be said now, one post at a time; returns when held posts are worth another look. */
  #say(work: Work): number | null {
    const now = this.#house.clock.now();
    const outgoing = readyToSay(work, this.#adapter.traits, now);
    if (this.#isSaying || outgoing.now.length === 0) return outgoing.nextAt;
    if (now < this.#sayAt) return this.#sayAt;
    this.#saying(async () => {
      for (const post of outgoing.now) {
        if (this.#stop.signal.aborted) return;
        await this.#parts.outbox.say(this.#lease, post, this.#adapter, this.#until);
      }
    });
    return outgoing.nextAt;
  }

  /** Says the first post of a turn that is just being stored, where nothing stands before it; else it waits for the next look. */
  #sayAtOnce(post: Post | undefined, stored: Promise<unknown>): void {
    if (post === undefined || !this.#isNext(post)) return;
    this.#saying(() => this.#parts.outbox.sayFresh(this.#lease, { post, stored }, this.#adapter, this.#until));
  }

  /** Says the first words of an answer, where nothing stands before it. */
  #beginAtOnce(post: Post, say: (signal: AbortSignal) => Promise<void>): boolean {
    if (!this.#isNext(post)) return false;
    this.#saying(() => say(this.#cut.signal));
    return true;
  }

  /** Whether a post that is not in the store yet may be said now. */
  #isNext(post: Post): boolean {
    const now = this.#house.clock.now();
    if (this.#isSaying || now < this.#sayAt || this.#stop.signal.aborted) return false;
    // Nobody else makes turns here: what stands before it was known at the last look.
    const work = { ...this.#work, posts: [...this.#work.posts, post] };
    return readyToSay(work, this.#adapter.traits, now).now.includes(post);
  }

  #saying(say: () => Promise<void>): void {
    this.#isSaying = true;
    this.#run(async () => {
      try {
        await say();
      } catch (error) {
        this.#sayAt = this.#house.clock.now() + STUMBLE_MS;
        throw error;
      } finally {
        this.#isSaying = false;
      }
    });
  }

  /** The one place that watches over what runs beside the rounds. */
  #run(task: () => Promise<void>): void {
    const running = task()
      .catch((error: unknown) => {
        if (error instanceof LeaseLost) this.#isLost = true;
        else if (!this.#stop.signal.aborted) {
          this.#house.log.error("work in a channel failed", { channel: this.#lease.channel, why: messageOf(error) });
        }
      })
      .finally(() => {
        this.#tasks.delete(running);
        // Where nobody else waits, the look after the saying is enough.
        if (!this.#isSaying || this.#work.turns.length > 1) this.stir();
      });
    this.#tasks.add(running);
  }
}

function earliest(...times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

const pausedOutcome = { kind: "withdrawn", why: "stopped", detail: "the scene was paused" } as const;
