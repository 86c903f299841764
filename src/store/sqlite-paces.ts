// Pace in SQLite: each operation is one transaction of the group commit.
import type { PostId } from "../domain/ids.ts";
import type { Pacing, Slot } from "../domain/pace.ts";
import { WAIT_MS_MAX } from "../domain/pace.ts";
import type { Post } from "../domain/turn.ts";
import type { GroupCommit } from "./group-commit.ts";
import { growPost } from "./grow.ts";
import type { Paces, Started } from "./paces.ts";
import type { Repositories } from "./repositories.ts";
import { recordSending } from "./say.ts";
import type { Lease } from "./store.ts";

export class SqlitePaces implements Paces {
  readonly #repositories: Repositories;
  readonly #group: GroupCommit;

  constructor(repositories: Repositories, group: GroupCommit) {
    this.#repositories = repositories;
    this.#group = group;
  }

  take(pacing: Pacing, now: number): Promise<Slot> {
    return this.#group.run(() => this.#repositories.paces.take(pacing, now, () => true) ?? { kind: "now" });
  }

  send(lease: Lease, post: PostId, pacing: Pacing, now: number): Promise<Started> {
    const { paces, leases } = this.#repositories;
    return this.#start(pacing, now, {
      begin: () => recordSending(this.#repositories, lease, post, now),
      wait: (at) => {
        leases.held(lease);
        if (at - now > WAIT_MS_MAX) paces.hold(lease.channel, at);
      },
    });
  }

  grow(lease: Lease, post: Post, pacing: Pacing, now: number): Promise<Started> {
    return this.#start(pacing, now, {
      begin: () => growPost(this.#repositories, lease, post, now),
      wait: () => {},
    });
  }

  settle(pacing: Pacing, closedUntil: number | null, now: number): Promise<void> {
    return this.#group.run(() => this.#repositories.paces.settle(pacing, closedUntil, now));
  }

  #start(
    pacing: Pacing,
    now: number,
    record: { readonly begin: () => boolean; readonly wait: (at: number) => void },
  ): Promise<Started> {
    return this.#group.run(() => {
      const slot = this.#repositories.paces.take(pacing, now, record.begin);
      if (slot === null) return { kind: "void" };
      if (slot.kind === "now") return { kind: "begun" };
      record.wait(slot.at);
      return slot;
    });
  }
}
