// Personas of a place: who lives here, who joins and who leaves.
import type { Binding } from "../domain/binding.ts";
import { nearestBindings, scopesOf } from "../domain/binding.ts";
import type { ScopeId } from "../domain/ids.ts";
import { isSame } from "../engine/rooms.ts";
import type { Member } from "../personas/personas.ts";
import type { Asked, Command } from "./asked.ts";
import {
  changerOf,
  everyoneFor,
  neededPersona,
  needRoom,
  optionIn,
  personaOption,
  plain,
  reachIn,
  scopeFor,
  shape,
  somewhere,
  WHERE,
} from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { ownScope, partButtons, partOption, partSaid, scopesFrom, settingsIn, takePartAs } from "./taking-part.ts";
import type { Somewhere } from "./words-en.ts";
import { english } from "./words-en.ts";

async function add(asked: Asked): Promise<Answer> {
  const { house } = asked;
  const { say } = asked.words;
  const { registry } = house.store;
  const { persona } = neededPersona(asked);
  const where = reachIn(asked) ?? "channel";
  const scope = scopeFor(asked, where);
  await needRoom(asked);
  const scopes = scopesFrom(asked, scope);
  const bindings = await registry.bindings(scopes);
  const by = changerOf(asked);
  const isHere = bindings.some((each) => each.scope === scope && isSame(each.persona, persona.id));
  const isNew =
    !isHere && (await registry.bind({ persona: persona.id, scope, by: by.name, at: house.clock.now() }, by));
  const name = plain(persona.name);
  const part = partSaid(asked.words, await settingsIn(asked, scope, persona.id), persona.talkativeness);
  const lives = say.lives(name, somewhere(asked, scope).at, isNew ? "now" : "already");
  const lines = [say.takesPart(lives, part, name)];
  const widerGone = isNew ? hidden(asked, bindings, scopes, somewhere(asked, scope)) : null;
  if (widerGone !== null) lines.push(widerGone);
  const nearer = nearerTalk(asked, await registry.bindings(scopesOf(asked.invocation.place)), persona);
  if (nearer !== null) lines.push(nearer);
  return { ...textAnswer("public", lines.join("\n")), buttons: partButtons(asked, persona.id, where) };
}

/** Whoever lived in the first of `scopes` by a wider binding does no longer, since the nearest wins; null: nobody did. `bindings`: those before. */
export function hidden(
  asked: Asked,
  bindings: readonly Binding[],
  scopes: readonly ScopeId[],
  here: Somewhere,
): string | null {
  const before = nearestBindings(bindings, scopes);
  const wider = before[0]?.scope;
  if (wider === undefined || wider === scopes[0]) return null;
  const names = before.map((binding) => nameFor(asked, binding));
  return asked.words.say.nearestWins(somewhere(asked, wider), names.join(", "), here);
}

/** That somebody who lives around here does not talk in this very place, since others live nearer; null: they do. */
function nearerTalk(asked: Asked, bindings: readonly Binding[], persona: Member["persona"]): string | null {
  const near = nearestBindings(bindings, scopesOf(asked.invocation.place));
  const [nearest] = near;
  if (nearest === undefined || near.some((each) => isSame(each.persona, persona.id))) return null;
  const names = near.map((binding) => nameFor(asked, binding)).join(", ");
  return asked.words.say.nearerTalk(plain(persona.name), somewhere(asked, nearest.scope).at, names);
}

/** The name of somebody who is bound; the handle where they are gone. */
function nameFor(asked: Asked, binding: Binding): string {
  const member = everyoneFor(asked).find((each) => isSame(each.persona.id, binding.persona));
  return plain(member?.persona.name ?? binding.persona);
}

/** What a button below the answer to `add` does. */
async function takePart(asked: Asked): Promise<Answer> {
  const { persona } = neededPersona(asked);
  const where = reachIn(asked) ?? "channel";
  const scope = scopeFor(asked, where);
  const part = await takePartAs(asked, persona.id, scope, optionIn(asked, "how") ?? "");
  const { at } = somewhere(asked, scope);
  const text = asked.words.say.partChosen(plain(persona.name), at, part, plain(asked.invocation.by.name));
  return { ...textAnswer("public", text), buttons: partButtons(asked, persona.id, where), as: "replace" };
}

async function remove(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const { say } = asked.words;
  const { registry } = house.store;
  const { persona } = neededPersona(asked);
  const bindings = await registry.bindings(scopesOf(invocation.place));
  const own = bindings.filter((binding) => isSame(binding.persona, persona.id));
  const where = reachIn(asked);
  const scope = where === null ? nearOf(asked, own) : scopeFor(asked, where);
  const here = own.filter((binding) => binding.scope === scope);
  const name = plain(persona.name);
  if (here.length === 0) {
    const elsewhere = own[0];
    const { at } = somewhere(asked, scope);
    if (elsewhere === undefined) return textAnswer("private", say.livesNotHere(name, at));
    return textAnswer("private", say.livesElsewhere(name, at, somewhere(asked, elsewhere.scope).at));
  }
  for (const binding of here) await registry.unbind(binding.persona, scope, changerOf(asked), house.clock.now());
  return textAnswer("public", say.removed(name, somewhere(asked, scope).at));
}

/** Nothing is said of where: the thread itself if the persona lives in it, else the channel. */
function nearOf(asked: Asked, own: readonly Binding[]): ScopeId {
  const thread = ownScope(asked);
  const isInThread = asked.invocation.place.parent !== null && own.some((binding) => binding.scope === thread);
  return scopeFor(asked, isInThread ? "thread" : "channel");
}

async function list(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const { say } = asked.words;
  const room = await house.rooms.of(invocation.place.channel);
  if (room.residents === "everyone") {
    const everyone = room.cast.map(({ persona }) => `- ${title({ persona })}`);
    return textAnswer("private", [say.everyoneHere, ...everyone].join("\n"));
  }
  const scopes = scopesOf(invocation.place);
  const bound = nearestBindings(await house.store.registry.bindings(scopes), scopes);
  const everyone = everyoneFor(asked);
  const lines: string[] = [];
  for (const binding of bound) {
    const member = everyone.find(({ persona }) => isSame(persona.id, binding.persona));
    if (member === undefined) {
      lines.push(`- ${say.goneFromHouse(plain(binding.persona))}`);
      continue;
    }
    const settings = await settingsIn(asked, ownScope(asked), member.persona.id);
    const part = partSaid(asked.words, settings, member.persona.talkativeness);
    lines.push(`- ${say.bound(title(member), part, somewhere(asked, binding.scope).at, plain(binding.by))}`);
  }
  const others = everyone.filter(({ persona }) => !bound.some((binding) => isSame(binding.persona, persona.id)));
  const head = bound.length === 0 ? say.nobodyHere : say.whoLives;
  const tail = others.length === 0 ? [] : [say.whoElse(others.map((each) => title(each)).join(", "))];
  return textAnswer("private", [head, ...lines, ...tail].join("\n"));
}

async function show(asked: Asked): Promise<Answer> {
  const { invocation, house } = asked;
  const { say } = asked.words;
  const member = neededPersona(asked);
  const { persona } = member;
  const bindings = await house.store.registry.bindings(scopesOf(invocation.place));
  const own = bindings.filter((binding) => isSame(binding.persona, persona.id));
  const settings = await settingsIn(asked, ownScope(asked), persona.id);
  const places = own.map((each) => `${somewhere(asked, each.scope).at} (${plain(each.by)}, ${dayOf(each.at)})`);
  const part = partSaid(asked.words, settings, persona.talkativeness);
  const lines = [
    say.isAi(title(member)),
    plain(persona.description),
    persona.aliases.length === 0 ? "" : say.alsoCalled(persona.aliases.map(plain).join(", ")),
    persona.languages.length === 0 ? "" : say.speaks(persona.languages.map(plain).join(", ")),
    own.length === 0 ? say.notHere : say.livesIn(places.join(", ")),
    own.length === 0 ? "" : (nearerTalk(asked, bindings, persona) ?? say.hereTakesPart(plain(persona.name), part)),
  ];
  return textAnswer("private", lines.filter((line) => line !== "").join("\n"));
}

function title({ persona }: Pick<Member, "persona">): string {
  const name = `**${plain(persona.name)}**`;
  return persona.emoji === "" ? name : `${plain(persona.emoji)} ${name}`;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

const byName = { offered: "by-name", answersWith: "text" } as const;
const { summaries } = english;
const who = personaOption(english.options.who, "required");

export const personaCommands: readonly Command[] = [
  {
    ...byName,
    shape: shape(["persona", "add"], summaries["persona add"], {
      options: [who, WHERE],
      right: "channel",
      answer: "public",
    }),
    run: add,
  },
  {
    ...byName,
    shape: shape(["persona", "remove"], summaries["persona remove"], {
      options: [who, WHERE],
      right: "channel",
      answer: "public",
    }),
    run: remove,
  },
  { ...byName, shape: shape(["persona", "list"], summaries["persona list"]), run: list },
  {
    ...byName,
    shape: shape(["persona", "show"], summaries["persona show"], { options: [who] }),
    run: show,
  },
  {
    offered: "by-button",
    answersWith: "text",
    shape: shape(["persona", "part"], summaries["persona part"], {
      options: [who, partOption("required"), WHERE],
      right: "channel",
      answer: "public",
    }),
    run: takePart,
  },
];
