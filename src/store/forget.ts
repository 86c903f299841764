// The transactions of forgetting: what a person deletes, edits or asks to forget is gone from everything that was made of it.
import type { AuthorId, ChannelId, MessageId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Outcome } from "../domain/turn.ts";
import type { Repositories } from "./repositories.ts";
import { UNDIRECTED_MAX } from "./store.ts";

/** How turns end whose message is gone. */
export const DELETED: Outcome = {
  kind: "withdrawn",
  why: "trigger-deleted",
  detail: "the message to be answered is gone",
};

/** How turns end whose author wants nothing of theirs to be heard any more. */
export const OPTED_OUT: Outcome = { kind: "withdrawn", why: "opted-out", detail: "whoever asked opted out" };

/** Changes the text of a message; null when it is not known, or says so already. */
export function editMessage(repositories: Repositories, edit: Edit): Message | null {
  const message = repositories.messages.get(edit.id);
  if (message === null || message.text === edit.text) return null;
  repositories.messages.edit(edit.id, edit.text, edit.tokens);
  forgetContexts(repositories, message.channel, message.seq);
  forgetThreads(repositories, message);
  repositories.solverStates.forget(message.channel, message.author.id);
  return message;
}

interface Edit {
  readonly id: MessageId;
  readonly text: string;
  readonly tokens: number;
}

/** Removes messages and what was made of them; turns that would answer them end with `outcome`. Returns the channels in which one was known. */
export function deleteMessages(
  repositories: Repositories,
  ids: readonly MessageId[],
  outcome: Outcome,
  now: number,
): readonly ChannelId[] {
  const gone = new Map<ChannelId, Gone>();
  for (const id of ids) {
    const message = repositories.messages.get(id);
    if (message === null) continue;
    forgetThreads(repositories, message);
    removeMessage(repositories, id, outcome);
    const { seq, authors } = gone.get(message.channel) ?? { seq: message.seq, authors: new Set() };
    authors.add(message.author.id);
    gone.set(message.channel, { seq: Math.min(seq, message.seq), authors });
  }
  for (const [channel, { seq, authors }] of gone) {
    forgetContexts(repositories, channel, seq);
    for (const author of authors) repositories.solverStates.forget(channel, author);
    repositories.turns.strip(channel, ids);
    repositories.channels.change(channel, now);
  }
  return [...gone.keys()];
}

interface Gone {
  /** The place of the earliest. */
  readonly seq: number;
  readonly authors: Set<AuthorId>;
}

/** Removes messages that were kept for long enough, all of one channel, with the traces of their time; what came later stays explained. */
export function expireMessages(
  repositories: Repositories,
  channel: ChannelId,
  ids: readonly MessageId[],
  olderThan: number,
): void {
  const { solverStates, traces, turns } = repositories;
  const places = ids.map((id) => repositories.messages.get(id)?.seq ?? 0);
  // A context reaches back over the newest messages, and to the one that its trigger replies to.
  traces.forgetThrough(channel, Math.max(...places) + CONTEXT_MESSAGES_MAX, ids);
  for (const id of ids) removeMessage(repositories, id, DELETED);
  turns.strip(channel, ids);
  solverStates.forgetUnused(channel, olderThan);
}

// No context holds more messages than the highest `window` of a room, 100; twice that allows for posts between a turn's trigger and its thinking.
const CONTEXT_MESSAGES_MAX = 200;

function removeMessage(repositories: Repositories, id: MessageId, outcome: Outcome): void {
  const { decisions, messages, posts, turns, versions } = repositories;
  for (const turn of turns.openFor(id)) {
    posts.forget(turn);
    turns.end(turn, outcome);
  }
  // Before the message, by which it is found.
  decisions.remove(id);
  messages.remove(id);
  versions.remove(id);
}

/** Contexts of threads that hold a message because they were opened with it. */
function forgetThreads(repositories: Repositories, message: Message): void {
  for (const thread of repositories.channels.answeredIn(message)) forgetContexts(repositories, thread, 0);
}

/** Contexts of the channel that may hold a text that stood at `seq`. A context holds the messages before its turn, so turns that were asked long before cannot have seen it; a turn that is being thought about may have. */
function forgetContexts({ traces, turns }: Repositories, channel: ChannelId, seq: number): void {
  traces.forgetSince(channel, seq - UNDIRECTED_MAX);
  for (const turn of turns.open(channel)) if (turn.state === "thinking") traces.bar(turn);
}
