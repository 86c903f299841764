// What a scene says of itself where it plays: one line when it halts by itself, with how to go on.
import type { ChannelId, PersonaId } from "../domain/ids.ts";
import { sceneWordId, turnId } from "../domain/ids.ts";
import type { Persona } from "../domain/persona.ts";
import type { Scene } from "../domain/scene.ts";
import type { Decision, NewTurn, SceneHalt } from "../domain/turn.ts";
import { cutAtWord } from "./microblog-text.ts";
import { whyInGerman } from "./scene-whys.ts";

/** The decision that one of the cast says why the scene halts: the same one in the same run however often it is made. */
export function haltDecision(scene: Scene, channel: ChannelId, speaker: PersonaId, halt: SceneHalt): Decision {
  const { plan, startedAt } = scene;
  const trigger = sceneWordId(plan.id, startedAt, JSON.stringify(halt));
  const turn: NewTurn = {
    id: turnId(trigger, speaker),
    trigger,
    channel,
    persona: speaker,
    reason: { kind: "scene-halts", name: plan.name, halt, locale: plan.by?.locale ?? null },
    askedBy: null,
    replyTo: null,
    conversation: null,
    depth: 1,
    // What a brake ended is not silenced by it.
    unasked: false,
    scene: plan.id,
  };
  return { trigger, turns: [turn], silences: [] };
}

/** Who says it: who spoke last of those who play, else the first of them; null: nobody plays. */
export function sayerOf(cast: readonly Persona[], spoken: readonly PersonaId[]): PersonaId | null {
  const last = spoken.findLast((id) => cast.some((persona) => persona.id === id));
  return last ?? cast[0]?.id ?? null;
}

// Enough of a reason to know which it is; the log has the whole of it.
const WHY_CHARS_MAX = 240;

type Say = (name: string, halt: SceneHalt) => string;

const english: Say = (name, halt) => {
  switch (halt.by) {
    case "posts":
      return `(“${name}” is over after ${halt.max} posts. Whoever looks after this channel can let it go on with /scene resume, or for longer with /scene set.)`;
    case "end":
      return `(“${name}” is over: its time is up. Whoever looks after this channel can give it another end with /scene set, and let it go on with /scene resume.)`;
    case "rest":
      return `(“${name}” rests: ${cutAtWord(halt.why, WHY_CHARS_MAX)}. It tries again by itself in a while; /scene stop ends it.)`;
    default:
      return halt satisfies never;
  }
};

const german: Say = (name, halt) => {
  switch (halt.by) {
    case "posts":
      return `(„${name}“ ist nach ${halt.max} Beiträgen zu Ende. Wer sich um diesen Kanal kümmert, lässt es mit /szene weiter weitergehen, mit /szene ändern auch länger.)`;
    case "end":
      return `(„${name}“ ist zu Ende: Die Zeit ist um. Wer sich um diesen Kanal kümmert, gibt der Szene mit /szene ändern ein anderes Ende und lässt sie mit /szene weiter weitergehen.)`;
    case "rest":
      return `(„${name}“ ruht: ${cutAtWord(whyInGerman(halt.why), WHY_CHARS_MAX)}. Nach einer Weile geht es von selbst weiter; /szene stopp macht Schluss.)`;
    default:
      return halt satisfies never;
  }
};

const SPOKEN: Readonly<Record<string, Say>> = { de: german };

/** The line, in the language of the room, else of whoever started the scene, else in English. `language`: a tag such as `de-AT`; null: none is set. */
export function haltLine(
  { name, halt, locale }: { readonly name: string; readonly halt: SceneHalt; readonly locale: string | null },
  language: string | null,
): string {
  const tag = (language ?? locale ?? "").split("-", 1)[0]?.toLowerCase() ?? "";
  return (Object.hasOwn(SPOKEN, tag) ? SPOKEN[tag] : undefined)?.(name, halt) ?? english(name, halt);
}
