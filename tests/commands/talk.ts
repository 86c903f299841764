// A talk in a room where personas live by being bound, with the commands about asking and about posts at hand.
import { onTestFinished } from "vitest";
import type { Adapter } from "../../src/adapters/adapter.ts";
import { seededChance } from "../../src/chance.ts";
import { askCommands } from "../../src/commands/ask.ts";
import type { Actor, Answer, Button, CommandDesk, Invocation } from "../../src/commands/command.ts";
import { openDesk } from "../../src/commands/desk.ts";
import { postAgainCommands } from "../../src/commands/post-again.ts";
import { postCommands } from "../../src/commands/post.ts";
import { sceneCommands } from "../../src/commands/scene.ts";
import { usualBrakes } from "../../src/domain/brakes.ts";
import type { MessageId, PlatformName } from "../../src/domain/ids.ts";
import type { Place } from "../../src/domain/message.ts";
import { Asides } from "../../src/engine/asides.ts";
import { Remaking } from "../../src/engine/remaking.ts";
import { Rethinking } from "../../src/engine/rethinking.ts";
import { Rooms } from "../../src/engine/rooms.ts";
import { SceneDesk } from "../../src/engine/scene-desk.ts";
import { Tally } from "../../src/engine/tally.ts";
import { silentLog } from "../../src/log.ts";
import { countTokens } from "../../src/memory/tokenizer.ts";
import { loungePlace, whoIs } from "../fakes/room-adapter.ts";
import type { RoomOptions, RoomStory } from "../stories/room.ts";
import { openRoom } from "../stories/room.ts";

/** How a command is given, beside who gives it and which one it is. */
export interface Given {
  readonly options?: Readonly<Record<string, string>>;
  readonly target?: MessageId | null;
  readonly place?: Place;
  readonly locale?: string;
  /** The same for a command that is delivered twice. */
  readonly id?: string;
}

export interface Talk extends RoomStory {
  readonly desk: CommandDesk;
  /** Gives a command; Mira manages the channel, nobody else does. */
  readonly give: (who: string, path: readonly string[], given?: Given) => Promise<Answer>;
  /** As `give`, and the text that is answered. */
  readonly ask: (who: string, command: string, given?: Given) => Promise<string>;
  readonly press: (who: string, button: Button | undefined) => Promise<Answer>;
  readonly closing: AbortController;
}

/** The house's own talk goes on beside the commands, as it does in a real house. */
export async function openTalk(options: RoomOptions & { readonly usdPerDay?: number } = {}): Promise<Talk> {
  const opened = await openRoom(options);
  const { store, personas, clock, intake } = opened.story;
  const adapters = new Map<PlatformName, Adapter>([[opened.room.platform, opened.room]]);
  const rooms = new Rooms({ registry: store.registry, personas, adapters, everyone: () => personas.all() });
  const house = {
    store,
    personas,
    adapters,
    rooms,
    countTokens,
    clock,
    log: silentLog,
    admins: new Set<Actor["id"]>(),
    chance: options.chance ?? seededChance("talk"),
    meter: new Tally(),
    limits: {
      brakes: { ...usualBrakes, ...options.limits?.brakes },
      spend: { usdPerDay: options.usdPerDay ?? 1, tokensPerDay: 500_000 },
      contextTokens: 6000,
    },
  };
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const asides = new Asides(house, closing.signal);
  const remaking = new Remaking(house);
  const scenes = new SceneDesk({
    ...house,
    wake: (channel) => opened.story.engine.wake(channel),
    forecast: async ({ postLimit }) => `It would cost nothing, however many of the ${postLimit} posts are said.`,
  });
  const hear = (arrival: Parameters<typeof intake.message>[0]) => intake.message(arrival, null);
  const desk = openDesk(house, [
    ...askCommands({ ...house, asides, hear }),
    ...postAgainCommands({ ...house, rethinking: new Rethinking(house, asides, remaking), hear }),
    ...postCommands({ store, remaking }),
    ...sceneCommands(scenes),
  ]);
  let count = 0;
  const give: Talk["give"] = (who, path, given = {}) => {
    const { options: told = {}, target = null, place = loungePlace, locale = null, id } = given;
    const by = { id: whoIs(who), name: who, canManageChannel: who === "Mira", canManageWorkspace: false, locale };
    const invocation: Invocation = {
      path,
      options: told,
      target,
      by,
      place,
      files: {},
      channels: {},
      workspaceWord: "server",
      id: id ?? `i${(count += 1)}`,
    };
    return desk.run(invocation, closing.signal);
  };
  return {
    ...opened,
    desk,
    give,
    ask: async (who, command, given) => textIn(await give(who, command.split(" "), given)),
    press: (who, button) => give(who, button?.path ?? [], { options: button?.options ?? {} }),
    closing,
  };
}

export function textIn(answer: Answer): string {
  return answer.kind === "form" ? `form: ${answer.title}` : answer.text;
}
