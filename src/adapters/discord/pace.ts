// Pace: the limits that Discord documents, kept before it has to remind us.
import type { Clock } from "../../clock.ts";
import type { ChannelId } from "../../domain/ids.ts";
import { channelId, discordPlatform } from "../../domain/ids.ts";
import { messageOf } from "../../errors.ts";
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

// After a start nobody minds to wait for so long, and no longer: of longer windows it is looked up what is taken.
const SHORT_MS = 2_000;

// A post that was on its way when the process before ended lands within so long, and takes a place then.
const LANDS_WITHIN_MS = 15_000;

// Longer waits are left to the store, so that a post that waits survives a crash.
const WAIT_MS_MAX = 2_000;

// What can wait takes no more than this share of a window, so that a post always finds room: 3 of the 5 that a webhook has in 2 s.
const SPARE_SHARE = 0.5;

// Windows that nobody has used for a while.
const WINDOWS_MAX = 10_000;

/** When personas spoke since a time, by channel, whichever process it was; what was said in a thread counts with its channel. Epoch ms. */
export type SpokenSince = (since: number) => Promise<ReadonlyMap<ChannelId, readonly number[]>>;

/** Called when the answer is there. The place counts from then on: Discord counted the request no later, however long it was on its way. */
type Taken = () => void;

export class Pace {
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #startedAt: number;
  readonly #spokenSince: SpokenSince;
  readonly #taken = new Map<string, number[]>();
  #before: ReturnType<SpokenSince> | null = null;

  /** `speed`: how many times faster the limits are than Discord's own, 1 there. */
  constructor(clock: Clock, speed: number, spokenSince: SpokenSince) {
    this.#clock = clock;
    this.#speed = speed;
    this.#startedAt = clock.now();
    this.#spokenSince = spokenSince;
  }

  /** Waits until all of the windows have room, and takes a place in each. Throws `Limited` when that takes longer than is worth waiting. */
  async take(windows: readonly (readonly [key: string, window: Window])[], signal: AbortSignal): Promise<Taken> {
    await this.#recall(windows);
    for (;;) {
      const now = this.#clock.now();
      const freeAt = Math.max(...windows.map(([key, window]) => this.#freeAt(key, window, now)));
      if (freeAt <= now) break;
      if (freeAt - now > WAIT_MS_MAX) throw new Limited("the pace of this channel is used up", freeAt);
      await this.#clock.sleep(freeAt - now, signal);
      signal.throwIfAborted();
    }
    return this.#put(windows);
  }

  /** Takes a place in each window at once, where after that a part of each is still left for others. Throws `Limited`. */
  async takeSpare(windows: readonly (readonly [key: string, window: Window])[]): Promise<Taken> {
    await this.#recall(windows);
    const now = this.#clock.now();
    const freeAt = Math.max(...windows.map(([key, window]) => this.#freeAt(key, window, now, SPARE_SHARE)));
    if (freeAt > now) throw new Limited("the pace of this channel is needed by others", freeAt);
    return this.#put(windows);
  }

  #put(windows: readonly (readonly [key: string, window: Window])[]): Taken {
    const takenAt = this.#clock.now();
    for (const [key] of windows) this.#stamp(key, takenAt, null);
    return () => {
      for (const [key] of windows) this.#stamp(key, this.#clock.now(), takenAt);
    };
  }

  #stamp(key: string, at: number, before: number | null): void {
    const taken = this.#taken.get(key) ?? [];
    const place = before === null ? -1 : taken.indexOf(before);
    if (place !== -1) taken.splice(place, 1);
    taken.push(at);
    // What may still land stands last.
    if ((taken.at(-2) ?? 0) > at) taken.sort((one, other) => one - other);
  }

  /** Looks up, once for each window, what an earlier process took of it just before this one started. */
  async #recall(windows: readonly (readonly [key: string, window: Window])[]): Promise<void> {
    const unknown = windows.filter(([key]) => !this.#taken.has(key));
    if (unknown.length === 0 || this.#clock.now() - this.#startedAt > CHANNEL.ms) return;
    this.#before ??= this.#spokenSince(this.#startedAt - CHANNEL.ms / this.#speed);
    const before = await this.#before.catch((error: unknown) => {
      this.#before = null;
      throw new Limited(`what was said before is not known: ${messageOf(error)}`, this.#clock.now() + WAIT_MS_MAX);
    });
    for (const [key, window] of unknown) {
      if (this.#taken.has(key) || window.ms <= SHORT_MS) continue;
      const times = before.get(channelId(discordPlatform, key.slice(key.indexOf(":") + 1))) ?? [];
      const mayLand = times.length === 0 ? [] : [this.#startedAt + LANDS_WITHIN_MS];
      this.#taken.set(key, [...times.toSorted((one, other) => one - other), ...mayLand]);
    }
  }

  /** When that share of the window has room, which may be now. Of a short one an earlier process may have taken all. */
  #freeAt(key: string, window: Window, now: number, share = 1): number {
    const ms = window.ms / this.#speed;
    const usual = window.ms > SHORT_MS ? [] : Array.from({ length: window.count }, () => this.#startedAt);
    const taken = (this.#taken.get(key) ?? usual).filter((at) => at > now - ms);
    this.#taken.delete(key);
    this.#taken.set(key, taken);
    const [oldest] = this.#taken.keys();
    if (this.#taken.size > WINDOWS_MAX && oldest !== undefined) this.#taken.delete(oldest);
    const first = taken.at(-Math.ceil(window.count * share));
    return first === undefined ? now : first + ms;
  }
}
