// A house for tests of the web: the real server and the real feed on a real store in memory, with personas that say what a test wants.
import { plainManner } from "../../src/adapters/adapter.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import { systemClock } from "../../src/clock.ts";
import type { Clock } from "../../src/clock.ts";
import { FeedAdapter } from "../../src/adapters/feed/feed.ts";
import { messageId, personaAuthorId, postId, processId, sceneId, tickId, turnId } from "../../src/domain/ids.ts";
import type { ChannelId, MessageId, TriggerId } from "../../src/domain/ids.ts";
import type { Message } from "../../src/domain/message.ts";
import type { Persona } from "../../src/domain/persona.ts";
import { usualPace } from "../../src/domain/scene.ts";
import type { Trace } from "../../src/domain/trace.ts";
import { silentLog } from "../../src/log.ts";
import type { Complaint } from "../../src/errors.ts";
import type { WebHouse, WebSettings } from "../../src/http/house.ts";
import { usualWebLimits } from "../../src/http/house.ts";
import { startWebServer } from "../../src/http/server.ts";
import type { WebServer } from "../../src/http/server.ts";
import { Intake } from "../../src/engine/intake.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import { SceneDesk } from "../../src/engine/scene-desk.ts";
import type { Speaking } from "../../src/solvers/solver.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { makePersona } from "../people.ts";

export const trace: Trace = {
  parts: [
    { name: "persona", tokens: 120, items: 1, dropped: 0 },
    { name: "recent", tokens: 300, items: 12, dropped: 3 },
  ],
  dropOrder: ["examples", "recent"],
  tokenBudget: 4000,
  messages: [
    { role: "system", content: "You are Ada. <b>Not bold</b>" },
    { role: "user", content: "Mira: hello Ada" },
  ],
  attempts: [
    {
      solver: "openai",
      model: "tiny-1",
      result: "failed",
      why: "the server hung up",
      ms: 1200,
      usage: { tokensIn: 420, tokensOut: 0, costUsd: 0.00042, estimated: true },
      matched: "",
    },
    { solver: "rivescript", model: null, result: "answered", why: "", ms: 3, usage: null, matched: "hello *" },
  ],
  lastMessage: null,
  startedAt: 1000,
  endedAt: 2203,
};

/** What a test may change while the house runs. */
export interface State {
  speaking: Speaking;
  ready: boolean;
  complaints: Complaint[];
  cast: Persona[];
}

export class TestHouse {
  readonly store: Store;
  readonly feed: FeedAdapter;
  readonly state: State;
  readonly server: WebServer;
  readonly #process = processId("test");
  readonly #castListeners: Set<() => void>;
  #said = 0;

  constructor(parts: {
    store: Store;
    feed: FeedAdapter;
    state: State;
    server: WebServer;
    castListeners: Set<() => void>;
  }) {
    this.store = parts.store;
    this.feed = parts.feed;
    this.state = parts.state;
    this.server = parts.server;
    this.#castListeners = parts.castListeners;
  }

  get url(): string {
    return this.server.url.replace(/\/$/, "");
  }

  recast(cast: Persona[]): void {
    this.state.cast = cast;
    for (const listener of this.#castListeners) listener();
  }

  /** A person posts. */
  async post(name: string, text: string, replyTo: MessageId | null = null): Promise<MessageId> {
    this.#said += 1;
    const posted = await this.feed.post({ name, text, replyTo, key: `test ${this.#said}` });
    if (posted.kind !== "posted") throw new Error(JSON.stringify(posted));
    return posted.id;
  }

  /** A persona answers `trigger` by its whole path through the store; a text of null posts nothing and leaves the turn waiting. */
  async say(
    handle: string,
    text: string,
    more: { trigger?: MessageId; model?: string; withTrace?: Trace } = {},
  ): Promise<Message> {
    this.#said += 1;
    const now = Date.now();
    const persona = this.state.cast.find(({ id }) => id === handle);
    if (persona === undefined) throw new Error(`no ${handle}`);
    const scene = sceneId("shipped");
    const trigger: TriggerId = more.trigger ?? tickId(scene, this.#said);
    const turn = turnId(trigger, persona.id);
    const opened = await this.store.openChannel(this.feed.channel, this.#process, now);
    if (opened === null) throw new Error("the channel is held");
    const { lease } = opened;
    const target = more.trigger === undefined ? null : await this.store.message(more.trigger);
    const base = {
      channel: this.feed.channel,
      persona: persona.id,
      replyTo: more.trigger ?? null,
      conversation: target?.conversation ?? null,
      depth: 1,
      unasked: more.trigger === undefined,
      scene: more.trigger === undefined ? scene : null,
    };
    await this.store.recordDecisions(
      lease,
      {
        throughSeq: target?.seq ?? null,
        decisions: [
          {
            trigger,
            turns: [
              {
                ...base,
                id: turn,
                trigger,
                reason:
                  more.trigger === undefined
                    ? { kind: "tick", scene, act: "post" }
                    : { kind: "named", said: persona.name },
                askedBy: target?.author.id ?? null,
              },
            ],
            silences: this.state.cast
              .filter((other) => other !== persona)
              .map((other) => ({ persona: other.id, reason: { kind: "not-named" } })),
          },
        ],
        folds: [],
        tick: null,
      },
      now,
    );
    const brakes = { ...usualBrakes, depthMax: 99, channelPerMinute: 999, conversationPerHour: 999 };
    await this.store.beginTurn(lease, turn, brakes, now);
    const id = postId(turn, 1);
    const post = {
      ...base,
      id,
      turn,
      part: 1,
      text,
      solver: more.model === undefined ? "rivescript" : "openai",
      model: more.model ?? null,
      state: "ready" as const,
      readyAt: now,
      sendingAt: null,
      dueAt: now,
      landed: null,
    };
    await this.store.finishTurn(
      lease,
      { turn, outcome: { kind: "replied" }, posts: [post], trace: more.withTrace ?? trace, state: null, notice: null },
      now,
    );
    await this.store.recordSending(lease, id, now);
    const sent = await this.feed.send(post, persona, plainManner, new AbortController().signal);
    await this.store.recordSaid(lease, id, {
      message: sent.message,
      at: sent.at,
      author: { id: personaAuthorId(persona.id), kind: "persona", name: persona.name },
      tokens: 10,
      thread: null,
    });
    await this.store.closeChannel(lease, null);
    const message = await this.store.message(messageId(this.feed.platform, id));
    if (message === null) throw new Error("it was not said");
    return message;
  }

  async close(): Promise<void> {
    await this.server.close(500);
    await this.store.close();
  }
}

export const usualCast: Persona[] = [
  makePersona("ada", {
    emoji: "🔭",
    description: "Looks after the observatory and believes nothing before noon.",
    aliases: ["Countess"],
  }),
  makePersona("bruno", { emoji: "🥖", description: "Bakes at four, gossips from five." }),
  makePersona("mirabel", { name: "Mirabel", emoji: "📮", description: "Delivers letters, some of them opened." }),
];

/** Starts a house on a free port of loopback. */
export async function openHouse(
  more: { settings?: Partial<WebSettings>; cast?: Persona[]; clock?: Clock; databaseFile?: string } = {},
): Promise<TestHouse> {
  const clock = more.clock ?? systemClock;
  const store = await openSqliteStore(more.databaseFile ?? ":memory:", { log: silentLog, secret: null });
  const state: State = { speaking: { kind: "scripted" }, ready: true, complaints: [], cast: more.cast ?? usualCast };
  const castListeners = new Set<() => void>();
  const feed = new FeedAdapter(() => state.cast, clock);
  const intake = new Intake(
    store,
    (text) => Math.ceil(text.length / 4),
    clock,
    async () => {},
  );
  await feed.listen(intake);
  await store.putScene(
    { ...usualPace, id: sceneId("shipped"), name: "The town talks", cast: [], watchedSeconds: [8, 15], opening: null },
    feed.channel,
    feed.platform,
    clock.now(),
  );
  const everyone = () => state.cast.map((persona) => ({ persona, solvers: [] }));
  const adapters = new Map([[feed.platform, feed]]);
  const registry = store.registry;
  const personasHere = { all: everyone, of: everyone };
  const scenes = new SceneDesk({
    store,
    rooms: new Rooms({ registry, personas: personasHere, adapters, everyone }),
    clock,
    wake: async () => {},
    forecast: async ({ postLimit }) => `About $0.02 for ${postLimit} posts.`,
  });
  const house: WebHouse = {
    store,
    personas: {
      ...personasHere,
      get: (id) => {
        const persona = state.cast.find((one) => one.id === id);
        return persona === undefined ? null : { persona, solvers: [] };
      },
      complaints: () => state.complaints,
      warnings: () => [],
      scenes: () => [],
      onChange: (listener) => {
        castListeners.add(listener);
        return () => castListeners.delete(listener);
      },
      close: async () => {},
    },
    feed,
    scenes,
    running: {
      speaking: () => state.speaking,
      ready: () => state.ready,
      health: () => ({ personas: state.cast.length }),
      wake: async (_channel: ChannelId) => {},
      figures: () => [
        { name: "troupe_turns_total", help: "Turns.", readings: [{ labels: { outcome: "replied" }, value: 3 }] },
      ],
    },
    settings: {
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      adminToken: "open sesame",
      spend: { usdPerDay: 1, tokensPerDay: 500_000 },
      limits: usualWebLimits,
      ...more.settings,
    },
    clock,
    log: silentLog,
  };
  const server = await startWebServer(house);
  return new TestHouse({ store, feed, state, server, castListeners });
}
