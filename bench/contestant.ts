// What is compared: programs that store a message, ask the model with the recent ones, and store the reply.

export interface Setting {
  /** The stub's address, without `/v1`. */
  readonly llm: string;
  /** A folder of its own for the database. */
  readonly folder: string;
  /** What the house's prompt says before the messages, so that both send the same. */
  readonly system: string;
  /** How many durable commits one message takes in the house. */
  readonly commits: number;
}

export interface Contestant {
  /** Takes the next message and resolves when its reply, and all that follows from it, is stored. */
  answer(text: string): Promise<void>;
  close(): Promise<void>;
}

/** The same messages for everyone, each a little different. */
export function messageText(number: number): string {
  return `Message ${number}: what did the harbour look like this morning, and did anybody feed the cat?`;
}
