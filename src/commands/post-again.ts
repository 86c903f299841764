// A persona's post once more: made anew, with what it said kept, or gone on from.
import type { Clock } from "../clock.ts";
import type { MessageId } from "../domain/ids.ts";
import { askedId, nativeOf, platformOf, turnId } from "../domain/ids.ts";
import type { Language } from "../domain/language.ts";
import { languageOf } from "../domain/language.ts";
import type { Arrival } from "../domain/message.ts";
import type { Rethinking, Rethought, SpokenPost } from "../engine/rethinking.ts";
import { isNotice } from "../engine/rethinking.ts";
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
import type { QuotaHouse } from "./quota.ts";
import { needQuota } from "./quota.ts";
import type { Words } from "./words-en.ts";
import { english } from "./words-en.ts";

/** What it takes to have a post made anew, or gone on from. */
export interface AgainHouse extends PostStore {
  readonly store: PostStore["store"] & QuotaHouse["store"];
  readonly limits: QuotaHouse["limits"];
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
  await needQuota(asked, house);
  return onPlatform(asked, async () => {
    const rethought = await house.rethinking.again(post, untilItAnswers);
    if (rethought.kind !== "said") {
      return textAnswer("private", whyNot(asked.words.say, rethought, nameOf(asked, post)));
    }
    await audit(asked, house, post, "post regenerate");
    const answer = versionAnswer(asked, post.id, rethought.versions, "new");
    return rethought.isCut ? { ...answer, text: `${answer.text} ${asked.words.say.isCut}` } : answer;
  });
}

/** Why there is no new version, in one sentence. */
function whyNot(say: Words["say"], rethought: Exclude<Rethought, { readonly kind: "said" }>, name: string): string {
  switch (rethought.kind) {
    case "busy":
      return say.thinksAlready(name);
    case "unfinished":
      return say.notFinished(name);
    case "notice":
      return say.houseNotice(name);
    case "persona-gone":
      return say.personaGone(name);
    case "question-gone":
      return say.questionGone;
    case "adults-only":
      return say.adultsOnly;
    case "too-many":
      return say.versionsMax(rethought.max);
    case "same":
      return say.nothingElse(name);
    case "no-answer":
      return say.nothingChangedFor(say.noAnswerNow(rethought.why));
  }
}

async function goOn(asked: Asked, house: AgainHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const name = nameOf(asked, post);
  const { say } = asked.words;
  const record = await house.store.turn(post.spoken.turn);
  if (isNotice(post, record?.turn ?? null)) throw new NotAllowed(say.houseNotice(name));
  const member = everyoneFor(asked).find(({ persona }) => isSame(persona.id, post.spoken.persona));
  if (member === undefined) throw new NotAllowed(say.personaGone(name));
  await needAskable(asked, member);
  const id = await nextId(house, post, member);
  if (id === null) return textAnswer("private", say.goesOnAlready(name));
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
  return { kind: "spoken", text: say.goesOnSoon(name) };
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
  const { choices, summaries } = english;
  return [
    {
      ...byName,
      shape: shapeOnPost("regenerate", choices.regenerate, summaries["post regenerate"]),
      run: (asked) => regenerate(asked, house),
    },
    {
      ...byName,
      shape: shapeOnPost("continue", choices.continueIt, summaries["post continue"]),
      run: (asked) => goOn(asked, house),
    },
  ];
}
