// Scenes that people start, change and end, in SQLite: each operation is one transaction, with its entry in the audit list.
import type { ChannelId, SceneId } from "../domain/ids.ts";
import { channelScope } from "../domain/ids.ts";
import type { Scene, ScenePlan, SceneState } from "../domain/scene.ts";
import { isOffStage, isPlaying, stoppedBy } from "../domain/scene.ts";
import type { Outcome } from "../domain/turn.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Changer } from "./registry.ts";
import type { Repositories } from "./repositories.ts";
import type { Cue, Cued, Halt, Meanwhile, SceneBook, SceneEntry } from "./scene-book.ts";
import { SCENES_MAX } from "./scene-book.ts";

export class SqliteSceneBook implements SceneBook {
  readonly #repositories: Repositories;
  readonly #group: GroupCommit;
  readonly #read: <T>(work: () => T) => Promise<T>;

  /** `read` runs what only reads and explains what SQLite says. */
  constructor(repositories: Repositories, group: GroupCommit, read: <T>(work: () => T) => Promise<T>) {
    this.#repositories = repositories;
    this.#group = group;
    this.#read = read;
  }

  all(): Promise<readonly SceneEntry[]> {
    return this.#read(() => {
      const { channels, scenes } = this.#repositories;
      return scenes.all().flatMap((scene) => {
        const known = isOffStage(scene.state) ? null : channels.known(scene.channel);
        return known === null ? [] : [{ scene, place: known.place }];
      });
    });
  }

  start(plan: ScenePlan, cue: Cue, by: Changer): Promise<Exclude<Cued, { kind: "gone" }>> {
    return this.#group.run(() => {
      const { channels, scenes } = this.#repositories;
      const { place, now, dueAt } = cue;
      const known = scenes.get(plan.id);
      if (known !== null) return { kind: "plays", scene: known };
      channels.ensureThread(place);
      const other = this.#makeRoom(plan.id, place.channel, cue.meanwhile, by, now);
      if (other !== null) return { kind: "busy", other };
      scenes.put(plan, place.channel, now);
      scenes.set(plan.id, { kind: "running" }, dueAt);
      this.#forgetOldest(place.channel);
      this.#changed(plan, place.channel, by, { what: "scene start", at: now, dueAt, before: null, after: plan.name });
      return { kind: "plays", scene: this.#get(plan.id) };
    });
  }

  resume(id: SceneId, cue: Omit<Cue, "place">, by: Changer): Promise<Cued> {
    return this.#group.run(() => {
      const { scenes } = this.#repositories;
      const scene = scenes.get(id);
      if (scene === null || isOffStage(scene.state)) return { kind: "gone" };
      const { now, dueAt } = cue;
      if (scene.state.kind === "running") return { kind: "plays", scene };
      const other = this.#makeRoom(id, scene.channel, cue.meanwhile, by, now);
      if (other !== null) return { kind: "busy", other };
      if (scene.state.kind === "finished") scenes.restart(id, now);
      scenes.set(id, { kind: "running" }, dueAt);
      const change = { what: "scene resume", at: now, dueAt, before: scene.state.kind, after: "running" };
      this.#changed(scene.plan, scene.channel, by, change);
      return { kind: "plays", scene: this.#get(id) };
    });
  }

  halt(id: SceneId, how: Halt, by: Changer, now: number): Promise<Scene | null> {
    return this.#group.run(() => {
      const scene = this.#repositories.scenes.get(id);
      if (scene === null || isOffStage(scene.state)) return null;
      const isHaltedSo = scene.state.kind === (how === "pause" ? "paused" : "finished");
      // What is finished cannot be paused: it would go on with the old run.
      if (isHaltedSo || scene.state.kind === "finished") return scene;
      this.#halt(scene, how, by, now);
      return this.#get(id);
    });
  }

  replan(
    plan: ScenePlan,
    { before, after }: { readonly before: string; readonly after: string },
    by: Changer,
    now: number,
  ): Promise<Scene | null> {
    return this.#group.run(() => {
      const { scenes } = this.#repositories;
      const scene = scenes.get(plan.id);
      if (scene === null || isOffStage(scene.state)) return null;
      scenes.replan(plan);
      // Whatever it waited for may have changed: it looks anew.
      if (scene.state.kind === "resting") scenes.set(plan.id, { kind: "running" }, now);
      this.#changed(plan, scene.channel, by, { what: "scene set", at: now, dueAt: now, before, after });
      return this.#get(plan.id);
    });
  }

  forget(channel: ChannelId): Promise<void> {
    return this.#group.run(() => {
      const { channels, scenes } = this.#repositories;
      for (const place of channels.withThreads(channel)) {
        const started = scenes.of(place).filter(({ plan }) => plan.by !== null);
        for (const { plan } of started) scenes.remove(plan.id);
        if (started.length > 0) this.#group.mark(place);
      }
    });
  }

  #get(id: SceneId): Scene {
    const scene = this.#repositories.scenes.get(id);
    if (scene === null) throw new RangeError(`there is no scene ${id}`);
    return scene;
  }

  /** The scene that plays in the channel and stays; null: none does any more. */
  #makeRoom(id: SceneId, channel: ChannelId, meanwhile: Meanwhile, by: Changer, now: number): Scene | null {
    const others = this.#repositories.scenes
      .of(channel)
      .filter(({ plan, state }) => plan.id !== id && isPlaying(state));
    if (meanwhile === "stays") return others[0] ?? null;
    for (const other of others) this.#halt(other, "pause", by, now);
    return null;
  }

  #halt(scene: Scene, how: Halt, by: Changer, now: number): void {
    const { posts, scenes, turns } = this.#repositories;
    const { id } = scene.plan;
    const state: SceneState = how === "pause" ? { kind: "paused", why: `${by.name} paused it` } : stoppedBy(by.name);
    scenes.set(id, state, null);
    const outcome: Outcome = { kind: "withdrawn", why: "stopped", detail: `the scene: ${state.why}` };
    for (const turn of turns.open(scene.channel)) {
      if (turn.scene !== id) continue;
      posts.withdraw(turn.id);
      turns.end(turn.id, outcome);
    }
    const change = { what: `scene ${how}`, at: now, dueAt: now, before: scene.state.kind, after: state.kind };
    this.#changed(scene.plan, scene.channel, by, change);
  }

  #forgetOldest(channel: ChannelId): void {
    const { scenes } = this.#repositories;
    const known = scenes.of(channel).filter(({ plan }) => plan.by !== null);
    const idle = known.filter(({ state }) => !isPlaying(state)).toSorted((a, b) => a.startedAt - b.startedAt);
    for (const { plan } of idle.slice(0, Math.max(0, known.length - SCENES_MAX))) scenes.remove(plan.id);
  }

  #changed(
    { name }: ScenePlan,
    channel: ChannelId,
    by: Changer,
    change: {
      readonly what: string;
      readonly at: number;
      readonly dueAt: number;
      readonly before: string | null;
      readonly after: string | null;
    },
  ): void {
    const { audits, channels } = this.#repositories;
    const { what, at, dueAt, before, after } = change;
    audits.record({ scope: channelScope(channel), by, at, what, subject: name, before, after });
    channels.change(channel, dueAt);
    this.#group.mark(channel);
  }
}
