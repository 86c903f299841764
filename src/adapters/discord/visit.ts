// A visit for the doctor: what the bot lacks in the channels in which personas live.
import type { Clock } from "../../clock.ts";
import type { Guild, Member, PermissionName } from "./permissions.ts";
import { guildOf, may, memberOf, overwritesOf, rightsIn } from "./permissions.ts";
import type { Api } from "./rest.ts";
import { DiscordRefused, openApi } from "./rest.ts";
import { channelOf, fieldsOf, listOf, numberOf, TALK_CHANNELS, textOf } from "./shapes.ts";

/** Where personas live, by Discord's own id of it. */
export interface Home {
  readonly kind: "channel" | "workspace";
  readonly id: string;
}

/** A channel as the bot finds it. */
export interface ChannelFound {
  readonly id: string;
  /** As people see it, such as `#general (Tea House)`. */
  readonly name: string;
  /** What the bot may not do there and needs, as Discord calls it. */
  readonly lacks: readonly string[];
}

// What speaking takes, as Discord calls it ("Permissions"); the first stands for all that follows from it.
const NEEDED: readonly (readonly [PermissionName, string])[] = [
  ["viewChannel", "View Channel"],
  ["sendMessages", "Send Messages"],
  ["sendMessagesInThreads", "Send Messages in Threads"],
  ["manageWebhooks", "Manage Webhooks"],
  ["embedLinks", "Embed Links"],
  ["attachFiles", "Attach Files"],
  ["readMessageHistory", "Read Message History"],
];

/** A server with the bot in it. */
interface Visited {
  readonly name: string;
  readonly guild: Guild;
  readonly member: Member;
  readonly channels: readonly unknown[];
}

/** Every channel in which personas live: each that was chosen, and of a whole server those that the bot sees. Throws as `Api` does where Discord itself cannot be asked. */
export async function visitChannels(
  bot: { readonly token: string; readonly apiUrl: string; readonly clock: Clock },
  homes: readonly Home[],
): Promise<readonly ChannelFound[]> {
  const visitor = new Visitor(await openApi(bot));
  const found = new Map<string, ChannelFound>();
  for (const { kind, id } of homes) {
    const here = kind === "channel" ? await visitor.channel(id) : await visitor.server(id);
    for (const each of here) found.set(each.id, each);
  }
  return [...found.values()];
}

class Visitor {
  readonly #api: Api;
  readonly #visited = new Map<string, Promise<Visited | null>>();

  constructor(api: Api) {
    this.#api = api;
  }

  async channel(id: string): Promise<readonly ChannelFound[]> {
    const facts = channelOf(await this.#look(`/channels/${id}`), null);
    const unseen = [{ id, name: `a channel (${id})`, lacks: lackedBy(0n) }];
    if (facts === null) return unseen;
    // In direct messages there is nothing to be given.
    if (facts.guild === null) return [];
    const visited = await this.#visit(facts.guild);
    if (visited === null) return unseen;
    const home = visited.channels.find((each) => fieldsOf(each)["id"] === (facts.parent ?? id));
    return [foundIn(visited, home, facts)];
  }

  async server(id: string): Promise<readonly ChannelFound[]> {
    const visited = await this.#visit(id);
    if (visited === null) return [];
    const open = visited.channels.filter((channel) => {
      const isTalk = TALK_CHANNELS.includes(numberOf(fieldsOf(channel)["type"]) ?? -1);
      // What the bot does not see at all was kept from it on purpose.
      return isTalk && may(rightsIn(visited.guild, visited.member, overwritesOf(channel)), "viewChannel");
    });
    return open.map((channel) => {
      const raw = fieldsOf(channel);
      return foundIn(visited, channel, { id: textOf(raw["id"]) ?? "", name: textOf(raw["name"]) ?? "" });
    });
  }

  #visit(id: string): Promise<Visited | null> {
    const known = this.#visited.get(id);
    if (known !== undefined) return known;
    const visiting = this.#open(id);
    this.#visited.set(id, visiting);
    return visiting;
  }

  async #open(id: string): Promise<Visited | null> {
    const self = textOf(fieldsOf(await this.#look("/users/@me"))["id"]) ?? "";
    const [raw, channels, rawMember] = await Promise.all([
      this.#look(`/guilds/${id}`),
      this.#look(`/guilds/${id}/channels`),
      this.#look(`/guilds/${id}/members/${self}`),
    ]);
    const [guild, member] = [guildOf(raw), memberOf(rawMember)];
    if (guild === null || member === null) return null;
    return { name: textOf(fieldsOf(raw)["name"]) ?? id, guild, member, channels: listOf(channels) };
  }

  /** Null: Discord does not show it. A token that is not taken says nothing about it. */
  async #look(route: `/${string}`): Promise<unknown> {
    try {
      return await this.#api.ask({ method: "GET", route });
    } catch (error) {
      if (!(error instanceof DiscordRefused) || error.status === 401) throw error;
      return null;
    }
  }
}

/** `home`: the channel itself, or the one of which it is a thread. */
function foundIn(
  { name: server, guild, member }: Visited,
  home: unknown,
  { id, name }: { readonly id: string; readonly name: string },
): ChannelFound {
  const rights = rightsIn(guild, member, overwritesOf(home));
  return { id, name: `#${name} (${server})`, lacks: lackedBy(rights) };
}

function lackedBy(rights: bigint): readonly string[] {
  const lacking = NEEDED.filter(([name]) => !may(rights, name)).map(([, label]) => label);
  return may(rights, "viewChannel") ? lacking : lacking.slice(0, 1);
}
