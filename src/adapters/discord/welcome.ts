// Welcome: where the bot is new in a server it says once what it is for, with a button that sets it up.
import type { Clock } from "../../clock.ts";
import type { CommandDesk } from "../../commands/command.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";
import { messagesOf } from "./answers.ts";
import { CustomIds } from "./components.ts";
import type { Member } from "./permissions.ts";
import { guildOf, memberOf } from "./permissions.ts";
import type { Api } from "./rest.ts";
import { DiscordRefused } from "./rest.ts";
import { fieldsOf, listOf, textOf } from "./shapes.ts";
import { speakable } from "./speakable.ts";

export interface WelcomeParts {
  readonly api: Api;
  readonly keep: Keep;
  readonly clock: Clock;
  readonly log: Log;
  readonly desk: Pick<CommandDesk, "notices">;
  /** The bot's own id. */
  readonly self: string;
}

type Raw = Readonly<Record<string, unknown>>;

// Whoever joined longer ago is told of after an outage, or to a process that has forgotten it.
const NEW_WITHIN_MS = 60 * 60_000;

// As long as it counts as new, and a margin for clocks that differ.
const REMEMBERED_MS = 2 * NEW_WITHIN_MS;

// Rights may have changed while the event was on its way; a server in which these fail is left alone.
const TRIES_MAX = 3;

export class Welcome {
  readonly #parts: WelcomeParts;
  readonly #ids: CustomIds;
  /** The servers that the bot is in, as far as this process has heard. */
  readonly #known = new Set<string>();

  constructor(parts: WelcomeParts) {
    this.#parts = parts;
    this.#ids = new CustomIds(parts.keep);
  }

  /** Learns from an event which servers the bot is in, and welcomes those in one that it has just joined. Never rejects. */
  async heard(event: string, data: Raw): Promise<void> {
    const id = textOf(data["id"]);
    switch (event) {
      case "READY":
        for (const each of listOf(data["guilds"])) this.#known.add(textOf(fieldsOf(each)["id"]) ?? "");
        break;
      case "GUILD_DELETE":
        // "If the unavailable field is not set, the user was removed from the guild."
        if (id !== null && data["unavailable"] !== true) this.#known.delete(id);
        break;
      case "GUILD_CREATE":
        if (id !== null && this.#isNew(id, data)) await this.#welcome(id, data);
        break;
      default:
        break;
    }
  }

  #isNew(id: string, data: Raw): boolean {
    if (data["unavailable"] === true || this.#known.has(id)) return false;
    this.#known.add(id);
    const joinedAt = Date.parse(textOf(data["joined_at"]) ?? "");
    return this.#parts.clock.now() - joinedAt < NEW_WITHIN_MS;
  }

  async #welcome(id: string, data: Raw): Promise<void> {
    const { keep, log } = this.#parts;
    try {
      // Another process, or this one before a restart, may have heard of it too; who comes back later is welcomed anew.
      if (!(await keep.claim(`welcome:${id}:${textOf(data["joined_at"]) ?? ""}`, REMEMBERED_MS))) return;
      const channel = await this.#sayIn(await this.#channelsFor(id, data), id, data);
      if (channel === null) {
        log.info("the bot is new in a server, and may speak nowhere there; /setup works all the same", { guild: id });
      } else {
        log.info("the bot is new in a server, and said hello", { guild: id, channel });
      }
    } catch (error) {
      log.warn("the welcome in a new server could not be said; /setup works all the same", {
        guild: id,
        why: messageOf(error),
      });
    }
  }

  /** Where Discord itself welcomes people, if the bot may speak there, then all others. */
  async #channelsFor(id: string, data: Raw): Promise<readonly string[]> {
    const guild = guildOf(data);
    const member = await this.#memberIn(id, data);
    if (guild === null || member === null) return [];
    const channels = speakable(guild, member, listOf(data["channels"]));
    const system = channels.find((channel) => channel === textOf(data["system_channel_id"]));
    return system === undefined ? channels : [system, ...channels.filter((channel) => channel !== system)];
  }

  /** The bot among those in a server. "Guild Create" tells of it, though it promises that of no member of a large one. */
  async #memberIn(id: string, data: Raw): Promise<Member | null> {
    const { api, self } = this.#parts;
    const told = listOf(data["members"]).map((each) => memberOf(each));
    const here = told.find((member) => member?.user === self);
    return here ?? memberOf(await api.ask({ method: "GET", route: `/guilds/${id}/members/${self}` }));
  }

  /** The channel in which it was said; null: Discord let it be said in none. */
  async #sayIn(channels: readonly string[], guild: string, data: Raw): Promise<string | null> {
    const { api, desk } = this.#parts;
    const { welcome, inFile } = desk.notices(textOf(data["preferred_locale"]));
    const [{ body }] = await messagesOf(welcome, this.#ids, inFile);
    // "Create Message": the same nonce within a few minutes gives the message that is there already.
    const once = { ...body, nonce: guild, enforce_nonce: true };
    for (const channel of channels.slice(0, TRIES_MAX)) {
      try {
        await api.ask({ method: "POST", route: `/channels/${channel}/messages`, body: once });
        return channel;
      } catch (error) {
        if (!(error instanceof DiscordRefused) || error.status !== 403) throw error;
      }
    }
    return null;
  }
}
