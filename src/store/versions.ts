// Versions: the texts that a persona's post has had.
import type { ChannelId, MessageId } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Tables } from "./drizzle.ts";
import { asc, eq, sql } from "./drizzle.ts";
import { given, value } from "./parameters.ts";
import type { Version } from "./registry.ts";
import { versions } from "./registry-tables.ts";

export class Versions {
  readonly #queries: ReturnType<typeof prepare>;

  constructor(tables: Tables) {
    this.#queries = prepare(tables);
  }

  /** Oldest first. */
  of(message: MessageId): readonly Version[] {
    return this.#queries.ofMessage.all({ message }).map(({ message: _message, ...version }) => version);
  }

  /** The text that a message came with. */
  addFirst({ id, text, createdAt, spoken }: Message): void {
    this.add(id, { number: 1, text, at: createdAt, solver: spoken?.solver ?? null, model: spoken?.model ?? null });
  }

  /** The new one is the one that is shown. */
  add(message: MessageId, version: Omit<Version, "isShown">): void {
    this.#queries.add.run({ message, ...version });
    this.show(message, version.number);
  }

  show(message: MessageId, number: number): void {
    this.#queries.show.run({ message, number });
  }

  remove(message: MessageId): void {
    this.#queries.remove.run({ message });
  }

  /** Those of a channel whose messages are still there. */
  clear(channel: ChannelId): void {
    this.#queries.clear.run({ channel });
  }
}

function prepare(tables: Tables) {
  const ofMessage = eq(versions.message, given("message"));
  return {
    ofMessage: tables.select().from(versions).where(ofMessage).orderBy(asc(versions.number)).prepare(),
    add: tables
      .insert(versions)
      .values({
        message: value("message"),
        number: value("number"),
        text: value("text"),
        at: value("at"),
        isShown: true,
        solver: value("solver"),
        model: value("model"),
      })
      .prepare(),
    show: tables
      .update(versions)
      .set({ isShown: sql`${versions.number} = ${given("number")}` })
      .where(ofMessage)
      .prepare(),
    remove: tables.delete(versions).where(ofMessage).prepare(),
    clear: tables
      .delete(versions)
      .where(sql`${versions.message} IN (SELECT id FROM messages WHERE channel = ${given("channel")})`)
      .prepare(),
  };
}
