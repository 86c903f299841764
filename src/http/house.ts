// The port of the web server: what it needs from the house, and nothing more.
import type { Clock } from "../clock.ts";
import type { SpendCaps } from "../domain/budget.ts";
import type { ChannelId, MessageId } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import type { SceneDesk } from "../engine/scene-desk.ts";
import type { Log } from "../log.ts";
import type { Personas } from "../personas/personas.ts";
import type { Speaking } from "../solvers/solver.ts";
import type { Store } from "../store/store.ts";

/** What the pages read from the store, and the one thing they change by themselves: clearing the feed. */
export type WebStore = Pick<
  Store,
  | "message"
  | "recentMessages"
  | "page"
  | "conversation"
  | "turn"
  | "decision"
  | "lastSeq"
  | "scenes"
  | "clearChannel"
  | "spent"
  | "ledger"
  | "onChange"
  | "onForeignChange"
>;

/** What somebody wrote into the box. */
export interface FeedDraft {
  readonly name: string;
  readonly text: string;
  readonly replyTo: MessageId | null;
  /** The form's key: the same key and the same words are one post, however often they are sent. */
  readonly key: string;
}

export type FeedPosted =
  | { readonly kind: "posted"; readonly id: MessageId }
  /** `why` is one sentence for the writer. */
  | { readonly kind: "refused"; readonly field: "name" | "text"; readonly why: string }
  /** The house does not listen yet. */
  | { readonly kind: "closed" };

/** The feed's door: where posts of people come in, and where the pages hear who is writing. */
export interface FeedDoor {
  readonly channel: ChannelId;
  readonly place: Place;
  readonly textCharsMax: number;
  post(draft: FeedDraft): Promise<FeedPosted>;
  /** Calls `listener` when a persona begins to write. Returns the way to stop it. */
  onTyping(listener: (as: Persona) => void): () => void;
  /** Somebody has a page open now. */
  watched(): Promise<void>;
}

/** The running house, as far as a page can ask it or change it. */
export interface RunningHouse {
  speaking(): Speaking;
  ready(): boolean;
  /** More for `/healthz`: numbers and short words, no secrets. */
  health(): Readonly<Record<string, unknown>>;
  wake(channel: ChannelId): Promise<void>;
  /** Figures for `/metrics`, read when somebody asks: counters where the name ends in `_total`, gauges elsewhere. */
  figures(): readonly Count[];
}

/** One figure for `/metrics`, in the words of the Prometheus text format. */
export interface Count {
  /** Such as `troupe_turns_total`. */
  readonly name: string;
  readonly help: string;
  readonly readings: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

/** How much one address may do. */
export interface WebLimits {
  readonly postsPerMinute: number;
  /** For programs and people on this machine. */
  readonly postsPerMinuteLocal: number;
  readonly signInsPerMinute: number;
}

// A person cannot read answers faster than a post every few seconds; on one's own machine scripts may be in a hurry.
export const usualWebLimits: WebLimits = { postsPerMinute: 12, postsPerMinuteLocal: 600, signInsPerMinute: 10 };

export interface WebSettings {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where the outside reaches the server; null: nowhere. */
  readonly publicUrl: string | null;
  /** Null: nobody can sign in from elsewhere. */
  readonly adminToken: string | null;
  /** What models may cost in a day. */
  readonly spend: SpendCaps;
  readonly limits: WebLimits;
}

export interface WebHouse {
  readonly store: WebStore;
  readonly personas: Personas;
  readonly feed: FeedDoor;
  readonly running: RunningHouse;
  /** Where scenes are started, paused, resumed and stopped. */
  readonly scenes: Pick<SceneDesk, "preview" | "start" | "resume" | "halt">;
  readonly settings: WebSettings;
  readonly clock: Clock;
  readonly log: Log;
}
