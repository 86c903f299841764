// Scenes: gives each its ticks when they are due, and lets it rest when there is nothing to say.
import type { Chance } from "../chance.ts";
import type { ChannelId, PersonaId, SceneId, TriggerId } from "../domain/ids.ts";
import { tickId, turnId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { Scene, SceneState } from "../domain/scene.ts";
import { endOf, isPlaying } from "../domain/scene.ts";
import type { Decision, NewTurn, SceneHalt } from "../domain/turn.ts";
import type { Lease, Work } from "../store/store.ts";
import { namesOf } from "./cast-names.ts";
import type { EngineHouse } from "./house.ts";
import type { Move } from "./microblog.ts";
import { nextSpeaker } from "./next-speaker.ts";
import type { RoomFacts } from "./rooms.ts";
import { closedIn, isSame, restIn } from "./rooms.ts";
import { BRAKED_MS, paceMs, REST_MS_MAX, restWhy, reviewScene } from "./scene-pace.ts";
import { haltDecision, sayerOf } from "./scene-words.ts";
import type { Thought } from "./think.ts";

// Enough recent messages to hold the candidates by others, and the threads they stand in.
const RECENT_PER_CANDIDATE = 4;

// After a tick at which nobody spoke the next one comes soon: the feed should not wait a whole pace for it.
const RETRY_MS = 400;

// So many ticks in a row without a word, for each of the cast, and the scene rests.
const SILENT_ROUNDS_MAX = 3;

// The brake that counts posts of a minute lets go within one: what holds for longer will hold for long.
const BRAKED_TICKS_MAX = 9;

const FAILING_MS = 60_000;

// While the talk of personas rests, a scene looks again after this long.
const RESTED_MS = 5 * 60_000;

// "Turns that answer people come first": as long as one answer waits for another. For longer one slow answer does not silence everybody else.
const PEOPLE_FIRST_MS = 10_000;

interface Silence {
  ticks: number;
  readonly sitting: Set<PersonaId>;
  lastWhy: string;
}

/** A brake that held at the last ticks. */
interface Braked {
  readonly ticks: number;
  readonly why: string;
  /** Epoch ms. */
  readonly until: number;
}

export class SceneTicker {
  readonly #house: EngineHouse;
  readonly #silences = new Map<SceneId, Silence>();
  readonly #braked = new Map<SceneId, Braked>();

  constructor(house: EngineHouse) {
    this.#house = house;
  }

  /** Gives the channel's scenes their ticks, if due. True when something changed. */
  async tick(lease: Lease, work: Work): Promise<boolean> {
    let changed = false;
    for (const scene of work.scenes) {
      if (isPlaying(scene.state)) changed = (await this.#tickOne(lease, work, scene)) || changed;
    }
    return changed;
  }

  /** When the next scene is due, epoch ms. A scene whose tick is under way is due when that has ended, and no tick comes before the people who wait for an answer. */
  dueAt(work: Work): number | null {
    const heldUntil = peopleFirstUntil(work, this.#house.clock.now());
    const times = work.scenes
      .filter((scene) => !isUnderWay(scene, work))
      .flatMap((scene) => {
        if (scene.dueAt === null) return [];
        const end = endOf(scene);
        const dueAt = end === null ? scene.dueAt : Math.min(scene.dueAt, end);
        return [heldUntil === null ? dueAt : Math.max(dueAt, heldUntil)];
      });
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What a scene's turn came to: when nobody has anything to say for long enough, the scene rests and says why. */
  async heard(id: SceneId, persona: PersonaId, thought: Thought): Promise<void> {
    const { outcome } = thought;
    if (outcome.kind !== "withdrawn") {
      this.#silences.delete(id);
      this.#braked.delete(id);
      return;
    }
    if (thought.isBraked) {
      const until = this.#house.clock.now() + BRAKED_MS;
      this.#braked.set(id, { ticks: (this.#braked.get(id)?.ticks ?? 0) + 1, why: outcome.detail, until });
      await this.#again(id, BRAKED_MS);
      return;
    }
    const silence = this.#silences.get(id) ?? { ticks: 0, sitting: new Set<PersonaId>(), lastWhy: "" };
    silence.ticks += 1;
    silence.sitting.add(persona);
    silence.lastWhy = outcome.detail;
    this.#silences.set(id, silence);
    await this.#again(id, RETRY_MS);
  }

  /** The next tick comes after `afterMs`, if the scene still runs. */
  async #again(id: SceneId, afterMs: number): Promise<void> {
    const now = this.#house.clock.now();
    const change = { state: { kind: "running" }, fresh: false, dueAt: now + afterMs, onlyWhile: "running" } as const;
    await this.#house.store.setScene(id, change, now);
  }

  async #tickOne(lease: Lease, work: Work, scene: Scene): Promise<boolean> {
    const { clock, chance, speaking } = this.#house;
    const now = clock.now();
    if (isUnderWay(scene, work)) return this.#catchUp(scene, work, now);
    const { id } = scene.plan;
    const heldUntil = this.#braked.get(id)?.until ?? null;
    const isPaid = speaking().kind === "model";
    const review = reviewScene(scene, { watchedAt: work.watchedAt, isPaid, heldUntil, now, chance });
    if (review !== null) {
      if (review.state.kind === "finished") await this.#sayHalt(lease, scene, haltOf(scene));
      await this.#change(scene, review.state, review.dueAt);
      return true;
    }
    if (scene.state.kind !== "running" || scene.dueAt === null || scene.dueAt > now) return false;
    if (peopleFirstUntil(work, now) !== null) return false;
    const room = await this.#house.rooms.of(lease.channel);
    const rest = closedIn(room) ?? restIn(room, now);
    if (rest !== null) {
      await this.#change(scene, { kind: "resting", why: restWhy[rest], until: now + RESTED_MS }, now + RESTED_MS);
      return true;
    }
    const why = this.#whyRest(scene, castOf(scene, room));
    if (why !== null) await this.#rest(lease, scene, why, now);
    else await this.#play(lease, work, scene, castOf(scene, room));
    return true;
  }

  /** What fell due while its last turn waited for a house that was down is not made up for: that turn was the one that catches up. */
  async #catchUp(scene: Scene, work: Work, now: number): Promise<boolean> {
    const { store, chance } = this.#house;
    const pace = paceMs(scene, work.watchedAt, now, chance);
    if (scene.state.kind !== "running" || scene.dueAt === null || scene.dueAt > now - pace) return false;
    const { state } = scene;
    const change = { state, fresh: false, dueAt: now + pace, onlyWhile: "running" } as const;
    await store.setScene(scene.plan.id, change, now);
    return true;
  }

  async #play(lease: Lease, work: Work, scene: Scene, cast: readonly Persona[]): Promise<void> {
    const { store, clock, chance } = this.#house;
    const { plan } = scene;
    const now = clock.now();
    const silence = this.#silences.get(plan.id);
    if (silence !== undefined && silence.sitting.size >= cast.length) silence.sitting.clear();
    const number = scene.ticks + 1;
    const keyed: Chance = (...keys) => chance("tick", plan.id, String(number), ...keys);
    const move = nextSpeaker(plan, {
      cast,
      recent: await this.#recent(lease.channel, plan.candidates),
      sitting: silence?.sitting ?? new Set(),
      names: namesOf(cast),
      chance: keyed,
    });
    const decision = move === null ? null : decisionFor(scene, number, lease.channel, move);
    const dueAt = move === null ? now + RETRY_MS : now + paceMs(scene, work.watchedAt, now, chance);
    await store.recordDecisions(
      lease,
      {
        throughSeq: null,
        decisions: decision === null ? [] : [decision],
        folds: [],
        tick: { scene: plan.id, dueAt },
      },
      now,
    );
  }

  /** The newest messages of the channel; what the house itself said there is none that anybody answers. */
  async #recent(channel: ChannelId, candidates: number): Promise<readonly Message[]> {
    const recent = await this.#house.store.recentMessages(channel, null, candidates * RECENT_PER_CANDIDATE);
    return recent.filter((message) => message.spoken?.solver !== "house");
  }

  /** Why the scene cannot go on for now; null: it can. */
  #whyRest(scene: Scene, cast: readonly Persona[]): string | null {
    const { id } = scene.plan;
    if (cast.length === 0) return "nobody is in its cast";
    const braked = this.#braked.get(id);
    if (braked !== undefined && braked.ticks >= BRAKED_TICKS_MAX) return braked.why;
    const silence = this.#silences.get(id);
    if (silence === undefined || silence.ticks < cast.length * SILENT_ROUNDS_MAX) return null;
    const speaking = this.#house.speaking();
    if (speaking.kind === "failing") return `the model fails: ${speaking.why}`;
    return speaking.kind === "scripted" && scene.posts === 0
      ? "its cast has no script for talking by itself: set OPENAI_API_KEY or OPENAI_BASE_URL"
      : silence.lastWhy;
  }

  async #rest(lease: Lease, scene: Scene, why: string, now: number): Promise<void> {
    const isFailing = this.#house.speaking().kind === "failing";
    this.#silences.delete(scene.plan.id);
    this.#braked.delete(scene.plan.id);
    const until = now + (isFailing ? FAILING_MS : REST_MS_MAX);
    await this.#sayHalt(lease, scene, { by: "rest", why });
    await this.#change(scene, { kind: "resting", why, until }, until);
  }

  /** One of the cast says in the channel that the scene halts, and why: once in a run for each reason. Pages show by themselves how a scene stands. */
  async #sayHalt(lease: Lease, scene: Scene, halt: SceneHalt): Promise<void> {
    const { store, rooms, clock } = this.#house;
    const room = await rooms.of(lease.channel);
    if (room.residents === "everyone" || closedIn(room) !== null) return;
    const recent = await store.recentMessages(lease.channel, null, scene.plan.candidates);
    const speaker = sayerOf(
      castOf(scene, room),
      recent.flatMap(({ spoken }) => spoken?.persona ?? []),
    );
    if (speaker === null) return;
    const decisions = [haltDecision(scene, lease.channel, speaker, halt)];
    // Before the state: killed in between, the house says the same once more, which is saying it once.
    await store.recordDecisions(lease, { throughSeq: null, decisions, folds: [], tick: null }, clock.now());
  }

  async #change(scene: Scene, state: SceneState, dueAt: number | null): Promise<void> {
    if (state.kind !== scene.state.kind) {
      this.#house.log.info("a scene changed", {
        scene: scene.plan.id,
        from: scene.state.kind,
        to: state.kind,
        why: state.kind === "running" ? "" : state.why,
      });
    }
    await this.#house.store.setScene(
      scene.plan.id,
      { state, fresh: false, dueAt, onlyWhile: scene.state.kind },
      this.#house.clock.now(),
    );
  }
}

function haltOf({ plan, posts }: Scene): SceneHalt {
  return posts >= plan.postLimit ? { by: "posts", max: plan.postLimit } : { by: "end" };
}

function castOf(scene: Scene, room: RoomFacts): readonly Persona[] {
  const bound = room.cast.map((member) => member.persona);
  const { cast } = scene.plan;
  if (cast.length > 0) return bound.filter((persona) => cast.some((id) => isSame(id, persona.id)));
  // Whoever speaks only when asked is in a scene that asks for it by name.
  return bound.filter((persona) => room.settingsOf(persona.id).strategy !== "manual");
}

function isUnderWay(scene: Scene, work: Work): boolean {
  return work.turns.some((turn) => turn.scene === scene.plan.id);
}

/** Until when ticks wait for people to be answered, epoch ms; null: nobody waits. */
function peopleFirstUntil(work: Work, now: number): number | null {
  const times = work.turns
    .filter((turn) => !turn.unasked && turn.scene === null)
    .map((turn) => turn.createdAt + PEOPLE_FIRST_MS)
    .filter((at) => at > now);
  return times.length === 0 ? null : Math.max(...times);
}

function decisionFor(scene: Scene, number: number, channel: ChannelId, move: Move): Decision {
  const trigger: TriggerId = tickId(scene.plan.id, number);
  const replyTo: Message | null = move.replyTo;
  const turn: NewTurn = {
    id: turnId(trigger, move.persona),
    trigger,
    channel,
    persona: move.persona,
    reason: { kind: "tick", scene: scene.plan.id, act: replyTo === null ? "post" : "reply" },
    askedBy: replyTo?.author.id ?? null,
    replyTo: replyTo?.id ?? null,
    conversation: replyTo?.conversation ?? null,
    // A tick starts a chain of depth 0, whatever it replies to.
    depth: 1,
    unasked: true,
    scene: scene.plan.id,
  };
  return { trigger, turns: [turn], silences: [] };
}
