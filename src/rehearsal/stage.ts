// Plays scenes to their end, or as long as was asked, with the house's own engine.
import type { ChannelId } from "../domain/ids.ts";
import type { Scene, ScenePlan } from "../domain/scene.ts";
import type { Engine } from "../engine/engine.ts";
import type { EngineHouse } from "../engine/house.ts";
import { ScenePlayer } from "../engine/scene-player.ts";
import type { Course, SimulatedClock } from "./simulated-clock.ts";
import type { Happening } from "./transcript.ts";
import { Transcript } from "./transcript.ts";

/** What is played, and for whom. */
export interface Play {
  readonly plans: readonly ScenePlan[];
  readonly channel: ChannelId;
  /** At most so long in the scene's own time, ms. */
  readonly forMs: number;
  /** Whether somebody has the page open all the time, or nobody ever. */
  readonly audience: "watching" | "nobody";
  /** Told each thing as it happens. */
  readonly happened: (happening: Happening) => void;
  /** Ends the play early. */
  readonly signal: AbortSignal;
}

/** How a play ended. */
export interface Ended {
  /** Its length in the scene's own time, ms. */
  readonly playedMs: number;
  /** `over`: nothing more can happen before a person resumes a scene. `time-up`: as long as was asked. `broken-off`: by the signal. */
  readonly how: "over" | "time-up" | "broken-off";
}

// An open page tells so every ten seconds.
const WATCHED_EVERY_MS = 10_000;

// Nothing is under way when a play ends: the engine has only its own waits to give up.
const STOP_MS = 2_000;

/** Plays `play` from the first tick. The house's clock is `clock`, and nobody else moves it. */
export async function perform(
  house: Pick<EngineHouse, "store">,
  engine: Engine,
  clock: SimulatedClock,
  play: Play,
): Promise<Ended> {
  const { store } = house;
  const { channel, signal } = play;
  const startedAt = clock.now();
  const transcript = new Transcript(store, channel, startedAt);
  const over = new AbortController();
  let hasNews = true;
  let how: Ended["how"] = "time-up";
  const end = (because: Ended["how"]): Course => {
    how = because;
    return "enough";
  };
  const deafen = store.onChange(() => {
    hasNews = true;
  });
  const atRest = async (): Promise<Course> => {
    if (signal.aborted) return end("broken-off");
    if (!hasNews) return "on";
    hasNews = false;
    for (const happening of await transcript.news(clock.now())) play.happened(happening);
    return (await store.scenes(channel)).every(isOver) ? end("over") : "on";
  };
  await engine.start();
  const player = new ScenePlayer({ store, clock }, channel, (woken) => engine.wake(woken));
  await player.begin(play.plans);
  const watching = play.audience === "watching" ? watch(house, clock, channel, over.signal) : Promise.resolve();
  try {
    await clock.pass(startedAt + play.forMs, atRest);
  } finally {
    deafen();
    over.abort();
    await watching;
    await engine.stop(STOP_MS);
  }
  return { playedMs: clock.now() - startedAt, how };
}

/** Whether nothing more can happen before a person does something. */
function isOver({ state }: Scene): boolean {
  if (state.kind === "running") return false;
  return state.kind !== "resting" || state.until === null;
}

async function watch(
  { store }: Pick<EngineHouse, "store">,
  clock: SimulatedClock,
  channel: ChannelId,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await store.recordWatched(channel, clock.now());
    await clock.sleep(WATCHED_EVERY_MS, signal);
  }
}
