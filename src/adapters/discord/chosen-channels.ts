// Channels that people choose for a command: where each is, and whether whoever chose it may manage it.
import type { ChosenChannel } from "../../commands/command.ts";
import type { DiscordChannels } from "./channels.ts";
import type { PermissionName } from "./permissions.ts";
import { guildOf, may, memberOf, overwritesOf, rightsIn, rightsOf } from "./permissions.ts";
import { placeOf } from "./places.ts";
import type { Api } from "./rest.ts";
import { DiscordRefused } from "./rest.ts";
import { fieldsOf, textOf } from "./shapes.ts";

type Raw = Readonly<Record<string, unknown>>;

// Whoever has one of these may manage every channel.
const EVERYWHERE: readonly PermissionName[] = ["administrator", "manageGuild"];

export class ChosenChannels {
  readonly #api: Api;
  readonly #channels: Pick<DiscordChannels, "facts">;

  constructor(api: Api, channels: Pick<DiscordChannels, "facts">) {
    this.#api = api;
    this.#channels = channels;
  }

  /** The channel with that id, chosen in the interaction or carried by its button; null: the server of the interaction has none that the bot sees. */
  async of(id: string, interaction: Raw): Promise<ChosenChannel | null> {
    const guild = textOf(interaction["guild_id"]);
    if (guild === null || !/^\d{1,20}$/u.test(id)) return null;
    try {
      const facts = await this.#channels.facts(id);
      if (facts.guild !== guild) return null;
      return {
        place: placeOf(facts),
        name: `#${facts.name}`,
        canManage: await this.#canManage(id, guild, interaction),
      };
    } catch (error) {
      if (!(error instanceof DiscordRefused)) throw error;
      return null;
    }
  }

  async #canManage(id: string, guild: string, interaction: Raw): Promise<boolean> {
    const member = fieldsOf(interaction["member"]);
    const here = rightsOf(member["permissions"]);
    if (EVERYWHERE.some((name) => may(here, name))) return true;
    if (id === textOf(interaction["channel_id"])) return may(here, "manageChannels");
    // "Resolved Data Structure": what whoever chose it may do there.
    const chosen = fieldsOf(fieldsOf(fieldsOf(fieldsOf(interaction["data"])["resolved"])["channels"])[id]);
    if (textOf(chosen["permissions"]) !== null) return may(rightsOf(chosen["permissions"]), "manageChannels");
    return this.#mayManage(id, guild, member);
  }

  /** A channel that a button carries was chosen a while ago: what holds now counts. */
  async #mayManage(id: string, guildId: string, rawMember: Raw): Promise<boolean> {
    const [rawGuild, channel] = await Promise.all([
      this.#api.ask({ method: "GET", route: `/guilds/${guildId}` }),
      this.#api.ask({ method: "GET", route: `/channels/${id}` }),
    ]);
    const [guild, member] = [guildOf(rawGuild), memberOf(rawMember)];
    return guild !== null && member !== null && may(rightsIn(guild, member, overwritesOf(channel)), "manageChannels");
  }
}
