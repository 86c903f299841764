// The port of memory: what a channel remembers, as far as tokens go; recall, facts and summaries have their place here.

/** Tokens that `text` takes in a prompt, nearly: estimates differ from a model's own count by some percent. */
export type CountTokens = (text: string) => number;
