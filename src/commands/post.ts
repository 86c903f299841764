// A persona's post: why it was said, whose it is, and what may be done about it.
import { InDoubt, Limited, Refused } from "../adapters/adapter.ts";
import { scopesOf } from "../domain/binding.ts";
import type { MessageId } from "../domain/ids.ts";
import { handleOf, storedId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import { cleanText } from "../domain/message.ts";
import type { Remaking } from "../engine/remaking.ts";
import { isSame } from "../engine/rooms.ts";
import { messageOf } from "../errors.ts";
import { reasonSentence } from "../http/words.ts";
import type { Version } from "../store/registry.ts";
import type { Store, TurnRecord } from "../store/store.ts";
import type { Asked, Command } from "./asked.ts";
import {
  button,
  changerOf,
  everyoneFor,
  needRight,
  NotAllowed,
  optionIn,
  plain,
  scopeName,
  shape,
  wrong,
} from "./asked.ts";
import type { Answer, Button, CommandShape, TextAnswer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { ownScope } from "./taking-part.ts";

/** What commands about posts need beside what all do. */
export interface PostHouse {
  readonly store: Pick<Store, "message" | "recentMessages" | "registry" | "turn">;
  readonly remaking: Pick<Remaking, "change" | "remove" | "show">;
}

/** A persona's post. */
type Post = Message & { readonly spoken: NonNullable<Message["spoken"]> };

// Where nothing was chosen the newest post is meant; farther up nobody would know which.
const LOOKED_AT_MAX = 50;

// What a form's field holds, and more than a post on any platform that has forms.
const TEXT_CHARS_MAX = 4_000;

// The platform is asked until it answers or refuses by itself.
const untilItAnswers = new AbortController().signal;

async function neededPost(asked: Asked, { store }: PostHouse): Promise<Post> {
  const { target, place } = asked.invocation;
  const chosen = target ?? idIn(asked);
  const message =
    chosen === null
      ? (await store.recentMessages(place.channel, null, LOOKED_AT_MAX)).findLast((each) => each.spoken !== null)
      : await store.message(chosen);
  // What stands elsewhere is nobody's business here.
  if (message?.channel !== place.channel || message.spoken === null) {
    throw new NotAllowed("That is no post of a persona that the house remembers.");
  }
  return { ...message, spoken: message.spoken };
}

function idIn(asked: Asked): MessageId | null {
  const said = optionIn(asked, "post");
  return said === null ? null : storedId<MessageId>(said);
}

function nameOf(asked: Asked, { spoken, author }: Post): string {
  return plain(everyoneFor(asked).find(({ persona }) => persona.id === spoken.persona)?.persona.name ?? author.name);
}

/** Whoever asked for the post may, and whoever manages the channel. */
async function needSay(asked: Asked, { store }: PostHouse, post: Post): Promise<TurnRecord | null> {
  const record = await store.turn(post.spoken.turn);
  const isAsker = record !== null && !record.turn.unasked && record.turn.askedBy === asked.invocation.by.id;
  if (!isAsker) needRight(asked, "channel");
  return record;
}

async function why(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const record = await needSay(asked, house, post);
  const name = nameOf(asked, post);
  if (record === null) return textAnswer("private", `Why ${name} said this is not kept any more.`);
  const trigger = post.replyTo === null ? null : await house.store.message(post.replyTo);
  const { solver, model } = post.spoken;
  const lines = [
    plain(reasonSentence(record.turn, name.replaceAll("\\", ""))),
    trigger === null ? "" : `It answers ${plain(trigger.author.name)}.`,
    record.turn.unasked ? "No person asked for it." : "",
    `It came from ${plain(solver)}${model === null ? "" : ` (${plain(model)})`}.`,
  ];
  return textAnswer("private", lines.filter((line) => line !== "").join("\n"));
}

async function about(asked: Asked, house: PostHouse): Promise<Answer> {
  const post = await neededPost(asked, house);
  const scopes = scopesOf(asked.invocation.place);
  const bindings = await house.store.registry.bindings(scopes);
  const own = bindings.filter((binding) => isSame(binding.persona, post.spoken.persona));
  const places = own.map((each) => `${plain(each.by)} put it in ${scopeName(asked, each.scope)}`);
  const member = everyoneFor(asked).find(({ persona }) => isSame(persona.id, post.spoken.persona));
  const lines = [
    `**${nameOf(asked, post)}** is a persona (${handleOf(post.spoken.persona)}) and an AI: no person wrote this.`,
    plain(member?.persona.description ?? ""),
    places.length === 0 ? "Nobody put it here; it answered because it was spoken to." : `${places.join("; ")}.`,
  ];
  return textAnswer("private", lines.filter((line) => line !== "").join("\n"));
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

function versionAnswer(post: MessageId, versions: readonly Version[], as: TextAnswer["as"]): TextAnswer {
  const at = versions.findIndex(({ isShown }) => isShown);
  const step = (label: string, to: Version | undefined): readonly Button[] => {
    return to === undefined ? [] : [button(label, ["post", "version"], { post, number: String(to.number) })];
  };
  const buttons = [...step("◀", versions[at - 1]), ...step("▶", versions[at + 1])];
  return { ...textAnswer("private", `It says version ${at + 1}/${versions.length} now.`), buttons, as };
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

/** The list says who changed what, not what it said: what is deleted is gone from there too. */
async function audit(asked: Asked, { store }: PostHouse, post: Post, what: string): Promise<void> {
  const subject = handleOf(post.spoken.persona);
  const entry = { scope: ownScope(asked), what, subject, before: null, after: null };
  await store.registry.recordAudit({ ...entry, by: changerOf(asked), at: asked.house.clock.now() });
}

/** What the platform says no to is told to the person, not to the log alone. */
async function onPlatform(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    const isLimited = error instanceof Limited;
    if (!isLimited && !(error instanceof Refused) && !(error instanceof InDoubt)) throw error;
    const why = isLimited
      ? "The platform takes no more changes just now: please try again in a moment"
      : `It could not be done: ${messageOf(error)}`;
    return textAnswer("private", `${why}.`);
  }
}

/** What people can do about a persona's post. */
export function postCommands(house: PostHouse): readonly Command[] {
  const onPost = (name: string, label: string, summary: string): CommandShape => {
    return { ...shape(["post", name], `${summary}; the newest where none was chosen`), on: "message", label };
  };
  const byName = { offered: "by-name", answersWith: "text" } as const;
  const byButton = { offered: "by-button", answersWith: "text" } as const;
  return [
    { ...byName, shape: onPost("why", "Why?", "Why a persona said this"), run: (asked) => why(asked, house) },
    { ...byName, shape: onPost("about", "About", "Whose post this is"), run: (asked) => about(asked, house) },
    {
      ...byName,
      answersWith: "form",
      shape: onPost("edit", "Edit", "Change what a persona said to you"),
      run: (asked) => edit(asked, house),
    },
    {
      ...byName,
      shape: onPost("delete", "Delete", "Delete what a persona said to you"),
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
