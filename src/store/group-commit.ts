// Group commit: operations that wait at the same time share one transaction, and one wait for the disk.
import type { ChannelId } from "../domain/ids.ts";
import { isBusy, RETRY_MS, TRIES_MAX } from "./connection.ts";
import type { Connection } from "./drizzle.ts";

// A transaction of this many operations takes some ten milliseconds; a longer one would hold up everything else in the process.
const OPERATIONS_MAX = 500;

/** Told after each commit. */
export interface Committed {
  /** Channels that the operations marked. */
  readonly channels: ReadonlySet<ChannelId>;
  /** True when an operation erased something for good. */
  readonly erased: boolean;
}

interface Waiting {
  /** Does its work inside the transaction; what it returns tells the caller, and is called after the commit. */
  attempt(): () => void;
  reject(error: unknown): void;
}

export class GroupCommit {
  readonly #connection: Connection;
  readonly #explain: (error: unknown) => unknown;
  readonly #committed: (committed: Committed) => void;
  readonly #undone: () => void;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  readonly #savepoint;
  readonly #release;
  readonly #rollbackTo;
  readonly #waiting: Waiting[] = [];
  #marks: ChannelId[] = [];
  #erased = false;
  #isScheduled = false;
  #tries = 0;
  /** An operation of the next group failed among others: this time each has its own savepoint. */
  #isCareful = false;

  /** `explain` turns an error of SQLite into one for people; `committed` is told after each commit, when all its promises are settled; `undone` when something that was written is undone. */
  constructor(
    connection: Connection,
    explain: (error: unknown) => unknown,
    committed: (committed: Committed) => void,
    undone: () => void,
  ) {
    this.#undone = undone;
    this.#connection = connection;
    this.#explain = explain;
    this.#committed = committed;
    // Immediate: a deferred transaction would find out only at its first write that another process was faster.
    this.#begin = connection.prepare("BEGIN IMMEDIATE");
    this.#commit = connection.prepare("COMMIT");
    this.#rollback = connection.prepare("ROLLBACK");
    this.#savepoint = connection.prepare("SAVEPOINT operation");
    this.#release = connection.prepare("RELEASE operation");
    this.#rollbackTo = connection.prepare("ROLLBACK TO operation");
  }

  /** Resolves with what `work` returns once that is on the disk. When `work` throws, what it did is undone, the others of its group stand, and the promise rejects. `work` must be synchronous. */
  run<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        attempt: () => {
          const value = work();
          return () => resolve(value);
        },
        reject,
      });
      this.#schedule();
    });
  }

  /** Called by an operation: `channel` looks different after it. */
  mark(channel: ChannelId): void {
    this.#marks.push(channel);
  }

  /** Called by an operation that deletes what must be gone for good. */
  markErased(): void {
    this.#erased = true;
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#waiting.length > 0) await this.run(() => {}).catch(() => {});
  }

  /** By setImmediate: it runs once all of this turn's input is handled, so a burst from many sockets is one group, where a microtask would commit after each; nothing waits longer than the turn that is under way. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    if (!this.#beginOrRetry()) return;
    const isCareful = this.#isCareful;
    this.#isCareful = false;
    const group = this.#waiting.splice(0, OPERATIONS_MAX);
    if (this.#waiting.length > 0) this.#schedule();
    this.#marks = [];
    this.#erased = false;
    const tell = this.#transact(group, isCareful);
    for (const each of tell) each();
    if (this.#marks.length > 0 || this.#erased) {
      this.#committed({ channels: new Set(this.#marks), erased: this.#erased });
    }
  }

  /** False when another process holds the lock, or nothing can be begun at all: then everyone has been told, or is tried again soon. */
  #beginOrRetry(): boolean {
    try {
      this.#begin.run();
      this.#tries = 0;
      return true;
    } catch (error) {
      this.#tries += 1;
      if (isBusy(error) && this.#tries < TRIES_MAX) {
        this.#isScheduled = true;
        setTimeout(() => this.#flush(), RETRY_MS);
        return false;
      }
      this.#tries = 0;
      this.#rejectAll(this.#waiting.splice(0), error);
      return false;
    }
  }

  /** Does the work of a group and commits it. Returns what is to be told afterwards. Where one of several fails, all of it is undone and done again with savepoints: failing is rare, and they are not free. */
  #transact(group: readonly Waiting[], isCareful: boolean): readonly (() => void)[] {
    let isDone = false;
    try {
      const tell = group.map((each) => (isCareful ? this.#attempt(each) : each.attempt()));
      isDone = true;
      this.#commit.run();
      return tell;
    } catch (error) {
      this.#undone();
      const isWhole = this.#connection.inTransaction;
      if (isWhole) this.#rollback.run();
      this.#marks = [];
      this.#erased = false;
      if (isWhole && !isDone && !isCareful && group.length > 1) this.#again(group);
      else this.#rejectAll(group, error);
      return [];
    }
  }

  /** Before everything that came later. */
  #again(group: readonly Waiting[]): void {
    this.#waiting.unshift(...group);
    this.#isCareful = true;
    this.#schedule();
  }

  /** One of several: what it does is undone alone when it throws. */
  #attempt(waiting: Waiting): () => void {
    const marked = this.#marks.length;
    const erased = this.#erased;
    this.#savepoint.run();
    try {
      const tell = waiting.attempt();
      this.#release.run();
      return tell;
    } catch (error) {
      this.#undone();
      // A full disk or a failing one ends the whole transaction (SQLite, "Response To Errors Within A Transaction").
      if (!this.#connection.inTransaction) throw error;
      this.#rollbackTo.run();
      this.#release.run();
      this.#marks.length = marked;
      this.#erased = erased;
      return () => waiting.reject(this.#explain(error));
    }
  }

  #rejectAll(group: readonly Waiting[], error: unknown): void {
    const explained = this.#explain(error);
    for (const waiting of group) waiting.reject(explained);
  }
}
