// What somebody wrote into the form of a scene, read field by field: a draft, or each mistake beside its field.
import type { PersonaId } from "../domain/ids.ts";
import { isHandle, personaId } from "../domain/ids.ts";
import type { SceneDraft, SceneOptionName } from "../domain/scene-options.ts";
import { blankScene, NONE, readSceneDraft, SCENE_OPTION_NAMES } from "../domain/scene-options.ts";
import { quoted } from "../errors.ts";
import { newKey } from "./box.ts";
import { mistakeSentence, optionWords } from "./scene-words.ts";

export type SceneField = SceneOptionName | "cast";

/** The form as it was sent, to be shown again. */
export interface SceneSent {
  readonly texts: Readonly<Record<SceneOptionName, string>>;
  /** Handles that were chosen. */
  readonly cast: readonly string[];
  /** The same form sent twice starts one scene. */
  readonly key: string;
}

export type Mistakes = Readonly<Partial<Record<SceneField, string>>>;

/** The form as it is shown first. */
export function blankForm(): SceneSent {
  const { strategy, seconds, postLimit, replyChance } = blankScene;
  const texts = { name: "", setting: "", tone: "", rules: "", hours: "", end: "" };
  return {
    texts: { ...texts, strategy, pace: String(seconds), posts: String(postLimit), replies: String(replyChance) },
    cast: [],
    key: newKey(),
  };
}

// A form names each of the cast by a field of its own; a program names them all in one.
const OF_CAST = "cast-";

/** What stands in the fields; what is missing is as in a new form. */
export function sentOf(fields: ReadonlyMap<string, string>): SceneSent {
  const blank = blankForm();
  const texts = Object.fromEntries(
    SCENE_OPTION_NAMES.map((name) => [name, fields.get(name) ?? blank.texts[name]]),
  ) as SceneSent["texts"];
  const chosen = [...fields.keys()]
    .filter((name) => name.startsWith(OF_CAST))
    .map((name) => name.slice(OF_CAST.length));
  const named = (fields.get("cast") ?? "").split(/[\s,]+/u).map((handle) => handle.replace(/^@/u, "").toLowerCase());
  const cast = [...new Set([...chosen, ...named])].filter((handle) => handle !== "");
  const key = fields.get("key") ?? "";
  return { texts, cast, key: key === "" ? blank.key : key };
}

/** The fields of a form by which it is sent again. */
export function fieldsOfSent({ texts, cast, key }: SceneSent): readonly (readonly [string, string])[] {
  return [["key", key], ...Object.entries(texts), ...cast.map((handle) => [`${OF_CAST}${handle}`, "on"] as const)];
}

/** Reads the form with the same readers as the command, and finds every mistake in it. `isCast`: whether a handle lives here. */
export function readScene(
  { texts, cast }: SceneSent,
  isCast: (handle: string) => boolean,
  now: number,
): { readonly kind: "draft"; readonly draft: SceneDraft } | { readonly kind: "mistakes"; readonly mistakes: Mistakes } {
  const said = Object.fromEntries(SCENE_OPTION_NAMES.map((name) => [name, saidFor(name, texts[name])]));
  const before: SceneDraft = { ...blankScene, name: "" };
  const wrong = SCENE_OPTION_NAMES.flatMap((name): readonly (readonly [SceneField, string])[] => {
    const read = readSceneDraft({ [name]: said[name] }, before, now);
    return read.kind === "draft" ? [] : [[name, mistakeSentence(name, read.expected, texts[name])]];
  });
  const strangers = cast.filter((handle) => !isHandle(handle) || !isCast(handle));
  const castWrong = strangers.length === 0 ? [] : [["cast", strangersSentence(strangers)] as const];
  const whole = readSceneDraft(said, before, now);
  const mistakes = [...castWrong, ...wrong];
  if (whole.kind === "wrong" || mistakes.length > 0) {
    return { kind: "mistakes", mistakes: Object.fromEntries(mistakes) };
  }
  const players: readonly PersonaId[] = cast.map((handle) => personaId(handle));
  return { kind: "draft", draft: { ...whole.draft, cast: players } };
}

// An empty field of a form says what the command says by a word.
function saidFor(name: SceneOptionName, text: string): string {
  const mayBeNone = name === "hours" || name === "end";
  return mayBeNone && text.trim() === "" ? NONE : text;
}

function strangersSentence(strangers: readonly string[]): string {
  return `${optionWords.cast.label}: expected handles of the cast, got ${strangers.map((handle) => quoted(handle)).join(", ")}.`;
}
