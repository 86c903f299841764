// What a scene would cost, as one sentence to whoever is about to start it.
import type { Speaking } from "../solvers/solver.ts";

type Say = Readonly<Record<"nothing" | "calls", string>>;

const english: Say = {
  nothing: "It costs nothing: scripts speak.",
  calls: "Each post is one call of the model, within the day's budget.",
};

const german: Say = {
  nothing: "Es kostet nichts: Skripte sprechen.",
  calls: "Jeder Beitrag ist ein Aufruf des Modells, im Rahmen dessen, was ein Tag kosten darf.",
};

/** `locale`: a language tag such as `de-AT`; null, or one that is not known here: English. */
export function costSentence(speaking: Speaking, locale: string | null): string {
  const say = locale?.split("-", 1)[0]?.toLowerCase() === "de" ? german : english;
  return speaking.kind === "scripted" ? say.nothing : say.calls;
}
