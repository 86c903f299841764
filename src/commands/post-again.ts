// A persona's post once more: made anew, with what it said kept, or gone on from.
import type { Clock } from "../clock.ts";
import type { MessageId } from "../domain/ids.ts";
import { askedId, nativeOf, platformOf, turnId } from "../domain/ids.ts";
import type { Language } from "../domain/language.ts";
import { languageOf } from "../domain/language.ts";
import type { Arrival } from "../domain/message.ts";
import type { Rethinking, Rethought, SpokenPost } from "../engine/rethinking.ts";
import { isSame } from "../engine/rooms.ts";
import type { Member } from "../personas/personas.ts";
import { needAskable } from "./askable.ts";
import type { Asked, Command } from "./asked.ts";
import { everyoneFor, NotAllowed } from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";
import type { PostStore } from "./post-target.ts";
import { audit, nameOf, neededPost, needSay, onPlatform, versionAnswer } from "./post-target.ts";
import { shapeOnPost } from "./post.ts";

/** What it takes to have a post made anew, or gone on from. */
export interface AgainHouse extends PostStore {
  readonly rethinking: Pick<Rethinking, "again">;
  /** Where what people say comes in. */
  readonly hear: (arrival: Arrival) => Promise<unknown>;
  readonly clock: Clock;
}

// The platform is asked until it answers or refuses by itself.
const untilItAnswers = new AbortController().signal;

async function regenerate(asked: Asked, house: AgainHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  return onPlatform(async () => {
    const rethought = await house.rethinking.again(post, untilItAnswers);
    if (rethought.kind !== "said") return textAnswer("private", whyNot(rethought, nameOf(asked, post)));
    await audit(asked, house, post, "post regenerate");
    const answer = versionAnswer(post.id, rethought.versions, "new");
    const cut = "The new answer was longer than one post: its beginning stands there.";
    return rethought.isCut ? { ...answer, text: `${answer.text} ${cut}` } : answer;
  });
}

/** Why there is no new version, in one sentence. */
function whyNot(rethought: Exclude<Rethought, { readonly kind: "said" }>, name: string): string {
  switch (rethought.kind) {
    case "busy":
      return `${name} is thinking about this very post already.`;
    case "unfinished":
      return `${name} has not finished saying this yet.`;
    case "several-posts":
      return `This answer stands in ${rethought.count} posts, and only an answer of one post can be made anew: delete them and ask once more.`;
    case "notice":
      return `This is a notice of the house's own: ${name} has nothing else to say in its place.`;
    case "persona-gone":
      return `${name} is gone, so nobody can say it anew.`;
    case "question-gone":
      return "What this answers is not remembered any more, so it cannot be answered anew.";
    case "adults-only":
      return "This is a channel for adults, and the settings do not let personas speak in one.";
    case "too-many":
      return `It has ${rethought.max} versions already, and no post has more.`;
    case "same":
      return `Nothing else came to ${name}'s mind: it says what it said.`;
    case "no-answer":
      return `Nothing was changed. ${rethought.why}`;
  }
}

async function goOn(asked: Asked, house: AgainHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const name = nameOf(asked, post);
  if (post.spoken.solver === "house") {
    throw new NotAllowed(`This is a notice of the house's own: ${name} has nothing to go on with.`);
  }
  const member = everyoneFor(asked).find(({ persona }) => isSame(persona.id, post.spoken.persona));
  if (member === undefined) throw new NotAllowed(`${name} is gone, so nobody can go on from there.`);
  await needAskable(asked, member);
  const id = await nextId(house, post, member);
  if (id === null) {
    return textAnswer("private", `${name} was asked that already: let it go on from what it says to that.`);
  }
  const { by, place } = asked.invocation;
  await house.hear({
    id,
    place,
    author: { id: by.id, kind: "person", name: by.name },
    text: GO_ON[languageOf(post.text)],
    images: [],
    toHouse: false,
    asks: member.persona.id,
    replyTo: post.id,
    createdAt: house.clock.now(),
  });
  return { kind: "spoken", text: `${name} goes on here in a moment.` };
}

// Whoever asks for the same in vain so often does not get it by asking once more.
const TRIES_MAX = 5;

/** The id under which a post is gone on from: one for each post, so that whoever presses twice asks once. Another one only where nothing came of it, or what came is gone. Null: it was asked already. */
async function nextId({ store }: AgainHouse, post: SpokenPost, member: Member): Promise<MessageId | null> {
  for (let number = 1; number <= TRIES_MAX; number += 1) {
    const id = askedId(platformOf(post.id), `${nativeOf(post.id)}-${number}`);
    const turn = (await store.turn(turnId(id, member.persona.id)))?.turn ?? null;
    const question = await store.message(id);
    if (turn === null) return question === null ? id : null;
    const isDone = turn.state === "ended" && (turn.outcome?.kind !== "replied" || question === null);
    if (!isDone) return null;
  }
  return null;
}

// In the language of the post: a model answers in that of whoever speaks to it.
const GO_ON: Readonly<Record<Language, string>> = {
  en: "Go on.",
  de: "Weiter.",
  fr: "Continue.",
  es: "Sigue.",
  it: "Continua.",
  pt: "Continua.",
  nl: "Ga door.",
  ru: "Продолжай.",
  uk: "Продовжуй.",
  el: "Συνέχισε.",
  ja: "続けて。",
  zh: "继续。",
  ko: "계속해.",
  ar: "أكمل.",
  he: "המשך.",
  hi: "आगे कहो।",
};

/** What people can ask for of a post. */
export function postAgainCommands(house: AgainHouse): readonly Command[] {
  const byName = { offered: "by-name", answersWith: "text" } as const;
  return [
    {
      ...byName,
      shape: shapeOnPost("regenerate", "Regenerate", "Have it said anew; what it said is kept"),
      run: (asked) => regenerate(asked, house),
    },
    {
      ...byName,
      shape: shapeOnPost("continue", "Continue", "Let a persona go on from what it said"),
      run: (asked) => goOn(asked, house),
    },
  ];
}
