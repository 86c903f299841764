// Pace: what is said or changed on a platform with limits waits for its slot, before anything of it is under way.
import type { Adapter } from "../adapters/adapter.ts";
import { Limited, LimitReached } from "../adapters/adapter.ts";
import type { ChannelId } from "../domain/ids.ts";
import type { Bucket, Pacing } from "../domain/pace.ts";
import { WAIT_MS_MAX } from "../domain/pace.ts";
import type { Started } from "../store/paces.ts";
import type { EngineHouse } from "./house.ts";

export type PacedHouse = Pick<EngineHouse, "store" | "clock">;

/** What became of a post that was to be sent. */
export type Start =
  /** `pacing`: what it took, to be settled once the platform has answered; null: no limits hold there. */
  | { readonly kind: "begun"; readonly pacing: Pacing | null }
  /** It may not be said any more. */
  | { readonly kind: "void" }
  /** There is room at `at`, which is too long to wait for here. */
  | { readonly kind: "held"; readonly at: number };

/** How the start of a post's sending is recorded, with slots and without. */
export interface Recording {
  readonly alone: (now: number) => Promise<boolean>;
  readonly paced: (pacing: Pacing, now: number) => Promise<Started>;
}

/** What a post in the channel, or a change of one, takes its slots in; null: no limits hold there. */
export async function pacingOf(adapter: Adapter, asked: Omit<Pacing, "buckets">): Promise<Pacing | null> {
  const { limits } = adapter.traits;
  if (limits === null) return null;
  const counted = Object.entries(await adapter.limitsOf(asked.channel));
  const buckets = counted.flatMap(([name, id]): readonly Bucket[] => {
    const limit = limits[name];
    return limit === undefined ? [] : [{ ...limit, key: `${adapter.platform}:${name}:${id}` }];
  });
  return buckets.length === 0 ? null : { ...asked, buckets };
}

/** Records that the sending of a post begins, as soon as there is room for it; `patience` null: or not at all. Rejects when `patience` aborts meanwhile: then nothing has begun. */
export async function begun(
  { clock }: PacedHouse,
  pacing: Pacing | null,
  recording: Recording,
  patience: AbortSignal | null,
): Promise<Start> {
  if (pacing === null) return { kind: (await recording.alone(clock.now())) ? "begun" : "void", pacing };
  for (;;) {
    const started = await recording.paced(pacing, clock.now());
    if (started.kind === "begun") return { kind: "begun", pacing };
    if (started.kind === "void") return { kind: "void" };
    const waitMs = started.at - clock.now();
    if (patience === null || waitMs > WAIT_MS_MAX) return { kind: "held", at: started.at };
    await clock.sleep(waitMs, patience);
    patience.throwIfAborted();
  }
}

/** The platform has answered, with this error or none: what was taken counts from now on. Called beside what is recorded of the post, it shares the commit with that. */
export async function settled({ store, clock }: PacedHouse, pacing: Pacing | null, error: unknown): Promise<void> {
  if (pacing === null) return;
  await store.paces.settle(pacing, error instanceof LimitReached ? error.retryAt : null, clock.now());
}

/** Changes a post of the channel once there is room for it. Throws `Limited` where that takes longer than is worth waiting, and what `change` throws. */
export async function paced(
  house: PacedHouse,
  adapter: Adapter,
  of: { readonly channel: ChannelId; readonly by: string },
  change: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const pacing = await pacingOf(adapter, { ...of, need: "post" });
  const recording: Recording = {
    alone: async () => true,
    paced: async (asked, now) => {
      const slot = await house.store.paces.take(asked, now);
      return slot.kind === "now" ? { kind: "begun" } : slot;
    },
  };
  const start = await begun(house, pacing, recording, signal);
  if (start.kind === "held") throw new Limited("the pace of this channel is used up", start.at);
  try {
    await change();
  } catch (error) {
    await settled(house, pacing, error);
    throw error;
  }
  await settled(house, pacing, null);
}
