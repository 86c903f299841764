// What belongs to the application: its commands and its emojis ("Application Commands", "Emoji Resource").
import type { APIApplicationCommand } from "discord.js";
import { z } from "zod";
import { type Answer, type Call, param, read, type World } from "../call.ts";
import { checkTogether, type CommandBody, commandBody } from "../command-bodies.ts";
import { dataUri } from "../images.ts";
import { LIMITS } from "../limits.ts";
import type { CommandRecord, EmojiRecord } from "../records.ts";
import { invalidField, refusals } from "../refusals.ts";
import type { Route } from "../route.ts";
import { emojiShape } from "../shapes.ts";

const COMMANDS = "/applications/{application_id}/commands";
const GUILD_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands";
const EMOJIS = "/applications/{application_id}/emojis";

const commands = { limit: LIMITS.commands, key: "bot" } as const;
const emojis = { limit: LIMITS.emojis, key: "bot" } as const;

export const applicationRoutes: readonly Route[] = [
  { method: "GET", path: COMMANDS, ...commands, handle: list },
  { method: "PUT", path: COMMANDS, ...commands, handle: overwrite },
  { method: "POST", path: COMMANDS, ...commands, handle: add },
  { method: "GET", path: `${COMMANDS}/{command_id}`, ...commands, handle: get },
  { method: "DELETE", path: `${COMMANDS}/{command_id}`, ...commands, handle: erase },
  { method: "GET", path: GUILD_COMMANDS, ...commands, handle: list },
  { method: "PUT", path: GUILD_COMMANDS, ...commands, handle: overwrite },
  { method: "GET", path: EMOJIS, ...emojis, handle: listEmojis },
  { method: "POST", path: EMOJIS, ...emojis, handle: addEmoji },
  { method: "GET", path: `${EMOJIS}/{emoji_id}`, ...emojis, handle: getEmoji },
  { method: "PATCH", path: `${EMOJIS}/{emoji_id}`, ...emojis, handle: renameEmoji },
  { method: "DELETE", path: `${EMOJIS}/{emoji_id}`, ...emojis, handle: eraseEmoji },
];

function needOwn(call: Call, world: World): void {
  if (param(call, "application_id") !== world.books.bot.applicationId) throw refusals.unknownApplication();
}

function registered(call: Call, world: World): readonly CommandRecord[] {
  needOwn(call, world);
  const guild = call.params["guild_id"];
  return guild === undefined
    ? world.books.commands
    : (world.books.guildCommands.get(world.books.guild(guild).id) ?? []);
}

function register(call: Call, world: World, next: readonly CommandRecord[]): void {
  const guild = call.params["guild_id"];
  if (guild === undefined) world.books.commands = next;
  else world.books.guildCommands.set(guild, next);
  world.books.changed();
}

function list(call: Call, world: World): Answer {
  const isLocalized = call.query.get("with_localizations") === "true";
  const shown = registered(call, world).map((command) => (isLocalized ? command : withoutLocalizations(command)));
  return { status: 200, body: shown };
}

function withoutLocalizations(command: CommandRecord): object {
  const { name_localizations: _, description_localizations: __, ...rest } = command;
  return rest;
}

function overwrite(call: Call, world: World): Answer {
  const before = registered(call, world);
  const bodies = read(z.array(commandBody), call.body ?? []);
  checkTogether(bodies);
  const next = bodies.map((body) => recordOf(world, body, before));
  register(call, world, next);
  return { status: 200, body: next };
}

function add(call: Call, world: World): Answer {
  const before = registered(call, world);
  const body = read(commandBody, call.body);
  const record = recordOf(world, body, before);
  const others = before.filter(({ id }) => id !== record.id);
  checkTogether([...others.map((one) => one as CommandBody), body]);
  register(call, world, [...others, record]);
  return { status: others.length === before.length ? 201 : 200, body: record };
}

// A command of the same name and type keeps its id.
function recordOf(world: World, body: CommandBody, before: readonly CommandRecord[]): CommandRecord {
  const same = before.find(({ name, type }) => name === body.name && (type as number) === body.type);
  const { dm_permission: isForDirect, ...rest } = body;
  const contexts = body.contexts ?? (isForDirect === false ? [0] : null);
  const record = {
    nsfw: false,
    integration_types: [0],
    name_localizations: null,
    ...rest,
    description: body.description ?? "",
    ...("options" in rest ? { options: rest.options ?? [] } : {}),
    contexts,
    default_member_permissions: body.default_member_permissions ?? null,
    id: same?.id ?? world.books.ids.next(),
    application_id: world.books.bot.applicationId,
    version: world.books.ids.next(),
  };
  return record as APIApplicationCommand;
}

function get(call: Call, world: World): Answer {
  return { status: 200, body: oneOf(registered(call, world), param(call, "command_id")) };
}

function oneOf(all: readonly CommandRecord[], id: string): CommandRecord {
  const command = all.find((one) => one.id === id);
  if (command === undefined) throw refusals.unknownCommand();
  return command;
}

function erase(call: Call, world: World): Answer {
  const before = registered(call, world);
  const { id } = oneOf(before, param(call, "command_id"));
  register(
    call,
    world,
    before.filter((one) => one.id !== id),
  );
  return { status: 204 };
}

// "Application-Owned Emoji": up to 2000, each of at most 256 KiB.
const EMOJIS_MAX = 2000;
const EMOJI_BYTES_MAX = 256 * 1024;
const emojiName = z.string().regex(/^\w{2,32}$/, { message: "String value did not match validation regex." });

function listEmojis(call: Call, world: World): Answer {
  needOwn(call, world);
  return {
    status: 200,
    body: { items: [...world.books.emojis.values()].map((emoji) => emojiShape(world.books, emoji)) },
  };
}

function addEmoji(call: Call, world: World): Answer {
  needOwn(call, world);
  const { name, image } = read(z.object({ name: emojiName, image: dataUri }), call.body);
  if (image.content.length > EMOJI_BYTES_MAX) {
    throw invalidField(["image"], "BINARY_TYPE_MAX_SIZE", "File cannot be larger than 256.0 kb.");
  }
  const isTaken = [...world.books.emojis.values()].some((emoji) => emoji.name === name);
  if (isTaken) {
    throw invalidField(["name"], "APPLICATION_EMOJI_NAME_ALREADY_TAKEN", "An emoji with that name already exists.");
  }
  if (world.books.emojis.size >= EMOJIS_MAX) throw refusals.tooManyEmojis();
  const emoji: EmojiRecord = { id: world.books.ids.next(), name, isAnimated: false, content: image.content };
  world.books.emojis.set(emoji.id, emoji);
  world.books.changed();
  return { status: 201, body: emojiShape(world.books, emoji) };
}

function emojiOf(call: Call, world: World): EmojiRecord {
  needOwn(call, world);
  const emoji = world.books.emojis.get(param(call, "emoji_id"));
  if (emoji === undefined) throw refusals.unknownEmoji();
  return emoji;
}

function getEmoji(call: Call, world: World): Answer {
  return { status: 200, body: emojiShape(world.books, emojiOf(call, world)) };
}

function renameEmoji(call: Call, world: World): Answer {
  const emoji = { ...emojiOf(call, world), name: read(z.object({ name: emojiName }), call.body).name };
  world.books.emojis.set(emoji.id, emoji);
  return { status: 200, body: emojiShape(world.books, emoji) };
}

function eraseEmoji(call: Call, world: World): Answer {
  world.books.emojis.delete(emojiOf(call, world).id);
  return { status: 204 };
}
