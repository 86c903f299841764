// Scenes: gives each its ticks when they are due, and lets it rest when there is nothing to say.
import type { Chance } from "../chance.ts";
import type { ChannelId, PersonaId, SceneId, TriggerId } from "../domain/ids.ts";
import { tickId, turnId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { Scene, SceneState } from "../domain/scene.ts";
import type { Decision, NewTurn } from "../domain/turn.ts";
import type { Lease, Work } from "../store/store.ts";
import type { EngineHouse } from "./house.ts";
import type { Move } from "./microblog.ts";
import { nextMove } from "./microblog.ts";
import type { RoomFacts } from "./rooms.ts";
import { restIn } from "./rooms.ts";
import { paceMs, REST_MS_MAX, reviewScene } from "./scene-pace.ts";
import type { Thought } from "./think.ts";

// Enough recent messages to hold the candidates by others, and the threads they stand in.
const RECENT_PER_CANDIDATE = 4;

// After a tick at which nobody spoke the next one comes soon: the feed should not wait a whole pace for it.
const RETRY_MS = 400;

// A brake that holds counts posts of the last minute: some of them have gone by then.
const BRAKED_MS = 10_000;

// So many ticks in a row without a word, for each of the cast, and the scene rests.
const SILENT_ROUNDS_MAX = 3;

const FAILING_MS = 60_000;

// While the talk of personas rests, a scene looks again after this long.
const RESTED_MS = 5 * 60_000;

const restWhy = { stopped: "a person said stop", "quiet-hours": "these are quiet hours" } as const;

interface Silence {
  ticks: number;
  readonly sitting: Set<PersonaId>;
  lastWhy: string;
}

export class SceneTicker {
  readonly #house: EngineHouse;
  readonly #silences = new Map<SceneId, Silence>();

  constructor(house: EngineHouse) {
    this.#house = house;
  }

  /** Gives the channel's scenes their ticks, if due. True when something changed. */
  async tick(lease: Lease, work: Work): Promise<boolean> {
    let changed = false;
    for (const scene of work.scenes) {
      changed = (await this.#tickOne(lease, work, scene)) || changed;
    }
    return changed;
  }

  /** When the next scene is due, epoch ms. A scene whose tick is under way is due when that has ended. */
  dueAt(work: Work): number | null {
    const times = work.scenes
      .filter((scene) => !isUnderWay(scene, work))
      .flatMap((scene) => (scene.dueAt === null ? [] : [scene.dueAt]));
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What a scene's turn came to: when nobody has anything to say for long enough, the scene rests and says why. */
  async heard(id: SceneId, persona: PersonaId, thought: Thought): Promise<void> {
    const { outcome } = thought;
    if (outcome.kind !== "withdrawn") {
      this.#silences.delete(id);
      return;
    }
    if (thought.isBraked) {
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
    const { store, clock, chance, speaking } = this.#house;
    if (isUnderWay(scene, work)) return false;
    const now = clock.now();
    const isPaid = speaking().kind === "model";
    const review = reviewScene(scene, { watchedAt: work.watchedAt, isPaid, now, chance });
    if (review !== null) {
      await this.#change(scene, review.state, review.dueAt);
      return true;
    }
    if (scene.state.kind !== "running" || scene.dueAt === null || scene.dueAt > now) return false;
    const room = await this.#house.rooms.of(lease.channel);
    const rest = restIn(room, now);
    if (rest !== null) {
      await this.#change(scene, { kind: "resting", why: restWhy[rest], until: now + RESTED_MS }, now + RESTED_MS);
      return true;
    }
    const cast = castOf(scene, room);
    const silence = this.#silences.get(scene.plan.id);
    if (cast.length === 0 || (silence !== undefined && silence.ticks >= cast.length * SILENT_ROUNDS_MAX)) {
      await this.#rest(scene, silence, now);
      return true;
    }
    if (silence !== undefined && silence.sitting.size >= cast.length) silence.sitting.clear();
    const recent = await store.recentMessages(lease.channel, null, scene.plan.candidates * RECENT_PER_CANDIDATE);
    const number = scene.ticks + 1;
    const keyed: Chance = (...keys) => chance("tick", scene.plan.id, String(number), ...keys);
    const move = nextMove(scene.plan, cast, recent, silence?.sitting ?? new Set(), keyed);
    const decision = move === null ? null : decisionFor(scene, number, lease.channel, move);
    const dueAt = move === null ? now + RETRY_MS : now + paceMs(scene, work.watchedAt, now, chance);
    await store.recordDecisions(
      lease,
      {
        throughSeq: null,
        decisions: decision === null ? [] : [decision],
        folds: [],
        tick: { scene: scene.plan.id, dueAt },
      },
      now,
    );
    return true;
  }

  async #rest(scene: Scene, silence: Silence | undefined, now: number): Promise<void> {
    const isFailing = this.#house.speaking().kind === "failing";
    const why = this.#whySilent(scene, silence);
    this.#silences.delete(scene.plan.id);
    const until = now + (isFailing ? FAILING_MS : REST_MS_MAX);
    await this.#change(scene, { kind: "resting", why, until }, until);
  }

  #whySilent(scene: Scene, silence: Silence | undefined): string {
    const speaking = this.#house.speaking();
    if (silence === undefined) return "nobody is in its cast";
    if (speaking.kind === "failing") return `the model fails: ${speaking.why}`;
    return speaking.kind === "scripted" && scene.posts === 0
      ? "its cast has no script for talking by itself: set OPENAI_API_KEY or OPENAI_BASE_URL"
      : silence.lastWhy;
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

function castOf(scene: Scene, room: RoomFacts): readonly Persona[] {
  const bound = room.cast.map((member) => member.persona);
  const { cast } = scene.plan;
  return cast.length === 0 ? bound : bound.filter((persona) => cast.includes(persona.id));
}

function isUnderWay(scene: Scene, work: Work): boolean {
  return work.turns.some((turn) => turn.scene === scene.plan.id);
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
