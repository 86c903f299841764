// What is known of the roles of servers: asked for when somebody mentions one, for most never are.
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Api } from "./rest.ts";
import { fieldsOf, listOf, textOf } from "./shapes.ts";

export interface Role {
  readonly name: string;
  /** Whether it is the one that Discord made for the bot itself: who mentions it means the bot. */
  readonly isOwn: boolean;
}

export type Roles = ReadonlyMap<string, Role>;

// Servers in which roles are mentioned; those looked into longest ago are asked about again.
const GUILDS_MAX = 500;

export class DiscordRoles {
  readonly #api: Api;
  readonly #log: Log;
  readonly #known = new Map<string, Roles>();

  constructor(api: Api, log: Log) {
    this.#api = api;
    this.#log = log;
  }

  /** By their ids. Empty when Discord does not tell. */
  async of(guild: string, bot: string): Promise<Roles> {
    const known = this.#known.get(guild);
    if (known !== undefined) return known;
    try {
      const roles = rolesIn(await this.#api.ask({ method: "GET", route: `/guilds/${guild}/roles` }), bot);
      this.#known.set(guild, roles);
      const [oldest] = this.#known.keys();
      if (this.#known.size > GUILDS_MAX && oldest !== undefined) this.#known.delete(oldest);
      return roles;
    } catch (error) {
      this.#log.debug("the roles of a server could not be read", { guild, why: messageOf(error) });
      return new Map();
    }
  }

  /** An event tells that roles of a server changed, if it does. */
  learnFrom(event: string, data: Readonly<Record<string, unknown>>): void {
    const isNews = event.startsWith("GUILD_ROLE_") || event === "GUILD_DELETE";
    const guild = isNews ? (textOf(data["guild_id"]) ?? textOf(data["id"])) : null;
    if (guild !== null) this.#known.delete(guild);
  }
}

function rolesIn(raw: unknown, bot: string): Roles {
  return new Map(
    listOf(raw).map((each) => {
      const role = fieldsOf(each);
      const isOwn = fieldsOf(role["tags"])["bot_id"] === bot;
      return [textOf(role["id"]) ?? "", { name: textOf(role["name"]) ?? "a role", isOwn }];
    }),
  );
}
