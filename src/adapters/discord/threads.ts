// Threads made for answers: each on the message that is answered, found again where it is there already.
import type { Clock } from "../../clock.ts";
import { nativeOf } from "../../domain/ids.ts";
import type { Log } from "../../log.ts";
import type { Manner } from "../adapter.ts";
import { InDoubt, Limited } from "../adapter.ts";
import type { DiscordChannels } from "./channels.ts";
import { threadNameOf } from "./render.ts";
import type { Api } from "./rest.ts";
import { DiscordRefused, MISSING_ACCESS, MISSING_PERMISSIONS, THREAD_THERE } from "./rest.ts";
import type { ChannelFacts } from "./shapes.ts";
import { channelOf } from "./shapes.ts";

// Somebody has to give the right; until then nobody asks at each answer.
const WITHOUT_RIGHT_MS = 10 * 60_000;

// "Start Thread from Message": until it goes to the archive by itself, in minutes; a day is the platform's own default.
const ARCHIVED_AFTER_MINUTES = 1_440;

// Making it again is harmless, so a making that ended in doubt is tried again soon.
const AGAIN_MS = 2_000;

export class AnswerThreads {
  readonly #api: Api;
  readonly #channels: DiscordChannels;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #withoutRight = new Map<string, number>();

  constructor(api: Api, channels: DiscordChannels, clock: Clock, log: Log) {
    this.#api = api;
    this.#channels = channels;
    this.#clock = clock;
    this.#log = log;
  }

  /** The thread of the message, made where it is missing; null: none can be made there. Throws `Limited`. */
  async of(
    thread: NonNullable<Manner["thread"]>,
    facts: ChannelFacts,
    signal: AbortSignal,
  ): Promise<ChannelFacts | null> {
    const id = nativeOf(thread.of);
    if (!canHaveThread(id, facts)) return null;
    const known = this.#channels.known(id);
    if (known !== null) return this.#channels.whole(known);
    if (this.#lacksRight(facts.id)) return null;
    try {
      return await this.#make(id, threadNameOf(thread.about), facts, signal);
    } catch (error) {
      if (error instanceof InDoubt) throw new Limited(error.message, this.#clock.now() + AGAIN_MS);
      if (!(error instanceof DiscordRefused)) throw error;
      if (error.code === MISSING_PERMISSIONS || error.code === MISSING_ACCESS) {
        this.#withoutRight.set(facts.id, this.#clock.now());
        this.#log.warn("answers are said in the channel: the bot may not make threads there", { channel: facts.id });
      } else {
        this.#log.info("an answer is said in the channel: no thread can be made of its question", {
          why: error.message,
        });
      }
      return null;
    }
  }

  /** The thread of a message of that channel, if there is one. */
  async find(message: string, home: ChannelFacts): Promise<ChannelFacts | null> {
    if (!canHaveThread(message, home)) return null;
    try {
      return await this.#channels.facts(message);
    } catch (error) {
      // No such channel: no thread was made of it.
      if (error instanceof DiscordRefused) return null;
      throw error;
    }
  }

  async #make(id: string, name: string, home: ChannelFacts, signal: AbortSignal): Promise<ChannelFacts> {
    const body = { name, auto_archive_duration: ARCHIVED_AFTER_MINUTES };
    try {
      const made = await this.#api.ask({
        method: "POST",
        route: `/channels/${home.id}/messages/${id}/threads`,
        body,
        signal,
      });
      const facts = channelOf(made, home.guild);
      if (facts === null) throw new TypeError("Discord made a thread that is no channel");
      this.#channels.learn({ ...facts, nsfw: home.nsfw });
    } catch (error) {
      // Its id is the message's own.
      if (!(error instanceof DiscordRefused) || error.code !== THREAD_THERE) throw error;
    }
    return this.#channels.facts(id);
  }

  #lacksRight(channel: string): boolean {
    const since = this.#withoutRight.get(channel);
    if (since === undefined) return false;
    if (this.#clock.now() - since < WITHOUT_RIGHT_MS) return true;
    this.#withoutRight.delete(channel);
    return false;
  }
}

/** A thread has none of its own, direct messages have none at all, and a command's question is no message that one could stand on. */
function canHaveThread(message: string, home: ChannelFacts): boolean {
  return /^\d+$/u.test(message) && home.parent === null && home.guild !== null;
}
