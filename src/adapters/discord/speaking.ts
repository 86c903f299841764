// Speaking on Discord: each persona under its own name and face, nobody pinged, and nothing said twice.
import type { Clock } from "../../clock.ts";
import type { ChannelId, MessageId } from "../../domain/ids.ts";
import { discordPlatform, isAskedId, messageId, nativeOf } from "../../domain/ids.ts";
import type { Persona } from "../../domain/persona.ts";
import type { Post } from "../../domain/turn.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Manner, Said, Sent } from "../adapter.ts";
import { Limited, Refused } from "../adapter.ts";
import type { AvatarOf } from "./avatars.ts";
import type { DiscordChannels } from "./channels.ts";
import type { Finder } from "./finding.ts";
import { Landings } from "./landings.ts";
import type { Limits } from "./pace.ts";
import { askedLine, flagsOf, mentionsOf, nameLine, nameOf, plainText, referenceLine, withPing } from "./render.ts";
import type { Api, Ask } from "./rest.ts";
import {
  DiscordRefused,
  THREAD_ARCHIVED,
  TOKEN_AGAIN_MS,
  TokenRefused,
  UNKNOWN_MESSAGE,
  UNKNOWN_WEBHOOK,
} from "./rest.ts";
import { placeOf } from "./places.ts";
import type { ChannelFacts } from "./shapes.ts";
import { fieldsOf, textOf, timeOf } from "./shapes.ts";
import type { AnswerThreads } from "./threads.ts";
import type { Webhook, Webhooks } from "./webhooks.ts";

export interface VoiceParts {
  readonly api: Api;
  readonly channels: DiscordChannels;
  readonly webhooks: Webhooks;
  readonly finder: Finder;
  readonly threads: AnswerThreads;
  readonly clock: Clock;
  readonly log: Log;
  readonly avatarOf: AvatarOf;
  /** Nobody of the house may speak in the channel. */
  readonly parked: (channel: string) => void;
  /** How many times faster the limits are than Discord's own: 1 there. */
  readonly speed: number;
}

// Without the right to make webhooks somebody has to give it; until then nobody asks at each post.
const WITHOUT_WEBHOOKS_MS = 10 * 60_000;

// "At most three 403 before the channel is parked."
const FORBIDDEN_MAX = 3;
const PARKED_MS = 10 * 60_000;

// "Trigger Typing Indicator": it is shown for ten seconds; asking again before is of no use.
const TYPING_MS = 8_000;
const TYPING_MAX = 1_000;

export class DiscordVoice {
  readonly #parts: VoiceParts;
  readonly #typing = new Map<ChannelId, number>();
  readonly #withoutWebhooks = new Map<string, number>();
  readonly #forbidden = new Map<string, { readonly count: number; readonly at: number }>();
  readonly #landings = new Landings();

  constructor(parts: VoiceParts) {
    this.#parts = parts;
  }

  async send(post: Post, as: Persona, manner: Manner, signal: AbortSignal): Promise<Sent> {
    signal.throwIfAborted();
    const channel = nativeOf(post.channel);
    this.#refuseParked(channel);
    try {
      const home = await this.#parts.channels.facts(channel);
      const thread = manner.thread === null ? null : await this.#parts.threads.of(manner.thread, home, signal);
      const facts = thread ?? home;
      const said = await this.#say(post, as, manner, facts, signal);
      this.#forbidden.delete(channel);
      return this.#sent(post, said, facts);
    } catch (error) {
      this.#countForbidden(channel, error);
      throw patient(error, this.#parts.clock.now());
    }
  }

  /** What Discord counts a post in the channel by, as far as it is known: a thread counts with its channel where a webhook speaks. Never rejects. */
  async limitsOf(channel: ChannelId): Promise<Limits> {
    const facts = await this.#parts.channels.facts(nativeOf(channel)).catch(() => null);
    // Sending says why.
    if (facts === null) return {};
    const home = facts.parent ?? facts.id;
    return facts.isDirect || this.#lacksWebhooks(home) ? { bot: facts.id } : { webhook: home };
  }

  /** Looks for where a post in doubt landed: by the gateway's echo, else by reading the channel back. */
  async find(post: Post): Promise<Sent | null> {
    const { channels, threads, clock } = this.#parts;
    try {
      const home = await channels.facts(nativeOf(post.channel));
      // Whatever is set now: it may have been said in the thread of what it answers.
      const hasNone = post.replyTo === null || isAskedId(post.replyTo);
      const thread = hasNone ? null : await threads.find(nativeOf(post.replyTo), home);
      return (thread === null ? null : await this.#findIn(thread, post)) ?? (await this.#findIn(home, post));
    } catch (error) {
      throw patient(error, clock.now());
    }
  }

  async #findIn(facts: ChannelFacts, post: Post): Promise<Sent | null> {
    const here = await this.#parts.finder.find(post, {
      channel: facts.id,
      application: await this.#parts.webhooks.application(),
      isOthers: (message) => (this.#landings.of(message)?.post ?? post.id) !== post.id,
      now: this.#parts.clock.now(),
    });
    return here === null ? null : this.#sent(post, here, facts);
  }

  async edit(said: Said, as: Persona, text: string, manner: Manner, signal: AbortSignal): Promise<void> {
    const facts = await this.#parts.channels.facts(nativeOf(said.channel));
    const webhook = await this.#webhookOf(said.message, facts);
    const lead = webhook === null ? `${askedLine(manner)}${nameLine(as, manner.mark)}` : leadOf(manner, facts);
    const body = { content: `${lead}${plainText(text)}`, allowed_mentions: mentionsOf(null), flags: flagsOf(manner) };
    const ask: Ask = { method: "PATCH", body, signal, ...this.#at(said.message, facts, webhook) };
    await this.#inOpenThread(facts, signal, () => this.#parts.api.ask(ask));
  }

  async remove(said: Said, signal: AbortSignal): Promise<void> {
    const facts = await this.#parts.channels.facts(nativeOf(said.channel));
    const remove = async (webhook: Webhook | null): Promise<void> => {
      const ask: Ask = { method: "DELETE", signal, ...this.#at(said.message, facts, webhook) };
      await this.#inOpenThread(facts, signal, () => this.#parts.api.ask(ask));
    };
    try {
      await remove(await this.#webhookOf(said.message, facts)).catch((error: unknown) => {
        // Without the webhook that said it, the bot needs the right to take messages away.
        if (!isWebhookGone(error)) throw error;
        return remove(null);
      });
    } catch (error) {
      if (!(error instanceof DiscordRefused) || error.code !== UNKNOWN_MESSAGE) throw error;
    }
  }

  async typing(channel: ChannelId): Promise<void> {
    const now = this.#parts.clock.now();
    const shownAt = this.#typing.get(channel);
    if (shownAt !== undefined && now - shownAt < TYPING_MS / this.#parts.speed) return;
    this.#typing.delete(channel);
    this.#typing.set(channel, now);
    const [oldest] = this.#typing.keys();
    if (this.#typing.size > TYPING_MAX && oldest !== undefined) this.#typing.delete(oldest);
    try {
      await this.#parts.api.ask({ method: "POST", route: `/channels/${nativeOf(channel)}/typing` });
    } catch (error) {
      // Where it may not be shown it is not tried at each answer: as if it had been shown for that long.
      if (error instanceof DiscordRefused && error.status === 403) this.#typing.set(channel, now + PARKED_MS);
      throw error;
    }
  }

  async #say(post: Post, as: Persona, manner: Manner, facts: ChannelFacts, signal: AbortSignal): Promise<unknown> {
    const home = facts.parent ?? facts.id;
    if (facts.isDirect || this.#lacksWebhooks(home)) return this.#sayAsBot(post, as, manner, facts, signal);
    let webhook: Webhook;
    try {
      webhook = await this.#parts.webhooks.of(home);
    } catch (error) {
      if (!isWithoutWebhooks(error)) throw error;
      this.#withoutWebhooks.set(home, this.#parts.clock.now());
      const why = messageOf(error);
      this.#parts.log.warn("personas speak by the bot here: it cannot make webhooks", { channel: home, why });
      return this.#sayAsBot(post, as, manner, facts, signal);
    }
    return this.#sayByWebhook(post, { as, manner, facts, webhook, tries: 1 }, signal);
  }

  async #sayByWebhook(
    post: Post,
    by: {
      readonly as: Persona;
      readonly manner: Manner;
      readonly facts: ChannelFacts;
      readonly webhook: Webhook;
      readonly tries: number;
    },
    signal: AbortSignal,
  ): Promise<unknown> {
    const { as, manner, facts, webhook } = by;
    const home = facts.parent ?? facts.id;
    const query = new URLSearchParams({ wait: "true" });
    if (facts.parent !== null) query.set("thread_id", facts.id);
    const avatar = await this.#parts.avatarOf(as);
    const lead = leadOf(manner, facts);
    const body = {
      content: `${lead}${plainText(post.text)}`,
      username: nameOf(as, manner.mark),
      ...(avatar === null ? {} : { avatar_url: avatar }),
      allowed_mentions: mentionsOf(manner.ping === null ? null : nativeOf(manner.ping)),
      flags: flagsOf(manner),
    };
    const ask: Ask = { method: "POST", route: `/webhooks/${webhook.id}/${webhook.token}`, query, body, auth: "none" };
    try {
      return await this.#parts.api.ask({ ...ask, signal });
    } catch (error) {
      const isGone = isWebhookGone(error);
      if ((!isGone && !isArchived(error)) || by.tries > 1) throw error;
      if (isArchived(error)) await this.#unarchive(facts, signal);
      else this.#parts.webhooks.forget(home, webhook);
      const again = isGone ? await this.#parts.webhooks.of(home) : webhook;
      return this.#sayByWebhook(post, { ...by, webhook: again, tries: by.tries + 1 }, signal);
    }
  }

  async #sayAsBot(post: Post, as: Persona, manner: Manner, facts: ChannelFacts, signal: AbortSignal): Promise<unknown> {
    const refersTo = isInItsThread(manner, facts) ? null : manner.refersTo;
    const reference = refersTo === null ? null : nativeOf(refersTo.message);
    const body = {
      content: `${withPing(askedLine(manner), manner)}${nameLine(as, manner.mark)}${plainText(post.text)}`,
      // "Create Message": the same nonce within a few minutes gives the message that is there already.
      nonce: post.id,
      enforce_nonce: true,
      allowed_mentions: mentionsOf(manner.ping === null ? null : nativeOf(manner.ping)),
      flags: flagsOf(manner),
      ...(reference === null ? {} : { message_reference: { message_id: reference, fail_if_not_exists: false } }),
    };
    const ask: Ask = { method: "POST", route: `/channels/${facts.id}/messages`, body, signal };
    return this.#parts.api.ask(ask);
  }

  /** What stands in an archived thread can only be changed after that was opened again. */
  async #inOpenThread(facts: ChannelFacts, signal: AbortSignal, change: () => Promise<unknown>): Promise<void> {
    try {
      await change();
    } catch (error) {
      if (!isArchived(error)) throw error;
      await this.#unarchive(facts, signal);
      await change();
    }
  }

  async #unarchive(facts: ChannelFacts, signal: AbortSignal): Promise<void> {
    await this.#parts.api.ask({ method: "PATCH", route: `/channels/${facts.id}`, body: { archived: false }, signal });
  }

  /** The webhook that said a message; null: the bot itself did. */
  async #webhookOf(message: MessageId, facts: ChannelFacts): Promise<Webhook | null> {
    const known = this.#landings.of(nativeOf(message));
    const id = known === null ? await this.#askWebhookOf(message, facts) : known.webhook;
    if (id === null) return null;
    const webhook = await this.#parts.webhooks.of(facts.parent ?? facts.id);
    if (webhook.id !== id) throw new Refused("the webhook that said this is not there any more");
    return webhook;
  }

  async #askWebhookOf(message: MessageId, facts: ChannelFacts): Promise<string | null> {
    const route = `/channels/${facts.id}/messages/${nativeOf(message)}` as const;
    return textOf(fieldsOf(await this.#parts.api.ask({ method: "GET", route }))["webhook_id"]);
  }

  #at(message: MessageId, facts: ChannelFacts, webhook: Webhook | null): Pick<Ask, "route" | "query" | "auth"> {
    const native = nativeOf(message);
    if (webhook === null) return { route: `/channels/${facts.id}/messages/${native}` };
    const thread = facts.parent === null ? {} : { query: new URLSearchParams({ thread_id: facts.id }) };
    return { route: `/webhooks/${webhook.id}/${webhook.token}/messages/${native}`, auth: "none", ...thread };
  }

  #sent(post: Post, raw: unknown, facts: ChannelFacts): Sent {
    const message = fieldsOf(raw);
    const id = textOf(message["id"]);
    if (id === null) throw new TypeError("Discord's answer to a post is no message");
    this.#landings.remember(id, { post: post.id, webhook: textOf(message["webhook_id"]) });
    const thread = facts.id === nativeOf(post.channel) ? null : placeOf(facts);
    const at = timeOf(id) ?? this.#parts.clock.now();
    return { post: post.id, message: messageId(discordPlatform, id), at, thread };
  }

  #lacksWebhooks(channel: string): boolean {
    const since = this.#withoutWebhooks.get(channel);
    if (since === undefined) return false;
    if (this.#parts.clock.now() - since < WITHOUT_WEBHOOKS_MS) return true;
    this.#withoutWebhooks.delete(channel);
    return false;
  }

  #refuseParked(channel: string): void {
    const forbidden = this.#forbidden.get(channel);
    if (forbidden === undefined || forbidden.count < FORBIDDEN_MAX) return;
    if (this.#parts.clock.now() - forbidden.at < PARKED_MS) {
      throw new Refused("the bot may not speak in this channel: give it the right to send messages there");
    }
    this.#forbidden.delete(channel);
  }

  #countForbidden(channel: string, error: unknown): void {
    if (!(error instanceof DiscordRefused) || error.status !== 403) return;
    const count = (this.#forbidden.get(channel)?.count ?? 0) + 1;
    this.#forbidden.set(channel, { count, at: this.#parts.clock.now() });
    if (count === FORBIDDEN_MAX) {
      this.#parts.log.warn("the bot may not speak in a channel; it is left alone for ten minutes", { channel });
      this.#parts.parked(channel);
    }
  }
}

/** Whether the place is the thread of what is answered, above which that stands already. */
function isInItsThread(manner: Manner, facts: ChannelFacts): boolean {
  return manner.thread !== null && facts.id === nativeOf(manner.thread.of);
}

function leadOf(manner: Manner, facts: ChannelFacts): string {
  const isSeen = isInItsThread(manner, facts);
  return withPing(isSeen ? "" : referenceLine(manner, { guild: facts.guild, channel: facts.id }), manner);
}

function isArchived(error: unknown): boolean {
  return error instanceof DiscordRefused && error.code === THREAD_ARCHIVED;
}

function isWebhookGone(error: unknown): boolean {
  return error instanceof DiscordRefused && error.code === UNKNOWN_WEBHOOK;
}

/** Whether there can be no webhook: the right to make one is missing, there are too many, or the channel is of a kind that has none. A token that is not taken and a channel that is gone say nothing of that. */
function isWithoutWebhooks(error: unknown): boolean {
  return error instanceof DiscordRefused && error.status !== 401 && error.status !== 404;
}

/** A token that is not taken says nothing about the post: it waits until somebody has put in another. */
function patient(error: unknown, now: number): unknown {
  return error instanceof TokenRefused ? new Limited(messageOf(error), now + TOKEN_AGAIN_MS) : error;
}
