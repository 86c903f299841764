// Pace: when one more post fits under a platform's limits, shared fairly between the channels that come under them.
import type { ChannelId } from "./ids.ts";

/** So many in so long. */
export interface Window {
  readonly count: number;
  readonly ms: number;
}

/** What a platform counts together, and how many of it in which time. */
export interface Limit {
  /** Each holds by itself. */
  readonly windows: readonly Window[];
  /** Whether one channel has it for itself; of what several share, a part is kept for those that are quiet. */
  readonly sharedBy: "one channel" | "channels";
}

/** A limit as it holds for one thing that the platform counts by, such as a webhook or a workspace. */
export interface Bucket extends Limit {
  /** The same wherever the same thing is counted. */
  readonly key: string;
}

/** Who wants a slot, and in what. */
export interface Pacing {
  /** A slot is taken in each of them, or in none. */
  readonly buckets: readonly Bucket[];
  readonly channel: ChannelId;
  /** Whose the slot is until the platform has answered, such as a post's id. */
  readonly by: string;
  /** `spare`: what can wait takes only room that nobody else is likely to need. */
  readonly need: "post" | "spare";
}

/** A slot whose request is not answered yet, or that is booked for a time to come. */
export interface OpenSlot {
  readonly by: string;
  readonly channel: ChannelId;
  /** When it was taken, or is to be, epoch ms. */
  readonly at: number;
}

/** What was taken of a bucket lately. */
export interface Taken {
  readonly open: readonly OpenSlot[];
  /** By channel, when the platform answered; epoch ms, oldest first. */
  readonly answered: Readonly<Record<string, readonly number[]>>;
  /** The platform itself said that nothing more is taken before; epoch ms. */
  readonly closedUntil: number;
}

export const nothingTaken: Taken = { open: [], answered: {}, closedUntil: 0 };

export type Slot =
  | { readonly kind: "now" }
  /** Kept for whoever asked, who comes back at that time. */
  | { readonly kind: "booked"; readonly at: number }
  /** Taken by others: to be asked for again at that time. */
  | { readonly kind: "later"; readonly at: number };

/** Longer waits are left to the store: a post that waits so long neither holds up its channel nor is in doubt after a crash. */
export const WAIT_MS_MAX = 2_000;

// "An idle channel's answer is delayed by at most 2 s while another is flooded."
const QUIET_WAIT_MS = 2_000;

// Until a flooded channel has taken this share of a window, it goes on as quickly as it may; the rest it spreads over the window, so that there is always something left for others.
const BURST_SHARE = 0.5;

// What can wait takes no more than this share of a window, so that a post always finds room: 3 of 5.
const SPARE_SHARE = 0.5;

// A request whose answer nobody heard, for the process was killed, was counted by then: no platform takes longer.
const LANDS_WITHIN_MS = 15_000;

// A platform that closes for longer is asked again all the same: it may have been a limit of one kind of request.
const CLOSED_MS_MAX = 10 * 60_000;

/** What still counts at `now`. What lies further ahead than anything could is from before the clock was set back. */
export function stillTaken(taken: Taken, bucket: Bucket, now: number): Taken {
  const longestMs = Math.max(...bucket.windows.map((window) => window.ms));
  const open = taken.open.filter((slot) => Math.abs(countedAt(slot, now) - now) < longestMs);
  const answered: Record<string, readonly number[]> = {};
  for (const [channel, times] of Object.entries(taken.answered)) {
    const lately = times.filter((at) => Math.abs(at - now) < longestMs);
    if (lately.length > 0) answered[channel] = lately;
  }
  const isClosed = taken.closedUntil > now && taken.closedUntil <= now + CLOSED_MS_MAX;
  return { open, answered, closedUntil: isClosed ? taken.closedUntil : 0 };
}

/** Nothing more is taken before `until`: the platform said so at `now`. */
export function withClosing(taken: Taken, until: number, now: number): Taken {
  return { ...taken, closedUntil: Math.min(until, now + CLOSED_MS_MAX) };
}

/** When `pacing` gets its slots. `taken` says what is taken of each of its buckets, in their order. Pure. */
export function slotFor(pacing: Pacing, taken: readonly Taken[], now: number): Slot {
  const mine = taken.flatMap(({ open }) => open.filter(({ by }) => by === pacing.by));
  const bookedAt = Math.max(0, ...mine.map(({ at }) => at));
  if (mine.length === taken.length && mine.length > 0) {
    return bookedAt <= now ? { kind: "now" } : { kind: "booked", at: bookedAt };
  }
  const lines = pacing.buckets.map((bucket, index) => lineOf(bucket, pacing, taken[index] ?? nothingTaken, now));
  let at = now;
  for (;;) {
    const next = Math.max(...lines.map((line) => line.freeAt(at)));
    if (next <= at) break;
    at = next;
  }
  if (at <= now) return { kind: "now" };
  const isKept = pacing.need === "post" && lines.every((line) => line.mayBook || line.freeAt(now) <= now);
  return { kind: isKept ? "booked" : "later", at };
}

/** How a bucket stands for whoever asks. */
interface Line {
  readonly mayBook: boolean;
  /** The first time from `at` on at which there is a slot. */
  freeAt(at: number): number;
}

function lineOf(bucket: Bucket, { channel, by, need }: Pacing, taken: Taken, now: number): Line {
  const others = taken.open.filter((slot) => slot.by !== by);
  const times = [...others.map((slot) => countedAt(slot, now)), ...Object.values(taken.answered).flat()];
  times.sort((one, other) => one - other);
  const isShared = bucket.sharedBy === "channels";
  const isQuiet = isShared && quiet(channel, others, taken.answered, times.length);
  const rules = bucket.windows.flatMap((window) => {
    const count = need === "spare" ? Math.ceil(window.count * SPARE_SHARE) : window.count;
    const fits = fitting({ ...window, count }, times);
    return isShared && !isQuiet ? [fits, leavingRoom(window, times)] : [fits];
  });
  return {
    mayBook: isQuiet,
    freeAt: (at) => {
      const from = Math.max(at, taken.closedUntil);
      const isFree = (time: number): boolean => rules.every((rule) => rule.holds(time));
      if (isFree(from)) return from;
      const candidates = rules.flatMap((rule) => rule.changesAt()).filter((time) => time > from);
      candidates.sort((one, other) => one - other);
      // The last of them is when nothing counts any more.
      return candidates.find(isFree) ?? candidates.at(-1) ?? from;
    },
  };
}

/** Something that must hold at the time at which a slot is taken. */
interface Rule {
  holds(at: number): boolean;
  /** When it may begin to hold. */
  changesAt(): readonly number[];
}

/** The window itself, also for those who have booked after `at`. */
function fitting({ count, ms }: Window, times: readonly number[]): Rule {
  const before = (at: number): number => times.filter((time) => time > at - ms && time <= at).length;
  return {
    holds: (at) => before(at) < count && times.every((time) => time <= at || time >= at + ms || before(time) < count),
    changesAt: () => times.map((time) => time + ms),
  };
}

/** What a channel that is not quiet leaves of a window: after its slot another one is there for a quiet channel at once, or comes free within the time that one may wait. */
function leavingRoom({ count, ms }: Window, times: readonly number[]): Rule {
  const waitMs = Math.max(QUIET_WAIT_MS, ms / count);
  // Where every slot comes free within that time, nothing need be left.
  if (ms <= waitMs) return { holds: () => true, changesAt: () => [] };
  const kept = Math.max(1, Math.floor((count * waitMs) / ms));
  const burst = Math.ceil(count * BURST_SHARE);
  const spreadMs = ms - waitMs;
  return {
    holds: (at) => {
      const counted = times.filter((time) => time > at - ms);
      const staying = counted.filter((time) => time > at - spreadMs).length;
      if (staying + 1 > count - kept) return false;
      const oldest = counted[0] ?? at;
      return counted.length + 1 <= burst + ((count - burst) * Math.min(ms, at - oldest)) / spreadMs;
    },
    changesAt: () =>
      times.flatMap((time, index) => [
        time + ms,
        time + spreadMs,
        time + Math.ceil(((times.length - index + 1 - burst) * spreadMs) / (count - burst)),
      ]),
  };
}

/** Whether a channel has taken less than half of what would be its share. */
function quiet(channel: ChannelId, open: readonly OpenSlot[], answered: Taken["answered"], total: number): boolean {
  const channels = new Set<string>([channel, ...Object.keys(answered), ...open.map((slot) => slot.channel)]);
  const own = (answered[channel]?.length ?? 0) + open.filter((slot) => slot.channel === channel).length;
  return own * 2 * channels.size < total;
}

/** When a slot counts from, as far as is known at `now`: the platform counts a request no later than it answers it. */
function countedAt({ at }: OpenSlot, now: number): number {
  return at > now ? at : Math.min(now, at + LANDS_WITHIN_MS);
}

/** Takes the slots for `pacing` at `at`: open until they are settled; what was spare counts as it is. */
export function withSlot(taken: Taken, { channel, by, need }: Pacing, at: number): Taken {
  if (need === "spare") return withAnswered(taken, channel, at);
  return { ...taken, open: [...taken.open.filter((slot) => slot.by !== by), { by, channel, at }] };
}

/** The platform has answered at `at`; a slot that is not open any more stays as it is. */
export function withSettled(taken: Taken, by: string, at: number): Taken {
  const slot = taken.open.find((each) => each.by === by);
  if (slot === undefined) return taken;
  const open = taken.open.filter((each) => each !== slot);
  return withAnswered({ ...taken, open }, slot.channel, at);
}

function withAnswered(taken: Taken, channel: ChannelId, at: number): Taken {
  const times = taken.answered[channel] ?? [];
  return { ...taken, answered: { ...taken.answered, [channel]: [...times, at].toSorted((one, other) => one - other) } };
}
