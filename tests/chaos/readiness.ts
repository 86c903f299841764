// Readiness: how long after something was struck everybody is answered again who asked at once afterwards. Pure.

/** A message that came just after, or just as, something was struck. */
export interface Probe {
  readonly channel: string;
  /** Epoch ms. */
  readonly askedAt: number;
  /** Null: never. */
  readonly answeredAt: number | null;
}

/** Something that was struck. */
export interface Blow {
  readonly target: string;
  /** Epoch ms. */
  readonly at: number;
}

/** A time during which a post is in doubt in a channel: it waits until it can be looked for, and others behind it. */
export interface Doubt {
  readonly channel: string;
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

/** How long it took after a blow, and where the last one was answered. */
export interface Recovery {
  readonly target: string;
  readonly ms: number;
  readonly channel: string;
}

export interface Readiness {
  /** Of each blow that anybody can tell of, the quickest first. */
  readonly recoveries: readonly Recovery[];
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
}

// Whoever asks within this time after something was struck tells when all is well again.
const PROBE_MS = 1_000;

/** How soon all was well again after each blow, channels with a post in doubt at the blow left out. */
export function readinessOf(blows: readonly Blow[], probes: readonly Probe[], doubts: readonly Doubt[]): Readiness {
  const isDoubted = (channel: string, at: number): boolean =>
    doubts.some((each) => each.channel === channel && at >= each.from && at <= each.to);
  const recoveries = blows
    .flatMap(({ target, at }) => {
      const here = probes.filter(({ askedAt }) => askedAt >= at && askedAt < at + PROBE_MS);
      const told = here.filter(({ channel }) => !isDoubted(channel, at));
      const all = told.map(({ channel, answeredAt }) => ({ target, ms: (answeredAt ?? Infinity) - at, channel }));
      return all.toSorted((one, other) => other.ms - one.ms).slice(0, 1);
    })
    .toSorted((one, other) => one.ms - other.ms);
  const times = recoveries.map(({ ms }) => ms);
  return { recoveries, p50: shareOf(times, 0.5), p95: shareOf(times, 0.95), longest: times.at(-1) ?? 0 };
}

/** The value that such a share of them do not exceed; 0 of none. */
export function shareOf(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0;
}
