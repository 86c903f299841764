// The lounge: three personas who speak piece by piece, as a test lets them, where answers are shown while they are being written.
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { channelScope, personaId } from "../../src/domain/ids.ts";
import type { MessageId } from "../../src/domain/ids.ts";
import type { RoomSettingName } from "../../src/domain/settings.ts";
import type { SolverChunk, SolverKind } from "../../src/solvers/solver.ts";
import { lounge, RoomAdapter, whoIs } from "../fakes/room-adapter.ts";
import { newFolder } from "../folder.ts";
import { threeWith } from "../rules/cast.ts";
import { VirtualClock } from "../virtual-clock.ts";
import type { Story } from "./house.ts";
import { openStory } from "./house.ts";

export const mira = { id: whoIs("Mira"), name: "Mira" };

/** One call of a solver: what it yields is what the test lets it. */
class Voice {
  readonly #chunks: (SolverChunk | Error | "end")[] = [];
  #wake: () => void = () => {};
  wasGivenUp = false;

  says(text: string): void {
    this.#put({ kind: "text", text });
  }

  takesBack(): void {
    this.#put({ kind: "taken-back" });
  }

  ends(): void {
    this.#put("end");
  }

  fails(): void {
    this.#put(new Error("it broke off"));
  }

  async *speak(signal: AbortSignal): AsyncIterable<SolverChunk> {
    signal.addEventListener("abort", () => {
      this.wasGivenUp = true;
      this.#wake();
    });
    while (!signal.aborted) {
      const next = this.#chunks.shift();
      if (next === "end") return;
      if (next instanceof Error) throw next;
      if (next === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else yield next;
    }
  }

  #put(chunk: SolverChunk | Error | "end"): void {
    this.#chunks.push(chunk);
    this.#wake();
  }
}

export interface Room {
  readonly story: Story;
  /** Where it is kept; null: in memory. */
  readonly kept: Kept | null;
  readonly room: RoomAdapter;
  readonly clock: VirtualClock;
  /** The calls of the solver, in order. */
  readonly voices: readonly Voice[];
  readonly set: (name: RoomSettingName, value: string) => Promise<void>;
  readonly asks: (text: string, ms?: number) => Promise<MessageId>;
  readonly voice: (at: number) => Voice;
  /** As kill -9 does: what is under way goes no further, and the clock stands still for ever. */
  readonly kill: () => Promise<void>;
  readonly stands: () => readonly string[];
  readonly stored: () => Promise<readonly string[]>;
}

interface Kept {
  readonly personas: string;
  readonly database: string;
}

interface LoungeOptions {
  readonly traits?: ConstructorParameters<typeof RoomAdapter>[1];
  readonly kept?: Kept;
  /** The house before, which was killed long enough ago to count as dead. */
  readonly after?: Room;
}

/** Ada, Bruno and Cleo, bound to the lounge; streaming is on, and they speak as the test lets them, by `own` or else by `other`. */
export async function openLounge(options: LoungeOptions = {}): Promise<Room> {
  await options.after?.kill();
  const clock = new VirtualClock(options.after === undefined ? undefined : options.after.clock.now() + 20_000);
  const room = new RoomAdapter(clock, options.traits);
  for (const [message, text] of options.after?.room.standing ?? []) room.standing.set(message, text);
  for (const [message, place] of options.after?.room.threads ?? []) room.threads.set(message, place);
  const kept = options.kept ?? options.after?.kept ?? null;
  const voices: Voice[] = [];
  const kind = (name: string): SolverKind => ({
    name,
    open: async () => ({
      name,
      model: null,
      readiness: () => ({ kind: "free" }),
      solve: (_request, signal) => {
        const voice = new Voice();
        voices.push(voice);
        return voice.speak(signal);
      },
    }),
  });
  const story = await openStory({
    personas: kept?.personas ?? threeWith("own, other"),
    kinds: () => [kind("own"), kind("other")],
    adapter: () => room,
    clock,
    ...(kept === null ? {} : { database: kept.database }),
  });
  let isKilled = false;
  onTestFinished(() => (isKilled ? undefined : story.close()));
  await room.listen(story.intake);
  const { registry } = story.store;
  const scope = channelScope(lounge);
  for (const handle of ["ada", "bruno", "cleo"]) {
    await registry.bind({ persona: personaId(handle), scope, by: mira.name, at: clock.now() }, mira);
  }
  const set = async (name: RoomSettingName, value: string): Promise<void> => {
    await registry.set({ scope, persona: null, name, value, by: mira.name, at: clock.now() }, mira);
  };
  await set("streaming", "on");
  return {
    story,
    kept,
    room,
    clock,
    voices,
    set,
    asks: async (text, ms = 100) => {
      const id = await room.hear({ kind: "person", name: "Mira" }, text);
      await clock.advance(ms);
      return id;
    },
    voice: (at) => {
      const voice = voices[at];
      if (voice === undefined) throw new Error(`the solver was asked ${voices.length} times`);
      return voice;
    },
    kill: async () => {
      isKilled = true;
      const { store } = story;
      const close = store.close.bind(store);
      for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(store))) {
        Object.defineProperty(store, name, { value: () => new Promise(() => {}) });
      }
      await close();
    },
    stands: () => [...room.standing.values()],
    stored: async () => {
      const messages = await story.store.recentMessages(lounge, null, 100);
      return messages.filter((message) => message.spoken !== null).map((message) => message.text);
    },
  };
}

/** Files that outlive a house. */
export const newFiles = (): Kept => ({ personas: threeWith("own, other"), database: join(newFolder(), "troupe.db") });

/** Ada has begun to answer, and one sentence of it stands. */
export async function begun(options: LoungeOptions = {}): Promise<Room & { readonly question: MessageId }> {
  const lounge = await openLounge(options);
  const question = await lounge.asks("Ada, how deep is the harbour?");
  lounge.voice(0).says("It is deep. ");
  await lounge.clock.advance(1000);
  expect(lounge.stands()).toEqual(["It is deep. …"]);
  return { ...lounge, question };
}
