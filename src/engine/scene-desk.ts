// The scene desk: scenes that people list, start, pause, resume, stop and change, from a chat or from a page.
import type { Clock } from "../clock.ts";
import type { ChannelId, PersonaId, SceneId, WorkspaceId } from "../domain/ids.ts";
import { startedSceneId } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { Scene, ScenePlan, SceneStarter } from "../domain/scene.ts";
import { endOf, usualScene } from "../domain/scene.ts";
import type { SceneDraft } from "../domain/scene-options.ts";
import { blankScene, draftOf } from "../domain/scene-options.ts";
import type { Changer } from "../store/registry.ts";
import type { Halt, Meanwhile, SceneEntry } from "../store/scene-book.ts";
import type { Store } from "../store/store.ts";
import type { RoomFacts, Rooms } from "./rooms.ts";
import { closedIn, isSame } from "./rooms.ts";
import { startDue } from "./scene-pace.ts";

export interface SceneHouse {
  readonly store: Pick<Store, "sceneBook">;
  readonly rooms: Pick<Rooms, "at">;
  readonly clock: Clock;
  readonly wake: (channel: ChannelId) => Promise<void>;
  /** What playing by this plan would cost, as one sentence in the language of the tag (null: English). */
  readonly forecast: (plan: ScenePlan, room: RoomFacts, locale: string | null) => Promise<string>;
}

/** Which scenes are meant. */
export type Within =
  | { readonly kind: "channel"; readonly channel: ChannelId }
  | { readonly kind: "workspace"; readonly workspace: WorkspaceId }
  | { readonly kind: "house" };

/** Why a scene cannot play; the cases are told apart so that each can be said in any language. */
export type Hindered =
  /** Another one plays in its channel, which has one at most. */
  | { readonly kind: "busy"; readonly other: Scene }
  /** Nobody lives in the channel. */
  | { readonly kind: "nobody" }
  /** Some of the cast do not live there. */
  | { readonly kind: "absent"; readonly personas: readonly PersonaId[] }
  /** Somebody stopped the talk there. */
  | { readonly kind: "stopped" }
  /** It is a channel for adults. */
  | { readonly kind: "closed" }
  /** The time of its end has passed. */
  | { readonly kind: "over" }
  /** There is no such scene. */
  | { readonly kind: "gone" };

/** Whether a scene plays now. */
export type Played = { readonly kind: "plays"; readonly scene: Scene } | Hindered;

/** How a scene is to be started. `key` is the same when one wish to start it is delivered twice. */
export interface Start {
  readonly place: Place;
  readonly draft: SceneDraft;
  readonly by: SceneStarter;
  readonly key: string;
  readonly meanwhile: Meanwhile;
}

export class SceneDesk {
  readonly #house: SceneHouse;

  constructor(house: SceneHouse) {
    this.#house = house;
  }

  /** Scenes with their places and states, those of a channel together, the newest last. */
  async list(within: Within): Promise<readonly SceneEntry[]> {
    const all = await this.#house.store.sceneBook.all();
    switch (within.kind) {
      case "channel":
        return all.filter(({ place }) => place.channel === within.channel);
      case "workspace":
        return all.filter(({ place }) => place.workspace === within.workspace);
      case "house":
        return all;
      default:
        return within satisfies never;
    }
  }

  /** The plan by which `start` would play, and what that would cost, as one sentence; or what hinders it. Nothing is changed. */
  async preview(
    start: Start,
  ): Promise<{ readonly kind: "plan"; readonly plan: ScenePlan; readonly forecast: string } | Hindered> {
    const plan = planOf(start);
    const room = await this.#house.rooms.at(start.place);
    const hindered = hindrance(plan, room, this.#house.clock.now());
    if (hindered !== null) return hindered;
    return { kind: "plan", plan, forecast: await this.#house.forecast(plan, room, start.by.locale) };
  }

  /** Starts a scene in a channel; the same wish delivered twice starts one. */
  async start(start: Start): Promise<Played> {
    const { store, rooms, clock } = this.#house;
    const plan = planOf(start);
    const now = clock.now();
    const hindered = hindrance(plan, await rooms.at(start.place), now);
    if (hindered !== null) return hindered;
    const { place, meanwhile, by } = start;
    return this.#woken(await store.sceneBook.start(plan, { place, meanwhile, now, dueAt: startDue(now) }, by));
  }

  /** A scene goes on; one that was finished, with a new run. */
  async resume(entry: SceneEntry, meanwhile: Meanwhile, by: Changer): Promise<Played> {
    const { store, rooms, clock } = this.#house;
    const { scene, place } = entry;
    const now = clock.now();
    const run = scene.state.kind === "finished" ? { ...scene, startedAt: now } : scene;
    const end = endOf(run);
    const hindered =
      end !== null && end <= now
        ? ({ kind: "over" } as const)
        : hindrance({ ...scene.plan, end: null }, await rooms.at(place), now);
    if (hindered !== null) return hindered;
    const cue = { now, dueAt: startDue(now), meanwhile };
    return this.#woken(await store.sceneBook.resume(scene.plan.id, cue, by));
  }

  /** A scene halts at once: what it was about to say is withdrawn, and it stays so until a person resumes it. Null: there is no such scene. */
  async halt(scene: SceneId, how: Halt, by: Changer): Promise<Scene | null> {
    const halted = await this.#house.store.sceneBook.halt(scene, how, by, this.#house.clock.now());
    // What is being thought about is given up at once.
    if (halted !== null) await this.#house.wake(halted.channel);
    return halted;
  }

  /** A scene goes on by what `draft` says now. */
  async set({ scene, place }: SceneEntry, draft: SceneDraft, by: Changer): Promise<Played> {
    const { store, rooms, clock } = this.#house;
    const now = clock.now();
    const { strategy, style } = scene.plan;
    const told = toldIn(draft);
    // A file may have a style of its own for its strategy.
    const plan = { ...scene.plan, ...told, style: draft.strategy === strategy ? style : told.style };
    const absent = absentIn(plan, await rooms.at(place));
    if (absent.length > 0) return { kind: "absent", personas: absent };
    const what = changeOf(draftOf(scene.plan), draft);
    const changed = await store.sceneBook.replan(plan, what, by, now);
    return this.#woken(changed === null ? { kind: "gone" } : { kind: "plays", scene: changed });
  }

  async #woken<Result extends Played>(result: Result): Promise<Result> {
    if (result.kind === "plays") await this.#house.wake(result.scene.channel);
    return result;
  }
}

/** The plan of a scene that somebody starts: by the strategy microblog also in the style of one. */
function planOf({ place, draft, by, key }: Pick<Start, "place" | "draft" | "by" | "key">): ScenePlan {
  return {
    ...usualScene,
    id: startedSceneId(place.channel, key),
    watchedSeconds: null,
    opening: null,
    ...usualReplies,
    ...toldIn(draft),
    by,
  };
}

// As in a scene of a file of which nothing else is said.
const usualReplies = { candidates: 20, threadMax: 6 } as const;

function toldIn(
  draft: SceneDraft,
): Omit<ScenePlan, "id" | "by" | "watchedSeconds" | "opening" | keyof typeof usualReplies> {
  const { name, cast, world, strategy, seconds, postLimit, replyChance, hours, end } = draft;
  const style = strategy === "microblog" ? "microblog" : "house";
  const isSaid = world.setting !== "" || world.tone !== "" || world.rules !== "";
  return { name, cast, world: isSaid ? world : null, strategy, style, seconds, postLimit, replyChance, hours, end };
}

function hindrance(plan: ScenePlan, room: RoomFacts, now: number): Hindered | null {
  if (room.residents === "nobody") return { kind: "nobody" };
  if (closedIn(room) !== null) return { kind: "closed" };
  if (room.isStopped) return { kind: "stopped" };
  if (plan.end?.kind === "at" && plan.end.at <= now) return { kind: "over" };
  const absent = absentIn(plan, room);
  return absent.length > 0 ? { kind: "absent", personas: absent } : null;
}

function absentIn({ cast }: Pick<ScenePlan, "cast">, room: RoomFacts): readonly PersonaId[] {
  return cast.filter((id) => !room.cast.some(({ persona }) => isSame(persona.id, id)));
}

/** What a change of the plan changes, as the audit list keeps it. */
function changeOf(before: SceneDraft, after: SceneDraft): { readonly before: string; readonly after: string } {
  const names = Object.keys(blankScene).concat("name");
  const valueOf = (draft: SceneDraft, name: string): unknown =>
    Object.entries(draft).find(([key]) => key === name)?.[1];
  const changed = names.filter(
    (name) => JSON.stringify(valueOf(before, name)) !== JSON.stringify(valueOf(after, name)),
  );
  const said = (draft: SceneDraft): string =>
    JSON.stringify(Object.fromEntries(changed.map((name) => [name, valueOf(draft, name)])));
  return { before: said(before), after: said(after) };
}
