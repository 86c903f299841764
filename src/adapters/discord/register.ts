// The catalogue as Discord's slash commands and message menus. Pure, but for registering it where it changed.
import { hash } from "node:crypto";
import type { Choice, CommandGroup, CommandShape, Language, Option, Right } from "../../commands/command.ts";
import type { Keep } from "../adapter.ts";
import { cut } from "./components.ts";
import { PERMISSIONS } from "./permissions.ts";
import type { Api } from "./rest.ts";
import { TALK_CHANNELS } from "./shapes.ts";

/** What the commands are made of. */
export interface Catalogue {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly CommandShape[];
  /** Beside English. */
  readonly languages: readonly Language[];
}

// "Application Command Types", and "Application Command Option Type".
const SLASH = 1;
const ON_MESSAGE = 3;
const SUBCOMMAND = 1;
const STRING = 3;
const BOOLEAN = 5;
const CHANNEL = 7;
const ATTACHMENT = 11;

// "Application Command Naming", the same for names in other languages.
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const LABEL_CHARS_MAX = 32;
const DESCRIPTION_CHARS_MAX = 100;
const CHOICE_CHARS_MAX = 100;
const CHOICES_MAX = 25;
// As long as a form's field may be.
const TEXT_CHARS_MAX = 4_000;

// "Interaction Context Types": servers, and direct messages with the bot. "Application Integration Types": invited into a server.
const CONTEXTS = [0, 1];
const INTEGRATIONS = [0];

/** What people call a workspace on Discord. */
export const WORKSPACE_WORD = "server";

// In languages in which nouns are written so.
const WORKSPACE_NOUNS: Readonly<Record<string, string>> = { de: "Server" };

/** The body of "Bulk Overwrite Global Application Commands". */
export function commandBodies({ groups, commands, languages }: Catalogue): readonly object[] {
  const local = localIn(languages);
  const names = [...new Set(commands.map(({ path }) => path[0] ?? ""))];
  const slash = names.map((name) => {
    const own = commands.filter(({ path }) => path[0] === name);
    const summary = groups.find((group) => group.name === name)?.summary ?? own[0]?.summary ?? name;
    return {
      ...common(own),
      type: SLASH,
      ...local.named(name),
      ...local.described(summary),
      options: optionsOf(own, local),
    };
  });
  const menus = commands
    .filter(({ on }) => on === "message")
    .map((shape) => ({ ...common([shape]), type: ON_MESSAGE, ...local.labelled(shape.label, LABEL_CHARS_MAX) }));
  return [...slash, ...menus];
}

/** A command is shown to everyone who may use any part of it; the desk looks at each part's right again. */
function common(shapes: readonly CommandShape[]): object {
  const rights = new Set(shapes.map(({ right }) => right));
  return { contexts: CONTEXTS, integration_types: INTEGRATIONS, default_member_permissions: permissionFor(rights) };
}

function permissionFor(rights: ReadonlySet<Right>): string | null {
  if (rights.has("anyone")) return null;
  return String(rights.has("channel") ? PERMISSIONS.manageChannels : PERMISSIONS.manageGuild);
}

/** Names and texts as Discord takes them: in English, with other languages beside it where they differ. */
interface Local {
  readonly named: (name: string) => object;
  readonly labelled: (label: string, charsMax: number) => object;
  readonly described: (summary: string) => object;
}

function localIn(languages: readonly Language[]): Local {
  const others = (field: string, textIn: (language: Language) => string | null): object => {
    const known = languages.flatMap((language) => {
      const text = textIn(language);
      return text === null ? [] : [[language.tag, text] as const];
    });
    return known.length === 0 ? {} : { [field]: Object.fromEntries(known) };
  };
  const textIn = (language: Language, text: string, charsMax: number): string | null => {
    const known = language.textOf(text);
    return known === null ? null : cut(wordOf(known, WORKSPACE_NOUNS[language.tag]), charsMax);
  };
  return {
    named: (name) => ({
      name,
      ...others("name_localizations", (language) => {
        const known = language.nameOf(name);
        return known !== null && NAME.test(known) && known === known.toLowerCase() ? known : null;
      }),
    }),
    labelled: (label, charsMax) => ({
      name: cut(wordOf(label), charsMax),
      ...others("name_localizations", (language) => textIn(language, label, charsMax)),
    }),
    described: (summary) => ({
      description: cut(wordOf(summary), DESCRIPTION_CHARS_MAX),
      ...others("description_localizations", (language) => textIn(language, summary, DESCRIPTION_CHARS_MAX)),
    }),
  };
}

function optionsOf(shapes: readonly CommandShape[], local: Local): readonly object[] {
  return shapes.flatMap(({ path, summary, options }): readonly object[] => {
    const [, name] = path;
    const own = inOrder(options).map((option) => optionBody(option, local));
    if (name === undefined) return own;
    return [{ type: SUBCOMMAND, ...local.named(name), ...local.described(summary), options: own }];
  });
}

/** "Required options must be listed before optional options." */
function inOrder(options: readonly Option[]): readonly Option[] {
  return [...options.filter(({ isRequired }) => isRequired), ...options.filter(({ isRequired }) => !isRequired)];
}

function optionBody({ name, summary, kind, isRequired, choices }: Option, local: Local): object {
  const body = { ...local.named(name), ...local.described(summary), required: isRequired };
  switch (kind) {
    case "text":
      return { ...body, type: STRING, max_length: TEXT_CHARS_MAX };
    case "persona":
    case "personas":
    case "scene":
    case "setting":
    case "value":
      return { ...body, type: STRING, autocomplete: true, max_length: TEXT_CHARS_MAX };
    case "choice":
      return { ...body, type: STRING, choices: choiceBodies(choices, local) };
    case "channel":
      return { ...body, type: CHANNEL, channel_types: TALK_CHANNELS };
    case "switch":
      return { ...body, type: BOOLEAN };
    case "file":
      return { ...body, type: ATTACHMENT };
  }
}

function choiceBodies(choices: readonly Choice[], local: Local): readonly object[] {
  return choices.slice(0, CHOICES_MAX).map(({ name, value }) => ({ ...local.labelled(name, CHOICE_CHARS_MAX), value }));
}

function wordOf(text: string, word: string = WORKSPACE_WORD): string {
  return text.replaceAll(/\bworkspace\b/gu, word);
}

const HASH_KEY = "commands";

/** Registers the commands, unless the very same ones were registered before. Says whether it did. */
export async function registerCommands(
  catalogue: Catalogue,
  { api, keep, application }: { readonly api: Api; readonly keep: Keep; readonly application: string },
): Promise<boolean> {
  const body = commandBodies(catalogue);
  const digest = hash("sha256", JSON.stringify([application, body]));
  if ((await keep.get(HASH_KEY)) === digest) return false;
  await api.ask({ method: "PUT", route: `/applications/${application}/commands`, body });
  await keep.put(HASH_KEY, digest);
  return true;
}
