// Usage: what calls of models have cost, added up by day, place, persona and model.
import type { ChannelId, PersonaId, WorkspaceId } from "./ids.ts";

/** What usage can be told apart by. */
export const USAGE_KEYS = ["day", "workspace", "channel", "persona", "model"] as const;

export type UsageKey = (typeof USAGE_KEYS)[number];

/** Whose usage: of one workspace, or of one channel with its threads; null: of the whole house. */
export type UsageOf =
  | { readonly kind: "workspace"; readonly workspace: WorkspaceId }
  | { readonly kind: "channel"; readonly channel: ChannelId }
  | null;

/** Calls added up; what they were not told apart by is null, and so is what is not known of them. */
export interface UsageRow {
  /** The first millisecond of the day (UTC). */
  readonly day: number | null;
  readonly workspace: WorkspaceId | null;
  readonly channel: ChannelId | null;
  readonly persona: PersonaId | null;
  readonly model: string | null;
  readonly calls: number;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** What was reserved and never settled counts in full. */
  readonly usd: number;
  /** Tokens of models whose price is not known. */
  readonly unpricedTokens: number;
}
