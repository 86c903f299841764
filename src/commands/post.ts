// A persona's post: why it was said, whose it is, and how it is changed by hand.
import { scopesOf } from "../domain/binding.ts";
import { handleOf } from "../domain/ids.ts";
import { cleanText } from "../domain/message.ts";
import type { Remaking } from "../engine/remaking.ts";
import { byHand, wordedBy } from "../engine/remaking.ts";
import { isSame } from "../engine/rooms.ts";
import type { Asked, Command } from "./asked.ts";
import { button, everyoneFor, optionIn, plain, shape, somewhere, unfit, wrong } from "./asked.ts";
import type { Answer, CommandShape } from "./command.ts";
import { textAnswer } from "./command.ts";
import type { PostStore } from "./post-target.ts";
import {
  audit,
  nameOf,
  neededPost,
  needSay,
  onPlatform,
  versionAnswer,
  versionButtons,
  versionSaid,
} from "./post-target.ts";
import { english } from "./words-en.ts";

/** What commands about posts need beside what all do. */
export interface PostHouse extends PostStore {
  readonly remaking: Pick<Remaking, "change" | "charsMax" | "remove" | "show">;
}

// The platform is asked until it answers or refuses by itself.
const untilItAnswers = new AbortController().signal;

async function why(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const record = await needSay(asked, house, post);
  const name = nameOf(asked, post);
  const { say } = asked.words;
  if (record === null) return textAnswer("private", say.whyForgotten(name));
  const trigger = post.replyTo === null ? null : await house.store.message(post.replyTo);
  const versions = await house.store.registry.versions(post.id);
  const { solver, model } = wordedBy(post, versions);
  const source = solver === null ? null : model === null ? plain(solver) : `${plain(solver)} (${plain(model)})`;
  const lines = [
    plain(say.because(record.turn, name.replaceAll("\\", ""))),
    trigger === null ? "" : say.answersWhom(plain(trigger.author.name)),
    record.turn.unasked ? say.askedByNobody : "",
    versions.length > 1 ? say.saysVersion(versionSaid(versions)) : "",
    source === null ? say.writtenByHand : say.cameFrom(source),
  ];
  return textAnswer("private", lines.filter((line) => line !== "").join("\n"));
}

async function about(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const scopes = scopesOf(asked.invocation.place);
  const bindings = await house.store.registry.bindings(scopes);
  const own = bindings.filter((binding) => isSame(binding.persona, post.spoken.persona));
  const { say } = asked.words;
  const places = own.map((each) => say.putThere(plain(each.by), somewhere(asked, each.scope).at));
  const member = everyoneFor(asked).find(({ persona }) => isSame(persona.id, post.spoken.persona));
  const { solver } = wordedBy(post, await house.store.registry.versions(post.id));
  const lines = [
    say.isPersona(nameOf(asked, post), handleOf(post.spoken.persona), solver === null ? "hand" : "itself"),
    solver === null ? say.writtenByHand : "",
    plain(member?.persona.description ?? ""),
    places.length === 0 ? say.putByNobody : `${places.join("; ")}.`,
  ];
  return textAnswer("private", lines.filter((line) => line !== "").join("\n"));
}

/** What can be changed by hand, in one place: a platform has room for few entries on a post itself. */
async function panel(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const versions = await house.store.registry.versions(post.id);
  const { choices, say } = asked.words;
  const buttons = [
    button(choices.edit, ["post", "edit"], { post: post.id }),
    button(choices.delete, ["post", "delete"], { post: post.id }, "danger"),
    ...versionButtons(post.id, versions),
  ];
  return { ...textAnswer("private", say.canBeChanged(nameOf(asked, post))), buttons };
}

async function edit(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const { fields: labels, say } = asked.words;
  const base = { name: "text", label: labels.text, hint: "", lines: "many", isRequired: true } as const;
  const fields = [{ ...base, value: post.text, charsMax: house.remaking.charsMax(post) }];
  return {
    kind: "form",
    title: say.whatSaid(post.author.name),
    path: ["post", "edited"],
    options: { post: post.id },
    fields,
  };
}

async function edited(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const text = cleanText(optionIn(asked, "text") ?? "");
  const { say } = asked.words;
  const max = house.remaking.charsMax(post);
  if (text === "") throw wrong(asked, "text", say.needs.text, undefined);
  if (text.length > max) throw unfit(asked, "text", say.charsMax(max), say.soMany(text.length));
  if (text === post.text) return textAnswer("private", say.saysSo);
  return onPlatform(asked, async () => {
    await house.remaking.change([{ post, text }], byHand, untilItAnswers);
    await audit(asked, house, post, "post edit");
    return versionAnswer(asked, post.id, await house.store.registry.versions(post.id), "new");
  });
}

async function version(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const number = Number(optionIn(asked, "number"));
  return onPlatform(asked, async () => {
    const shown = await house.remaking.show(post, number, untilItAnswers);
    if (shown === null) throw wrong(asked, "number", asked.words.say.aButton, String(number));
    await audit(asked, house, post, "post edit");
    return versionAnswer(asked, post.id, await house.store.registry.versions(post.id), "replace");
  });
}

async function remove(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  return onPlatform(asked, async () => {
    await house.remaking.remove(post, untilItAnswers);
    await audit(asked, house, post, "post delete");
    return textAnswer("private", asked.words.say.isGone(nameOf(asked, post)));
  });
}

/** The shape of a command about a post that is offered on the post itself, under `label`. */
export function shapeOnPost(name: string, label: string, summary: string): CommandShape {
  return { ...shape(["post", name], summary), on: "message", label };
}

/** What people can do about a persona's post, beside making it anew. */
export function postCommands(house: PostHouse): readonly Command[] {
  const byName = { offered: "by-name", answersWith: "text" } as const;
  const byButton = { offered: "by-button", answersWith: "text" } as const;
  const { choices, summaries } = english;
  return [
    {
      ...byName,
      shape: shapeOnPost("why", choices.why, summaries["post why"]),
      run: (asked) => why(asked, house),
    },
    {
      ...byName,
      shape: shapeOnPost("about", choices.about, summaries["post about"]),
      run: (asked) => about(asked, house),
    },
    {
      ...byName,
      shape: shapeOnPost("change", choices.editOrDelete, summaries["post change"]),
      run: (asked) => panel(asked, house),
    },
    {
      ...byName,
      answersWith: "form",
      shape: shape(["post", "edit"], summaries["post edit"]),
      run: (asked) => edit(asked, house),
    },
    {
      ...byName,
      shape: shape(["post", "delete"], summaries["post delete"]),
      run: (asked) => remove(asked, house),
    },
    { ...byButton, shape: shape(["post", "edited"], summaries["post edited"]), run: (asked) => edited(asked, house) },
    {
      ...byButton,
      shape: shape(["post", "version"], summaries["post version"]),
      run: (asked) => version(asked, house),
    },
  ];
}
