// What may be meant while somebody is still typing an option.
import { scopesOf } from "../domain/binding.ts";
import { handleOf } from "../domain/ids.ts";
import { isRoomSetting, ROOM_SETTINGS } from "../domain/settings.ts";
import { isSame } from "../engine/rooms.ts";
import { askableBy } from "./askable.ts";
import type { Asked } from "./asked.ts";
import { everyoneFor, keyOf, optionIn } from "./asked.ts";
import type { Choice, Option } from "./command.ts";

// "Application Command Autocomplete", Discord: choices, and characters of each.
const CHOICES_MAX = 25;
const CHOICE_CHARS_MAX = 100;

/** At most 25, best first. */
export async function suggestionsFor(option: Option, asked: Asked, typed: string): Promise<readonly Choice[]> {
  const known = await knownFor(option, asked, typed);
  const key = keyOf(typed);
  const begins = known.filter(({ keys }) => keys.some((each) => each.startsWith(key)));
  const holds = known.filter((each) => !begins.includes(each) && each.keys.some((one) => one.includes(key)));
  return [...begins, ...holds]
    .slice(0, CHOICES_MAX)
    .map(({ name, value }) => ({ name: cut(name), value: value.slice(0, CHOICE_CHARS_MAX) }));
}

interface Known extends Choice {
  readonly keys: readonly string[];
}

async function knownFor(option: Option, asked: Asked, typed: string): Promise<readonly Known[]> {
  switch (option.kind) {
    case "persona":
      return personas(asked);
    case "personas":
      return castNames(asked, typed);
    case "scene":
      return scenes(asked);
    case "setting":
      return Object.entries(asked.words.meanings).map(([name, meaning]) => ({
        name: `${name} · ${meaning}`,
        value: name,
        keys: [name],
      }));
    case "value": {
      const name = optionIn(asked, "setting") ?? "";
      const values = isRoomSetting(name) ? (ROOM_SETTINGS[name].values ?? []) : [];
      return values.map((value) => ({ name: value, value, keys: [value] }));
    }
    case "choice":
      return option.choices.map((choice) => ({ ...choice, keys: [keyOf(choice.name)] }));
    case "switch":
      return ["on", "off"].map((value) => ({ name: value, value, keys: [value] }));
    case "text":
    case "channel":
    case "file":
      return [];
  }
}

/** Who lives here comes first; only they can be taken from here. */
async function personas(asked: Asked): Promise<readonly Known[]> {
  const bound = await asked.house.store.registry.bindings(scopesOf(asked.invocation.place));
  const all = everyoneFor(asked).map(({ persona }) => ({
    name: persona.description === "" ? persona.name : `${persona.name} · ${persona.description}`,
    value: persona.id,
    keys: [persona.name, handleOf(persona.id), ...persona.aliases].map(keyOf),
    isHere: bound.some((binding) => isSame(binding.persona, persona.id)),
  }));
  const here = all.filter((each) => each.isHere);
  if (asked.invocation.path[1] === "remove") return here;
  if (asked.invocation.path[0] === "ask") return askable(asked, all);
  const others = all.filter((each) => !each.isHere);
  return asked.invocation.path[1] === "add" ? [...others, ...here] : [...here, ...others];
}

/** Names with commas between them: what is typed already, with one more of those who live here. */
async function castNames(asked: Asked, typed: string): Promise<readonly Known[]> {
  const { cast } = await asked.house.rooms.at(asked.invocation.place);
  const before = typed.slice(0, typed.lastIndexOf(",") + 1);
  const taken = new Set(before.split(",").map(keyOf));
  return (
    cast
      .filter(({ persona }) => !taken.has(keyOf(persona.name)))
      .map(({ persona }) => {
        const names = [persona.name, handleOf(persona.id), ...persona.aliases];
        const value = before === "" ? persona.name : `${before} ${persona.name}`;
        return {
          name: value,
          value,
          keys: names.flatMap((name) => [keyOf(`${before}${name}`), keyOf(`${before} ${name}`)]),
        };
      })
      // A longer one would be cut in the middle of a name.
      .filter(({ value }) => value.length <= CHOICE_CHARS_MAX)
  );
}

/** The scenes of this channel: the newest first, for those that play come from there. */
async function scenes(asked: Asked): Promise<readonly Known[]> {
  const all = await asked.house.store.sceneBook.all();
  return all
    .filter(({ place }) => place.channel === asked.invocation.place.channel)
    .map(({ scene }) => ({ name: scene.plan.name, value: scene.plan.id, keys: [keyOf(scene.plan.name)] }))
    .toReversed();
}

/** Nobody is suggested who would not be asked. */
async function askable<T extends Known & { readonly isHere: boolean }>(
  asked: Asked,
  all: readonly T[],
): Promise<readonly T[]> {
  const members = askableBy(asked, await asked.house.rooms.at(asked.invocation.place));
  return all
    .filter(({ value }) => members.some(({ persona }) => persona.id === value))
    .toSorted((one, other) => Number(other.isHere) - Number(one.isHere));
}

/** On one line, and no longer than a choice may be. */
export function cut(name: string): string {
  const line = name.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  if (line.length <= CHOICE_CHARS_MAX) return line;
  return `${line.slice(0, CHOICE_CHARS_MAX - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}
