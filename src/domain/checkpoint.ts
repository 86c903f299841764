// A checkpoint: how far an adapter has heard, stored in one transaction with what it heard.

export interface Checkpoint {
  /** The adapter's own, such as `discord:shard:0`. */
  readonly key: string;
  readonly value: string;
}
