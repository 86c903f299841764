// The port of pace: what is taken of the limits of platforms, shared by all processes.
import type { Pacing, Slot } from "../domain/pace.ts";
import type { PostId } from "../domain/ids.ts";
import type { Post } from "../domain/turn.ts";
import type { Lease } from "./store.ts";

export interface Paces {
  /** Takes a slot in each bucket, or says when to come back: then what was booked is kept, and nothing else has changed. */
  take(pacing: Pacing, now: number): Promise<Slot>;
  /** As `recordSending` of the store, and with it a slot is taken in each bucket, all in one transaction. Where there is none, nothing is recorded but a booking; where there is none for longer than `WAIT_MS_MAX`, all posts that are ready in the channel wait until there is. Throws `LeaseLost`. */
  send(lease: Lease, post: PostId, pacing: Pacing, now: number): Promise<Started>;
  /** As `send`, for `growPost`; no post waits for it. */
  grow(lease: Lease, post: Post, pacing: Pacing, now: number): Promise<Started>;
  /** The platform has answered: what was taken counts from `now` on. `closedUntil`: it said that nothing more is taken before; null: it did not. */
  settle(pacing: Pacing, closedUntil: number | null, now: number): Promise<void>;
}

/** What became of a post that was to be sent. */
export type Started =
  | { readonly kind: "begun" }
  /** As where `recordSending` says false. */
  | { readonly kind: "void" }
  | Exclude<Slot, { readonly kind: "now" }>;
