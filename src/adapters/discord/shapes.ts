// What we read of Discord's answers and events: everything else is left alone, and nothing is believed to be there.
/** A value from outside as an object; empty when it is none. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function numberOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

// "Channel Types": text and announcements, in which messages stand and webhooks speak.
export const TALK_CHANNELS: readonly number[] = [0, 5];

// "Channel Types": direct messages, and the three kinds of thread.
const DM = 1;
const THREADS = new Set([10, 11, 12]);

/** What is known of a channel. */
export interface ChannelFacts {
  readonly id: string;
  readonly guild: string | null;
  /** The channel that a thread is in; null: it is none. */
  readonly parent: string | null;
  readonly name: string;
  readonly isDirect: boolean;
  readonly nsfw: boolean;
}

/** Null when it is no channel. */
export function channelOf(value: unknown, guild: string | null): ChannelFacts | null {
  const raw = fieldsOf(value);
  const id = textOf(raw["id"]);
  const type = numberOf(raw["type"]);
  if (id === null || type === null) return null;
  return {
    id,
    guild: textOf(raw["guild_id"]) ?? guild,
    parent: THREADS.has(type) ? textOf(raw["parent_id"]) : null,
    name: textOf(raw["name"]) ?? "",
    isDirect: type === DM,
    nsfw: raw["nsfw"] === true,
  };
}

// "Snowflakes": the milliseconds since this instant stand above the lowest 22 bits.
const EPOCH_MS = 1_420_070_400_000n;
const TIME_BITS = 22n;

/** The id that a message made at `time` would have at the least. */
export function snowflakeAt(time: number): string {
  const since = BigInt(Math.max(0, Math.floor(time))) - EPOCH_MS;
  return String((since > 0n ? since : 0n) << TIME_BITS);
}

/** When an id was made, epoch ms; null when it is no id. */
export function timeOf(snowflake: string): number | null {
  return /^\d{1,20}$/u.test(snowflake) ? Number((BigInt(snowflake) >> TIME_BITS) + EPOCH_MS) : null;
}
