// What is said when a brake ends a talk, or somebody has asked for enough: which it was, and how to go on.
import type { BrakeName, Held } from "../domain/brakes.ts";
import type { QuotaName } from "../domain/quota.ts";

/** Whether the place has settings of its own that whoever looks after it can change. */
export type Adjustable = "settings" | "fixed";

interface Lines {
  readonly ends: Readonly<Record<BrakeName, (max: number) => string>>;
  readonly goOn: string;
  readonly adjust: (setting: string) => string;
  readonly quota: Readonly<Record<QuotaName, (max: number) => string>>;
}

const english: Lines = {
  ends: {
    depth: (max) => `We have talked ${max} times in a row without any of you, so we stop here.`,
    minute: (max) => `That makes ${max} posts in a minute that nobody asked for, so we stop here.`,
    hour: (max) => `That makes ${max} posts in an hour of this talk that nobody asked for, so we stop here.`,
    pair: (max) => `The two of us have answered each other ${max} times in a row, so we stop here.`,
    alike: (max) => `We have said nearly the same ${max} times, so we stop here.`,
  },
  goOn: "Say something, or name one of us, and it goes on.",
  adjust: (setting) => `Whoever looks after this place can allow more: /settings set ${setting}.`,
  quota: {
    minute: (max) =>
      `(That was ${max} answers for you within a minute: give us a moment, then ask again, please. Until then we only listen.)`,
    day: (max) =>
      `(That was ${max} answers for you within a day, and as many as we may give: ask again tomorrow, please. Until then we only listen.)`,
  },
};

const german: Lines = {
  ends: {
    depth: (max) => `Wir haben ${max}-mal hintereinander ohne jemanden von euch geredet, deshalb hören wir hier auf.`,
    minute: (max) =>
      `Das waren ${max} Beiträge in einer Minute, um die niemand gebeten hat, deshalb hören wir hier auf.`,
    hour: (max) =>
      `Das waren ${max} Beiträge in einer Stunde dieses Gesprächs, um die niemand gebeten hat, deshalb hören wir hier auf.`,
    pair: (max) => `Wir beide haben einander ${max}-mal hintereinander geantwortet, deshalb hören wir hier auf.`,
    alike: (max) => `Wir haben ${max}-mal beinahe dasselbe gesagt, deshalb hören wir hier auf.`,
  },
  goOn: "Sagt etwas oder nennt jemanden von uns beim Namen, dann geht es weiter.",
  adjust: (setting) => `Wer sich um diesen Ort kümmert, kann mehr erlauben: /settings set ${setting}.`,
  quota: {
    minute: (max) =>
      `(Das waren ${max} Antworten für dich in einer Minute: Bitte warte einen Moment und frag dann wieder. Bis dahin hören wir nur zu.)`,
    day: (max) =>
      `(Das waren ${max} Antworten für dich an einem Tag, und mehr dürfen wir nicht geben: Bitte frag morgen wieder. Bis dahin hören wir nur zu.)`,
  },
};

const LINES: Readonly<Record<string, Lines>> = { de: german };

/** In the language with this tag, such as `de-AT`; English where it is unknown. */
function linesIn(language: string | null): Lines {
  return LINES[language?.split("-", 1)[0]?.toLowerCase() ?? ""] ?? english;
}

/** What a persona says in its turn's place when a brake ends the talk. It names nobody, so that nobody answers it. */
export function brakeLine({ brake, max }: Held, language: string | null, adjustable: Adjustable): string {
  const lines = linesIn(language);
  const how = adjustable === "settings" ? ` ${lines.adjust(`brake-${brake}`)}` : "";
  return `(${lines.ends[brake](max)} ${lines.goOn}${how})`;
}

/** What somebody is told who has asked for as much as one person gets. */
export function quotaLine(over: QuotaName, max: number, language: string | null): string {
  return linesIn(language).quota[over](max);
}
