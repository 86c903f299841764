// The words about asking personas, and about what they said, in German.
import type { Turn } from "../domain/turn.ts";
import type { PostsTranslation } from "./words-posts-en.ts";

export const postsInGerman: PostsTranslation = {
  summaries: {
    ask: "Eine Persona etwas fragen; sie antwortet hier oder nur dir",
    "post about": "Von wem dieser Beitrag ist; ohne Auswahl der neueste",
    "post change": "Ändern oder löschen, was dir eine Persona gesagt hat; ohne Auswahl der neueste Beitrag",
    "post continue": "Eine Persona von dem aus weiterreden lassen, was sie gesagt hat; ohne Auswahl der neueste",
    "post delete": "Löschen, was dir eine Persona zuletzt gesagt hat",
    "post edit": "Ändern, was dir eine Persona zuletzt gesagt hat",
    "post regenerate": "Neu sagen lassen; das Gesagte bleibt aufbewahrt. Ohne Auswahl der neueste Beitrag",
    "post why": "Warum eine Persona das gesagt hat; ohne Auswahl der neueste Beitrag",
  },

  options: {
    question: "Was du fragst",
    privately: "Nur du siehst die Antwort, und nichts davon wird gemerkt",
  },

  choices: {
    regenerate: "Neu sagen lassen",
    continueIt: "Weiterreden lassen",
    why: "Warum?",
    about: "Über",
    editOrDelete: "Bearbeiten oder löschen",
    edit: "Bearbeiten",
    delete: "Löschen",
  },

  fields: { text: "Text" },

  names: {
    about: "über",
    ask: "frag",
    change: "ändern",
    continue: "weiterreden",
    post: "beitrag",
    privately: "privat",
    regenerate: "neu",
    text: "text",
    why: "warum",
  },

  say: {
    aQuestion: "eine Frage",
    answersSoon: (name) => `${name} antwortet dir gleich hier.`,
    toYouAlone: (name, text) => `**${name}**, nur zu dir:\n${text}`,
    noAnswerNow: (why) =>
      why === null
        ? "(Ich habe gerade keine Antwort: Nichts, was ich fragen kann, weiß eine. Wer dieses Haus betreibt, sieht mit dem Doctor, warum.)"
        : `(Ich habe gerade keine Antwort, denn mein Modell gibt keine. Im Haus heißt der Grund „${why}“; wer es betreibt, sieht mit dem Doctor mehr.)`,
    onePrivately: "Über deine letzte Frage wird noch nachgedacht: Bitte warte auf die Antwort.",
    manyPrivately: "Gerade bekommen zu viele eine private Antwort: Bitte frag gleich noch einmal.",
    notHeard:
      "Du willst nicht gehört werden, darum kann für dich keine Persona gefragt werden: /datenschutz dabei ändert das.",
    takesNoPart: (name, others) =>
      `${name} ist hier nicht dabei und kann nur von denen gefragt werden, die diesen Kanal verwalten dürfen.${others.length === 0 ? "" : ` Du kannst fragen: ${others.join(", ")}.`}`,
    adultsOnly: "Dies ist ein Kanal für Erwachsene, und die Einstellungen lassen Personas dort nicht reden.",

    noPost: "Das ist kein Beitrag einer Persona, an den sich das Haus erinnert.",
    because: reasonInGerman,
    whyForgotten: (name) => `Warum ${name} das gesagt hat, ist nicht mehr aufbewahrt.`,
    answersWhom: (name) => `Es ist eine Antwort auf ${name}.`,
    askedByNobody: "Kein Mensch hat danach gefragt.",
    cameFrom: (solver) => `Es kam von ${solver}.`,
    writtenByHand: "Der Text wurde von Hand geändert: Was jetzt dort steht, stammt von einem Menschen.",
    isPersona: (name, handle, by) =>
      `**${name}** ist eine Persona (${handle}) und eine KI${by === "itself" ? ": Kein Mensch hat das geschrieben." : "."}`,
    putThere: (by, at) => `${by} hat sie geholt: Sie lebt ${at}`,
    putByNobody: "Niemand hat sie hierher geholt; sie hat geantwortet, weil sie angesprochen wurde.",
    canBeChanged: (name) => `Was ${name} gesagt hat, lässt sich ändern oder löschen, hier und im Gedächtnis.`,
    whatSaid: (name) => `Was ${name} gesagt hat`,
    saysSo: "Das steht dort schon.",
    saysVersion: (version) => `Dort steht jetzt Fassung ${version}.`,
    isGone: (name) => `Was ${name} gesagt hat, ist weg, auch aus dem Gedächtnis.`,
    platformBusy: "Die Plattform nimmt gerade keine Änderungen mehr an: Bitte versuch es gleich noch einmal.",
    notDone: (why) => `Das ging nicht. Der Grund, wie ihn die Plattform nennt: „${why}“.`,

    isCut: "Die neue Antwort war länger als der Platz, den sie hat: Dort steht ihr Anfang.",
    thinksAlready: (name) => `${name} denkt über genau diesen Beitrag schon nach.`,
    notFinished: (name) => `${name} hat das noch nicht zu Ende gesagt.`,
    houseNotice: (name) =>
      `Das ist ein Hinweis des Hauses selbst: ${name} hat an seiner Stelle nichts anderes zu sagen und nichts, wovon aus es weiterginge.`,
    personaGone: (name) => `${name} ist nicht mehr da, darum kann es niemand neu sagen oder von dort aus weiterreden.`,
    questionGone: "Worauf das antwortet, ist nicht mehr gemerkt; darum lässt es sich nicht neu beantworten.",
    versionsMax: (max) => `Davon gibt es schon ${max} Fassungen, und mehr hat kein Beitrag.`,
    nothingElse: (name) => `${name} ist nichts anderes eingefallen: Es bleibt, wie es war.`,
    nothingChangedFor: (why) => `Nichts wurde geändert. ${why}`,
    goesOnSoon: (name) => `${name} redet gleich hier weiter.`,
    goesOnAlready: (name) => `Das wurde ${name} schon gefragt: Lass die Antwort darauf weitergehen.`,
  },
};

function reasonInGerman({ reason }: Pick<Turn, "reason" | "unasked">, name: string): string {
  switch (reason.kind) {
    case "named":
      return `${name} wurde genannt: Im Text steht „${reason.said}“.`;
    case "replied-to":
      return `Die Nachricht antwortet auf einen Beitrag von ${name}.`;
    case "asked":
      return reason.post === null
        ? `Jemand hat ${name} mit einem Befehl gefragt, und sonst niemanden.`
        : `Jemand hat ${name} gebeten, von dort aus weiterzureden.`;
    case "moved-in":
      return `Jemand hat ${name} hierher geholt, und ${name} hat sich vorgestellt.`;
    case "chosen":
      return reason.among === 1
        ? `Die Nachricht nannte niemanden, und dann antwortet ${name}.`
        : `Die Nachricht nannte niemanden; darum wurde unter ${reason.among} nach Gesprächigkeit gewählt, und ${name} kam mit ${percent(reason.share)} an die Reihe.`;
    case "in-turn":
      return `Die Nachricht nannte niemanden, und unter den ${reason.among}, die hier reihum reden, war ${name} dran.`;
    case "pooled":
      return `Die Nachricht nannte niemanden, und unter den ${reason.among}, die seit der letzten Nachricht eines Menschen nichts gesagt hatten, fiel die Wahl auf ${name}.`;
    case "joined-in":
      return `Die Nachricht nannte niemanden, und ${name} redete von sich aus mit, was mit ${percent(reason.chance)} vorkommt.`;
    case "told-to-stop":
      return `Jemand hat „stop“ gesagt, und ${name} sagt, dass es gehört wurde.`;
    case "tick":
      return reason.act === "reply"
        ? `Es war Zeit für den nächsten Beitrag der Szene, und ${name} sollte auf einen früheren antworten.`
        : `Es war Zeit für den nächsten Beitrag der Szene, und ${name} sollte etwas Neues beginnen.`;
    case "scene-halts":
      return `Die Szene „${reason.name}“ hielt von selbst an, und ${name} sagt das.`;
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
