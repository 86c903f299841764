// From `persona add` and its options, as a person would pick them, to the data of an interaction.
import { type APIApplicationCommandOption, ApplicationCommandOptionType as Kind } from "discord.js";
import type { World } from "./call.ts";
import type { AttachmentRecord, CommandRecord } from "./records.ts";
import { attachmentShape } from "./message-shapes.ts";
import { channelPermissions } from "./permissions.ts";
import { userShape } from "./shapes.ts";

/** What a person gives for an option: text, a number, someone or some place, or a file. */
export type Value = boolean | number | string | { readonly id: string } | AttachmentRecord;

interface Path {
  readonly command: CommandRecord;
  /** Group and subcommand, outermost first. */
  readonly within: readonly APIApplicationCommandOption[];
  readonly options: readonly APIApplicationCommandOption[];
}

/** The command that `persona add` names; throws when it is not registered. */
export function findCommand(world: World, guildId: string | null, said: string): Path {
  const [name = "", ...rest] = said.replace(/^\//, "").split(" ");
  const all = [...(guildId === null ? [] : (world.books.guildCommands.get(guildId) ?? [])), ...world.books.commands];
  const command = all.find((one) => one.name === name && (one.type as number) === 1);
  if (command === undefined) {
    throw new Error(`/${name} is not registered; there is: ${all.map((one) => one.name).join(", ") || "nothing"}`);
  }
  let options: readonly APIApplicationCommandOption[] = command.options ?? [];
  const within: APIApplicationCommandOption[] = [];
  for (const part of rest) {
    const next = options.find((one) => one.name === part && isSub(one));
    if (next === undefined) {
      throw new Error(`/${name} has no ${part}; it has: ${options.map((one) => one.name).join(", ") || "nothing"}`);
    }
    within.push(next);
    options = ("options" in next ? next.options : undefined) ?? [];
  }
  if (options.some(isSub)) throw new Error(`/${said} needs one of: ${options.map((one) => one.name).join(", ")}`);
  return { command, within, options };
}

function isSub({ type }: APIApplicationCommandOption): boolean {
  return type === Kind.Subcommand || type === Kind.SubcommandGroup;
}

/** "Resolved Data Structure": a channel with little said of it, and what whoever picked it may do there. */
function resolvedChannel({ books }: World, id: string, userId: string): object {
  const channel = books.channel(id);
  const { name, type, parentId } = channel;
  return { id, name, type, parent_id: parentId, permissions: channelPermissions(books, channel, userId).toString() };
}

/** The `data` of the interaction. `focused` is the option that is being typed: then nothing else is required. */
export function commandData(
  world: World,
  path: Path,
  values: Readonly<Record<string, Value>>,
  asked: { readonly userId: string; readonly focused: string | null },
): object {
  const { focused } = asked;
  const unknown = Object.keys(values).find((name) => !path.options.some((option) => option.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `/${path.command.name} has no option ${unknown}; it has: ${path.options.map(({ name }) => name).join(", ") || "none"}`,
    );
  }
  const missing = path.options.find(({ name, required }) => required === true && values[name] === undefined);
  if (missing !== undefined && focused === null) {
    throw new Error(`/${path.command.name} needs its option ${missing.name}`);
  }
  const given = path.options.flatMap((option) => {
    const value = values[option.name];
    return value === undefined ? [] : [optionData(option, value, option.name === focused)];
  });
  const nested = path.within
    .toReversed()
    .reduce<readonly object[]>((inside, { name, type }) => [{ name, type, options: inside }], given);
  return {
    id: path.command.id,
    name: path.command.name,
    type: 1,
    options: nested,
    resolved: resolved(world, Object.values(values), asked.userId),
  };
}

function optionData(option: APIApplicationCommandOption, value: Value, isFocused: boolean): object {
  const plain = typeof value === "object" ? value.id : value;
  const choices = "choices" in option ? (option.choices ?? []) : [];
  if (choices.length > 0 && !isFocused && !choices.some((choice) => choice.value === plain)) {
    throw new Error(`${option.name} takes one of: ${choices.map((choice) => choice.value).join(", ")}`);
  }
  return { name: option.name, type: option.type, value: plain, ...(isFocused ? { focused: true } : {}) };
}

/** People, places and files that were picked, in full. */
export function resolved(world: World, values: readonly Value[], userId: string): object {
  const { books, at } = world;
  const picked = values.filter((value) => typeof value === "object");
  const collect = (find: (value: (typeof picked)[number]) => object | null): Record<string, object> =>
    Object.fromEntries(
      picked.flatMap((value) => {
        const found = find(value);
        return found === null ? [] : [[value.id, found] as const];
      }),
    );
  const users = collect(({ id }) => (books.users.has(id) ? userShape(books.user(id)) : null));
  const channels = collect(({ id }) => (books.channels.has(id) ? resolvedChannel(world, id, userId) : null));
  const attachments = collect((value) => ("filename" in value ? attachmentShape(value, at) : null));
  return Object.fromEntries(
    Object.entries({ users, channels, attachments }).filter(([, found]) => Object.keys(found).length > 0),
  );
}
