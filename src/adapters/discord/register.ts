// The catalogue as Discord's slash commands and message menus. Pure, but for registering it where it changed.
import { hash } from "node:crypto";
import type { CommandGroup, CommandShape, Option, Right } from "../../commands/command.ts";
import type { Keep } from "../adapter.ts";
import { cut } from "./components.ts";
import type { Api } from "./rest.ts";

/** What the commands are made of. */
export interface Catalogue {
  readonly groups: readonly CommandGroup[];
  readonly commands: readonly CommandShape[];
}

// "Application Command Types", and "Application Command Option Type".
const SLASH = 1;
const ON_MESSAGE = 3;
const SUBCOMMAND = 1;
const STRING = 3;
const BOOLEAN = 5;
const ATTACHMENT = 11;

const DESCRIPTION_CHARS_MAX = 100;
const CHOICES_MAX = 25;
// As long as a form's field may be.
const TEXT_CHARS_MAX = 4_000;

// "Interaction Context Types": servers, and direct messages with the bot. "Application Integration Types": invited into a server.
const CONTEXTS = [0, 1];
const INTEGRATIONS = [0];

// "Permissions": Manage Channels, Manage Server.
export const MANAGE_CHANNELS = 1n << 4n;
export const MANAGE_GUILD = 1n << 5n;

/** What people call a workspace on Discord. */
export const WORKSPACE_WORD = "server";

/** The body of "Bulk Overwrite Global Application Commands". */
export function commandBodies({ groups, commands }: Catalogue): readonly object[] {
  const names = [...new Set(commands.map(({ path }) => path[0] ?? ""))];
  const slash = names.map((name) => {
    const own = commands.filter(({ path }) => path[0] === name);
    const summary = groups.find((group) => group.name === name)?.summary ?? own[0]?.summary ?? name;
    return { ...common(own), type: SLASH, name, description: described(summary), options: optionsOf(own) };
  });
  const menus = commands
    .filter(({ on }) => on === "message")
    .map((shape) => ({ ...common([shape]), type: ON_MESSAGE, name: shape.label }));
  return [...slash, ...menus];
}

/** A command is shown to everyone who may use any part of it; the desk looks at each part's right again. */
function common(shapes: readonly CommandShape[]): object {
  const rights = new Set(shapes.map(({ right }) => right));
  return { contexts: CONTEXTS, integration_types: INTEGRATIONS, default_member_permissions: permissionFor(rights) };
}

function permissionFor(rights: ReadonlySet<Right>): string | null {
  if (rights.has("anyone")) return null;
  return String(rights.has("channel") ? MANAGE_CHANNELS : MANAGE_GUILD);
}

function optionsOf(shapes: readonly CommandShape[]): readonly object[] {
  return shapes.flatMap(({ path, summary, options }): readonly object[] => {
    const [, name] = path;
    const own = inOrder(options).map((option) => optionBody(option));
    if (name === undefined) return own;
    return [{ type: SUBCOMMAND, name, description: described(summary), options: own }];
  });
}

/** "Required options must be listed before optional options." */
function inOrder(options: readonly Option[]): readonly Option[] {
  return [...options.filter(({ isRequired }) => isRequired), ...options.filter(({ isRequired }) => !isRequired)];
}

function optionBody({ name, summary, kind, isRequired, choices }: Option): object {
  const body = { name, description: described(summary), required: isRequired };
  switch (kind) {
    case "text":
      return { ...body, type: STRING, max_length: TEXT_CHARS_MAX };
    case "persona":
    case "setting":
    case "value":
      return { ...body, type: STRING, autocomplete: true, max_length: TEXT_CHARS_MAX };
    case "choice": {
      const shown = choices.slice(0, CHOICES_MAX);
      return { ...body, type: STRING, choices: shown.map(({ name, value }) => ({ name: wordOf(name), value })) };
    }
    case "switch":
      return { ...body, type: BOOLEAN };
    case "file":
      return { ...body, type: ATTACHMENT };
  }
}

function described(summary: string): string {
  return cut(wordOf(summary), DESCRIPTION_CHARS_MAX);
}

function wordOf(text: string): string {
  return text.replaceAll(/\bworkspace\b/gu, WORKSPACE_WORD);
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
