// The tables; `npm run migrations` makes SQL of every change here.
import type {
  AuthorId,
  ChannelId,
  MessageId,
  PersonaId,
  PlatformName,
  ProcessId,
  SceneId,
  TriggerId,
  TurnId,
  WorkspaceId,
} from "../domain/ids.ts";
import type { AuthorKind, Image, Place } from "../domain/message.ts";
import type { ScenePlan, SceneState } from "../domain/scene.ts";
import type { Trace } from "../domain/trace.ts";
import type { Decision, Outcome, Post, Standing, TurnReason, TurnState } from "../domain/turn.ts";
import { index, integer, primaryKey, sql, sqliteTable, text } from "./drizzle.ts";

// Times are milliseconds since the epoch. Every index is one more page in the transactions that touch it, so each names the query it is for.

export const processes = sqliteTable("processes", {
  id: text().$type<ProcessId>().primaryKey(),
  beatAt: integer("beat_at").notNull(),
});

// Without an index of what is due: the sweep reads all rows each second, ten thousand in some milliseconds, where an index would cost every message two pages.
export const channels = sqliteTable("channels", {
  id: text().$type<ChannelId>().primaryKey(),
  platform: text().$type<PlatformName>().notNull(),
  parent: text().$type<ChannelId>(),
  workspace: text().$type<WorkspaceId>(),
  unnamed: text().$type<Place["unnamed"]>().notNull(),
  nsfw: integer({ mode: "boolean" }).notNull().default(false),
  /** Since when personas there talk only when people ask them; null: they are free to. */
  stoppedAt: integer("stopped_at"),
  /** The newest place given out; it never goes back, so no place is given twice. */
  lastSeq: integer("last_seq").notNull().default(0),
  /** Messages up to this place are directed. */
  directedSeq: integer("directed_seq").notNull().default(0),
  /** No turn that was asked before this place is open. */
  openSeq: integer("open_seq").notNull().default(0),
  /** Grows with every change that a worker must look at and that is not a message. */
  changes: integer().notNull().default(0),
  /** Stays set while the channel is being worked on, so that a killed worker leaves it due. */
  dueAt: integer("due_at"),
  holder: text().$type<ProcessId>(),
  fence: integer().notNull().default(0),
  watchedAt: integer("watched_at"),
});

export const messages = sqliteTable(
  "messages",
  {
    id: text().$type<MessageId>().notNull().unique(),
    channel: text()
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id),
    seq: integer().notNull(),
    authorId: text("author_id").$type<AuthorId>().notNull(),
    authorKind: text("author_kind").$type<AuthorKind>().notNull(),
    authorName: text("author_name").notNull(),
    text: text().notNull(),
    /** Null: none came with it. */
    images: text({ mode: "json" }).$type<readonly Image[]>(),
    toHouse: integer("to_house", { mode: "boolean" }).notNull().default(false),
    /** The persona that alone is asked, by a command; null: the text says who is. */
    asks: text().$type<PersonaId>(),
    replyTo: text("reply_to").$type<MessageId>(),
    conversation: text().$type<MessageId>().notNull(),
    depth: integer().notNull(),
    tokens: integer().notNull(),
    createdAt: integer("created_at").notNull(),
    /** Null, like the four that follow, unless a persona of the house said it. */
    turn: text().$type<TurnId>(),
    persona: text().$type<PersonaId>(),
    scene: text().$type<SceneId>(),
    solver: text(),
    model: text(),
    unasked: integer({ mode: "boolean" }).notNull().default(false),
  },
  (table) => [
    // Rows stand in this order: the recent messages, pages, what is not yet directed.
    primaryKey({ columns: [table.channel, table.seq] }),
    // A conversation; the message that began it is found by its id, so most messages of people cost nothing here.
    index("messages_conversation")
      .on(table.conversation, table.seq)
      .where(sql`conversation <> id`),
  ],
);

export const decisions = sqliteTable(
  "decisions",
  {
    channel: text()
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id),
    /** The trigger's place in the channel, as for its turns. */
    asked: integer().notNull(),
    trigger: text().$type<TriggerId>().notNull(),
    at: integer().notNull(),
    decision: text({ mode: "json" }).$type<Decision>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.asked, table.trigger] })],
);

export const turns = sqliteTable(
  "turns",
  {
    n: integer().primaryKey(),
    id: text().$type<TurnId>().notNull().unique(),
    trigger: text().$type<TriggerId>().notNull(),
    channel: text()
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id),
    /** The trigger's place in the channel: turns are taken in this order, and within it in the order of the decision. */
    asked: integer().notNull(),
    persona: text().$type<PersonaId>().notNull(),
    reason: text({ mode: "json" }).$type<TurnReason>().notNull(),
    askedBy: text("asked_by").$type<AuthorId>(),
    replyTo: text("reply_to").$type<MessageId>(),
    conversation: text().$type<MessageId>(),
    depth: integer().notNull(),
    unasked: integer({ mode: "boolean" }).notNull(),
    scene: text().$type<SceneId>(),
    state: text().$type<TurnState>().notNull().default("waiting"),
    /** While the turn is being said: how it will end. */
    outcome: text({ mode: "json" }).$type<Outcome>(),
    attempts: integer().notNull().default(0),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [
    // What waits in a channel, and the brakes: read from the channel's `open_seq` on, so that no change of a turn touches the index.
    index("turns_channel").on(table.channel, table.asked),
  ],
);

export const posts = sqliteTable(
  "posts",
  {
    turn: text()
      .$type<TurnId>()
      .notNull()
      .references(() => turns.id, { onDelete: "cascade" }),
    part: integer().notNull(),
    channel: text().$type<ChannelId>().notNull(),
    persona: text().$type<PersonaId>().notNull(),
    /** Empty once the post is said: then the message holds it. */
    text: text().notNull(),
    replyTo: text("reply_to").$type<MessageId>(),
    conversation: text().$type<MessageId>(),
    depth: integer().notNull(),
    unasked: integer({ mode: "boolean" }).notNull(),
    scene: text().$type<SceneId>(),
    solver: text().notNull(),
    model: text(),
    state: text().$type<Post["state"]>().notNull().default("ready"),
    readyAt: integer("ready_at").notNull(),
    sendingAt: integer("sending_at"),
    dueAt: integer("due_at").notNull(),
    /** Where it stands already while its text still grows; null: nowhere yet. */
    landed: text({ mode: "json" }).$type<Standing>(),
  },
  (table) => [
    // Its id says no more.
    primaryKey({ columns: [table.turn, table.part] }),
    // The brakes: all that they count is in the index itself.
    index("posts_unasked")
      .on(table.channel, table.readyAt, table.conversation, table.state)
      .where(sql`unasked = 1`),
  ],
);

export const traces = sqliteTable("traces", {
  /** The number of its turn, which grows with time: what is oldest is found without an index. */
  n: integer()
    .primaryKey()
    .references(() => turns.n, { onDelete: "cascade" }),
  at: integer().notNull(),
  trace: text({ mode: "json" }).$type<Trace>().notNull(),
});

/** What a solver keeps for a persona, a channel and an author. */
export const solverStates = sqliteTable(
  "solver_states",
  {
    channel: text().$type<ChannelId>().notNull(),
    persona: text().$type<PersonaId>().notNull(),
    author: text().$type<AuthorId>().notNull(),
    solver: text().notNull(),
    value: text().notNull(),
    usedAt: integer("used_at").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.channel, table.persona, table.author, table.solver] }),
    // Forgetting by age.
    index("solver_states_used").on(table.usedAt),
  ],
);

export const scenes = sqliteTable(
  "scenes",
  {
    id: text().$type<SceneId>().primaryKey(),
    channel: text()
      .$type<ChannelId>()
      .notNull()
      .references(() => channels.id),
    plan: text({ mode: "json" }).$type<ScenePlan>().notNull(),
    state: text({ mode: "json" }).$type<SceneState>().notNull(),
    ticks: integer().notNull().default(0),
    posts: integer().notNull().default(0),
    startedAt: integer("started_at").notNull(),
    dueAt: integer("due_at"),
  },
  (table) => [
    // The scenes of a channel.
    index("scenes_channel").on(table.channel),
  ],
);

/** What a day (UTC) has cost, what is reserved counted as spent. */
export const days = sqliteTable("days", {
  /** Its first millisecond. */
  day: integer().primaryKey(),
  nanoUsd: integer("nano_usd").notNull(),
  unpricedTokens: integer("unpriced_tokens").notNull(),
});

/** The calls that the days are made of. */
export const calls = sqliteTable(
  "calls",
  {
    id: integer().primaryKey(),
    turn: text().$type<TurnId>().notNull(),
    day: integer().notNull(),
    model: text().notNull(),
    tokensIn: integer("tokens_in").notNull(),
    tokensOut: integer("tokens_out").notNull(),
    /** Null where the price is unknown. */
    nanoUsd: integer("nano_usd"),
    settled: integer({ mode: "boolean" }).notNull().default(false),
    /** When it was reserved; 0, like what is empty below, for calls from before these were kept. */
    at: integer().notNull().default(0),
    persona: text().$type<PersonaId | "">().notNull().default(""),
    channel: text().$type<ChannelId | "">().notNull().default(""),
    parent: text().$type<ChannelId>(),
    workspace: text().$type<WorkspaceId>(),
    scene: text().$type<SceneId>(),
    /** What was reserved. */
    mostNanoUsd: integer("most_nano_usd"),
    mostTokens: integer("most_tokens").notNull().default(0),
  },
  // What a run of a scene has cost so far: of all other calls it holds nothing.
  (table) => [
    index("calls_scene")
      .on(table.scene, table.at)
      .where(sql`scene IS NOT NULL`),
  ],
);

export const claims = sqliteTable("claims", {
  key: text().primaryKey(),
  until: integer().notNull(),
});

export const solverStops = sqliteTable("solver_stops", {
  server: text().primaryKey(),
  why: text().notNull(),
  at: integer().notNull(),
});
