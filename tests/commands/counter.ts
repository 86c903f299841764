// A desk on a real store and the shipped personas, asked as people would from a chat.
import { onTestFinished } from "vitest";
import type { Adapter } from "../../src/adapters/adapter.ts";
import type { CommandHouse } from "../../src/commands/asked.ts";
import { budgetCommands } from "../../src/commands/budget.ts";
import { characterCommands } from "../../src/commands/character.ts";
import { characterFileCommands } from "../../src/commands/character-files.ts";
import type { Actor, Answer, Button, CommandDesk, Invocation, Menu } from "../../src/commands/command.ts";
import { openDesk } from "../../src/commands/desk.ts";
import type { SetupHouse } from "../../src/commands/setup.ts";
import { setupCommands } from "../../src/commands/setup.ts";
import type { AuthorId, PlatformName } from "../../src/domain/ids.ts";
import { channelId, discordPlatform } from "../../src/domain/ids.ts";
import type { Place } from "../../src/domain/message.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import type { Log } from "../../src/log.ts";
import { silentLog } from "../../src/log.ts";
import { openCharacters } from "../../src/personas/character-text.ts";
import { openPersonas } from "../../src/personas/open.ts";
import { withOwnedPersonas } from "../../src/personas/owned.ts";
import type { Personas } from "../../src/personas/personas.ts";
import { failureKind } from "../../src/solvers/failure.ts";
import { rivescriptKind } from "../../src/solvers/rivescript/rivescript.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { Store } from "../../src/store/store.ts";
import { loungePlace, RoomAdapter, roomPlatform, whoIs } from "../fakes/room-adapter.ts";
import { shippedPersonas, solverKind } from "../stories/house.ts";
import { VirtualClock } from "../virtual-clock.ts";

export const threadPlace: Place = {
  ...loungePlace,
  channel: channelId(roomPlatform, "tea"),
  parent: loungePlace.channel,
};

/** Another channel of the same server, which can be chosen by its id. */
export const barPlace: Place = { ...loungePlace, channel: channelId(roomPlatform, "bar") };

/** People: Mira manages the channels, Olga all of the server, Tom nothing; Max the lounge alone. Greta is as Mira and Otto as Olga, in German. */
const rights: Readonly<Record<string, Partial<Actor>>> = {
  Mira: { canManageChannel: true },
  Max: { canManageChannel: true },
  Greta: { canManageChannel: true, locale: "de" },
  Otto: { canManageChannel: true, canManageWorkspace: true, locale: "de" },
  Olga: { canManageChannel: true, canManageWorkspace: true },
};

/** The channel that the options name; only the bar can be chosen, which is for adults where the command is given in such a channel. */
function chosenIn(options: Readonly<Record<string, string>>, who: string, { nsfw }: Place): Invocation["channels"] {
  if (options["channel"] !== "bar") return {};
  return { channel: { place: { ...barPlace, nsfw }, name: "#bar", canManage: who !== "Max" && who in rights } };
}

const never = new AbortController().signal;

const noModel = solverKind("openai", {
  readiness: () => ({ kind: "unable", why: "no model is set", untilMended: false }),
  say: async () => "",
});

export interface Counter {
  readonly desk: CommandDesk;
  readonly store: Store;
  readonly rooms: Rooms;
  readonly clock: VirtualClock;
  readonly personas: Personas;
  /** Who was asked to open a conversation. */
  readonly hellos: Parameters<SetupHouse["hello"]>[0][];
  /** `/persona add` and its options, and what is answered: private answers stand in brackets. */
  readonly ask: (who: string, command: string, options?: Readonly<Record<string, string>>) => Promise<string>;
  readonly answer: (
    who: string,
    command: string,
    options?: Readonly<Record<string, string>>,
    files?: Invocation["files"],
  ) => Promise<Answer>;
  readonly press: (who: string, button: Button | undefined) => Promise<string>;
  readonly suggest: (
    command: string,
    option: string,
    typed: string,
    more?: Record<string, string>,
  ) => Promise<readonly string[]>;
  /** The same desk somewhere else. */
  readonly at: (place: Place) => Counter;
}

export async function openCounter(
  more: { readonly admins?: readonly AuthorId[]; readonly log?: Log; readonly house?: Partial<CommandHouse> } = {},
): Promise<Counter> {
  const clock = new VirtualClock();
  const log = more.log ?? silentLog;
  const store = await openSqliteStore(":memory:", { log, secret: "a secret of this test" });
  const kinds = [noModel, rivescriptKind({ log }), failureKind()];
  const files = await openPersonas({
    folders: [{ path: shippedPersonas, kind: "house" }],
    scene: null,
    kinds,
    clock,
    log,
    watch: "read-once",
  });
  const personas = await withOwnedPersonas(files, { registry: store.registry, kinds, log });
  onTestFinished(async () => {
    await personas.close();
    await store.close();
  });
  const adapter = new RoomAdapter(clock);
  const adapters = new Map<PlatformName, Adapter>([roomPlatform, discordPlatform].map((name) => [name, adapter]));
  const { registry } = store;
  const rooms = new Rooms({ registry, personas, adapters, everyone: () => personas.all() });
  const characters = openCharacters(new Set(kinds.map((kind) => kind.name)), () => personas.settled());
  const hellos: Counter["hellos"] = [];
  const hello: SetupHouse["hello"] = async (greeting) => {
    hellos.push(greeting);
    return true;
  };
  const commands = [
    ...setupCommands({ hello }),
    ...characterCommands(characters),
    ...characterFileCommands(characters),
    ...budgetCommands({ ledger: store.ledger, spend: { usdPerDay: 1, tokensPerDay: 500_000 } }),
  ];
  const house = { store, personas, rooms, clock, log, admins: new Set(more.admins), ...more.house };
  return counterAt({ desk: openDesk(house, commands), store, rooms, clock, personas, hellos }, loungePlace);
}

let invocations = 0;

function counterAt(
  parts: Pick<Counter, "clock" | "desk" | "hellos" | "personas" | "rooms" | "store">,
  place: Place,
): Counter {
  const invoke = (
    who: string,
    command: string,
    options: Readonly<Record<string, string>>,
    files: Invocation["files"] = {},
  ): Invocation => ({
    path: command.replace(/^\//u, "").split(" "),
    options,
    files,
    channels: chosenIn(options, who, place),
    target: null,
    by: {
      id: whoIs(who),
      name: who,
      canManageChannel: false,
      canManageWorkspace: false,
      locale: null,
      ...rights[who],
    },
    place,
    workspaceWord: "server",
    id: `invocation-${(invocations += 1)}`,
  });
  const answer: Counter["answer"] = async (who, command, options = {}, files = {}) => {
    await parts.clock.advance(1000);
    return parts.desk.run(invoke(who, command, options, files), never);
  };
  const said = (given: Answer): string => {
    if (given.kind === "form") return `form: ${given.title}`;
    const isPrivate = given.kind === "spoken" || given.shown === "private";
    return isPrivate ? `(${given.text})` : given.text;
  };
  return {
    ...parts,
    answer,
    ask: async (who, command, options) => said(await answer(who, command, options)),
    press: async (who, button) => {
      if (button === undefined) throw new Error("there is no such button");
      return said(await answer(who, button.path.join(" "), button.options));
    },
    suggest: async (command, option, typed, more = {}) => {
      const choices = await parts.desk.suggest(invoke("Mira", command, more), option, typed);
      return choices.map((choice) => choice.value);
    },
    at: (elsewhere) => counterAt(parts, elsewhere),
  };
}

/** The buttons below an answer, by their labels. */
export function buttonsOf(answer: Answer): readonly Button[] {
  return answer.kind === "text" ? answer.buttons : [];
}

/** The menus below an answer. */
export function menusOf(answer: Answer): readonly Menu[] {
  return answer.kind === "text" ? answer.menus : [];
}

/** Fills in a form and sends it: fields that are not named stay as they stand. */
export async function fill(
  counter: Counter,
  who: string,
  form: Answer,
  texts: Record<string, string>,
): Promise<Answer> {
  if (form.kind !== "form") throw new Error(`expected a form, got: ${form.kind === "text" ? form.text : form.kind}`);
  const stood = Object.fromEntries(form.fields.map((field) => [field.name, field.value]));
  return counter.answer(who, form.path.join(" "), { ...form.options, ...stood, ...texts });
}
