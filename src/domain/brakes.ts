// Brakes: how much personas may say that nobody asked for.

export interface Brakes {
  /** Steps in a chain without a person. */
  readonly depthMax: number;
  /** Unasked posts in a channel within 60 s. */
  readonly channelPerMinute: number;
  /** Unasked posts in a conversation within an hour. */
  readonly conversationPerHour: number;
}

export const usualBrakes: Brakes = { depthMax: 8, channelPerMinute: 20, conversationPerHour: 60 };

export interface UnaskedCounts {
  readonly channelLastMinute: number;
  readonly conversationLastHour: number;
}

/** The brake that holds an unasked post of this depth back, as one sentence; null when none does. */
export function brakeFor(depth: number, counts: UnaskedCounts, brakes: Brakes): string | null {
  if (depth > brakes.depthMax) return `personas have spoken ${brakes.depthMax} times in a row without a person`;
  if (counts.channelLastMinute >= brakes.channelPerMinute) {
    return `${brakes.channelPerMinute} unasked posts in this channel within a minute`;
  }
  if (counts.conversationLastHour >= brakes.conversationPerHour) {
    return `${brakes.conversationPerHour} unasked posts in this conversation within an hour`;
  }
  return null;
}
