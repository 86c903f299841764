// The post that a command is about: which one is meant, who may do something about it, and what its platform says to that.
import { InDoubt, Limited, Refused } from "../adapters/adapter.ts";
import type { MessageId } from "../domain/ids.ts";
import { handleOf, storedId } from "../domain/ids.ts";
import type { SpokenPost } from "../engine/rethinking.ts";
import { messageOf } from "../errors.ts";
import type { Version } from "../store/registry.ts";
import type { Store, TurnRecord } from "../store/store.ts";
import type { Asked } from "./asked.ts";
import { button, changerOf, everyoneFor, needRight, NotAllowed, optionIn, plain } from "./asked.ts";
import type { Answer, Button, TextAnswer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { ownScope } from "./taking-part.ts";

/** What commands about posts need to find them. */
export interface PostStore {
  readonly store: Pick<Store, "message" | "recentMessages" | "registry" | "turn">;
}

// Where nothing was chosen the newest post is meant; farther up nobody would know which.
const LOOKED_AT_MAX = 50;

/** The post that is meant. Throws `NotAllowed` where it is none of a persona's, or stands elsewhere. */
export async function neededPost(asked: Asked, { store }: PostStore): Promise<SpokenPost> {
  const { target, place } = asked.invocation;
  const chosen = target ?? idIn(asked);
  const message =
    chosen === null
      ? (await store.recentMessages(place.channel, null, LOOKED_AT_MAX)).findLast((each) => each.spoken !== null)
      : await store.message(chosen);
  // What stands elsewhere is nobody's business here.
  if (message?.channel !== place.channel || message.spoken === null) {
    throw new NotAllowed(asked.words.say.noPost);
  }
  return { ...message, spoken: message.spoken };
}

function idIn(asked: Asked): MessageId | null {
  const said = optionIn(asked, "post");
  return said === null ? null : storedId<MessageId>(said);
}

/** The name of whoever said the post. */
export function nameOf(asked: Asked, { spoken, author }: SpokenPost): string {
  return plain(everyoneFor(asked).find(({ persona }) => persona.id === spoken.persona)?.persona.name ?? author.name);
}

/** Whoever asked for the post may, and whoever manages the channel; throws `NotAllowed` for everybody else. */
export async function needSay(asked: Asked, { store }: PostStore, post: SpokenPost): Promise<TurnRecord | null> {
  const record = await store.turn(post.spoken.turn);
  const isAsker = record !== null && !record.turn.unasked && record.turn.askedBy === asked.invocation.by.id;
  if (!isAsker) needRight(asked, "channel");
  return record;
}

/** Buttons to the versions before and after the one that is shown. */
export function versionButtons(post: MessageId, versions: readonly Version[]): readonly Button[] {
  const at = versions.findIndex(({ isShown }) => isShown);
  const step = (label: string, to: Version | undefined): readonly Button[] => {
    return to === undefined ? [] : [button(label, ["post", "version"], { post, number: String(to.number) })];
  };
  return [...step("◀", versions[at - 1]), ...step("▶", versions[at + 1])];
}

/** Which version the post says now, such as 2/3. */
export function versionSaid(versions: readonly Version[]): string {
  return `${versions.findIndex(({ isShown }) => isShown) + 1}/${versions.length}`;
}

/** Tells which version is shown, with buttons to the others. */
export function versionAnswer(
  { words }: Asked,
  post: MessageId,
  versions: readonly Version[],
  as: TextAnswer["as"],
): TextAnswer {
  const text = words.say.saysVersion(versionSaid(versions));
  return { ...textAnswer("private", text), buttons: versionButtons(post, versions), as };
}

/** The list says who changed what, not what it said: what is deleted is gone from there too. */
export async function audit(asked: Asked, { store }: PostStore, post: SpokenPost, what: string): Promise<void> {
  const subject = handleOf(post.spoken.persona);
  const entry = { scope: ownScope(asked), what, subject, before: null, after: null };
  await store.registry.recordAudit({ ...entry, by: changerOf(asked), at: asked.house.clock.now() });
}

/** What the platform says no to is told to the person, not to the log alone. */
export async function onPlatform({ words }: Asked, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Limited) return textAnswer("private", words.say.platformBusy);
    if (!(error instanceof Refused) && !(error instanceof InDoubt)) throw error;
    return textAnswer("private", words.say.notDone(messageOf(error)));
  }
}
