// The transactions of saying: a post is being sent, and where it landed.
import type { MessageId, PostId } from "../domain/ids.ts";
import { isTick, sceneOfTick } from "../domain/ids.ts";
import type { Author, Place } from "../domain/message.ts";
import type { Post } from "../domain/turn.ts";
import type { Repositories } from "./repositories.ts";
import { endIfStopped } from "./stop.ts";
import type { Lease } from "./store.ts";

/** False when the post may not be said any more. */
export function recordSending(repositories: Repositories, lease: Lease, id: PostId, now: number): boolean {
  const { posts, scenes } = repositories;
  const post = posts.toSend(lease, id);
  if (post === null || (post.state !== "ready" && post.state !== "sending")) return false;
  if (post.trigger === null || post.turnChannel !== lease.channel || post.turnState !== "saying") return false;
  if (!isTick(post.trigger) && !post.isTriggerThere) return false;
  // A pause is heeded up to the last instant.
  if (isTick(post.trigger) && scenes.get(sceneOfTick(post.trigger))?.state.kind === "paused") return false;
  // So is a stop, also one that was said before the turn was there.
  if (post.unasked && endIfStopped(repositories, lease.channel, post.turn)) return false;
  posts.sending(id, now);
  return true;
}

export function recordUnsent(repositories: Repositories, lease: Lease, id: PostId, dueAt: number): void {
  repositories.leases.held(lease);
  repositories.posts.unsent(id, dueAt);
}

/** What became of a post on its platform. */
export interface Landing {
  readonly message: MessageId;
  readonly at: number;
  readonly author: Author;
  readonly tokens: number;
  /** The thread in which it stands, when that is not the post's own channel; else null. */
  readonly thread: Place | null;
}

/** The post landed; a second time changes nothing, and returns false. A post withdrawn while it was on its way was said all the same. */
export function recordSaid(repositories: Repositories, lease: Lease, id: PostId, landing: Landing): boolean {
  const { channels, posts, turns, scenes, messages } = repositories;
  const { post, isKnown, lastSeq } = posts.landed(lease, id, landing.message);
  if (post.state === "said") return false;
  // What is said in a thread is remembered there, and directed there like anything said in it.
  const isNew = !isKnown && landing.thread !== null;
  const seq = isNew ? channels.takeThreadPlace(landing.thread, landing.at) : lastSeq + 1;
  messages.recordSpoken(spokenBy(post, landing, seq), isKnown ? "stored" : "none");
  posts.said(id, landing.message);
  // What the house itself says of a scene is none of its posts.
  const isOfScene = post.scene !== null && post.solver !== "house";
  if (isOfScene && posts.countSaid(post.turn) === 1) scenes.countPost(post.scene);
  turns.endIfSaid(post.turn);
  return true;
}

function spokenBy(post: Post, landing: Landing, seq: number) {
  const { turn, persona, scene, solver, model, unasked } = post;
  return {
    id: landing.message,
    channel: landing.thread?.channel ?? post.channel,
    seq,
    author: landing.author,
    text: post.text,
    replyTo: post.replyTo,
    conversation: post.conversation ?? landing.message,
    depth: post.depth,
    tokens: landing.tokens,
    createdAt: landing.at,
    spoken: { turn, persona, scene, solver, model, unasked },
  };
}
