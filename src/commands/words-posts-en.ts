// The words about asking personas, and about what they said, in English.
import type { Turn } from "../domain/turn.ts";
import { reasonSentence } from "../http/words.ts";

const all = {
  summaries: {
    ask: "Ask a persona something; it answers here, or privately",
    "post about": "Whose post this is; the newest where none was chosen",
    "post change": "Change or delete what a persona said to you; the newest where none was chosen",
    "post continue": "Let a persona go on from what it said; the newest where none was chosen",
    "post delete": "Delete what a persona said to you; the newest",
    "post edit": "Change what a persona said to you; the newest",
    "post edited": "A post, as the form says",
    "post regenerate": "Have it said anew, and what it said kept; the newest where none was chosen",
    "post version": "An earlier text of a post",
    "post why": "Why a persona said this; the newest where none was chosen",
  },

  options: {
    question: "What you ask",
    privately: "Only you see the answer, and nothing of it is remembered",
  },

  choices: {
    regenerate: "Regenerate",
    continueIt: "Continue",
    why: "Why?",
    about: "About",
    editOrDelete: "Edit or delete",
    edit: "Edit",
    delete: "Delete",
  },

  fields: { text: "Text" },

  names: {
    about: "about",
    ask: "ask",
    change: "change",
    continue: "continue",
    post: "post",
    privately: "privately",
    regenerate: "regenerate",
    text: "text",
    why: "why",
  },

  say: {
    // Asking.
    aQuestion: "a question",
    answersSoon: (name: string) => `${name} answers you here in a moment.`,
    toYouAlone: (name: string, text: string) => `**${name}** to you alone:\n${text}`,
    noAnswerNow: (why: string | null) =>
      `(I have no answer now: ${why ?? "nothing that I can ask has an answer"}. Whoever runs this house can see why with the doctor.)`,
    onePrivately: "Your last question is still being thought about: please wait for its answer.",
    manyPrivately: "Too many people are being answered privately just now: please ask again in a moment.",
    notHeard: "You asked not to be heard, so no persona can be asked for you: /privacy opt-in changes that.",
    takesNoPart: (name: string, others: readonly string[]) =>
      `${name} does not take part here, so only those who may manage this channel can ask it.${others.length === 0 ? "" : ` You can ask: ${others.join(", ")}.`}`,
    adultsOnly: "This is a channel for adults, and the settings do not let personas speak in one.",

    // What was said.
    noPost: "That is no post of a persona that the house remembers.",
    because: (turn: Pick<Turn, "reason" | "unasked">, name: string) => reasonSentence(turn, name),
    whyForgotten: (name: string) => `Why ${name} said this is not kept any more.`,
    answersWhom: (name: string) => `It answers ${name}.`,
    askedByNobody: "No person asked for it.",
    cameFrom: (solver: string) => `It came from ${solver}.`,
    writtenByHand: "Its text was changed by hand: what stands there now came from a person.",
    isPersona: (name: string, handle: string, by: "hand" | "itself") =>
      `**${name}** is a persona (${handle}) and an AI${by === "itself" ? ": no person wrote this." : "."}`,
    putThere: (by: string, at: string) => `${by} put it ${at}`,
    putByNobody: "Nobody put it here; it answered because it was spoken to.",
    canBeChanged: (name: string) => `What ${name} said can be changed or taken away, here and from memory.`,
    whatSaid: (name: string) => `What ${name} said`,
    saysSo: "It says so already.",
    saysVersion: (version: string) => `It says version ${version} now.`,
    isGone: (name: string) => `What ${name} said is gone, from memory too.`,
    platformBusy: "The platform takes no more changes just now: please try again in a moment.",
    notDone: (why: string) => `It could not be done: ${why}.`,

    // Once more.
    isCut: "The new answer was too long for the room it has: its beginning stands there.",
    thinksAlready: (name: string) => `${name} is thinking about this very post already.`,
    notFinished: (name: string) => `${name} has not finished saying this yet.`,
    houseNotice: (name: string) =>
      `This is a notice of the house's own: ${name} has nothing else to say in its place, and nothing to go on with.`,
    personaGone: (name: string) => `${name} is gone, so nobody can say it anew or go on from there.`,
    questionGone: "What this answers is not remembered any more, so it cannot be answered anew.",
    versionsMax: (max: number) => `It has ${max} versions already, and no post has more.`,
    nothingElse: (name: string) => `Nothing else came to ${name}'s mind: it says what it said.`,
    nothingChangedFor: (why: string) => `Nothing was changed. ${why}`,
    goesOnSoon: (name: string) => `${name} goes on here in a moment.`,
    goesOnAlready: (name: string) => `${name} was asked that already: let it go on from what it says to that.`,
  },
};

type Posts = typeof all;

export const postsInEnglish: Posts = all;

/** The same in another language; what it lacks is said in English. */
export type PostsTranslation = { readonly [Section in keyof Posts]: Partial<Posts[Section]> };
