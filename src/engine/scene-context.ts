// What a scene brings into the context of whoever plays in it: what it is about, and how posts in it are written.
import type { MacroNames } from "../domain/macros.ts";
import { replaceMacros } from "../domain/macros.ts";
import type { World } from "../domain/persona.ts";
import type { Scene, ScenePlan, SceneWorld } from "../domain/scene.ts";
import { isPlaying } from "../domain/scene.ts";
import type { Turn } from "../domain/turn.ts";
import type { Act } from "../solvers/solver.ts";
import { ASKED_CHARS_MAX } from "./microblog-text.ts";

/** A scene, as far as a context hangs on it. */
export type SceneFrame = Pick<ScenePlan, "name" | "world" | "style">;

/** The scene that a turn belongs to, or in whose channel it answers somebody while that plays; null: none. */
export function frameOf(turn: Pick<Turn, "scene">, scenes: readonly Scene[]): SceneFrame | null {
  const scene =
    turn.scene === null
      ? scenes.find(({ state }) => isPlaying(state))
      : scenes.find(({ plan }) => plan.id === turn.scene);
  return scene?.plan ?? null;
}

/** The persona's own world with what the scene says in its place. What people wrote into a scene is data: no macro in it is ever replaced. */
export function worldIn(world: SceneWorld, own: World | null, names: MacroNames): SceneWorld {
  const say = (field: keyof SceneWorld): string =>
    world[field] === "" ? replaceMacros(own?.[field] ?? "", names) : world[field];
  return { setting: say("setting"), tone: say("tone"), rules: say("rules") };
}

/** A world as part of a prompt; empty where nothing is said of it. */
export function worldText({ setting, tone, rules }: SceneWorld): string {
  return [
    setting === "" ? "" : `The setting:\n${setting}`,
    tone === "" ? "" : `The tone:\n${tone}`,
    rules === "" ? "" : `The rules:\n${rules}`,
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** How a post in the style of a microblog is asked for. Names of people stay out of it: they are data. */
export function microblogManner(act: Act): string {
  const lines = [`- This is a microblog: write one post of at most ${ASKED_CHARS_MAX} characters.`];
  if (act !== "post") lines.push("- Begin with @ and the name of whoever you answer; never mention yourself.");
  return lines.join("\n");
}
