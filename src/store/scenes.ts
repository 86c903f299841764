// Scenes: their plans, how they stand, when their next tick is due.
import type { ChannelId, SceneId } from "../domain/ids.ts";
import type { Scene, ScenePlan, SceneState } from "../domain/scene.ts";
import { isOffStage, isPlaying, isStopped, usualScene } from "../domain/scene.ts";
import type { Tables } from "./drizzle.ts";
import { asc, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import { scenes } from "./tables.ts";

export class Scenes {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  get(id: SceneId): Scene | null {
    const row = this.#queries.one.get({ id });
    return row === undefined ? null : toScene(row);
  }

  of(channel: ChannelId): readonly Scene[] {
    return this.#queries.ofChannel.all({ channel }).map((row) => toScene(row));
  }

  /** Those of each channel together, the newest last. */
  all(): readonly Scene[] {
    return this.#queries.all.all().map((row) => toScene(row));
  }

  replan(plan: ScenePlan): void {
    this.#queries.replan.run({ id: plan.id, plan });
  }

  remove(id: SceneId): void {
    this.#queries.remove.run({ id });
  }

  /** A new scene runs, due at once; of one that is there already only plan and channel are replaced. */
  put(plan: ScenePlan, channel: ChannelId, now: number): Scene {
    const state: SceneState = { kind: "running" };
    return toScene(this.#queries.put.get({ id: plan.id, channel, plan, state, now }));
  }

  set(id: SceneId, state: SceneState, dueAt: number | null): void {
    this.#queries.set.run({ id, state, dueAt });
  }

  /** A new run: posts are counted from 0. */
  restart(id: SceneId, now: number): void {
    this.#queries.restart.run({ id, now });
  }

  tick(id: SceneId, ticks: number, dueAt: number | null): void {
    this.#queries.tick.run({ id, ticks, dueAt });
  }

  countPost(id: SceneId): void {
    this.#queries.countPost.run({ id });
  }

  /** Begins a new run of each scene of the channel; what a person paused or stopped stays so, of those that people started what has ended stays over, and what has no file any more stays off the stage. */
  clear(channel: ChannelId, now: number): void {
    for (const scene of this.of(channel)) {
      this.restart(scene.plan.id, now);
      const { plan, state } = scene;
      const isHalted = state.kind === "paused" || isStopped(state) || isOffStage(state);
      if (isHalted || (plan.by !== null && !isPlaying(state))) continue;
      this.set(plan.id, { kind: "running" }, now);
    }
  }
}

function toScene(row: typeof scenes.$inferSelect): Scene {
  const { id: _id, plan, ...scene } = row;
  // Plans that were stored before there was more to say of a scene lack it.
  return { ...scene, plan: { ...usualScene, ...plan } };
}

function prepare(tables: Tables) {
  const byId = eq(scenes.id, given("id"));
  const dueAt = sql`${value("dueAt")}`;
  return {
    one: tables.select().from(scenes).where(byId).prepare(),
    ofChannel: tables
      .select()
      .from(scenes)
      .where(eq(scenes.channel, given("channel")))
      .orderBy(asc(scenes.id))
      .prepare(),
    all: tables.select().from(scenes).orderBy(asc(scenes.channel), asc(scenes.startedAt), asc(scenes.id)).prepare(),
    replan: tables
      .update(scenes)
      .set({ plan: sql`${sql.param(value("plan"), scenes.plan)}` })
      .where(byId)
      .prepare(),
    remove: tables.delete(scenes).where(byId).prepare(),
    put: tables
      .insert(scenes)
      .values({
        id: value("id"),
        channel: value("channel"),
        plan: value("plan"),
        state: value("state"),
        startedAt: value("now"),
        dueAt: value("now"),
      })
      .onConflictDoUpdate({
        target: scenes.id,
        set: { channel: sql`excluded.channel`, plan: sql`excluded.plan` },
      })
      .returning()
      .prepare(),
    set: tables
      .update(scenes)
      .set({ state: sql`${sql.param(value("state"), scenes.state)}`, dueAt })
      .where(byId)
      .prepare(),
    restart: tables
      .update(scenes)
      .set({ posts: 0, startedAt: sql`${value("now")}` })
      .where(byId)
      .prepare(),
    tick: tables
      .update(scenes)
      .set({ ticks: sql`${value("ticks")}`, dueAt })
      .where(byId)
      .prepare(),
    countPost: tables
      .update(scenes)
      .set({ posts: sql`${scenes.posts} + 1` })
      .where(byId)
      .prepare(),
  };
}
