// The bot itself, where its gateway is, and the channels and guilds it is in ("Gateway", "User Resource", "Guild Resource").
import { z } from "zod";
import { ChannelType } from "discord.js";
import { type Answer, type Call, param, read, snowflake, type World } from "../call.ts";
import { isThread } from "../channels.ts";
import { LIMITS } from "../limits.ts";
import { demand, guildPermissions } from "../permissions.ts";
import { refusals } from "../refusals.ts";
import type { Route } from "../route.ts";
import { channelShape, guildShape, memberShape, myGuildShape, roleShape } from "../guild-shapes.ts";
import { applicationShape, userShape } from "../shapes.ts";
import { openDirect } from "../direct.ts";

const guildRead = { limit: LIMITS.guildRead, key: "bot" } as const;
const application = { limit: LIMITS.application, key: "bot" } as const;

export const generalRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/gateway",
    limit: LIMITS.gateway,
    key: "token",
    handle: (_, world) => ({ status: 200, body: { url: world.gatewayUrl } }),
  },
  { method: "GET", path: "/gateway/bot", limit: LIMITS.gateway, key: "bot", handle: gatewayBot },
  { method: "GET", path: "/users/@me", ...application, handle: me },
  {
    method: "GET",
    path: "/users/{user_id}",
    ...application,
    handle: (call, world) => ({ status: 200, body: userShape(world.books.user(param(call, "user_id"))) }),
  },
  { method: "GET", path: "/users/@me/guilds", ...application, handle: myGuilds },
  { method: "DELETE", path: "/users/@me/guilds/{guild_id}", ...application, handle: leave },
  { method: "POST", path: "/users/@me/channels", limit: LIMITS.directMessage, key: "bot", handle: direct },
  { method: "GET", path: "/applications/@me", ...application, handle: describe },
  { method: "GET", path: "/oauth2/applications/@me", ...application, handle: describe },
  { method: "GET", path: "/channels/{channel_id}", limit: LIMITS.channelRead, key: "bot", handle: channel },
  {
    method: "GET",
    path: "/guilds/{guild_id}",
    ...guildRead,
    handle: (call, world) => ({ status: 200, body: guildShape(world.books.guild(param(call, "guild_id"))) }),
  },
  { method: "GET", path: "/guilds/{guild_id}/channels", ...guildRead, handle: channels },
  { method: "GET", path: "/guilds/{guild_id}/roles", ...guildRead, handle: roles },
  { method: "GET", path: "/guilds/{guild_id}/members/{user_id}", ...guildRead, handle: member },
  { method: "GET", path: "/users/@me/guilds/{guild_id}/member", ...guildRead, handle: myMember },
];

function gatewayBot(_: Call, world: World): Answer {
  const limit = world.door.startLimit(world.books.clock.now());
  return { status: 200, body: { url: world.gatewayUrl, shards: world.door.shards, session_start_limit: limit } };
}

function me(_: Call, world: World): Answer {
  return {
    status: 200,
    body: { ...userShape(world.books.bot.user), mfa_enabled: true, locale: "en-US", verified: true },
  };
}

function describe(_: Call, world: World): Answer {
  return { status: 200, body: applicationShape(world.books, world.door.applicationFlags()) };
}

function myGuilds(_: Call, world: World): Answer {
  const guilds = [...world.books.guilds.values()].filter(({ isJoined }) => isJoined);
  const permissions = (id: string): string =>
    guildPermissions(world.books.guild(id), world.books.bot.user.id).toString();
  return { status: 200, body: guilds.map((guild) => ({ ...myGuildShape(guild), permissions: permissions(guild.id) })) };
}

function leave(call: Call, world: World): Answer {
  const guild = world.books.guild(param(call, "guild_id"));
  world.books.guilds.set(guild.id, { ...guild, isJoined: false });
  // Left or removed: without `unavailable`, so that it is no outage ("Guild Delete").
  world.gateway.announceRaw("GUILD_DELETE", { id: guild.id }, { guildId: guild.id, channelId: null });
  return { status: 204 };
}

function direct(call: Call, world: World): Answer {
  const { recipient_id: id } = read(z.object({ recipient_id: snowflake }), call.body);
  const user = world.books.user(id);
  if (user.isBot) throw refusals.cannotMessageUser();
  return { status: 200, body: channelShape(world.books, openDirect(world.books, user)) };
}

function channel(call: Call, world: World): Answer {
  const found = world.books.channel(param(call, "channel_id"));
  demand(world.books, found, []);
  return { status: 200, body: channelShape(world.books, found) };
}

function channels(call: Call, world: World): Answer {
  const guild = world.books.guild(param(call, "guild_id"));
  const own = [...world.books.channels.values()].filter(
    (one) => one.guildId === guild.id && !isThread(one) && one.type !== ChannelType.DM,
  );
  return { status: 200, body: own.map((one) => channelShape(world.books, one)) };
}

function roles(call: Call, world: World): Answer {
  const guild = world.books.guild(param(call, "guild_id"));
  return { status: 200, body: [...guild.roles.values()].map((role) => roleShape(guild, role)) };
}

function member(call: Call, world: World): Answer {
  const found = world.books.guild(param(call, "guild_id")).members.get(param(call, "user_id"));
  if (found === undefined) throw refusals.unknownMember();
  return { status: 200, body: memberShape(world.books, found) };
}

// For people who signed in with OAuth2; a bot asks for itself by its id.
function myMember(): Answer {
  throw refusals.missingAccess();
}
