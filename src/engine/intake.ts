// Intake: what comes in is stored once, then the channel is woken; it decides nothing.
import type { AdapterEvents, Reaction } from "../adapters/adapter.ts";
import type { Clock } from "../clock.ts";
import type { Checkpoint } from "../domain/checkpoint.ts";
import type { ChannelId, MessageId } from "../domain/ids.ts";
import type { Arrival } from "../domain/message.ts";
import { cleanText } from "../domain/message.ts";
import { STOP_SIGN } from "../domain/stop-word.ts";
import type { CountTokens } from "../memory/memory.ts";
import type { Store } from "../store/store.ts";
import { withQuestions } from "./questions.ts";

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

  async message(arrival: Arrival, checkpoint: Checkpoint | null): Promise<{ readonly fresh: boolean }> {
    const text = cleanText(arrival.text);
    const tokens = this.#countTokens(text);
    const recorded = await this.#store.recordMessage({ ...arrival, text }, tokens, checkpoint, this.#clock.now());
    // Waking costs nothing when there is no work, so a repeat wakes too: the first delivery's wake may be what was lost.
    await this.#wake(arrival.place.channel);
    return recorded;
  }

  edited(message: MessageId, text: string, checkpoint: Checkpoint | null): Promise<void> {
    const clean = cleanText(text);
    return this.#store.registry.editMessage(message, clean, this.#countTokens(clean), checkpoint);
  }

  async deleted(messages: readonly MessageId[], checkpoint: Checkpoint | null): Promise<void> {
    const gone = await withQuestions(this.#store, messages);
    return this.#store.registry.deleteMessages(gone, this.#clock.now(), checkpoint);
  }

  /** A stop sign on a persona's post stops the talk there, as the word would; on anybody else's message it is between people. */
  async reacted({ message, place, by, sign }: Reaction, checkpoint: Checkpoint | null): Promise<void> {
    const { registry } = this.#store;
    const target = sign === STOP_SIGN ? await this.#store.message(message) : null;
    if (target !== null && target.spoken !== null) {
      await registry.stop(place.channel, by, this.#clock.now());
      // What is under way is given up at once.
      await this.#wake(place.channel);
    }
    if (checkpoint !== null) await registry.recordCheckpoint(checkpoint);
  }

  /** Whoever deletes a channel deletes what was said in it, and in its threads. */
  async gone(from: ChannelId, checkpoint: Checkpoint | null): Promise<void> {
    if ((await this.#store.registry.place(from)) !== null) {
      await this.#store.sceneBook.forget(from);
      await this.#store.clearChannel(from, this.#clock.now());
    }
    if (checkpoint !== null) await this.#store.registry.recordCheckpoint(checkpoint);
  }

  heard(checkpoint: Checkpoint): Promise<void> {
    return this.#store.registry.recordCheckpoint(checkpoint);
  }

  async watched(channel: ChannelId): Promise<void> {
    await this.#store.recordWatched(channel, this.#clock.now());
    await this.#wake(channel);
  }
}
