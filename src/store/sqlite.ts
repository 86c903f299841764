// The store in one SQLite file: each operation of the port is one transaction, and those that wait together share a commit.
import type { Brakes } from "../domain/brakes.ts";
import type { Estimate, Payer, Reservation, Reserved, SpendCaps, Spent } from "../domain/budget.ts";
import type {
  ChannelId,
  MessageId,
  PlatformName,
  PostId,
  ProcessId,
  SceneId,
  TriggerId,
  TurnId,
} from "../domain/ids.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { Arrival, Message } from "../domain/message.ts";
import type { Scene, ScenePlan } from "../domain/scene.ts";
import type { Usage } from "../domain/trace.ts";
import type { Outcome, Post } from "../domain/turn.ts";
import { clearWithThreads, expireSlice } from "./clear.ts";
import { faultOf, openConnection } from "./connection.ts";
import { ForeignCommits } from "./foreign-commits.ts";
import type { Batch } from "./direct.ts";
import { recordDecisions, workOf } from "./direct.ts";
import type { Connection, DatabasePath } from "./drizzle.ts";
import { type Committed, GroupCommit } from "./group-commit.ts";
import { growPost, recordLanded, recordTakenBack, recordThought } from "./grow.ts";
import { holderOf, takeHold } from "./holds.ts";
import { recordHeard } from "./hearing.ts";
import type { Ledger } from "./ledger.ts";
import { Listeners } from "./listeners.ts";
import { Lives } from "./lives.ts";
import type { Paces } from "./paces.ts";
import type { Registry } from "./registry.ts";
import { RegistryNews } from "./registry-news.ts";
import { forgetUndone, openRepositories, type Repositories } from "./repositories.ts";
import type { Landing } from "./say.ts";
import type { SceneBook } from "./scene-book.ts";
import { recordSaid, recordSending, recordUnsent } from "./say.ts";
import type {
  Begun,
  DecisionRecord,
  Ending,
  Finish,
  Foothold,
  Lease,
  Page,
  PostPart,
  SolverStop,
  Store,
  TurnRecord,
  Work,
} from "./store.ts";
import { sealWith } from "./seal.ts";
import { SqliteLedger } from "./sqlite-ledger.ts";
import { SqlitePaces } from "./sqlite-paces.ts";
import { SqliteRegistry } from "./sqlite-registry.ts";
import { SqliteSceneBook } from "./sqlite-scene-book.ts";
import { putScene, setScene } from "./stage.ts";
import { beginTurn, finishTurn, leave, withdrawTurn } from "./think.ts";
import type { StoreHouse } from "./store-house.ts";
import { WalEraser } from "./wal-eraser.ts";
import { isWorthRecording, recordWatched } from "./watching.ts";

/** Opens the database, makes it where there is none, and brings its tables up to date. Throws `HouseFault`, one sentence that says what to do. */
export async function openSqliteStore(path: DatabasePath, house: StoreHouse): Promise<Store> {
  return new SqliteStore(await openConnection(path), path, house);
}

class SqliteStore implements Store {
  readonly registry: Registry;
  readonly paces: Paces;
  readonly ledger: Ledger;
  readonly sceneBook: SceneBook;
  readonly #connection: Connection;
  readonly #explain: (error: unknown) => unknown;
  readonly #repositories: Repositories;
  readonly #group: GroupCommit;
  readonly #eraser: WalEraser;
  readonly #foreign: ForeignCommits;
  readonly #lives: Lives;
  readonly #changes: Listeners<[ChannelId]>;

  constructor(connection: Connection, path: DatabasePath, { log, secret }: StoreHouse) {
    this.#connection = connection;
    this.#explain = (error) => faultOf(error, path);
    this.#repositories = openRepositories(connection);
    this.#eraser = new WalEraser(connection, log);
    this.#foreign = new ForeignCommits(connection, log);
    this.#lives = new Lives(path);
    this.#changes = new Listeners(log);
    this.#group = new GroupCommit(
      connection,
      this.#explain,
      (committed) => this.#afterCommit(committed),
      () => forgetUndone(this.#repositories),
    );
    const read = <T>(work: () => T): Promise<T> => this.#read(work);
    const news = new RegistryNews(this.#repositories.audits, log);
    this.#foreign.on(() => news.look());
    this.paces = new SqlitePaces(this.#repositories, this.#group);
    this.registry = new SqliteRegistry(this.#repositories, this.#group, sealWith(secret), read, news);
    this.ledger = new SqliteLedger(this.#repositories, this.#group, read);
    this.sceneBook = new SqliteSceneBook(this.#repositories, this.#group, read);
  }

  recordMessage(
    arrival: Arrival,
    tokens: number,
    checkpoint: Checkpoint | null,
    now: number,
  ): Promise<{ readonly fresh: boolean }> {
    return this.#write(() => {
      const fresh = recordHeard(this.#repositories, { arrival, tokens, checkpoint }, now);
      if (fresh) this.#group.mark(arrival.place.channel);
      return { fresh };
    });
  }

  async recordWatched(channel: ChannelId, now: number): Promise<void> {
    if (!(await this.#read(() => isWorthRecording(this.#repositories, channel, now)))) return;
    await this.#write(() => recordWatched(this.#repositories, channel, now));
  }

  async beat(process: ProcessId, now: number): Promise<void> {
    const dead = await this.#read(() => {
      this.#lives.begin(process);
      return this.#lives.takeDead();
    });
    await this.#write(() => this.#repositories.leases.beat(process, now, dead));
  }

  processes(now: number): Promise<readonly ProcessId[]> {
    return this.#read(() => this.#repositories.leases.alive(now));
  }

  async leave(process: ProcessId): Promise<void> {
    await this.#write(() => leave(this.#repositories, process));
    this.#lives.end(process);
  }

  dueChannels(platforms: readonly PlatformName[], now: number, limit: number): Promise<readonly ChannelId[]> {
    return this.#read(() => this.#repositories.leases.due(platforms, now, limit));
  }

  openChannel(
    channel: ChannelId,
    process: ProcessId,
    now: number,
  ): Promise<{ readonly lease: Lease; readonly work: Work } | null> {
    return this.#write(() => {
      const taken = this.#repositories.leases.take(channel, process, now);
      if (taken === null) return null;
      return { lease: taken.lease, work: workOf(this.#repositories, channel, taken.standing) };
    });
  }

  readWork(lease: Lease): Promise<Work> {
    return this.#read(() => workOf(this.#repositories, lease.channel, this.#repositories.leases.look(lease)));
  }

  closeChannel(lease: Lease, dueAt: number | null): Promise<void> {
    return this.#write(() => this.#repositories.leases.give(lease, dueAt));
  }

  recordDecisions(lease: Lease, batch: Batch, now: number): Promise<void> {
    return this.#write(() => {
      recordDecisions(this.#repositories, lease, batch, now);
      if (batch.tick !== null) this.#group.mark(lease.channel);
    });
  }

  beginTurn(lease: Lease, turn: TurnId, brakes: Brakes, now: number): Promise<Begun> {
    return this.#write(() => beginTurn(this.#repositories, lease, turn, brakes, now));
  }

  reserve(payer: Payer, estimate: Estimate, caps: SpendCaps, now: number): Promise<Reserved> {
    return this.#write(() => this.#repositories.budget.reserve(payer, estimate, caps, now));
  }

  settle(reservation: Reservation, usage: Usage): Promise<void> {
    return this.#write(() => this.#repositories.budget.settle(reservation, usage));
  }

  finishTurn(lease: Lease, finish: Finish, now: number): Promise<Ending> {
    return this.#write(() => finishTurn(this.#repositories, lease, finish, now));
  }

  recordSending(lease: Lease, post: PostId, now: number): Promise<boolean> {
    return this.#write(() => recordSending(this.#repositories, lease, post, now));
  }

  recordSaid(lease: Lease, post: PostId, said: Landing): Promise<void> {
    return this.#write(() => {
      if (recordSaid(this.#repositories, lease, post, said)) this.#group.mark(lease.channel);
    });
  }

  recordUnsent(lease: Lease, post: PostId, dueAt: number): Promise<void> {
    return this.#write(() => recordUnsent(this.#repositories, lease, post, dueAt));
  }

  withdrawTurn(lease: Lease, turn: TurnId, outcome: Outcome): Promise<void> {
    return this.#write(() => withdrawTurn(this.#repositories, lease, turn, outcome));
  }

  growPost(lease: Lease, post: Post, now: number): Promise<boolean> {
    return this.#write(() => growPost(this.#repositories, lease, post, now));
  }

  recordLanded(lease: Lease, post: PostPart, landed: Foothold): Promise<void> {
    return this.#write(() => recordLanded(this.#repositories, lease, post, landed));
  }

  recordThought(lease: Lease, turn: TurnId): Promise<void> {
    return this.#write(() => recordThought(this.#repositories, lease, turn));
  }

  growingPost(turn: TurnId): Promise<Post | null> {
    return this.#read(() => this.#repositories.growing.of(turn));
  }

  recordTakenBack(lease: Lease, post: PostPart): Promise<void> {
    return this.#write(() => recordTakenBack(this.#repositories, lease, post));
  }

  message(id: MessageId): Promise<Message | null> {
    return this.#read(() => this.#repositories.messages.get(id));
  }

  recentMessages(channel: ChannelId, throughSeq: number | null, limit: number): Promise<readonly Message[]> {
    return this.#read(() => this.#repositories.messages.recent(channel, throughSeq, limit));
  }

  page(
    channel: ChannelId,
    bounds: { readonly before: MessageId | null; readonly after: MessageId | null; readonly limit: number },
  ): Promise<Page> {
    return this.#read(() => this.#repositories.messages.page(channel, bounds));
  }

  conversation(id: MessageId, limit: number): Promise<readonly Message[]> {
    return this.#read(() => this.#repositories.messages.conversation(id, limit));
  }

  turn(id: TurnId): Promise<TurnRecord | null> {
    return this.#read(() => {
      const turn = this.#repositories.turns.get(id);
      return turn === null ? null : { turn, trace: this.#repositories.traces.get(id) };
    });
  }

  decision(trigger: TriggerId): Promise<DecisionRecord | null> {
    return this.#read(() => this.#repositories.decisions.get(trigger));
  }

  lastSeq(channel: ChannelId): Promise<number> {
    return this.#read(() => this.#repositories.messages.lastSeq(channel));
  }

  putScene(plan: ScenePlan, channel: ChannelId, platform: PlatformName, now: number): Promise<Scene> {
    return this.#write(() => {
      this.#group.mark(channel);
      return putScene(this.#repositories, plan, { channel, platform }, now);
    });
  }

  scenes(channel: ChannelId): Promise<readonly Scene[]> {
    return this.#read(() => this.#repositories.scenes.of(channel));
  }

  setScene(id: SceneId, change: Parameters<Store["setScene"]>[1], now: number): Promise<void> {
    return this.#write(() => {
      const channel = setScene(this.#repositories, id, change, now);
      if (channel !== null) this.#group.mark(channel);
    });
  }

  clearChannel(channel: ChannelId, now: number): Promise<void> {
    return this.#write(() => {
      for (const each of clearWithThreads(this.#repositories, channel, now)) this.#group.mark(each);
      this.#group.markErased();
    });
  }

  spent(now: number): Promise<Spent> {
    return this.#read(() => this.#repositories.budget.spent(now));
  }

  claim(key: string, forMs: number, now: number): Promise<boolean> {
    return this.#write(() => this.#repositories.claims.take(key, forMs, now));
  }

  async hold(key: string, process: ProcessId, now: number): Promise<boolean> {
    const holder = await this.#read(() => holderOf(this.#repositories, key));
    return holder === process || this.#write(() => takeHold(this.#repositories, key, process, now));
  }

  solverStop(server: string): Promise<SolverStop | null> {
    return this.#read(() => this.#repositories.solverStops.get(server));
  }

  setSolverStop(server: string, stop: SolverStop | null): Promise<void> {
    return this.#write(() => this.#repositories.solverStops.set(server, stop));
  }

  async expire(olderThan: number, now: number): Promise<void> {
    let hasMore = true;
    while (hasMore) {
      hasMore = await this.#write(() => {
        this.#group.markErased();
        return expireSlice(this.#repositories, olderThan, now);
      });
    }
  }

  onChange(listener: (channel: ChannelId) => void): () => void {
    return this.#changes.on(listener);
  }

  onForeignChange(listener: () => void): () => void {
    return this.#foreign.on(listener);
  }

  async close(): Promise<void> {
    await this.#group.drain();
    this.#eraser.stop();
    this.#foreign.stop();
    this.#lives.endAll();
    this.#connection.close();
  }

  /** Reads at once: what is committed is what there is. */
  async #read<T>(work: () => T): Promise<T> {
    try {
      return work();
    } catch (error) {
      throw this.#explain(error);
    }
  }

  #write<T>(work: () => T): Promise<T> {
    return this.#group.run(work);
  }

  #afterCommit(committed: Committed): void {
    if (committed.erased) this.#eraser.erase();
    for (const channel of committed.channels) this.#changes.tell({ channel }, channel);
  }
}
