// Reads scene.yaml: what the personas of a folder share, and how they talk by themselves.
import { z } from "zod";
import type { PersonaId } from "../domain/ids.ts";
import { isHandle, personaId, sceneId } from "../domain/ids.ts";
import type { World } from "../domain/persona.ts";
import { readMoment } from "../domain/moment.ts";
import type { SceneEnd, ScenePlan } from "../domain/scene.ts";
import { usualPace, usualScene } from "../domain/scene.ts";
import { SCENE_OPTIONS } from "../domain/scene-options.ts";
import type { Complaint } from "../errors.ts";
import { quoted } from "../errors.ts";
import { listed, manyLines, oneLine } from "./clean.ts";
import { LIST_MAX, NAME_CHARS_MAX, PERSONAS_MAX, TEXT_CHARS_MAX } from "./limits.ts";
import { checkShape, fieldOf, listShape, numberShape, placeOf, textShape, wholeShape } from "./shape.ts";
import type { LineOf, Path } from "./yaml-text.ts";
import { parseYaml } from "./yaml-text.ts";

export interface SceneFile {
  readonly plan: ScenePlan;
  /** Null when the file says nothing of one. */
  readonly world: World | null;
  /** Whom the file names, with the place of each: the folder may not have them. */
  readonly named: readonly { readonly id: PersonaId; readonly place: string; readonly field: string }[];
}

export type ReadScene =
  | { readonly kind: "scene"; readonly scene: SceneFile; readonly warnings: readonly string[] }
  | { readonly kind: "complaints"; readonly complaints: readonly Complaint[] };

// A day between posts is a slow scene, a second between them the fastest that anybody can read.
const seconds = numberShape(1, 86_400);
const text = textShape(TEXT_CHARS_MAX);
const name = textShape(NAME_CHARS_MAX);

/** An option as people say it in a chat. */
function saidShape<Value>(expected: string, read: (said: string) => Value | null): z.ZodString {
  return z.string({ error: expected }).refine((said) => read(said) !== null, { error: expected });
}

const strategyOf = (said: string) => SCENE_OPTIONS.strategy.read(said)?.value ?? null;

const hoursOf = (said: string) => SCENE_OPTIONS.hours.read(said)?.value ?? null;

/** A file is read again and again: a time without its date would be another one each day. */
function endOf(said: string): SceneEnd | null {
  const isTimeOfDay = /^\s*\d{1,2}:/u.test(said);
  const end = isTimeOfDay ? null : readMoment(said, 0);
  return end?.kind === "after" && end.ms === 0 ? null : end;
}

const END = "a time span such as 2h, or a time with its date such as 2026-12-24 18:00 Europe/Berlin";
const HOURS = "hours of the day and a time zone such as 8-22 Europe/Berlin";

const sceneShape = z.looseObject(
  {
    version: z.literal(1, { error: "1" }),
    id: name.nullish(),
    name: name.nullish(),
    setting: text.nullish(),
    tone: text.nullish(),
    rules: text.nullish(),
    cast: listShape(name, Math.min(LIST_MAX, PERSONAS_MAX)).nullish(),
    seconds: seconds.nullish(),
    watched_seconds: z
      .tuple([seconds, seconds], { error: "two numbers of seconds, from and to, such as [8, 15]" })
      .nullish(),
    opening: z.looseObject({ posts: wholeShape(1, 100), seconds }, { error: "posts: and seconds:" }).nullish(),
    reply_chance: numberShape(0, 1).nullish(),
    candidates: wholeShape(1, 200).nullish(),
    post_limit: wholeShape(1, 1_000_000).nullish(),
    thread_max: wholeShape(1, 1_000).nullish(),
    strategy: saidShape(SCENE_OPTIONS.strategy.expected, strategyOf).nullish(),
    style: z.enum(["house", "microblog"], { error: "house or microblog" }).nullish(),
    hours: saidShape(HOURS, hoursOf).nullish(),
    end: saidShape(END, endOf).nullish(),
  },
  { error: "keys and values, with version: 1" },
);

/** The scene that `content` describes, or every mistake in it; `folderName` is its id and name where it has none. Never throws. */
export function readSceneYaml(content: string, where: string, folderName: string): ReadScene {
  const parsed = parseYaml(content, where);
  if (parsed.kind === "complaints") return parsed;
  const { lineOf } = parsed;
  const checked = checkShape(sceneShape, parsed.value ?? undefined, where, lineOf);
  if (checked.kind === "complaints") return checked;
  const fields = checked.value;
  const complaints: Complaint[] = [];
  const complain = (path: Path, expected: string, got: unknown): void => {
    complaints.push({ where, line: lineOf(path), field: fieldOf(path), expected, got: quoted(got) });
  };
  const own = { id: oneLine(fields.id), name: oneLine(fields.name) };
  const id = own.id === "" ? folderName : own.id;
  if (!isHandle(id)) complain(["id"], "lower-case letters, digits, - and _, at most 32", id);
  const watched = fields.watched_seconds ?? null;
  if (watched !== null && watched[0] > watched[1]) complain(["watched_seconds"], "the shorter time first", watched);
  const cast = castOf(fields.cast, complain);
  if (complaints.length > 0) return { kind: "complaints", complaints };
  const plan: ScenePlan = {
    id: sceneId(id),
    name: own.name === "" ? folderName : own.name,
    cast,
    watchedSeconds: watched,
    ...usualScene,
    ...paceOf(fields),
    ...courseOf(fields),
  };
  const scene = { plan, world: worldOf(plan.name, fields), named: placesOf(cast, where, lineOf) };
  return { kind: "scene", scene, warnings: [...parsed.warnings, ...checked.warnings] };
}

type Fields = z.output<typeof sceneShape>;

/** How quickly it goes, and how far. */
function paceOf({ seconds, opening, reply_chance, candidates, post_limit, thread_max }: Fields) {
  return {
    seconds: seconds ?? usualPace.seconds,
    opening: opening === null || opening === undefined ? null : { posts: opening.posts, seconds: opening.seconds },
    replyChance: reply_chance ?? usualPace.replyChance,
    candidates: candidates ?? usualPace.candidates,
    postLimit: post_limit ?? usualPace.postLimit,
    threadMax: thread_max ?? usualPace.threadMax,
  };
}

/** Who speaks, in which style, and when. */
function courseOf({ strategy, style, hours, end }: Fields) {
  return {
    strategy: strategyOf(strategy ?? "") ?? usualScene.strategy,
    style: style ?? usualScene.style,
    hours: hoursOf(hours ?? ""),
    end: endOf(end ?? ""),
  };
}

function castOf(
  value: z.output<typeof sceneShape>["cast"],
  complain: (path: Path, expected: string, got: unknown) => void,
): readonly PersonaId[] {
  return listed(value, oneLine).map((handle, i) => {
    if (!isHandle(handle)) complain(["cast", i], "a persona's handle", handle);
    return personaId(handle);
  });
}

function placesOf(cast: readonly PersonaId[], where: string, lineOf: LineOf): SceneFile["named"] {
  return cast.map((id, i) => ({ id, place: placeOf(where, lineOf(["cast", i])), field: `cast[${i}]` }));
}

function worldOf(
  sceneName: string,
  fields: Pick<z.output<typeof sceneShape>, "setting" | "tone" | "rules">,
): World | null {
  const world: World = {
    name: sceneName,
    setting: manyLines(fields.setting),
    tone: manyLines(fields.tone),
    rules: manyLines(fields.rules),
    form: "house",
  };
  return world.setting === "" && world.tone === "" && world.rules === "" ? null : world;
}
