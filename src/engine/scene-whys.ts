// Why a scene stands as it does, in German: the house keeps it in English.
import { overWhy, restWhy } from "./scene-pace.ts";

const WHYS: ReadonlyMap<string, string> = new Map([
  [overWhy, "die Zeit ist um"],
  [restWhy.stopped, "jemand hat „stop“ gesagt"],
  [restWhy["quiet-hours"], "es sind Ruhestunden"],
  [restWhy["adults-only"], "das ist ein Kanal für Erwachsene"],
  ["nobody is in its cast", "von der Besetzung ist niemand da"],
  ["nothing new to say for now", "niemand hat gerade etwas Neues zu sagen"],
]);

const WHYS_WITH_GAPS: readonly (readonly [RegExp, (...gaps: readonly string[]) => string])[] = [
  [/^paused after (\d+) posts$/u, (posts) => `${posts} Beiträge sind gesagt`],
  [
    /^it plays from (\d+) to (\d+) o'clock \((.*)\)$/u,
    (from, to, zone) => `sie spielt von ${from} bis ${to} Uhr (${zone})`,
  ],
  [/^the model fails: (.*)$/u, (why) => `das Modell antwortet nicht („${why}“)`],
  [
    /^a brake holds: (\d+) unasked posts in this channel within a minute$/u,
    (max) => `das waren ${max} Beiträge in einer Minute, um die niemand gebeten hat`,
  ],
  [
    /^a brake holds: (\d+) unasked posts in this conversation within an hour$/u,
    (max) => `das waren ${max} Beiträge in einer Stunde dieses Gesprächs, um die niemand gebeten hat`,
  ],
  [
    /^a brake holds: (\d+) of the newest posts here say nearly the same already$/u,
    (max) => `${max} der neuesten Beiträge sagen schon beinahe dasselbe`,
  ],
  [/^(.*) paused it$/u, (name) => `${name} hat sie angehalten`],
  [/^(.*) stopped it$/u, (name) => `${name} hat sie beendet`],
];

/** Why a scene stands as it does; what is not known here is quoted as the house has it. */
export function whyInGerman(why: string): string {
  const known = WHYS.get(why);
  if (known !== undefined) return known;
  for (const [pattern, say] of WHYS_WITH_GAPS) {
    const gaps = pattern.exec(why);
    if (gaps !== null) return say(...gaps.slice(1));
  }
  return `im Haus heißt der Grund „${why}“`;
}
