// Intake: what comes in is stored once, then the channel is woken; it decides nothing.
import type { AdapterEvents } from "../adapters/adapter.ts";
import type { Clock } from "../clock.ts";
import type { ChannelId } from "../domain/ids.ts";
import type { Arrival } from "../domain/message.ts";
import { cleanText } from "../domain/message.ts";
import type { CountTokens } from "../memory/memory.ts";
import type { Store } from "../store/store.ts";

export class Intake implements AdapterEvents {
  readonly #store: Store;
  readonly #countTokens: CountTokens;
  readonly #clock: Clock;
  readonly #wake: (channel: ChannelId) => Promise<void>;

  constructor(store: Store, countTokens: CountTokens, clock: Clock, wake: (channel: ChannelId) => Promise<void>) {
    this.#store = store;
    this.#countTokens = countTokens;
    this.#clock = clock;
    this.#wake = wake;
  }

  async message(arrival: Arrival): Promise<{ readonly fresh: boolean }> {
    const text = cleanText(arrival.text);
    const recorded = await this.#store.recordMessage({ ...arrival, text }, this.#countTokens(text), this.#clock.now());
    // Waking costs nothing when there is no work, so a repeat wakes too: the first delivery's wake may be what was lost.
    await this.#wake(arrival.place.channel);
    return recorded;
  }

  async watched(channel: ChannelId): Promise<void> {
    await this.#store.recordWatched(channel, this.#clock.now());
    await this.#wake(channel);
  }
}
