// The house in a room where personas live by being bound, for stories that read like chat.
import { onTestFinished } from "vitest";
import type { ChannelId, MessageId, PersonaId, ScopeId } from "../../src/domain/ids.ts";
import { channelScope, personaId } from "../../src/domain/ids.ts";
import type { RoomSettingName } from "../../src/domain/settings.ts";
import type { Solver, SolverRequest } from "../../src/solvers/solver.ts";
import { lounge, RoomAdapter, whoIs } from "../fakes/room-adapter.ts";
import { threeWith } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { Story, StoryOptions } from "./house.ts";
import { openStory, solverKind } from "./house.ts";

export interface RoomStory {
  readonly story: Story;
  readonly room: RoomAdapter;
  /** What solvers were asked, in order. */
  readonly asked: readonly SolverRequest[];
  readonly bind: (handle: string, scope?: ScopeId) => Promise<void>;
  readonly set: (name: RoomSettingName, value: string, persona?: PersonaId | null) => Promise<void>;
  /** A person says something, and the house comes to rest. */
  readonly says: (name: string, text: string, more?: Parameters<RoomAdapter["hear"]>[2]) => Promise<MessageId>;
  /** The channel as people see it: one line a message. */
  readonly transcript: (channel?: ChannelId) => Promise<readonly string[]>;
  /** Why personas stayed silent about a message. */
  readonly silences: (message: MessageId) => Promise<readonly string[]>;
}

export interface RoomOptions {
  /** What a persona says; usually "<name> here." */
  readonly say?: (request: SolverRequest, signal: AbortSignal) => Promise<string>;
  /** What asking costs, and the model that answers; usually nothing and none. */
  readonly readiness?: Solver["readiness"];
  readonly model?: string;
  readonly traits?: ConstructorParameters<typeof RoomAdapter>[1];
  readonly chance?: StoryOptions["chance"];
  readonly limits?: StoryOptions["limits"];
  /** A folder of personas in place of Ada, Bruno and Cleo. */
  readonly personas?: string;
  /** Files that outlive the house, and the clock on which it began. */
  readonly kept?: { readonly personas: string; readonly database: string; readonly clock: VirtualClock };
}

const mira = { id: whoIs("Mira"), name: "Mira" };

/** Ada, Bruno and Cleo, each as talkative as can be, on a platform where nobody lives yet. */
export async function openRoom(options: RoomOptions = {}): Promise<RoomStory> {
  const asked: SolverRequest[] = [];
  const clock = options.kept?.clock ?? new VirtualClock();
  const room = new RoomAdapter(clock, options.traits);
  const say = options.say ?? (async ({ persona }: SolverRequest) => `${persona.name} here.`);
  const { readiness, model } = options;
  const own = solverKind("own", {
    ...(readiness === undefined ? {} : { readiness }),
    ...(model === undefined ? {} : { model }),
    say: (request, signal) => {
      asked.push(request);
      return say(request, signal);
    },
  });
  const story = await openStory({
    personas: options.kept?.personas ?? options.personas ?? threeWith("own"),
    kinds: () => [own],
    adapter: () => room,
    clock,
    ...(options.chance === undefined ? {} : { chance: options.chance }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.kept === undefined ? {} : { database: options.kept.database }),
  });
  onTestFinished(() => story.close());
  await room.listen(story.intake);
  const { registry } = story.store;
  return {
    story,
    room,
    asked,
    bind: async (handle, scope = channelScope(lounge)) => {
      await registry.bind({ persona: personaId(handle), scope, by: "Mira", at: clock.now() }, mira);
    },
    set: async (name, value, persona = null) => {
      await registry.set({ scope: channelScope(lounge), persona, name, value, by: "Mira", at: clock.now() }, mira);
    },
    says: async (name, text, more) => {
      const id = await room.hear({ kind: "person", name }, text, more);
      await clock.advance(5000);
      return id;
    },
    transcript: async (channel = lounge) => {
      const messages = await story.store.recentMessages(channel, null, 1000);
      return messages.map((message) => `${message.author.name}: ${message.text}`);
    },
    silences: async (message) => {
      const record = await story.store.decision(message);
      return (record?.decision.silences ?? []).map((silence) => silence.reason.kind);
    },
  };
}
