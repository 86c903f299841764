// A persona's post: why it was said, whose it is, and how it is changed by hand.
import { scopesOf } from "../domain/binding.ts";
import { handleOf } from "../domain/ids.ts";
import { cleanText } from "../domain/message.ts";
import type { Remaking } from "../engine/remaking.ts";
import { isSame } from "../engine/rooms.ts";
import { reasonSentence } from "../http/words.ts";
import type { Asked, Command } from "./asked.ts";
import { button, everyoneFor, optionIn, plain, shape, somewhere, wrong } from "./asked.ts";
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

/** What commands about posts need beside what all do. */
export interface PostHouse extends PostStore {
  readonly remaking: Pick<Remaking, "change" | "remove" | "show">;
}

// What a form's field holds, and more than a post on any platform that has forms.
const TEXT_CHARS_MAX = 4_000;

// The platform is asked until it answers or refuses by itself.
const untilItAnswers = new AbortController().signal;

async function why(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const record = await needSay(asked, house, post);
  const name = nameOf(asked, post);
  if (record === null) return textAnswer("private", `Why ${name} said this is not kept any more.`);
  const trigger = post.replyTo === null ? null : await house.store.message(post.replyTo);
  const versions = await house.store.registry.versions(post.id);
  const { solver, model } = post.spoken;
  const first = versions.length > 1 ? "What it said at first came" : "It came";
  const lines = [
    plain(reasonSentence(record.turn, name.replaceAll("\\", ""))),
    trigger === null ? "" : `It answers ${plain(trigger.author.name)}.`,
    record.turn.unasked ? "No person asked for it." : "",
    `${first} from ${plain(solver)}${model === null ? "" : ` (${plain(model)})`}.`,
    versions.length > 1 ? `It was changed since: it says version ${versionSaid(versions)}.` : "",
  ];
  return textAnswer("private", lines.filter((line) => line !== "").join("\n"));
}

async function about(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const scopes = scopesOf(asked.invocation.place);
  const bindings = await house.store.registry.bindings(scopes);
  const own = bindings.filter((binding) => isSame(binding.persona, post.spoken.persona));
  const places = own.map((each) => `${plain(each.by)} put it ${somewhere(asked, each.scope).at}`);
  const member = everyoneFor(asked).find(({ persona }) => isSame(persona.id, post.spoken.persona));
  const lines = [
    `**${nameOf(asked, post)}** is a persona (${handleOf(post.spoken.persona)}) and an AI: no person wrote this.`,
    plain(member?.persona.description ?? ""),
    places.length === 0 ? "Nobody put it here; it answered because it was spoken to." : `${places.join("; ")}.`,
  ];
  return textAnswer("private", lines.filter((line) => line !== "").join("\n"));
}

/** What can be changed by hand, in one place: a platform has room for few entries on a post itself. */
async function panel(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const versions = await house.store.registry.versions(post.id);
  const text = `What ${nameOf(asked, post)} said can be changed or taken away, here and from memory.`;
  const buttons = [
    button("Edit", ["post", "edit"], { post: post.id }),
    button("Delete", ["post", "delete"], { post: post.id }, "danger"),
    ...versionButtons(post.id, versions),
  ];
  return { ...textAnswer("private", text), buttons };
}

async function edit(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const base = { name: "text", label: "Text", hint: "", lines: "many", isRequired: true } as const;
  const fields = [{ ...base, value: post.text, charsMax: TEXT_CHARS_MAX }];
  return {
    kind: "form",
    title: `What ${post.author.name} said`,
    path: ["post", "edited"],
    options: { post: post.id },
    fields,
  };
}

async function edited(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const text = cleanText(optionIn(asked, "text") ?? "");
  if (text === post.text) return textAnswer("private", "It says so already.");
  return onPlatform(async () => {
    const versions = await house.remaking.change(post, text, untilItAnswers);
    await audit(asked, house, post, "post edit");
    return versionAnswer(post.id, versions, "new");
  });
}

async function version(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  const number = Number(optionIn(asked, "number"));
  return onPlatform(async () => {
    const shown = await house.remaking.show(post, number, untilItAnswers);
    if (shown === null) throw wrong(asked, "number", "one of the buttons", String(number));
    await audit(asked, house, post, "post edit");
    return versionAnswer(post.id, await house.store.registry.versions(post.id), "replace");
  });
}

async function remove(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  await needSay(asked, house, post);
  return onPlatform(async () => {
    await house.remaking.remove(post, untilItAnswers);
    await audit(asked, house, post, "post delete");
    return textAnswer("private", `What ${nameOf(asked, post)} said is gone, from memory too.`);
  });
}

/** The shape of a command about a post that is offered on the post itself, under `label`. */
export function shapeOnPost(name: string, label: string, summary: string): CommandShape {
  return { ...shape(["post", name], `${summary}; the newest where none was chosen`), on: "message", label };
}

/** What people can do about a persona's post, beside making it anew. */
export function postCommands(house: PostHouse): readonly Command[] {
  const byName = { offered: "by-name", answersWith: "text" } as const;
  const byButton = { offered: "by-button", answersWith: "text" } as const;
  return [
    { ...byName, shape: shapeOnPost("why", "Why?", "Why a persona said this"), run: (asked) => why(asked, house) },
    { ...byName, shape: shapeOnPost("about", "About", "Whose post this is"), run: (asked) => about(asked, house) },
    {
      ...byName,
      shape: shapeOnPost("change", "Edit or delete", "Change or delete what a persona said to you"),
      run: (asked) => panel(asked, house),
    },
    {
      ...byName,
      answersWith: "form",
      shape: shape(["post", "edit"], "Change what a persona said to you; the newest"),
      run: (asked) => edit(asked, house),
    },
    {
      ...byName,
      shape: shape(["post", "delete"], "Delete what a persona said to you; the newest"),
      run: (asked) => remove(asked, house),
    },
    { ...byButton, shape: shape(["post", "edited"], "A post, as the form says"), run: (asked) => edited(asked, house) },
    {
      ...byButton,
      shape: shape(["post", "version"], "An earlier text of a post"),
      run: (asked) => version(asked, house),
    },
  ];
}
