// The transactions of forgetting: what a person deletes, edits or asks to forget is gone from everything that was made of it.
import type { MessageId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Outcome } from "../domain/turn.ts";
import type { Repositories } from "./repositories.ts";
import { UNDIRECTED_MAX } from "./store.ts";

const DELETED: Outcome = { kind: "withdrawn", why: "trigger-deleted", detail: "the message to be answered is gone" };

/** Changes the text of a message; null when it is not known. */
export function editMessage(repositories: Repositories, id: MessageId, text: string, tokens: number): Message | null {
  const message = repositories.messages.get(id);
  if (message === null || message.text === text) return null;
  repositories.messages.edit(id, text, tokens);
  forgetContexts(repositories, message);
  return message;
}

/** Removes a message and what was made of it; turns that would answer it end withdrawn. Null when it is not known. */
export function deleteMessage(repositories: Repositories, id: MessageId, now: number): Message | null {
  const { channels, messages, posts, turns, versions } = repositories;
  const message = messages.get(id);
  if (message === null) return null;
  for (const turn of turns.openFor(id)) {
    posts.withdraw(turn);
    turns.end(turn, DELETED);
  }
  messages.remove(id);
  versions.remove(id);
  forgetContexts(repositories, message);
  channels.change(message.channel, now);
  return message;
}

/** Contexts of the channel that may hold the text, and what solvers remember of its author there. A context holds the messages before its turn, so turns that were asked long before cannot have seen it. */
function forgetContexts({ solverStates, traces }: Repositories, message: Message): void {
  traces.forgetSince(message.channel, message.seq - UNDIRECTED_MAX);
  solverStates.forget(message.channel, message.author.id);
}
