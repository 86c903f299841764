// The real library against the fake: a REST client and a gateway connection as a bot would open them.
// discord.js has a WebSocketManager of its own under the same name; the one to be used alone is in its package for the gateway.
import { type SessionInfo, WebSocketManager, WebSocketShardEvents } from "@discordjs/ws";
import { GatewayIntentBits, type GatewayDispatchPayload, REST } from "discord.js";
import type { FakeDiscord } from "./fake.ts";

export interface Connection {
  readonly manager: WebSocketManager;
  /** Every event so far. */
  readonly heard: readonly GatewayDispatchPayload[];
  /** What the library would keep for the next process. */
  session(): SessionInfo | null;
  readonly errors: readonly Error[];
  /** Ends the connection so that the session can be resumed. */
  leave(): Promise<void>;
}

/** Every intent that the fake gives, message content among them. */
export const INTENTS =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildWebhooks |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.GuildMessageReactions |
  GatewayIntentBits.GuildMessageTyping |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.MessageContent;

/** REST without repeats of its own. */
export function restOf(fake: FakeDiscord, token = fake.token): REST {
  return new REST({ api: fake.url, retries: 0 }).setToken(token);
}

/** Connects, as shard 0 unless told; resumes `session` when one is given. */
export function gatewayOf(
  fake: FakeDiscord,
  {
    session = null,
    intents = INTENTS,
    token = fake.token,
    shards = null,
  }: {
    readonly session?: SessionInfo | null;
    readonly intents?: number;
    readonly token?: string;
    readonly shards?: readonly [ids: readonly number[], count: number] | null;
  } = {},
): Connection {
  const rest = restOf(fake, fake.token);
  const kept = new Map<number, SessionInfo | null>(session === null ? [] : [[session.shardId, session]]);
  const heard: GatewayDispatchPayload[] = [];
  const errors: Error[] = [];
  const manager = new WebSocketManager({
    token,
    intents,
    rest,
    retrieveSessionInfo: (shard) => kept.get(shard) ?? null,
    updateSessionInfo: (shard, info) => void kept.set(shard, info),
    ...(shards === null ? {} : { shardIds: [...shards[0]], shardCount: shards[1] }),
  });
  manager.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    heard.push(data);
    fake.books.changed();
  });
  manager.on(WebSocketShardEvents.Error, ({ error }) => {
    errors.push(error);
    fake.books.changed();
  });
  return {
    manager,
    heard,
    errors,
    session: () => kept.get(0) ?? null,
    leave: async () => {
      // The library forgets the session when it is told to stop; whoever wants to come back keeps a copy.
      const sessions = [...kept];
      // Not 1000, which would end the session on the other side.
      await manager.destroy({ code: 4200 });
      for (const [shard, info] of sessions) kept.set(shard, info);
    },
  };
}
