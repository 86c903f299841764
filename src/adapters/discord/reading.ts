// Reading what Discord tells of: whatever a message or a sign takes to be understood is looked up and fetched.
import { authorId, discordPlatform, messageId } from "../../domain/ids.ts";
import type { Arrival, Place } from "../../domain/message.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Reaction } from "../adapter.ts";
import type { DiscordChannels } from "./channels.ts";
import { readFiles } from "./files.ts";
import type { Lookup, Self } from "./normalize.ts";
import { filesIn, isOwn, nameIn, normalize, textIn } from "./normalize.ts";
import { placeOf } from "./places.ts";
import { DiscordRefused } from "./rest.ts";
import type { DiscordRoles } from "./roles.ts";
import { fieldsOf, textOf } from "./shapes.ts";

type Raw = Readonly<Record<string, unknown>>;

export interface ReaderParts {
  readonly channels: DiscordChannels;
  readonly roles: DiscordRoles;
  /** Where Discord keeps files that people attach. */
  readonly fileHosts: readonly string[];
  readonly log: Log;
}

// "Message Formatting".
const ROLE_TAG = /<@&\d+>/u;

export class DiscordReader {
  readonly #parts: ReaderParts;
  readonly #self: Self;

  constructor(parts: ReaderParts, self: Self) {
    this.#parts = parts;
    this.#self = self;
  }

  /** Null: it is nobody's message, the app's own, or one in a channel that cannot be looked into. */
  async arrivalIn(raw: Raw): Promise<Arrival | null> {
    const channel = textOf(raw["channel_id"]);
    if (channel === null || isOwn(raw, this.#self)) return null;
    const place = await this.#placeOf(channel);
    if (place === null) return null;
    const arrival = normalize(raw, place, this.#self, await this.#lookupFor(raw));
    return arrival === null ? null : { ...arrival, text: arrival.text + (await this.#fileText(raw)) };
  }

  /** The text of a message that was changed. */
  async textIn(raw: Raw): Promise<string> {
    return textIn(raw, await this.#lookupFor(raw)) + (await this.#fileText(raw));
  }

  /** Null: it is no person's sign. */
  async reactionIn(raw: Raw): Promise<Reaction | null> {
    const [message, channel, user] = [textOf(raw["message_id"]), textOf(raw["channel_id"]), textOf(raw["user_id"])];
    const sign = textOf(fieldsOf(raw["emoji"])["name"]);
    if (message === null || channel === null || user === null || sign === null || user === this.#self.user) return null;
    const member = fieldsOf(raw["member"]);
    const person = fieldsOf(member["user"]);
    if (person["bot"] === true) return null;
    const place = await this.#placeOf(channel);
    if (place === null) return null;
    const by = { id: authorId(discordPlatform, user), name: nameIn(person, member) ?? "somebody" };
    return { message: messageId(discordPlatform, message), place, by, sign };
  }

  /** Null: it cannot be looked into, or is gone; then nobody can be answered there either. */
  async #placeOf(channel: string): Promise<Place | null> {
    try {
      return placeOf(await this.#parts.channels.facts(channel));
    } catch (error) {
      // A token that is not taken says nothing about the channel.
      if (!(error instanceof DiscordRefused) || error.status === 401) throw error;
      this.#parts.log.debug("something happened in a channel that cannot be read", { channel, why: messageOf(error) });
      return null;
    }
  }

  /** Roles are asked for only where one is mentioned. */
  async #lookupFor(raw: Raw): Promise<Lookup> {
    const { channels, roles } = this.#parts;
    const channelName = (id: string): string => channels.nameOf(id);
    const guild = ROLE_TAG.test(textOf(raw["content"]) ?? "") ? await this.#guildOf(raw) : null;
    const known = guild === null ? null : await roles.of(guild, this.#self.user);
    return { bot: this.#self.user, channelName, role: (id) => known?.get(id) ?? null };
  }

  /** Messages that were read back do not name it. */
  async #guildOf(raw: Raw): Promise<string | null> {
    const guild = textOf(raw["guild_id"]);
    const channel = textOf(raw["channel_id"]);
    if (guild !== null || channel === null) return guild;
    return (await this.#parts.channels.facts(channel)).guild;
  }

  async #fileText(raw: Raw): Promise<string> {
    const files = filesIn(raw);
    return files.length === 0 ? "" : readFiles(files, this.#parts.fileHosts, this.#parts.log);
  }
}
