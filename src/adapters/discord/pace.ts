// Pace: the limits that Discord keeps to, kept before it has to remind us.
import type { Limit } from "../../domain/pace.ts";

// Discord documents none of these; all are what it answers with.

/** A channel's webhook, with what is said by it in threads: 5 posts in 2 s, and about 30 a minute for all webhooks of a channel. */
const WEBHOOK: Limit = {
  windows: [
    { count: 5, ms: 2_000 },
    { count: 30, ms: 60_000 },
  ],
  sharedBy: "channels",
};

/** Messages of the bot's own in one channel or thread. */
const BOT: Limit = { windows: [{ count: 5, ms: 5_000 }], sharedBy: "one channel" };

/** What Discord counts by, each under the name of its limit. */
export type Limits = Readonly<{ webhook: string } | { bot: string } | Record<string, never>>;

/** `speed`: how many times faster the limits are than Discord's own, 1 there. */
export function limitsAt(speed: number): Readonly<Record<"webhook" | "bot", Limit>> {
  return { webhook: faster(WEBHOOK, speed), bot: faster(BOT, speed) };
}

function faster({ windows, sharedBy }: Limit, speed: number): Limit {
  return { windows: windows.map(({ count, ms }) => ({ count, ms: ms / speed })), sharedBy };
}
