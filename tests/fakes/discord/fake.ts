// A Discord of our own on loopback: REST and gateway with books, a clock and limits, for tests and for trying the bot by hand.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, systemClock } from "../../../src/clock.ts";
import { corpusAt, needsCorpora } from "../../needs.ts";
import { Books } from "./books.ts";
import type { World } from "./call.ts";
import { type Description, noDescription, openDescription } from "./description.ts";
import { Door, type DoorRules } from "./door.ts";
import { type Fault, Faults, type FaultShares } from "./faults.ts";
import { Gateway } from "./gateway.ts";
import { Limits } from "./limits.ts";
import type { Hands } from "./hands-port.ts";
import { hands } from "./hands.ts";
import { type MischiefShares, seededMischief } from "./mischief.ts";
import { people, type People } from "./people.ts";
import { places, type Places, type Ref } from "./places.ts";
import type { RequestRecord, WebhookRecord } from "./records.ts";
import type { Route } from "./route.ts";
import { applicationRoutes } from "./routes/application.ts";
import { generalRoutes } from "./routes/general.ts";
import { interactionRoutes } from "./routes/interactions.ts";
import { messageRoutes } from "./routes/messages.ts";
import { reactionRoutes } from "./routes/reactions.ts";
import { threadRoutes } from "./routes/threads.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import { type Said, saidOf } from "./said.ts";
import { serve } from "./server.ts";
import type { Entry, Session } from "./session.ts";

export interface FakeOptions {
  readonly clock?: Clock;
  /** Discord's own, or all of them so many times faster. */
  readonly limits?: "real" | { readonly faster: number };
  /** Requests that go wrong by chance. */
  readonly faults?: FaultShares;
  /** Events that come twice, out of order or never, by chance. */
  readonly mischief?: MischiefShares & { readonly seed: string };
  readonly gateway?: Partial<Omit<DoorRules, "faster">>;
  /** 0 takes any free port. */
  readonly port?: number;
  readonly token?: string;
  /** `off` looks at no description even where it is at hand: for long runs. `at-hand` looks at it without a word where it is not: for people who try the bot. */
  readonly description?: "at-hand" | "off";
}

export interface FakeDiscord extends Places, People, Hands {
  /** What DISCORD_API_URL is set to. */
  readonly url: string;
  readonly cdn: string;
  readonly token: string;
  readonly bot: Ref;
  readonly gateway: Gateway;
  /** Who may be let in: privileged intents, the token. */
  readonly door: Door;
  readonly books: Books;
  /** What stands in a channel, oldest first; `onlyFor` is set on what one person sees. */
  messages(place: Ref): readonly Said[];
  /** Everything that was ever stored there, deleted messages included. */
  stored(place?: Ref): readonly Said[];
  webhooks(place: Ref): readonly WebhookRecord[];
  /** Someone deletes a webhook of the channel. */
  removeWebhook(id: string): void;
  /** Every request so far; `route` such as `POST /channels/{channel_id}/messages`. */
  requests(route?: string): readonly RequestRecord[];
  /** Who identified, accepted or not. */
  identifies(): readonly Entry[];
  /** The sessions that are alive or may still be resumed. */
  sessions(): readonly Session[];
  /** Plans something to go wrong; the returned function takes it back. */
  fault(fault: Fault): () => void;
  /** Holds back the next request that `on` takes, before or after it did its work, until released. */
  hold(when: "after" | "before", on: NonNullable<Fault["on"]>): { readonly release: () => void };
  /** Waits until `look` finds something; looks again whenever anything changes. Rejects after fifteen seconds. */
  until<T>(look: () => T | false | null | undefined): Promise<T>;
  /** What did not fit Discord's own description. */
  violations(): readonly string[];
  /** Forgets and gives them: for a test that breaks the rules on purpose. */
  forgive(): readonly string[];
  assertValid(): void;
  /** Stops; throws when anything did not fit the description. */
  close(): Promise<void>;
}

const TOKEN = "fake.discord.token";
// "Heartbeat": the interval that Discord sends.
const HEARTBEAT_MS = 41_250;
// How long a session waits to be resumed; Discord names no number, a few minutes were seen.
const RESUME_WITHIN_MS = 180_000;
const UNTIL_MS = 15_000;

const ROUTES: readonly Route[] = [
  ...generalRoutes,
  ...applicationRoutes,
  ...interactionRoutes,
  ...messageRoutes,
  ...reactionRoutes,
  ...threadRoutes,
  ...webhookRoutes,
];

/** Starts one. */
export async function openFakeDiscord(options: FakeOptions = {}): Promise<FakeDiscord> {
  const clock = options.clock ?? systemClock;
  const token = options.token ?? TOKEN;
  const faster = typeof options.limits === "object" ? options.limits.faster : 1;
  const description = descriptionFor(options.description ?? "needed");
  const books = new Books(clock);
  const server = createServer();
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const rules: DoorRules = {
    heartbeatMs: HEARTBEAT_MS,
    resumeWithinMs: RESUME_WITHIN_MS,
    maxConcurrency: 1,
    shards: 1,
    faster,
    ...options.gateway,
  };
  const door = new Door(books, rules, token, () => `ws://127.0.0.1:${port}/resume`);
  const gateway = new Gateway(books, door, server);
  if (options.mischief !== undefined) gateway.mischief = seededMischief(options.mischief.seed, options.mischief);
  const cdn = `http://127.0.0.1:${port}`;
  const url = `${cdn}/api`;
  const world: World = { books, gateway, door, at: { cdn, api: url }, gatewayUrl: `ws://127.0.0.1:${port}/gateway` };
  const faults = new Faults(options.faults ?? null);
  const shop = { world, routes: ROUTES, limits: new Limits(clock, faster), faults, description };
  const broken: unknown[] = [];
  server.on("request", (request, response) => {
    serve(shop, request, response).catch((error: unknown) => {
      broken.push(error);
      response.writeHead(500).end();
    });
  });
  const place = places(world);
  const assertValid = (): void => {
    if (broken.length > 0) throw new AggregateError(broken, "the fake Discord itself failed");
    const { violations } = description;
    if (violations.length > 0) throw new Error(`not as Discord describes its API:\n${violations.join("\n")}`);
  };
  const seen = (channelId: string): readonly Said[] =>
    books.stored(channelId).map((message) => saidOf(books, world.at, message));

  return {
    ...place,
    ...people(world, place),
    ...hands(world, place, (look) => until(books, look)),
    url,
    cdn,
    token,
    bot: { id: books.bot.user.id, name: books.bot.user.displayName },
    gateway,
    door,
    books,
    messages: ({ id }) => seen(id).filter(({ deletedAt }) => deletedAt === null),
    stored: (of) =>
      of === undefined ? books.everything().map((message) => saidOf(books, world.at, message)) : seen(of.id),
    webhooks: ({ id }) => books.webhooksOf(id),
    removeWebhook: (id) => {
      const hook = books.webhooks.get(id);
      if (hook === undefined) throw new Error(`no webhook ${id}`);
      books.webhooks.delete(id);
      const { guildId, channelId } = hook;
      gateway.announce("WEBHOOKS_UPDATE", { guild_id: guildId, channel_id: channelId }, { guildId, channelId });
      books.changed();
    },
    requests: (route) => books.requests.filter((request) => route === undefined || request.route === route),
    identifies: () => gateway.entries.filter(({ kind }) => kind === "identify"),
    sessions: () => [...gateway.sessions.values()],
    fault: (fault) => faults.plan(fault),
    hold: (when, on) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      faults.plan({ trouble: { kind: "held", when, until: promise }, on });
      return { release: resolve };
    },
    until: (look) => until(books, look),
    violations: () => description.violations,
    forgive: () => description.take(),
    assertValid,
    close: async () => {
      gateway.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      assertValid();
    },
  };
}

const DESCRIPTION = "discord/openapi.json";

function descriptionFor(use: "at-hand" | "needed" | "off"): Description {
  if (use === "off") return noDescription;
  if (use === "at-hand") {
    const path = corpusAt(DESCRIPTION);
    return path === null ? noDescription : openDescription(path);
  }
  const corpus = needsCorpora(DESCRIPTION);
  return corpus.skip ? noDescription : openDescription(corpus.path());
}

function until<T>(books: Books, look: () => T | false | null | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const found = look();
      if (found === false || found === null || found === undefined) return;
      stop();
      clearTimeout(timer);
      resolve(found);
    };
    const stop = books.watch(check);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited ${UNTIL_MS} ms in vain for: ${look.toString()}`));
    }, UNTIL_MS);
    check();
  });
}
