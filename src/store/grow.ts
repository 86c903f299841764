// The transactions of growing: an answer stands on its platform, is added to, and is taken back where its turn was withdrawn.
import type { TurnId } from "../domain/ids.ts";
import type { Post } from "../domain/turn.ts";
import type { Repositories } from "./repositories.ts";
import type { Foothold, Lease, PostPart } from "./store.ts";

/** False when it may not be said, or not go on: its turn is not being thought about any more. */
export function growPost({ growing, turns }: Repositories, lease: Lease, post: Post, now: number): boolean {
  return turns.held(lease, post.turn).state === "thinking" && growing.put(post, now);
}

/** Where it stands. It may have been withdrawn meanwhile: then it is known what to take back. */
export function recordLanded(repositories: Repositories, lease: Lease, post: PostPart, landed: Foothold): void {
  const { channels, growing, leases } = repositories;
  leases.held(lease);
  const { message, thread } = landed;
  if (thread !== null) channels.ensureThread(thread);
  growing.land(post, { message, channel: thread?.channel ?? lease.channel });
}

/** That it is begun again after a crash does not speak against it from now on. */
export function recordThought({ growing, leases }: Repositories, lease: Lease, turn: TurnId): void {
  leases.held(lease);
  growing.thought(turn);
}

/** It is gone from the platform, or nobody can take it away there: the turn has come to its end. */
export function recordTakenBack({ growing, leases, turns }: Repositories, lease: Lease, post: PostPart): void {
  leases.held(lease);
  growing.takenBack(post);
  turns.endIfSaid(post.turn);
}
