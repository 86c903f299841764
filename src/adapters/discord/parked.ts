// Moderators are told when Discord lets nobody of the house speak in a channel: where they see it, and once a day.
import type { CommandDesk } from "../../commands/command.ts";
import type { AuthorId, ChannelId, WorkspaceId } from "../../domain/ids.ts";
import { channelId, discordPlatform, nativeOf } from "../../domain/ids.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";
import { messagesOf } from "./answers.ts";
import { CustomIds } from "./components.ts";
import { guildOf, memberOf } from "./permissions.ts";
import type { Api } from "./rest.ts";
import { DiscordRefused } from "./rest.ts";
import { fieldsOf, listOf, textOf } from "./shapes.ts";
import { speakable } from "./speakable.ts";

/** Whose a channel is: the server that it is in, and who last put a persona there. */
export interface ChannelOwner {
  readonly workspace: WorkspaceId | null;
  /** Null: nobody did, or it is forgotten. */
  readonly binder: AuthorId | null;
}

export interface ParkedParts {
  readonly api: Api;
  readonly keep: Keep;
  readonly log: Log;
  readonly desk: () => Pick<CommandDesk, "notices">;
  readonly ownerOf: (channel: ChannelId) => Promise<ChannelOwner>;
}

const DAY_MS = 24 * 60 * 60_000;

type Raw = Readonly<Record<string, unknown>>;

export class ParkedNotices {
  readonly #parts: ParkedParts;
  readonly #ids: CustomIds;

  constructor(parts: ParkedParts) {
    this.#parts = parts;
    this.#ids = new CustomIds(parts.keep);
  }

  /** Tells those who manage the channel, if nobody was told today. Never rejects. */
  async tell(channel: string): Promise<void> {
    const { keep, log, ownerOf } = this.#parts;
    try {
      if (!(await keep.claim(`parked:${channel}`, DAY_MS))) return;
      const { workspace, binder } = await ownerOf(channelId(discordPlatform, channel));
      const told =
        (workspace !== null && (await this.#tellServer(nativeOf(workspace), channel))) ||
        (binder !== null && (await this.#tellPerson(nativeOf(binder), channel)));
      if (told) log.info("the moderators of a channel were told that the bot may not speak there", { channel });
      else log.warn("nobody could be told that the bot may not speak in a channel", { channel });
    } catch (error) {
      log.warn("nobody could be told that the bot may not speak in a channel", { channel, why: messageOf(error) });
    }
  }

  /** Where Discord tells moderators what concerns them, else where it speaks itself; false: the bot may speak in neither. */
  async #tellServer(guildId: string, parked: string): Promise<boolean> {
    const { api } = this.#parts;
    const self = textOf(fieldsOf(await api.ask({ method: "GET", route: "/users/@me" }))["id"]) ?? "";
    try {
      const [rawGuild, rawChannels, rawMember] = await Promise.all([
        api.ask({ method: "GET", route: `/guilds/${guildId}` }),
        api.ask({ method: "GET", route: `/guilds/${guildId}/channels` }),
        api.ask({ method: "GET", route: `/guilds/${guildId}/members/${self}` }),
      ]);
      const [guild, member, channels] = [guildOf(rawGuild), memberOf(rawMember), listOf(rawChannels)];
      if (guild === null || member === null) return false;
      const raw = fieldsOf(rawGuild);
      const open = speakable(guild, member, channels);
      const places = [raw["public_updates_channel_id"], raw["system_channel_id"]].map((id) => textOf(id));
      const place = places.find((id) => id !== null && id !== parked && open.includes(id));
      if (place === undefined || place === null) return false;
      await this.#say(place, parked, nameIn(channels, parked), textOf(raw["preferred_locale"]));
      return true;
    } catch (error) {
      if (!(error instanceof DiscordRefused)) throw error;
      return false;
    }
  }

  async #tellPerson(user: string, parked: string): Promise<boolean> {
    const { api } = this.#parts;
    try {
      const direct = await api.ask({ method: "POST", route: "/users/@me/channels", body: { recipient_id: user } });
      const id = textOf(fieldsOf(direct)["id"]);
      if (id === null) return false;
      await this.#say(id, parked, await this.#nameOf(parked), null);
      return true;
    } catch (error) {
      // "Cannot send messages to this user": that is theirs to decide.
      if (!(error instanceof DiscordRefused)) throw error;
      return false;
    }
  }

  async #nameOf(channel: string): Promise<string> {
    try {
      return nameIn([await this.#parts.api.ask({ method: "GET", route: `/channels/${channel}` })], channel);
    } catch (error) {
      if (!(error instanceof DiscordRefused)) throw error;
      return channel;
    }
  }

  async #say(place: string, parked: string, name: string, locale: string | null): Promise<void> {
    const { parked: told, inFile } = this.#parts.desk().notices(locale);
    const [{ body }] = await messagesOf(told(name), this.#ids, inFile);
    const once = { ...body, nonce: parked, enforce_nonce: true };
    await this.#parts.api.ask({ method: "POST", route: `/channels/${place}/messages`, body: once });
  }
}

/** As people see it; its id where it is not among `channels`. */
function nameIn(channels: readonly unknown[], id: string): string {
  const channel = channels.map((each): Raw => fieldsOf(each)).find((each) => each["id"] === id);
  const name = textOf(channel?.["name"]);
  return name === null ? id : `#${name}`;
}
