// The port of the store: every transaction that exists is one of its operations.
import type { Brakes, Held } from "../domain/brakes.ts";
import type { Estimate, Payer, Reservation, Reserved, SpendCaps, Spent } from "../domain/budget.ts";
import type {
  AuthorId,
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
import type { Arrival, Message, Place } from "../domain/message.ts";
import type { QuotaName } from "../domain/quota.ts";
import type { Scene, ScenePlan, SceneState } from "../domain/scene.ts";
import type { Trace, Usage } from "../domain/trace.ts";
import type { Decision, Outcome, Post, Turn } from "../domain/turn.ts";
import type { Ledger } from "./ledger.ts";
import type { Paces } from "./paces.ts";
import type { Registry } from "./registry.ts";
import type { SceneBook } from "./scene-book.ts";

/** The right to work on a channel. Every write that takes one throws `LeaseLost` when its fence is no longer the channel's. */
export interface Lease {
  readonly channel: ChannelId;
  readonly process: ProcessId;
  /** Grows by one each time the channel is taken. */
  readonly fence: number;
}

/** What waits in a channel. */
export interface Work {
  /** Not yet directed, oldest first, at most `UNDIRECTED_MAX`. */
  readonly undirected: readonly Message[];
  /** Not ended, in the order in which they were asked. */
  readonly turns: readonly Turn[];
  /** Neither said nor withdrawn, in the order of their turns and parts. */
  readonly posts: readonly Post[];
  /** All scenes of the channel. */
  readonly scenes: readonly Scene[];
  /** Whether a person's message that names nobody is answered here. */
  readonly unnamed: Place["unnamed"];
  /** When the channel was last watched, epoch ms; null: never. */
  readonly watchedAt: number | null;
}

export type Begun =
  /** What solvers kept for (persona, channel, author), by solver name. */
  | { readonly kind: "go"; readonly states: Readonly<Record<string, string>> }
  /** `by`: a brake, the quota of the person who asked, a person's stop, or that the turn has ended already. */
  | { readonly kind: "braked"; readonly why: string; readonly by: Held | QuotaName | "stop" | "end" };

/** How thinking ends: posts to be said, or none. */
export interface Ending {
  /** `replied` and `noticed` take effect when the posts are said; with no posts, at once. */
  readonly outcome: Outcome;
  readonly posts: readonly Post[];
}

/** What thinking came to. */
export interface Finish extends Ending {
  readonly turn: TurnId;
  /** An ending in place of the other, if nobody took `key` in the last `forMs`: taken in the same transaction, so that a crash costs no notice. */
  readonly notice: (Ending & { readonly key: string; readonly forMs: number }) | null;
  readonly trace: Trace | null;
  /** What a solver keeps for (persona, channel, author). */
  readonly state: { readonly solver: string; readonly author: AuthorId; readonly value: string } | null;
}

/** Which post of a turn is meant. */
export type PostPart = Pick<Post, "turn" | "part">;

/** Where the first words of an answer landed. */
export interface Foothold {
  readonly message: MessageId;
  /** The thread, when that is not the post's own channel; else null. */
  readonly thread: Place | null;
}

export interface DecisionRecord {
  readonly decision: Decision;
  readonly at: number;
}

export interface TurnRecord {
  readonly turn: Turn;
  /** Null: not thought yet, or older than it is kept. */
  readonly trace: Trace | null;
}

export interface Page {
  /** Newest first. */
  readonly messages: readonly Message[];
  /** True when older ones follow; of a page with only `after`: when newer ones do. */
  readonly more: boolean;
}

export interface SolverStop {
  readonly why: string;
  readonly at: number;
}

export interface Store {
  /** What people set up. */
  readonly registry: Registry;
  /** What is taken of the limits of platforms. */
  readonly paces: Paces;
  /** What was spent, and what is forecast. */
  readonly ledger: Ledger;
  /** Scenes that people start. */
  readonly sceneBook: SceneBook;

  // Intake

  /** Records a message once; `fresh` is false, and nothing changes, when its id is known already. Gives it the channel's next place, its conversation (that of the message it replies to, else its own) and depth 0, and makes the channel due at `now`. The checkpoint is kept in the same transaction, also where nothing else changes. What someone said who opted out is not stored, nor what was said where nobody lives and not to the house. */
  recordMessage(
    arrival: Arrival,
    tokens: number,
    checkpoint: Checkpoint | null,
    now: number,
  ): Promise<{ readonly fresh: boolean }>;
  /** Somebody looks at the channel; makes it due when a scene there waits for that. Cheap to call often. */
  recordWatched(channel: ChannelId, now: number): Promise<void>;

  // Processes and leases

  /** One heartbeat. A process is dead when its last one is more than `DEAD_AFTER_MS` old; one that was killed, as soon as another one beats. */
  beat(process: ProcessId, now: number): Promise<void>;
  /** Every living process on this store, this one included. */
  processes(now: number): Promise<readonly ProcessId[]>;
  /** The process ends in good order: its channels are free at once, and what it was thinking about did not kill it. */
  leave(process: ProcessId): Promise<void>;
  /** Channels of these platforms that are due and not held by a living process, longest due first. */
  dueChannels(platforms: readonly PlatformName[], now: number, limit: number): Promise<readonly ChannelId[]>;
  /** Takes the channel for this process and reads what waits there; null when a living process holds it (this one included) or there is no such channel. */
  openChannel(
    channel: ChannelId,
    process: ProcessId,
    now: number,
  ): Promise<{ readonly lease: Lease; readonly work: Work } | null>;
  /** What waits in the channel now. Throws `LeaseLost`. */
  readWork(lease: Lease): Promise<Work>;
  /** Gives the channel back, due again at `dueAt` (null: when something arrives). What arrived since the last reading keeps it due. */
  closeChannel(lease: Lease, dueAt: number | null): Promise<void>;

  // Direct

  /** Records decisions and makes their turns, each at most once; `throughSeq` and all before it count as directed. A fold ends a turn that is still waiting; one that is not is left alone. */
  recordDecisions(
    lease: Lease,
    batch: {
      readonly throughSeq: number | null;
      readonly decisions: readonly Decision[];
      readonly folds: readonly { readonly turn: TurnId; readonly into: TurnId }[];
      /** The scene's tick number grows by one and it is due again at `dueAt`, if it is still running: a person may have paused it meanwhile. */
      readonly tick: { readonly scene: SceneId; readonly dueAt: number | null } | null;
    },
    now: number,
  ): Promise<void>;

  // Think

  /** Begins to think, or begins again after a crash. For an unasked turn the brakes are looked at in the same transaction, a person's stop first, counting posts made in the window and turns that are being thought about; for any other the quota of the person who asked, counting the turns that were begun for that person. */
  beginTurn(lease: Lease, turn: TurnId, brakes: Brakes, now: number): Promise<Begun>;
  /** Room for one call, under the caps of the day that `now` lies in and under each of the payer's own, or why not. */
  reserve(payer: Payer, estimate: Estimate, caps: SpendCaps, now: number): Promise<Reserved>;
  settle(reservation: Reservation, usage: Usage): Promise<void>;
  /** Ends the thinking of a turn: posts to be said, or its end. Says which ending it took. Repeating it changes nothing. */
  finishTurn(lease: Lease, finish: Finish, now: number): Promise<Ending>;

  // Say

  /** The sending of a post begins: after a crash it is in doubt. False when it may not be said any more: withdrawn, said, its trigger is gone, or nobody asked for it and the talk was stopped. */
  recordSending(lease: Lease, post: PostId, now: number): Promise<boolean>;
  /** The post landed as `message`: stored in the channel's memory, once; the turn ends with its last post. Makes the channel due for what follows. */
  recordSaid(
    lease: Lease,
    post: PostId,
    said: {
      readonly message: MessageId;
      readonly at: number;
      readonly author: Message["author"];
      readonly tokens: number;
      /** The thread in which it stands and is remembered, when that is not the post's own channel; else null. */
      readonly thread: Place | null;
    },
  ): Promise<void>;
  /** The post is back to ready, not to be tried before `dueAt`. */
  recordUnsent(lease: Lease, post: PostId, dueAt: number): Promise<void>;
  /** The turn will not be said (further): its unsaid posts are withdrawn and it ends. */
  withdrawTurn(lease: Lease, turn: TurnId, outcome: Outcome): Promise<void>;

  // Grow

  /** The first words of an answer that is still being thought about are on their way, or more of them. False when it may not be said, or not go on. */
  growPost(lease: Lease, post: Post, now: number): Promise<boolean>;
  /** Where its first words landed. */
  recordLanded(lease: Lease, post: PostPart, landed: Foothold): Promise<void>;
  /** Thinking about it has come to its end, and only what stands on its platform is still looked for: that processes died meanwhile was not its doing. */
  recordThought(lease: Lease, turn: TurnId): Promise<void>;
  /** The post that grew when the turn was thought about before; null: none did. */
  growingPost(turn: TurnId): Promise<Post | null>;
  /** A post that was leaving is gone: its turn has ended. */
  recordTakenBack(lease: Lease, post: PostPart): Promise<void>;

  // Read

  message(id: MessageId): Promise<Message | null>;
  /** The newest `limit` messages of the channel with a place up to `throughSeq` (null: all), oldest first. */
  recentMessages(channel: ChannelId, throughSeq: number | null, limit: number): Promise<readonly Message[]>;
  /** The newest page of messages older than `before` and newer than `after` (ids; null: no bound). With only `after`, the oldest such page. Unknown ids: an empty page. */
  page(
    channel: ChannelId,
    bounds: { readonly before: MessageId | null; readonly after: MessageId | null; readonly limit: number },
  ): Promise<Page>;
  /** Messages of one conversation, oldest first, at most `limit`. */
  conversation(id: MessageId, limit: number): Promise<readonly Message[]>;
  turn(id: TurnId): Promise<TurnRecord | null>;
  decision(trigger: TriggerId): Promise<DecisionRecord | null>;
  /** The newest place in the channel; 0 when it is empty. */
  lastSeq(channel: ChannelId): Promise<number>;

  // Scenes

  /** Puts a scene in place, keeping the state and counts of one that is there already; its plan is replaced. */
  putScene(plan: ScenePlan, channel: ChannelId, platform: PlatformName, now: number): Promise<Scene>;
  scenes(channel: ChannelId): Promise<readonly Scene[]>;
  /** A person, or the house, sets a scene's state. `fresh` begins a new run: posts counted from 0, `startedAt` now. Due at `dueAt`. With `onlyWhile` nothing changes unless the scene is in that state now: what a person set meanwhile stands. */
  setScene(
    scene: SceneId,
    change: {
      readonly state: SceneState;
      readonly fresh: boolean;
      readonly dueAt: number | null;
      readonly onlyWhile: SceneState["kind"] | null;
    },
    now: number,
  ): Promise<void>;

  // The rest

  /** Everything of the channel and its threads is gone: messages, turns, posts, decisions, traces, what solvers kept. Turns under way end withdrawn; scenes stay, with a new run. */
  clearChannel(channel: ChannelId, now: number): Promise<void>;
  spent(now: number): Promise<Spent>;
  /** True once in `forMs` for each key, whoever asks. */
  claim(key: string, forMs: number, now: number): Promise<boolean>;
  /** Whether the process holds the key: it takes one that nobody holds, or a process that is dead. */
  hold(key: string, process: ProcessId, now: number): Promise<boolean>;
  /** Why calls to this server with this key (a digest) are stopped; null: they are not. */
  solverStop(server: string): Promise<SolverStop | null>;
  setSolverStop(server: string, stop: SolverStop | null): Promise<void>;
  /** Forgets traces and decisions from before `olderThan`, messages that are older than the retention of their channel, and what has run out: claims, what was kept for a while, deleted personas, old entries of the audit list. */
  expire(olderThan: number, now: number): Promise<void>;
  /** Calls `listener` after each commit of this process that added or removed messages of a channel or changed one of its scenes. Returns the way to stop it. */
  onChange(listener: (channel: ChannelId) => void): () => void;
  /** Calls `listener` soon after another process has committed something; what it was nobody tells. Returns the way to stop it. */
  onForeignChange(listener: () => void): () => void;
  close(): Promise<void>;
}

// One heartbeat a second; three may be missed.
export const DEAD_AFTER_MS = 4_000;

// A flood is worked off in rounds of this many, so that one channel never holds more in memory.
export const UNDIRECTED_MAX = 200;
