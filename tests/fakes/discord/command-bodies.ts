// What an application command may look like ("Application Commands: Structure").
import { Locale } from "discord.js";
import { z } from "zod";
import { invalidField } from "./refusals.ts";

// "Application Command Naming".
const CHAT_NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const OPTIONS_MAX = 25;
const CHOICES_MAX = 25;
const DESCRIPTION_MAX = 100;
const LABEL_MAX = 32;
// "Global commands": 100 slash commands; of each kind of context menu the documentation allowed 5 first, which holds for all.
const CHAT_MAX = 100;
const MENU_MAX = 5;
// "Combined names, descriptions and values" of one command.
const COMMAND_TEXT_MAX = 8000;

const chatName = z.string().refine((name) => CHAT_NAME.test(name) && name === name.toLowerCase(), {
  message: "String value did not match validation regex.",
});
// "Locales": those that Discord has, as far as any bot here writes them.
const LOCALES = new Set(Object.values<string>(Locale));
const locale = z.string().refine((tag) => LOCALES.has(tag), { message: "Value must be one of Discord's locales." });
const texts = z.record(locale, z.string().min(1).max(DESCRIPTION_MAX)).nullish();
const chatNames = z.record(locale, chatName).nullish();
const labels = z.record(locale, z.string().min(1).max(LABEL_MAX)).nullish();

const choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: texts,
  value: z.union([z.string().max(100), z.number()]),
});

const SUB_TYPES: readonly number[] = [1, 2];

/** An option as it was registered; a subcommand is one that holds others. */
export interface OptionBody {
  readonly type: number;
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string>> | null | undefined;
  readonly description: string;
  readonly description_localizations?: Readonly<Record<string, string>> | null | undefined;
  readonly required?: boolean | null | undefined;
  readonly autocomplete?: boolean | null | undefined;
  readonly choices?: readonly z.infer<typeof choice>[] | null | undefined;
  readonly options?: readonly OptionBody[] | null | undefined;
}

const option: z.ZodType<OptionBody> = z.lazy(() =>
  z
    .object({
      type: z.number().int().min(1).max(11),
      name: chatName,
      name_localizations: chatNames,
      description: z.string().min(1).max(DESCRIPTION_MAX),
      description_localizations: texts,
      required: z.boolean().nullish(),
      autocomplete: z.boolean().nullish(),
      choices: z.array(choice).max(CHOICES_MAX).nullish(),
      min_value: z.number().nullish(),
      max_value: z.number().nullish(),
      min_length: z.number().int().min(0).max(6000).nullish(),
      max_length: z.number().int().min(1).max(6000).nullish(),
      channel_types: z.array(z.number().int()).nullish(),
      options: options.nullish(),
    })
    .superRefine((one, context) => {
      if (one.autocomplete === true && (one.choices ?? []).length > 0) {
        context.addIssue({
          code: "custom",
          path: ["autocomplete"],
          message: "Options cannot have choices and autocomplete",
          params: { code: "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE" },
        });
      }
      if (!SUB_TYPES.includes(one.type) && (one.options ?? []).length > 0) {
        context.addIssue({
          code: "custom",
          path: ["options"],
          message: "Only subcommands hold options",
          params: { code: "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID" },
        });
      }
    }),
);

const options = z
  .array(option)
  .max(OPTIONS_MAX)
  .superRefine((list, context) => {
    const optionalAt = list.findIndex(({ required, type }) => required !== true && !SUB_TYPES.includes(type));
    const late = list.findIndex(({ required }, index) => required === true && optionalAt !== -1 && index > optionalAt);
    if (late !== -1) {
      context.addIssue({
        code: "custom",
        path: [late],
        message: "Required options must be placed before non-required options",
        params: { code: "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID" },
      });
    }
    const twice = firstTwice(list);
    if (twice !== -1) {
      context.addIssue({
        code: "custom",
        path: [twice, "name"],
        message: "Option name is already used",
        params: { code: "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS" },
      });
    }
  });

const common = {
  default_member_permissions: z.string().regex(/^\d+$/).nullish(),
  dm_permission: z.boolean().nullish(),
  contexts: z.array(z.number().int().min(0).max(2)).nullish(),
  integration_types: z.array(z.number().int().min(0).max(1)).nullish(),
  nsfw: z.boolean().nullish(),
};

const chat = z.object({
  ...common,
  type: z.literal(1).default(1),
  name: chatName,
  name_localizations: chatNames,
  description: z.string().min(1).max(DESCRIPTION_MAX),
  description_localizations: texts,
  options: options.nullish(),
});
const menu = z.object({
  ...common,
  type: z.literal([2, 3]),
  name: z.string().min(1).max(LABEL_MAX),
  name_localizations: labels,
  description: z.literal("").nullish(),
});

/** One command. */
export const commandBody = z.union([menu, chat]);
export type CommandBody = z.infer<typeof commandBody>;

/** Throws 50035 when there are too many of a kind, two of a name, or too much text in one. */
export function checkTogether(commands: readonly CommandBody[]): void {
  for (const [type, max] of [
    [1, CHAT_MAX],
    [2, MENU_MAX],
    [3, MENU_MAX],
  ] as const) {
    const own = commands.filter((command) => command.type === type);
    if (own.length > max) {
      throw invalidField([], "APPLICATION_COMMAND_TOO_MANY_COMMANDS", `Must be ${max} or fewer in length.`);
    }
    if (firstTwice(own) !== -1) {
      throw invalidField([], "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique");
    }
  }
  const long = commands.findIndex((command) => textOf(command) > COMMAND_TEXT_MAX);
  if (long !== -1) {
    throw invalidField([long], "APPLICATION_COMMAND_TOO_LARGE", `Command exceeds maximum size (${COMMAND_TEXT_MAX})`);
  }
}

/** Where a name stands that another one has before it, in English or in any one language; -1: nowhere. */
function firstTwice(list: readonly Pick<OptionBody, "name" | "name_localizations">[]): number {
  const tags = new Set(list.flatMap((one) => Object.keys(one.name_localizations ?? {})));
  const spoken = [null, ...tags].map((tag) => {
    return list.map((one) => (tag === null ? one.name : (one.name_localizations?.[tag] ?? one.name)));
  });
  return list.findIndex((_, index) => spoken.some((names) => names.indexOf(names[index] ?? "") !== index));
}

// "Only the longest localization for each field (including the default value) is counted towards the size limit."
function textOf(one: CommandBody | OptionBody): number {
  const inside = "options" in one ? (one.options ?? []).reduce((sum, option) => sum + textOf(option), 0) : 0;
  const choices =
    "choices" in one
      ? (one.choices ?? []).reduce(
          (sum, { name, name_localizations: others, value }) => sum + longest(name, others) + String(value).length,
          0,
        )
      : 0;
  const described = "description_localizations" in one ? one.description_localizations : null;
  return longest(one.name, one.name_localizations) + longest(one.description ?? "", described) + inside + choices;
}

function longest(text: string, others: Readonly<Record<string, string>> | null | undefined): number {
  return Math.max(text.length, ...Object.values(others ?? {}).map((each) => each.length));
}
