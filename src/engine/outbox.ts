// The outbox: says posts in order, once, and records where each landed.
import type { Adapter, Manner, Said, Sent, Traits } from "../adapters/adapter.ts";
import { Limited, Refused } from "../adapters/adapter.ts";
import { personaAuthorId } from "../domain/ids.ts";
import type { Pacing } from "../domain/pace.ts";
import type { Outcome, Post, Standing, Turn } from "../domain/turn.ts";
import { LeaseLost, messageOf } from "../errors.ts";
import type { Lease, Work } from "../store/store.ts";
import type { EngineHouse } from "./house.ts";
import { readManner, readMannerOfStanding } from "./manner.ts";
import type { Start } from "./pace.ts";
import { begun, pacingOf, settled } from "./pace.ts";

// "Waiting at most 10 s for a slower one before."
const HOLD_MS = 10_000;

// A platform that fails in a way it does not explain is tried again after this long.
const RETRY_MS = 5_000;

/** Until when something is said: what waits for its turn at the platform's pace is given up at `stop`, what is on its way at `cut`. */
export interface Until {
  readonly stop: AbortSignal;
  readonly cut: AbortSignal;
}

/** What may be said now, and when the next look is worth while. */
export interface Outgoing {
  readonly now: readonly Post[];
  /** Epoch ms; null: nothing is held back by time alone. */
  readonly nextAt: number | null;
}

/** Which posts may be said at `now`: answers to people in the order in which they asked, each waiting at most 10 s for a slower one before; a persona never overtakes itself; what nobody asked for comes last; a post in doubt waits until it can no longer land. Pure. */
export function readyToSay(work: Work, traits: Traits, now: number): Outgoing {
  const ready: Post[] = [];
  let nextAt: number | null = null;
  const later = (at: number): void => {
    nextAt = nextAt === null ? at : Math.min(nextAt, at);
  };
  const blocked = new Set<Turn["id"]>();
  for (const post of inSayingOrder(work)) {
    const turn = work.turns.find((each) => each.id === post.turn);
    const before = turn === undefined ? [] : work.turns.slice(0, work.turns.indexOf(turn));
    const isOvertaking = before.some((each) => each.persona === post.persona && each.unasked === post.unasked);
    // What is to be taken back waits for nobody, nor does what stands already and lacks only its end.
    const isStanding = post.state === "leaving" || post.landed !== null;
    const isHeld = !post.unasked && before.some((each) => !each.unasked) && now < post.readyAt + HOLD_MS;
    if (isStanding && dueAt(post, traits) <= now) {
      ready.push(post);
      blocked.add(post.turn);
    } else if (blocked.has(post.turn) || isOvertaking) {
      blocked.add(post.turn);
    } else if (isHeld) {
      blocked.add(post.turn);
      later(post.readyAt + HOLD_MS);
    } else if (dueAt(post, traits) > now) {
      blocked.add(post.turn);
      later(dueAt(post, traits));
    } else {
      ready.push(post);
      // Its further parts follow in the next round, once this one is said.
      blocked.add(post.turn);
    }
  }
  return { now: ready, nextAt };
}

/** When a post may be tried; one whose sending ended in doubt only once that request can no longer land. */
function dueAt(post: Post, traits: Traits): number {
  return isInDoubt(post, traits) ? (post.sendingAt ?? 0) + traits.landsWithinMs : post.dueAt;
}

/** Whether its sending began, nobody knows how it ended, and sending it again might say it twice. */
function isInDoubt(post: Post, traits: Traits): boolean {
  if (post.landed !== null || post.state === "ready") return false;
  return traits.resend === "find" || post.state === "leaving";
}

function inSayingOrder(work: Work): readonly Post[] {
  return [...work.posts.filter((post) => !post.unasked), ...work.posts.filter((post) => post.unasked)];
}

export class Outbox {
  readonly #house: EngineHouse;

  constructor(house: EngineHouse) {
    this.#house = house;
  }

  /** Says one post, or settles what became of it. Rejects only when the lease is lost or its time is over. */
  async say(lease: Lease, post: Post, adapter: Adapter, until: Until): Promise<void> {
    if (post.state === "leaving") return this.#takeBack(lease, post, adapter, until.cut);
    if (post.landed !== null) return this.#sayRest(lease, { post, landed: post.landed }, adapter, until);
    if (isInDoubt(post, adapter.traits) && (await this.#hasLanded(lease, post, adapter))) return;
    if (isInDoubt(post, adapter.traits) && (await this.#isDropped(lease, post))) return;
    const manner = await readManner(this.#house, post);
    const start = await this.#begin(lease, post, adapter, until.stop);
    if (start.kind === "void") await this.#withdraw(lease, post, post.scene === null ? gone : stopped);
    if (start.kind === "begun") await this.#send(lease, { post, manner, pacing: start.pacing }, adapter, until.cut);
  }

  /** Says a post that is on its way into the store, its sending recorded in the commit that holds it. One that may not be said, or is not there, is left to the next look. */
  async sayFresh(
    lease: Lease,
    { post, stored }: { readonly post: Post; readonly stored: Promise<unknown> },
    adapter: Adapter,
    until: Until,
  ): Promise<void> {
    const manner = await readManner(this.#house, post);
    const [start] = await Promise.all([this.#begin(lease, post, adapter, until.stop), stored]);
    if (start.kind === "begun") await this.#send(lease, { post, manner, pacing: start.pacing }, adapter, until.cut);
  }

  /** Records that the sending begins, once the platform has room for it; one that must wait for long is left to the store. */
  async #begin(lease: Lease, post: Post, adapter: Adapter, patience: AbortSignal): Promise<Start> {
    const { store } = this.#house;
    const pacing = await pacingOf(adapter, { channel: post.channel, by: post.id, need: "post" });
    const recording = {
      alone: (now: number) => store.recordSending(lease, post.id, now),
      paced: (asked: Pacing, now: number) => store.paces.send(lease, post.id, asked, now),
    };
    return begun(this.#house, pacing, recording, patience);
  }

  async #send(
    lease: Lease,
    { post, manner, pacing }: { readonly post: Post; readonly manner: Manner; readonly pacing: Pacing | null },
    adapter: Adapter,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, clock, log, personas } = this.#house;
    const member = personas.get(post.persona);
    if (member === null) {
      await this.#withdraw(lease, post, personaGone(post));
      return;
    }
    try {
      const sent = await adapter.send(post, member.persona, manner, signal);
      await Promise.all([this.#said(lease, post, sent), settled(this.#house, pacing, null)]);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Refused) {
        log.warn("the platform refused a post", { channel: post.channel, post: post.id, why: messageOf(error) });
        const outcome = { ...stopped, detail: `the platform refused it: ${messageOf(error)}` };
        await Promise.all([this.#withdraw(lease, post, outcome), settled(this.#house, pacing, error)]);
      } else if (error instanceof Limited) {
        const unsent = store.recordUnsent(lease, post.id, error.retryAt);
        await Promise.all([unsent, settled(this.#house, pacing, error)]);
      } else if (error instanceof LeaseLost) {
        throw error;
      } else if (adapter.traits.resend === "safe") {
        log.warn("a post could not be said, it is tried again", { post: post.id, why: messageOf(error) });
        await store.recordUnsent(lease, post.id, clock.now() + RETRY_MS);
      } else {
        // In doubt, or of unknown kind: it stays "sending" and is looked for once it can no longer land.
        log.warn("a post is in doubt, it is looked for", { post: post.id, why: messageOf(error) });
      }
    }
  }

  /** Brings a post that grew to its final text. */
  async #sayRest(
    lease: Lease,
    { post, landed }: { readonly post: Post; readonly landed: Standing },
    adapter: Adapter,
    until: Until,
  ): Promise<void> {
    const { store, clock, log, personas } = this.#house;
    const manner = await readMannerOfStanding(this.#house, post);
    const member = personas.get(post.persona);
    const start = member === null ? null : await this.#begin(lease, post, adapter, until.stop);
    if (start?.kind === "held") return;
    if (member === null || start?.kind !== "begun") {
      await this.#withdraw(lease, post, member === null ? personaGone(post) : gone);
      return;
    }
    try {
      await adapter.edit(saidAs(post, landed), member.persona, post.text, manner, until.cut);
    } catch (error) {
      until.cut.throwIfAborted();
      await settled(this.#house, start.pacing, error);
      const why = messageOf(error);
      log.warn("an answer could not be brought to its end", { channel: post.channel, post: post.id, why });
      if (error instanceof Refused) {
        await this.#withdraw(lease, post, { ...stopped, detail: `the platform refused the rest of it: ${why}` });
      } else {
        // Changing it twice is changing it once.
        await store.recordUnsent(lease, post.id, error instanceof Limited ? error.retryAt : clock.now() + RETRY_MS);
      }
      return;
    }
    const known = landed.channel === post.channel ? null : await store.registry.place(landed.channel);
    const sent = { post: post.id, message: landed.message, at: post.readyAt, thread: known?.place ?? null };
    await Promise.all([this.#said(lease, post, sent), settled(this.#house, start.pacing, null)]);
  }

  /** Takes back what stands, or may stand, of a turn that was withdrawn meanwhile. */
  async #takeBack(lease: Lease, post: Post, adapter: Adapter, signal: AbortSignal): Promise<void> {
    const { store, clock, log } = this.#house;
    try {
      const landed = post.landed ?? standingOf(post, await adapter.find(post));
      if (landed !== null) await adapter.remove(saidAs(post, landed), signal);
    } catch (error) {
      signal.throwIfAborted();
      log.warn("what was withdrawn could not be taken back", { post: post.id, why: messageOf(error) });
      if (!(error instanceof Refused)) {
        const again = error instanceof Limited ? error.retryAt : clock.now() + RETRY_MS;
        await store.recordUnsent(lease, post.id, again);
        return;
      }
    }
    await store.recordTakenBack(lease, post);
  }

  async #withdraw(lease: Lease, post: Post, outcome: Outcome): Promise<void> {
    await this.#house.store.withdrawTurn(lease, post.turn, outcome);
    this.#house.meter.turnEnded(outcome.kind);
  }

  /** Looks for a post in doubt and records it where it landed. One that may not be looked for any more can be neither found nor safely said again: it is given up. */
  async #hasLanded(lease: Lease, post: Post, adapter: Adapter): Promise<boolean> {
    let sent: Sent | null;
    try {
      sent = await adapter.find(post);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const why = messageOf(error);
      this.#house.log.warn("a post in doubt may not be looked for", { channel: post.channel, post: post.id, why });
      await this.#withdraw(lease, post, { ...inDoubt, detail: `it may have been said, and nobody may look: ${why}` });
      return true;
    }
    this.#house.meter.doubted(sent === null ? "lost" : "landed");
    if (sent === null) return false;
    await this.#said(lease, post, sent);
    return true;
  }

  /** Gives up a post that was looked for and not found, where the settings of the place say so. */
  async #isDropped(lease: Lease, post: Post): Promise<boolean> {
    const room = await this.#house.rooms.of(post.channel);
    if (room.settings.doubt !== "drop") return false;
    await this.#withdraw(lease, post, inDoubt);
    return true;
  }

  async #said(lease: Lease, post: Post, sent: Sent): Promise<void> {
    const { store, personas, countTokens, log, meter, clock } = this.#house;
    const name = personas.get(post.persona)?.persona.name ?? post.persona;
    await store.recordSaid(lease, post.id, {
      message: sent.message,
      at: sent.at,
      author: { id: personaAuthorId(post.persona), kind: "persona", name },
      tokens: countTokens(post.text),
      thread: sent.thread,
    });
    const waitMs = clock.now() - post.readyAt;
    meter.spoke(waitMs);
    log.info("spoke", { persona: post.persona, channel: post.channel, solver: post.solver, waitMs });
  }
}

const stopped = { kind: "withdrawn", why: "stopped", detail: "it was stopped before it was said" } as const;

function personaGone(post: Post): Outcome {
  return { ...stopped, detail: `the persona ${post.persona} is gone` };
}

function saidAs({ persona, part }: Post, landed: Standing): Said {
  return { ...landed, persona, part };
}

function standingOf(post: Post, sent: Sent | null): Standing | null {
  return sent === null ? null : { message: sent.message, channel: sent.thread?.channel ?? post.channel };
}

const inDoubt = { kind: "withdrawn", why: "in-doubt", detail: "" } as const;

const gone = {
  kind: "withdrawn",
  why: "trigger-deleted",
  detail: "what it answers, or the post itself, is gone",
} as const;
