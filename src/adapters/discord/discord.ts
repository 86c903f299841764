// Discord: what is said there comes in by the gateway, and personas answer under their own name and face.
import type { Checkpoint } from "../../domain/checkpoint.ts";
import type { ChannelId, PlatformName } from "../../domain/ids.ts";
import { channelId, discordPlatform, messageId } from "../../domain/ids.ts";
import type { Persona } from "../../domain/persona.ts";
import type { Post } from "../../domain/turn.ts";
import { HouseFault, messageOf } from "../../errors.ts";
import type { Adapter, AdapterEvents, Manner, Said, Sent, Traits } from "../adapter.ts";
import { askAccount, isTokenRefused, seesContent } from "./account.ts";
import { avatarOf, UploadedAvatars } from "./avatars.ts";
import { DiscordChannels } from "./channels.ts";
import { Finder } from "./finding.ts";
import type { Heard } from "./gateway.ts";
import { DiscordGateway } from "./gateway.ts";
import type { DiscordHouse, DiscordOptions } from "./house.ts";
import { intentsOf } from "./intents.ts";
import { DiscordCommands } from "./interactions.ts";
import { readChanges, readMissed } from "./missed.ts";
import type { Self } from "./normalize.ts";
import { isOwn } from "./normalize.ts";
import { limitsAt } from "./pace.ts";
import { ParkedNotices } from "./parked.ts";
import { DiscordReader } from "./reading.ts";
import { TEXT_CHARS_MAX } from "./render.ts";
import type { Api } from "./rest.ts";
import { openApi } from "./rest.ts";
import { DiscordRoles } from "./roles.ts";
import { fieldsOf, listOf, textOf } from "./shapes.ts";
import { DiscordVoice } from "./speaking.ts";
import { AnswerThreads } from "./threads.ts";
import { Webhooks } from "./webhooks.ts";
import { Welcome } from "./welcome.ts";

/** Discord's own. */
export const discordFileHosts: readonly string[] = ["cdn.discordapp.com", "media.discordapp.net"];

const TRAITS: Omit<Traits, "limits"> = {
  textCharsMax: TEXT_CHARS_MAX,
  // Webhook posts take no nonce ("Execute Webhook").
  resend: "find",
  landsWithinMs: 15_000,
  cast: "bound",
  edits: true,
};

// Between two checkpoints of events that bring nothing.
const HEARD_EVERY_MS = 1_000;

export class DiscordAdapter implements Adapter {
  readonly platform: PlatformName = discordPlatform;
  readonly traits: Traits;
  readonly #options: DiscordOptions;
  readonly #house: DiscordHouse;
  readonly #api: Api;
  readonly #channels: DiscordChannels;
  readonly #roles: DiscordRoles;
  readonly #finder: Finder;
  readonly #voice: DiscordVoice;
  #gateway: DiscordGateway | null = null;
  #commands: DiscordCommands | null = null;
  #welcome: Welcome | null = null;
  readonly #attending = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #events: AdapterEvents | null = null;
  #heardAt = 0;
  readonly #last = new Map<string, Checkpoint>();

  constructor(options: DiscordOptions, house: DiscordHouse, api: Api) {
    this.#options = options;
    this.traits = { ...TRAITS, limits: limitsAt(options.speed) };
    this.#house = house;
    this.#api = api;
    this.#channels = new DiscordChannels(api);
    this.#roles = new DiscordRoles(api, house.log);
    const webhooks = new Webhooks(api, house.keep);
    const { clock, log, keep } = house;
    const avatars = new UploadedAvatars(api, keep, () => webhooks.application(), log);
    this.#finder = new Finder({ api, ...house.memory });
    const notices = new ParkedNotices({ ...house, api });
    this.#voice = new DiscordVoice({
      api,
      parked: (channel) => this.#attend(notices.tell(channel)),
      channels: this.#channels,
      webhooks,
      finder: this.#finder,
      threads: new AnswerThreads(api, this.#channels, clock, log),
      clock,
      log,
      avatarOf: avatarOf(house.pictureUrl, avatars.of),
      speed: options.speed,
    });
  }

  async listen(events: AdapterEvents): Promise<void> {
    if (this.#events !== null) throw new HouseFault("Discord is listened to already; it can be listened to once.");
    this.#events = events;
    this.#running = this.#connect().catch((error: unknown) => {
      const why = messageOf(error);
      const mend = isTokenRefused(error) ? "put a new token from the Developer Portal into DISCORD_TOKEN" : "see why";
      this.#house.log.error(`Discord is not listened to: ${mend}`, { why });
    });
  }

  limitsOf(channel: ChannelId): Promise<Readonly<Record<string, string>>> {
    return this.#voice.limitsOf(channel);
  }

  send(post: Post, as: Persona, manner: Manner, signal: AbortSignal): Promise<Sent> {
    return this.#voice.send(post, as, manner, signal);
  }

  find(post: Post): Promise<Sent | null> {
    return this.#voice.find(post);
  }

  edit(said: Said, as: Persona, text: string, manner: Manner, signal: AbortSignal): Promise<void> {
    return this.#voice.edit(said, as, text, manner, signal);
  }

  grow(said: Said, as: Persona, text: string, manner: Manner, signal: AbortSignal): Promise<void> {
    return this.#voice.edit(said, as, text, manner, signal);
  }

  remove(said: Said, signal: AbortSignal): Promise<void> {
    return this.#voice.remove(said, signal);
  }

  typing(channel: ChannelId): Promise<void> {
    return this.#voice.typing(channel);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#commands?.close();
    await this.#gateway?.close();
    await Promise.all([this.#running, ...this.#attending]);
    for (const checkpoint of this.#last.values()) await this.#events?.heard(checkpoint);
    this.#last.clear();
    this.#events = null;
  }

  async #connect(): Promise<void> {
    const { keep, clock, log } = this.#house;
    const account = await askAccount(this.#api, { clock, log }, this.#closing.signal);
    if (account === null) return;
    const { user, application } = account;
    const self = {
      user: textOf(fieldsOf(user)["id"]) ?? "",
      application: textOf(fieldsOf(application)["id"]) ?? "",
    };
    const isContentSeen = seesContent(application);
    if (!isContentSeen) {
      log.warn(
        "Discord hides what people write: switch on Message Content Intent for the bot in the Developer Portal; until then only mentions of the bot, direct messages and commands are heard",
      );
    }
    const { token, shards, fileHosts } = this.#options;
    const intents = intentsOf(isContentSeen ? "content" : "no-content");
    const parts = { api: this.#api, keep, clock, log };
    const desk = this.#house.desk();
    this.#commands = new DiscordCommands({ ...parts, desk, channels: this.#channels, fileHosts });
    this.#welcome = new Welcome({ ...parts, desk, self: self.user });
    this.#attend(this.#commands.register(self.application));
    const reader = new DiscordReader({ channels: this.#channels, roles: this.#roles, fileHosts, log }, self);
    this.#gateway = new DiscordGateway({ token, intents, shards }, parts, {
      hear: (heard) => this.#hear(heard, self, reader),
      attend: (raw) => this.#attendTo(raw),
    });
    if (!this.#closing.signal.aborted) await this.#gateway.run();
  }

  async #hear({ event, data: raw, checkpoint }: Heard, self: Self, reader: DiscordReader): Promise<void> {
    const events = this.#events;
    if (events === null) return;
    const data = fieldsOf(raw);
    switch (event) {
      case "READY":
        await this.#welcome?.heard(event, data);
        await this.#missed(events, self, reader);
        break;
      case "MESSAGE_CREATE": {
        if (isOwn(data, self)) this.#finder.heard(data);
        const arrival = await reader.arrivalIn(data);
        if (arrival === null) break;
        await events.message(arrival, checkpoint);
        return this.#stored(checkpoint);
      }
      case "MESSAGE_UPDATE": {
        const id = textOf(data["id"]);
        // Without content it is news of an embed.
        if (id === null || typeof data["content"] !== "string" || isOwn(data, self)) break;
        await events.edited(messageId(discordPlatform, id), await reader.textIn(data), checkpoint);
        return this.#stored(checkpoint);
      }
      case "MESSAGE_DELETE":
      case "MESSAGE_DELETE_BULK": {
        const ids = [data["id"], ...listOf(data["ids"])].map((id) => textOf(id)).filter((id) => id !== null);
        const gone = ids.map((id) => messageId(discordPlatform, id));
        await events.deleted(gone, checkpoint);
        return this.#stored(checkpoint);
      }
      case "MESSAGE_REACTION_ADD": {
        const reaction = await reader.reactionIn(data);
        if (reaction === null) break;
        await events.reacted(reaction, checkpoint);
        return this.#stored(checkpoint);
      }
      case "INTERACTION_CREATE":
        // It was attended to when it came.
        break;
      case "CHANNEL_DELETE":
      case "THREAD_DELETE": {
        const id = textOf(data["id"]);
        if (id === null) break;
        this.#channels.forget(id);
        await events.gone(channelId(discordPlatform, id), checkpoint);
        return this.#stored(checkpoint);
      }
      default:
        this.#channels.learnFrom(event, data);
        this.#roles.learnFrom(event, data);
        if (this.#welcome !== null) this.#attend(this.#welcome.heard(event, data));
    }
    await this.#heard(events, checkpoint);
  }

  /** Somebody waits: neither they nor what is said meanwhile waits for the other. */
  #attendTo(raw: unknown): void {
    if (this.#events !== null && this.#commands !== null) this.#attend(this.#commands.handle(raw));
  }

  /** Neither of what is attended to rejects. */
  #attend(attending: Promise<void>): void {
    const watched = attending.finally(() => this.#attending.delete(watched));
    this.#attending.add(watched);
  }

  /** A new session tells nothing of what was said since the last one: it is read back, as far as it is still worth an answer. */
  async #missed(events: AdapterEvents, self: Self, reader: DiscordReader): Promise<void> {
    const { clock, heardLately, newestIn, log } = this.#house;
    const house = { api: this.#api, log, known: await heardLately() };
    await readMissed(house, {
      now: clock.now(),
      arrivalOf: (raw) => reader.arrivalIn(raw),
      store: (arrival) => events.message(arrival, null),
    });
    // Nobody waits for it.
    this.#attend(
      readChanges(house, {
        newestIn,
        edited: async (id, raw) => {
          if (!isOwn(raw, self)) await events.edited(id, await reader.textIn(raw), null);
        },
        deleted: (ids) => events.deleted(ids, null),
        signal: this.#closing.signal,
      }),
    );
  }

  /** Heard, with nothing to be stored: said at most once a second, and at the end. */
  async #heard(events: AdapterEvents, checkpoint: Checkpoint): Promise<void> {
    this.#last.set(checkpoint.key, checkpoint);
    const now = this.#house.clock.now();
    if (now - this.#heardAt < HEARD_EVERY_MS) return;
    this.#heardAt = now;
    for (const each of this.#last.values()) await events.heard(each);
    this.#last.clear();
  }

  #stored(checkpoint: Checkpoint): void {
    this.#last.delete(checkpoint.key);
  }
}

/** Loads the library; connects to nobody before `listen` or the first post. */
export async function openDiscord(options: DiscordOptions, house: DiscordHouse): Promise<DiscordAdapter> {
  const { token, apiUrl } = options;
  return new DiscordAdapter(options, house, await openApi({ token, apiUrl, clock: house.clock }));
}
