// A command that somebody gave, beside the house that it is asked of: who may do it, and where it holds.
import type { Clock } from "../clock.ts";
import type { Reach } from "../domain/binding.ts";
import type { AuthorId, ScopeId } from "../domain/ids.ts";
import { channelScope, handleOf, houseScope, workspaceScope } from "../domain/ids.ts";
import type { Rooms } from "../engine/rooms.ts";
import type { Complaint } from "../errors.ts";
import { BadInput, quoted } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Member, Personas } from "../personas/personas.ts";
import type { Changer } from "../store/registry.ts";
import type { Store } from "../store/store.ts";
import type { Answer, Button, CommandShape, Invocation, Option, Right } from "./command.ts";
import type { Somewhere, Words } from "./words-en.ts";
import { english } from "./words-en.ts";

/** What commands need of the house. */
export interface CommandHouse {
  readonly store: Pick<Store, "registry" | "sceneBook">;
  readonly personas: Pick<Personas, "of">;
  readonly rooms: Pick<Rooms, "at" | "of">;
  readonly clock: Clock;
  readonly log: Log;
  /** People who have every right everywhere. */
  readonly admins: ReadonlySet<AuthorId>;
}

/** A command under way. */
export interface Asked {
  readonly house: CommandHouse;
  readonly invocation: Invocation;
  /** In the language of whoever gave it. */
  readonly words: Words;
}

/** A command with its handler, which may throw `BadInput` and `NotAllowed`. */
export interface Command {
  readonly shape: CommandShape;
  /** `by-button`: it is no command of its own, only what a button of another one does. */
  readonly offered: "by-name" | "by-button";
  readonly answersWith: "text" | "form";
  readonly run: (asked: Asked) => Promise<Answer>;
}

/** Somebody asked for what they may not do; the message is one sentence to them. */
export class NotAllowed extends Error {
  override readonly name = "NotAllowed";
}

/** A complaint about one option of the command; `got` is what was given. */
export function wrong(asked: Asked, field: string | null, expected: string, got: string | undefined): BadInput {
  return unfit(asked, field, expected, got === undefined ? asked.words.say.nothing : quoted(got));
}

/** As `wrong`, where what was given is told in our own words. */
export function unfit({ invocation, words }: Asked, field: string | null, expected: string, got: string): BadInput {
  const complaint: Complaint = {
    where: commandSaid(words, invocation.path),
    line: null,
    field: field === null ? null : wordFor(words, field),
    expected,
    got,
  };
  return new BadInput([complaint]);
}

/** A complaint in one sentence of the language. */
export function complaintSaid({ say }: Words, { where, line, field, expected, got }: Complaint): string {
  return say.complaint(line === null ? where : `${where}:${line}`, field, expected, got);
}

/** A command as people give it, such as `/persona add`. */
export function commandSaid(words: Words, path: readonly string[]): string {
  return `/${path.map((word) => wordFor(words, word)).join(" ")}`;
}

function wordFor({ names }: Words, word: string): string {
  const known: Readonly<Record<string, string>> = names;
  return (Object.hasOwn(known, word) ? known[word] : undefined) ?? word;
}

/** Whether the person has `right` where the command was given. In a direct message the talk is the person's own. */
export function hasRight({ house, invocation }: Asked, right: Right): boolean {
  const { by, place } = invocation;
  if (right === "anyone" || house.admins.has(by.id)) return true;
  if (place.workspace === null && place.unnamed === "answered") return true;
  return by.canManageWorkspace || (right === "channel" && by.canManageChannel);
}

/** Throws `NotAllowed` where the person lacks `right`. */
export function needRight(asked: Asked, right: Right): void {
  if (hasRight(asked, right)) return;
  const { invocation, words } = asked;
  const { path, workspaceWord } = invocation;
  const { name } = right === "channel" ? words.places.channel() : words.places.workspace(workspaceWord);
  throw new NotAllowed(words.say.onlyWho(name, commandSaid(words, path)));
}

export function changerOf({ invocation }: Asked): Changer {
  return { id: invocation.by.id, name: invocation.by.name };
}

/** The text given for an option, without spaces around it; null: not given. */
export function optionIn({ invocation }: Asked, name: string): string | null {
  const text = Object.hasOwn(invocation.options, name) ? invocation.options[name]?.trim() : undefined;
  return text === undefined || text === "" ? null : text;
}

// Enough to see what is meant; suggestions show the rest.
const EXAMPLES_MAX = 6;

/** Everybody who can be put here. */
export function everyoneFor({ house, invocation }: Asked): readonly Member[] {
  return house.personas.of(invocation.place.workspace);
}

/** Who of `members` is called so: by id, name, handle or another name. */
export function personaNamed(members: readonly Member[], said: string): Member | undefined {
  const key = keyOf(said);
  return (
    members.find(({ persona }) => persona.id === said) ??
    members.find(({ persona }) => keyOf(persona.name) === key) ??
    members.find(({ persona }) => handleOf(persona.id) === key) ??
    members.find(({ persona }) => persona.aliases.some((alias) => keyOf(alias) === key))
  );
}

/** The persona that the option means, by handle, name or another name; null: the option is not given. */
export function personaIn(asked: Asked): Member | null {
  const said = optionIn(asked, "persona");
  if (said === null) return null;
  const everyone = everyoneFor(asked);
  const found = personaNamed(everyone, said);
  if (found !== undefined) return found;
  const names = everyone.slice(0, EXAMPLES_MAX).map(({ persona }) => persona.name);
  throw wrong(asked, "persona", asked.words.say.aPersona(names), said);
}

/** As `personaIn`, of an option that must be given. */
export function neededPersona(asked: Asked): Member {
  const member = personaIn(asked);
  if (member === null) throw wrong(asked, "persona", asked.words.say.needs.persona, undefined);
  return member;
}

/** A name as it is compared. */
export function keyOf(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

/** Where people say that something holds; null: they did not say. Throws where that is no place here. */
export function reachIn(asked: Asked): Reach | null {
  const said = optionIn(asked, "where")?.toLowerCase() ?? null;
  if (said === null || said === "channel") return said;
  const { place, workspaceWord } = asked.invocation;
  const { say } = asked.words;
  if (said === "thread") {
    if (place.parent === null) throw unfit(asked, "where", say.aThread, say.noThread);
    return said;
  }
  if (said !== "workspace" && said !== workspaceWord) {
    throw wrong(asked, "where", say.aReach(workspaceWord), said);
  }
  if (place.workspace === null) throw unfit(asked, "where", "channel", say.noneHere(workspaceWord));
  return "workspace";
}

/** The scope of a reach here, for which the person needs the right. */
export function scopeFor(asked: Asked, reach: Reach): ScopeId {
  const { place } = asked.invocation;
  if (reach === "workspace" && place.workspace !== null) {
    needRight(asked, "workspace");
    return workspaceScope(place.workspace);
  }
  needRight(asked, "channel");
  return channelScope(reach === "thread" ? place.channel : (place.parent ?? place.channel));
}

/** A scope as people call it where the command was given. */
export function somewhere({ invocation, words }: Asked, scope: ScopeId): Somewhere {
  const { place, workspaceWord } = invocation;
  const { places } = words;
  if (scope === channelScope(place.channel)) {
    if (place.parent !== null) return places.thread();
    return place.workspace === null ? places.conversation() : places.channel();
  }
  if (place.parent !== null && scope === channelScope(place.parent)) return places.channel();
  if (place.workspace !== null && scope === workspaceScope(place.workspace)) return places.workspace(workspaceWord);
  return scope === houseScope ? places.house() : places.platform();
}

/** The name alone. */
export function scopeName(asked: Asked, scope: ScopeId): string {
  return somewhere(asked, scope).name;
}

/** Throws where everyone lives: such a place has nothing to be set up. */
export async function needRoom(asked: Asked, { channel } = asked.invocation.place): Promise<void> {
  const { residents } = await asked.house.rooms.of(channel);
  if (residents === "everyone") {
    throw new NotAllowed(asked.words.say.everyoneLives);
  }
}

// Names of people and personas are of their own making: nothing in them is formatting.
const MARKUP = /[\\*_~`|[\]()<>#]/gu;

/** A name as it stands in an answer: one line, without formatting. */
export function plain(name: string): string {
  return name
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .replaceAll(MARKUP, "\\$&");
}

/** A button that gives a command. */
export function button(
  label: string,
  path: readonly string[],
  options: Readonly<Record<string, string>>,
  style: Button["style"] = "plain",
): Button {
  return { label, path, options, style };
}

/** A shape of which a command says only what matters to it. */
export function shape(
  path: readonly string[],
  summary: string,
  more: Partial<Pick<CommandShape, "options" | "right" | "answer">> = {},
): CommandShape {
  return { path, summary, options: [], right: "anyone", answer: "private", on: "channel", label: "", ...more };
}

/** Where something is to hold; the channel where nothing is said. */
export const WHERE: Option = {
  name: "where",
  summary: english.options.where,
  kind: "choice",
  isRequired: false,
  choices: (["channel", "thread", "workspace"] as const).map((value) => ({ name: english.choices[value], value })),
};

/** The option that names a persona. */
export function personaOption(summary: string, need: "required" | "optional"): Option {
  return { name: "persona", summary, kind: "persona", isRequired: need === "required", choices: [] };
}
