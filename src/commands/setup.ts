// Setting up: a persona is put into a channel in three choices, each of which can be given with the command at once.
import { scopesOf } from "../domain/binding.ts";
import type { PersonaId } from "../domain/ids.ts";
import { channelScope } from "../domain/ids.ts";
import type { Place } from "../domain/message.ts";
import type { MovingIn } from "../engine/hello.ts";
import { closedIn, isSame } from "../engine/rooms.ts";
import type { Asked, Command } from "./asked.ts";
import {
  button,
  changerOf,
  commandSaid,
  everyoneFor,
  needRoom,
  NotAllowed,
  optionIn,
  personaIn,
  personaOption,
  plain,
  shape,
} from "./asked.ts";
import type { Answer, Choice, TextAnswer } from "./command.ts";
import { textAnswer } from "./command.ts";
import { hidden } from "./persona.ts";
import { cut } from "./suggestions.ts";
import { partChoices, partOption, takePartAs } from "./taking-part.ts";
import type { Somewhere } from "./words-en.ts";
import { english } from "./words-en.ts";

/** What setting up needs beside what all commands do. */
export interface SetupHouse {
  /** The persona opens a conversation there, if it has a line for that; false: it has none. */
  readonly hello: (moving: MovingIn) => Promise<boolean>;
}

const PATH: readonly string[] = ["setup"];

// What a menu holds on every platform ("String Select", Discord).
const CHOICES_MAX = 25;

/** Where the persona is to live. */
interface Chosen {
  readonly place: Place;
  readonly somewhere: Somewhere;
}

async function setUp(asked: Asked, house: SetupHouse): Promise<Answer> {
  const chosen = chosenIn(asked);
  if (chosen === null) return askChannel(asked);
  await needRoom(asked, chosen.place);
  const member = personaIn(asked);
  if (member === null) return askPersona(asked, chosen);
  const { persona } = member;
  const how = optionIn(asked, "how");
  if (how === null) return askHow(asked, chosen, persona.id, plain(persona.name));
  return settle(asked, chosen, { id: persona.id, name: plain(persona.name), how }, house);
}

/** Null: nothing is chosen yet. A direct message is where it is. Throws where the person may not manage the channel. */
function chosenIn(asked: Asked): Chosen | null {
  const { channels, place, path } = asked.invocation;
  const { places, say } = asked.words;
  if (place.workspace === null) return { place, somewhere: places.conversation() };
  const channel = Object.hasOwn(channels, "channel") ? channels["channel"] : undefined;
  if (channel === undefined) return null;
  const name = plain(channel.name).replace(/^\\#/u, "#");
  if (!channel.canManage && !asked.house.admins.has(asked.invocation.by.id)) {
    throw new NotAllowed(say.onlyWho(name, commandSaid(asked.words, path)));
  }
  return { place: channel.place, somewhere: places.other(name) };
}

/** What was chosen so far. */
function optionsIn(asked: Asked): Readonly<Record<string, string>> {
  const { options } = asked.invocation;
  return Object.fromEntries(
    ["channel", "persona", "how"].flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

function askChannel(asked: Asked): TextAnswer {
  const { say } = asked.words;
  const options = optionsIn(asked);
  const menu = {
    placeholder: say.whichChannelMenu,
    path: PATH,
    option: "channel",
    options,
    choices: "channels",
  } as const;
  return { ...textAnswer("private", say.whichChannel), menus: [menu] };
}

function askPersona(asked: Asked, { somewhere }: Chosen): TextAnswer {
  const { say } = asked.words;
  const everyone = everyoneFor(asked);
  if (everyone.length === 0) return { ...textAnswer("private", say.noPersonas), as: "replace" };
  const choices = everyone.slice(0, CHOICES_MAX).map(({ persona }): Choice => {
    return {
      name: cut(persona.description === "" ? persona.name : `${persona.name} · ${persona.description}`),
      value: persona.id,
    };
  });
  const more = everyone.length - choices.length;
  const text = `${say.whichPersona(somewhere.at)}${more > 0 ? say.morePersonas(more) : ""}`;
  const options = optionsIn(asked);
  const menu = { placeholder: say.whichPersonaMenu, path: PATH, option: "persona", options, choices };
  return { ...textAnswer("private", text), menus: [menu], as: "replace" };
}

function askHow(asked: Asked, { somewhere }: Chosen, persona: PersonaId, name: string): TextAnswer {
  const options = { ...optionsIn(asked), persona };
  const buttons = partChoices(asked.words).map((part) => button(part.name, PATH, { ...options, how: part.value }));
  return { ...textAnswer("private", asked.words.say.howTakesPart(name, somewhere.at)), buttons, as: "replace" };
}

async function settle(
  asked: Asked,
  { place, somewhere }: Chosen,
  { id, name, how }: { readonly id: PersonaId; readonly name: string; readonly how: string },
  house: SetupHouse,
): Promise<TextAnswer> {
  const { registry } = asked.house.store;
  const { say, choices } = asked.words;
  const by = changerOf(asked);
  const scopes = scopesOf(place);
  const scope = channelScope(place.channel);
  const bindings = await registry.bindings(scopes);
  const isHere = bindings.some((each) => each.scope === scope && isSame(each.persona, id));
  const at = asked.house.clock.now();
  const isNew = !isHere && (await registry.bind({ persona: id, scope, by: by.name, at }, by));
  const part = await takePartAs(asked, id, scope, how);
  const room = await asked.house.rooms.at(place);
  const isClosed = closedIn(room) !== null;
  const moving = { persona: id, place, by, key: asked.invocation.id };
  const greets = isNew && !isClosed && (await house.hello(moving));
  const done = `${say.settledIn(name, somewhere.at, part)}${greets ? say.saysHello(name) : ""}`;
  const widerGone = isNew ? hidden(asked, bindings, scopes, somewhere) : null;
  const notes = [isClosed ? say.adultsOnly : null, widerGone].filter((note) => note !== null);
  const text = [done, ...notes].join("\n");
  return { ...textAnswer("private", text), buttons: [button(choices.anotherOne, PATH, {})], as: "replace" };
}

/** The command that sets a channel up. */
export function setupCommands(house: SetupHouse): readonly Command[] {
  return [
    {
      offered: "by-name",
      answersWith: "text",
      shape: shape(PATH, english.summaries.setup, {
        options: [
          { name: "channel", summary: english.options.channel, kind: "channel", isRequired: false, choices: [] },
          personaOption(english.options.who, "optional"),
          partOption("optional"),
        ],
        right: "channel",
      }),
      run: (asked) => setUp(asked, house),
    },
  ];
}
