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
  scopeName,
  shape,
  WHERE,
  wrong,
} from "./asked.ts";
import type { Answer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { ownScope, PART_CHOICES, partButtons, partOf, partSaid, scopesFrom, settingsIn } from "./taking-part.ts";

async function add(asked: Asked): Promise<Answer> {
  const { house } = asked;
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
  const name = `**${plain(persona.name)}**`;
  const part = partSaid(await settingsIn(asked, scope, persona.id), persona.talkativeness);
  const lives = `${name} ${isNew ? "lives" : "lived"} in ${scopeName(asked, scope)} ${isNew ? "now" : "already"}`;
  const lines = [`${lives} and ${part}. How should ${plain(persona.name)} take part?`];
  if (isNew) lines.push(...hidden(asked, bindings, scope));
  return { ...textAnswer("public", lines.join("\n")), buttons: partButtons(persona.id, where) };
}

/** Whoever lived here by a wider binding does no longer: the nearest wins. */
function hidden(asked: Asked, bindings: readonly Binding[], scope: ScopeId): readonly string[] {
  const before = nearestBindings(bindings, scopesFrom(asked, scope));
  const wider = before[0]?.scope;
  if (wider === undefined || wider === scope) return [];
  const names = before.map((binding) => nameFor(asked, binding));
  const around = scopeName(asked, wider);
  return [
    `Those of ${around} (${names.join(", ")}) no longer talk in ${scopeName(asked, scope)}, which has personas of its own from now on.`,
  ];
}

/** The name of somebody who is bound; the handle where they are gone. */
function nameFor(asked: Asked, binding: Binding): string {
  const member = everyoneFor(asked).find((each) => isSame(each.persona.id, binding.persona));
  return plain(member?.persona.name ?? binding.persona);
}

/** What a button below the answer to `add` does. */
async function takePart(asked: Asked): Promise<Answer> {
  const { house } = asked;
  const { persona } = neededPersona(asked);
  const how = optionIn(asked, "how");
  const part = partOf(how ?? "");
  if (part === null) throw wrong(asked, "how", "one of the buttons", how ?? undefined);
  const where = reachIn(asked) ?? "channel";
  const scope = scopeFor(asked, where);
  const by = changerOf(asked);
  for (const [name, value] of part.settings) {
    const row = { scope, persona: persona.id, name, value, by: by.name, at: house.clock.now() };
    await house.store.registry.set(row, by);
  }
  const text = `**${plain(persona.name)}** lives in ${scopeName(asked, scope)} and ${part.said} (${plain(by.name)} said so).`;
  return { ...textAnswer("public", text), buttons: partButtons(persona.id, where), as: "replace" };
}

async function remove(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
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
    const said = elsewhere === undefined ? "" : `, but in ${scopeName(asked, elsewhere.scope)}: say so with \`where\``;
    return textAnswer("private", `${name} does not live in ${scopeName(asked, scope)}${said}.`);
  }
  for (const binding of here) await registry.unbind(binding.persona, scope, changerOf(asked), house.clock.now());
  const text = `**${name}** no longer lives in ${scopeName(asked, scope)}. The character itself stays: /persona add brings it back.`;
  return textAnswer("public", text);
}

/** Nothing is said of where: the thread itself if the persona lives in it, else the channel. */
function nearOf(asked: Asked, own: readonly Binding[]): ScopeId {
  const thread = ownScope(asked);
  const isInThread = asked.invocation.place.parent !== null && own.some((binding) => binding.scope === thread);
  return scopeFor(asked, isInThread ? "thread" : "channel");
}

async function list(asked: Asked): Promise<Answer> {
  const { house, invocation } = asked;
  const room = await house.rooms.of(invocation.place.channel);
  if (room.residents === "everyone") {
    const everyone = room.cast.map(({ persona }) => `- ${title({ persona })}`);
    return textAnswer("private", ["Everyone of the house lives here:", ...everyone].join("\n"));
  }
  const scopes = scopesOf(invocation.place);
  const bound = nearestBindings(await house.store.registry.bindings(scopes), scopes);
  const everyone = everyoneFor(asked);
  const lines: string[] = [];
  for (const binding of bound) {
    const member = everyone.find(({ persona }) => isSame(persona.id, binding.persona));
    if (member === undefined) {
      lines.push(`- ${plain(binding.persona)}, who is gone from the house`);
      continue;
    }
    const settings = await settingsIn(asked, ownScope(asked), member.persona.id);
    const part = partSaid(settings, member.persona.talkativeness);
    lines.push(`- ${title(member)}: ${part}; in ${scopeName(asked, binding.scope)} by ${plain(binding.by)}`);
  }
  const others = everyone.filter(({ persona }) => !bound.some((binding) => isSame(binding.persona, persona.id)));
  const head = bound.length === 0 ? ["Nobody lives here yet: /persona add puts somebody here."] : ["Who lives here:"];
  const tail = others.length === 0 ? [] : [`Who could be added: ${others.map((each) => title(each)).join(", ")}`];
  return textAnswer("private", [...head, ...lines, ...tail].join("\n"));
}

async function show(asked: Asked): Promise<Answer> {
  const { invocation, house } = asked;
  const member = neededPersona(asked);
  const { persona } = member;
  const bindings = await house.store.registry.bindings(scopesOf(invocation.place));
  const own = bindings.filter((binding) => isSame(binding.persona, persona.id));
  const settings = await settingsIn(asked, ownScope(asked), persona.id);
  const places = own.map((each) => `in ${scopeName(asked, each.scope)} (${plain(each.by)}, ${dayOf(each.at)})`);
  const lines = [
    `${title(member)}, a persona and an AI`,
    plain(persona.description),
    persona.aliases.length === 0 ? "" : `Also called: ${persona.aliases.map(plain).join(", ")}`,
    persona.languages.length === 0 ? "" : `Speaks: ${persona.languages.map(plain).join(", ")}`,
    own.length === 0 ? "Does not live here." : `Lives ${places.join(", ")}.`,
    own.length === 0 ? "" : `Here ${plain(persona.name)} ${partSaid(settings, persona.talkativeness)}.`,
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

export const personaCommands: readonly Command[] = [
  {
    ...byName,
    shape: shape(["persona", "add"], "Put a persona here, so that it lives in this place", {
      options: [personaOption("Who", "required"), WHERE],
      right: "channel",
      answer: "public",
    }),
    run: add,
  },
  {
    ...byName,
    shape: shape(["persona", "remove"], "Take a persona from here; the character itself stays", {
      options: [personaOption("Who", "required"), WHERE],
      right: "channel",
      answer: "public",
    }),
    run: remove,
  },
  { ...byName, shape: shape(["persona", "list"], "Who lives here, and who could"), run: list },
  {
    ...byName,
    shape: shape(["persona", "show"], "Who a persona is", { options: [personaOption("Who", "required")] }),
    run: show,
  },
  {
    offered: "by-button",
    answersWith: "text",
    shape: shape(["persona", "part"], "How a persona takes part", {
      options: [
        personaOption("Who", "required"),
        { name: "how", summary: "How", kind: "choice", isRequired: true, choices: PART_CHOICES },
        WHERE,
      ],
      right: "channel",
      answer: "public",
    }),
    run: takePart,
  },
];
