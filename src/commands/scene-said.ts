// A scene in words: how it stands, by what plan it goes, and why it does not play.
import type { PersonaId } from "../domain/ids.ts";
import { handleOf } from "../domain/ids.ts";
import type { Scene, ScenePlan } from "../domain/scene.ts";
import type { Hindered } from "../engine/scene-desk.ts";
import { isSame } from "../engine/rooms.ts";
import type { Asked } from "./asked.ts";
import { everyoneFor, plain } from "./asked.ts";

/** The name of a scene and how it stands, on one line. */
export function sceneLine(asked: Asked, { plan, posts, state }: Scene): string {
  const { say } = asked.words;
  const name = `**${plain(plan.name)}**`;
  const max = plan.postLimit;
  switch (state.kind) {
    case "running":
      return `${name} ${say.sceneRunning(posts, max)}`;
    case "resting":
      return `${name} ${say.sceneResting(whySaid(asked, state.why), posts, max)}`;
    case "paused":
      return `${name} ${say.sceneWaiting(whySaid(asked, state.why), posts, max)}`;
    case "finished":
      return `${name} ${say.sceneFinished(whySaid(asked, state.why))}`;
    default:
      return state satisfies never;
  }
}

function whySaid({ words }: Asked, why: string): string {
  return plain(words.say.sceneWhy(why));
}

// Of a long text the beginning is enough to know which it is.
const TEXT_CHARS_MAX = 200;

/** The plan of a scene, one line for each part of it that was said. */
export function planSaid(asked: Asked, plan: ScenePlan): readonly string[] {
  const { say, choices } = asked.words;
  const { cast, world, hours, end, by } = plan;
  const who = cast.length === 0 ? say.sceneEverybody : namesSaid(asked, cast);
  const lines = [
    say.sceneWho(who),
    say.sceneHow(choices[plan.strategy], spanSaid(plan.seconds * 1000), plan.postLimit),
  ];
  if (hours !== null) lines.push(say.sceneHours(hours.from, hours.to, hours.timeZone));
  if (end !== null) {
    lines.push(end.kind === "at" ? say.sceneEndsAt(timeSaid(end.at)) : say.sceneEndsAfter(spanSaid(end.ms)));
  }
  if (world !== null) {
    if (world.setting !== "") lines.push(say.scenePlace(textSaid(world.setting)));
    if (world.tone !== "") lines.push(say.sceneTone(textSaid(world.tone)));
    if (world.rules !== "") lines.push(say.sceneRules(textSaid(world.rules)));
  }
  lines.push(by === null ? say.sceneOfFile : say.sceneBy(plain(by.name)));
  return lines.map((line) => `- ${line}`);
}

/** Why a scene does not play, in one sentence. */
export function hinderedSaid(asked: Asked, hindered: Hindered): string {
  const { say } = asked.words;
  switch (hindered.kind) {
    case "busy":
      return say.sceneBusy(plain(hindered.other.plan.name));
    case "nobody":
      return say.sceneNobody;
    case "absent":
      return say.sceneAbsent(namesSaid(asked, hindered.personas));
    case "stopped":
      return say.sceneStopped;
    case "closed":
      return say.sceneClosed;
    case "over":
      return say.sceneOver;
    case "gone":
      return say.sceneGone;
    default:
      return hindered satisfies never;
  }
}

function namesSaid(asked: Asked, ids: readonly PersonaId[]): string {
  const everyone = everyoneFor(asked);
  return ids
    .map((id) => plain(everyone.find(({ persona }) => isSame(persona.id, id))?.persona.name ?? handleOf(id)))
    .join(", ");
}

function textSaid(text: string): string {
  const line = plain(text);
  return line.length <= TEXT_CHARS_MAX ? line : `${line.slice(0, TEXT_CHARS_MAX).toWellFormed()}…`;
}

function timeSaid(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A time span as it may be written, such as `1h 30m`. */
function spanSaid(ms: number): string {
  let left = ms;
  const parts = UNITS.flatMap(([unit, unitMs]) => {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    return count === 0 ? [] : [`${count}${unit}`];
  });
  return parts.length === 0 ? "0s" : parts.join(" ");
}
