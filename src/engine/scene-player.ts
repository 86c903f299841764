// Puts the scenes of the files on stage in a channel, and keeps them in step with the files.
import type { ChannelId } from "../domain/ids.ts";
import { platformOf } from "../domain/ids.ts";
import type { Scene, ScenePlan } from "../domain/scene.ts";
import { isOffStage, isPlaying, isStopped, offStage } from "../domain/scene.ts";
import type { EngineHouse } from "./house.ts";
import { startDue } from "./scene-pace.ts";

type PlayerHouse = Pick<EngineHouse, "store" | "clock">;

export class ScenePlayer {
  readonly #house: PlayerHouse;
  readonly #channel: ChannelId;
  readonly #wake: (channel: ChannelId) => Promise<void>;

  constructor(house: PlayerHouse, channel: ChannelId, wake: (channel: ChannelId) => Promise<void>) {
    this.#house = house;
    this.#channel = channel;
    this.#wake = wake;
  }

  /** At the start of a house: every scene goes on, with a new run where it had reached its limit; only what a person paused or stopped stays so. */
  async begin(plans: readonly ScenePlan[]): Promise<void> {
    await this.#stage(plans);
    const now = this.#house.clock.now();
    // Whoever starts a house looks at it.
    await this.#house.store.recordWatched(this.#channel, now);
    const scenes = await this.#house.store.scenes(this.#channel);
    // Where people started one that still plays, that one goes on alone.
    const isTaken = scenes.some(({ plan, state }) => plan.by !== null && isPlaying(state));
    for (const scene of isTaken ? [] : scenes) {
      const isOnStage = plans.some((plan) => plan.id === scene.plan.id);
      const isHalted = scene.state.kind === "paused" || isStopped(scene.state);
      if (isOnStage && !isHalted) await this.#go(scene);
    }
    await this.#wake(this.#channel);
  }

  /** The files changed while the house runs: plans change, states stay. */
  async update(plans: readonly ScenePlan[]): Promise<void> {
    await this.#stage(plans);
    await this.#wake(this.#channel);
  }

  async #go(scene: Scene): Promise<void> {
    const { store, clock } = this.#house;
    const now = clock.now();
    const fresh = scene.state.kind === "finished";
    const change = { state: { kind: "running" }, fresh, dueAt: startDue(now), onlyWhile: null } as const;
    await store.setScene(scene.plan.id, change, now);
  }

  /** Scenes whose file is gone leave the stage; one whose file is back goes on. */
  async #stage(plans: readonly ScenePlan[]): Promise<void> {
    const { store, clock } = this.#house;
    for (const plan of plans) {
      const scene = await store.putScene(plan, this.#channel, platformOf(this.#channel), clock.now());
      if (isOffStage(scene.state)) await this.#go(scene);
    }
    for (const scene of await store.scenes(this.#channel)) {
      const isOnStage = plans.some((plan) => plan.id === scene.plan.id);
      // What people started has no file.
      if (isOnStage || scene.plan.by !== null || isOffStage(scene.state)) continue;
      const change = { state: offStage, fresh: false, dueAt: null, onlyWhile: null };
      await store.setScene(scene.plan.id, change, clock.now());
    }
  }
}
