// Pace: the limits that Discord documents, kept before it has to remind us.
import type { Clock } from "../../clock.ts";
import { Limited } from "../adapter.ts";

/** So many in so long. */
interface Window {
  readonly count: number;
  readonly ms: number;
}

// A webhook takes 5 posts in 2 s, and a channel's webhooks together about 30 a minute; Discord documents neither, both are what it answers with.
export const WEBHOOK: Window = { count: 5, ms: 2_000 };
export const CHANNEL: Window = { count: 30, ms: 60_000 };
// Messages of the bot's own in one channel.
export const MESSAGES: Window = { count: 5, ms: 5_000 };

// After a start nobody minds to wait for so long, and no longer.
const SHORT_MS = 2_000;

// Longer waits are left to the store, so that a post that waits survives a crash.
const WAIT_MS_MAX = 2_000;

// What can wait takes no more than this share of a window, so that a post always finds room: 3 of the 5 that a webhook has in 2 s.
const SPARE_SHARE = 0.5;

// Windows that nobody has used for a while.
const WINDOWS_MAX = 10_000;

export class Pace {
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #startedAt: number;
  readonly #taken = new Map<string, number[]>();

  /** `speed`: how many times faster the limits are than Discord's own, 1 there. */
  constructor(clock: Clock, speed: number) {
    this.#clock = clock;
    this.#speed = speed;
    this.#startedAt = clock.now();
  }

  /** Waits until all of the windows have room, and takes a place in each. Throws `Limited` when that takes longer than is worth waiting. */
  async take(windows: readonly (readonly [key: string, window: Window])[], signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      const freeAt = Math.max(...windows.map(([key, window]) => this.#freeAt(key, window, now)));
      if (freeAt <= now) break;
      if (freeAt - now > WAIT_MS_MAX) throw new Limited("the pace of this channel is used up", freeAt);
      await this.#clock.sleep(freeAt - now, signal);
      signal.throwIfAborted();
    }
    for (const [key] of windows) this.#taken.get(key)?.push(this.#clock.now());
  }

  /** Takes a place in each window at once, where after that a part of each is still left for others. Throws `Limited`. */
  takeSpare(windows: readonly (readonly [key: string, window: Window])[]): void {
    const now = this.#clock.now();
    const spare = windows.map(
      ([key, window]) => [key, { ...window, count: Math.ceil(window.count * SPARE_SHARE) }] as const,
    );
    const freeAt = Math.max(...spare.map(([key, window]) => this.#freeAt(key, window, now)));
    if (freeAt > now) throw new Limited("the pace of this channel is needed by others", freeAt);
    for (const [key] of windows) this.#taken.get(key)?.push(now);
  }

  /** What an earlier process may have taken just before this one started: all of a short window. */
  #before(window: Window): number[] {
    return window.ms > SHORT_MS ? [] : Array.from({ length: window.count }, () => this.#startedAt);
  }

  /** When the window has room, which may be now. */
  #freeAt(key: string, window: Window, now: number): number {
    const ms = window.ms / this.#speed;
    const taken = (this.#taken.get(key) ?? this.#before(window)).filter((at) => at > now - ms);
    this.#taken.delete(key);
    this.#taken.set(key, taken);
    const [oldest] = this.#taken.keys();
    if (this.#taken.size > WINDOWS_MAX && oldest !== undefined) this.#taken.delete(oldest);
    const first = taken.at(-window.count);
    return first === undefined ? now : first + ms;
  }
}
