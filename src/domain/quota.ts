// A quota: how much one person is answered, all channels of a workspace together.

export interface Quota {
  /** Answers within 60 s. */
  readonly perMinute: number;
  /** Answers within 24 hours. */
  readonly perDay: number;
}

// A person who reads the answers asks a few times a minute; three personas named in each message make some more. A day of lively talk has some hundred.
export const usualQuota: Quota = { perMinute: 30, perDay: 1_000 };

/** Which of the two is used up. */
export type QuotaName = "minute" | "day";

export const QUOTA_MS: Readonly<Record<QuotaName, number>> = { minute: 60_000, day: 86_400_000 };

/** The quota that holds a further answer back when so many were given at these times (epoch ms, in any order); null when none does. */
export function quotaFor(times: Iterable<number>, quota: Quota, now: number): QuotaName | null {
  let inMinute = 0;
  let inDay = 0;
  for (const at of times) {
    // One from the future is left from before the clock was set back.
    if (at > now || at <= now - QUOTA_MS.day) continue;
    inDay += 1;
    if (at > now - QUOTA_MS.minute) inMinute += 1;
  }
  if (inDay >= quota.perDay) return "day";
  return inMinute >= quota.perMinute ? "minute" : null;
}
