// The words about scenes, in German.
import { overWhy, restWhy } from "../engine/scene-pace.ts";
import type { ScenesTranslation } from "./words-scenes-en.ts";

// What the house keeps in English is told as what it calls it.
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

export const scenesInGerman: ScenesTranslation = {
  summaries: {
    scene: "Gespräche, die Personas von sich aus führen",
    "scene start": "Personas hier eine Szene spielen lassen; was sie kosten würde, siehst du vorher",
    "scene pause": "Die Szene hier anhalten, bis jemand sie weitergehen lässt",
    "scene resume": "Eine Szene weitergehen lassen; eine beendete beginnt von vorn",
    "scene stop": "Die Szene hier beenden",
    "scene status": "Wie eine Szene hier steht, und nach welchem Plan",
    "scene set": "Eine Szene ändern, auch während sie spielt",
    "scene list": "Alle Szenen hier, und wie sie stehen",
  },

  options: {
    sceneName: "Wie die Szene heißt",
    place: "Wo und wann sie spielt, und was alle wissen",
    tone: "Wie sie klingt, etwa: trocken, warm, ein wenig unheimlich",
    rules: "Woran sich alle halten",
    cast: "Wer spielt, mit Namen und Kommas; ohne Angabe alle, die hier leben",
    sceneStrategy: "Wer als Nächstes spricht",
    pace: "Zeit zwischen Beiträgen: Sekunden oder eine Dauer wie 90s, 5m oder 2h",
    posts: "Nach wie vielen Beiträgen sie endet",
    replies: "Wie oft geantwortet statt neu begonnen wird: von 0 bis 1, oder in %",
    hours: "Stunden des Tages, in denen sie spielt, etwa 8-22 Europe/Berlin",
    end: "Wann sie endet: 2h, 22:30 oder 2026-12-24 18:00 Europe/Berlin",
    instead: "Die Szene anhalten, die hier spielt, falls es eine gibt",
    whichScene: "Welche Szene; ohne Angabe die, die spielt",
  },

  choices: {
    microblog: "microblog: schreibt Neues oder antwortet auf einen früheren Beitrag",
    natural: "natural: wer genannt wurde, sonst wer Lust hat",
    list: "list: alle reihum",
    pooled: "pooled: wer geschwiegen hat, seit jemand sprach",
    startScene: "Beginnen",
    startInstead: "Jene anhalten und diese beginnen",
    resumeInstead: "Jene anhalten und diese weitergehen lassen",
  },

  names: {
    cast: "besetzung",
    end: "ende",
    hours: "stunden",
    instead: "stattdessen",
    pace: "tempo",
    pause: "anhalten",
    place: "ort",
    posts: "beiträge",
    replies: "antworten",
    rules: "regeln",
    scene: "szene",
    start: "beginnen",
    status: "stand",
    strategy: "strategie",
    tone: "ton",
  },

  say: {
    sceneExpected: {
      name: "ein Name mit höchstens 80 Zeichen",
      setting: "ein Text mit höchstens 4000 Zeichen, oder none",
      tone: "ein Text mit höchstens 4000 Zeichen, oder none",
      rules: "ein Text mit höchstens 4000 Zeichen, oder none",
      strategy: "eins von microblog, natural, list, pooled",
      pace: "Sekunden zwischen Beiträgen von 5 bis 86400, oder eine Dauer wie 90s, 5m oder 2h",
      posts: "eine ganze Zahl von 1 bis 1000",
      replies: "eine Zahl von 0 bis 1, oder von 0% bis 100%",
      hours: "Stunden des Tages und eine Zeitzone wie 8-22 Europe/Berlin, oder none",
      end: "eine Zeit wie 2h, 3d, 22:30 oder 2026-12-24 18:00 Europe/Berlin innerhalb eines Jahres, oder none",
    },
    sceneWould: (name) => `So würde **${name}** hier spielen:`,
    sceneStarts: (name, by) =>
      `Ab jetzt spielt hier **${name}**; ${by} hat es so gewollt. Sag etwas, dann kommt eine Antwort. /szene stopp beendet die Szene.`,
    scenePaused: (name, by) => `${by} hat **${name}** angehalten. /szene weiter lässt die Szene weitergehen.`,
    sceneGoesOn: (name, by) => `**${name}** geht weiter; ${by} hat es so gewollt.`,
    sceneEnds: (name, by) => `${by} hat **${name}** beendet. /szene weiter lässt die Szene von vorn beginnen.`,
    sceneHasEnded: (name) => `**${name}** ist schon zu Ende. /szene weiter lässt die Szene von vorn beginnen.`,
    scenePausedAlready: (name) => `**${name}** ist schon angehalten.`,
    scenePlaysAlready: (name) => `**${name}** spielt schon.`,
    sceneSet: (name) => `**${name}** ist geändert und geht so weiter:`,
    noScene: "Hier hat noch keine Szene begonnen: /szene beginnen fängt eine an.",
    scenesHere: "Szenen hier:",
    scenesElsewhere: (word) => `Anderswo (${word}):`,
    aScene: (names) => `eine Szene von hier, etwa ${names.join(", ")}`,
    aChange: "etwas, das sich ändern soll",
    aPlayer: (names) => `Namen von denen, die hier leben, etwa ${names.join(", ")}`,

    sceneBusy: (name) =>
      `Hier spielt schon **${name}**, und ein Kanal hat eine Szene zur selben Zeit. /szene stopp beendet sie.`,
    sceneNobody: "Hier lebt noch niemand: /persona holen bringt jemanden her, und dann kann jemand spielen.",
    sceneAbsent: (names) => `Nicht alle, die spielen sollen, leben hier: ${names}. /persona holen bringt sie her.`,
    sceneStopped:
      "Das Reden der Personas ist hier beendet: /weiter lässt sie wieder reden, und dann spielen auch Szenen.",
    sceneClosed: "Das ist ein Kanal für Erwachsene, und die Einstellungen lassen Personas dort nicht reden.",
    sceneOver: "Die Zeit ihres Endes ist vorbei: /szene ändern gibt ihr ein anderes.",
    sceneGone: "Diese Szene gibt es hier nicht mehr.",

    sceneRunning: (posts, max) => `spielt, Beitrag ${posts} von ${max}`,
    sceneResting: (why, posts, max) => `ruht bei Beitrag ${posts} von ${max}: ${why}`,
    sceneWaiting: (why, posts, max) => `angehalten bei Beitrag ${posts} von ${max}: ${why}`,
    sceneFinished: (why) => `ist zu Ende: ${why}`,
    sceneWhy: whyInGerman,
    sceneEverybody: "alle, die hier leben",
    sceneWho: (names) => `Wer spielt: ${names}`,
    sceneHow: (strategy, span, posts) =>
      `Wer als Nächstes spricht: ${strategy}; ein Beitrag in ${span}, höchstens ${posts}`,
    sceneHours: (from, to, zone) => `Von ${from} bis ${to} Uhr (${zone})`,
    sceneEndsAt: (time) => `Endet um ${time} (UTC)`,
    sceneEndsAfter: (span) => `Endet nach ${span}`,
    scenePlace: (text) => `Ort: ${text}`,
    sceneTone: (text) => `Ton: ${text}`,
    sceneRules: (text) => `Regeln: ${text}`,
    sceneBy: (name) => `Begonnen von ${name}`,
    sceneOfFile: "Aus einer Datei des Hauses",
  },
};
