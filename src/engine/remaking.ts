// What people do to a persona's post afterwards: another text, an earlier one again, or gone. On the platform first: what it refuses stays as it was.
import type { Adapter, Said } from "../adapters/adapter.ts";
import { platformOf } from "../domain/ids.ts";
import type { Message } from "../domain/message.ts";
import type { Persona } from "../domain/persona.ts";
import { BadInput } from "../errors.ts";
import type { Version, WordedBy } from "../store/registry.ts";
import type { EngineHouse } from "./house.ts";
import { readMannerOfSaid } from "./manner.ts";
import { paced } from "./pace.ts";
import { partsOf } from "./parts.ts";
import { withQuestions } from "./questions.ts";

export type RemakingHouse = Pick<EngineHouse, "adapters" | "clock" | "countTokens" | "personas" | "rooms" | "store">;

/** Somebody's, by hand. */
export const byHand: WordedBy = { solver: null, model: null };

/** Whose words the post says now. `versions`: its own. */
export function wordedBy({ spoken }: Message, versions: readonly Version[]): WordedBy {
  return versions.find(({ isShown }) => isShown) ?? spoken ?? byHand;
}

/** What a post is to say. */
export interface Change {
  readonly post: Message;
  readonly text: string;
}

export class Remaking {
  readonly #house: RemakingHouse;

  constructor(house: RemakingHouse) {
    this.#house = house;
  }

  /** These posts of one answer say something else from now on, in the words of `by`; what they said before is kept, version by version. Throws `BadInput`, and as the adapter does: then the posts before the one that failed are changed. */
  async change(changes: readonly Change[], by: WordedBy, signal: AbortSignal): Promise<void> {
    const { store, countTokens, clock } = this.#house;
    const { registry } = store;
    const before = await Promise.all(changes.map(({ post }) => registry.versions(post.id)));
    const most = Math.max(1, ...before.map((versions) => versions.length));
    const add = (post: Message, text: string, of: WordedBy): Promise<unknown> =>
      registry.addVersion(post.id, { text, tokens: countTokens(text), by: of }, clock.now());
    for (const [at, { post, text }] of changes.entries()) {
      await this.#edit(post, text, signal);
      const versions = before[at] ?? [];
      // The versions of one answer go with each other: where a post was not changed before, it said the same.
      for (let count = Math.max(1, versions.length); count < most; count += 1) {
        await add(post, post.text, wordedBy(post, versions));
      }
      await add(post, text, by);
    }
  }

  /** The post, with all others of its answer, says again what it said once. Null: it never said that. Throws as `change` does. */
  async show(post: Message, number: number, signal: AbortSignal): Promise<Version | null> {
    const { store, countTokens } = this.#house;
    const { registry } = store;
    const shown = (await registry.versions(post.id)).find((each) => each.number === number);
    if (shown === undefined) return null;
    for (const part of await partsOf(store, post)) {
      const versions = await registry.versions(part.id);
      // One that was changed less often says its last.
      const version = versions[Math.min(number, versions.length) - 1];
      if (version === undefined || version.isShown) continue;
      await this.#edit(part, version.text, signal);
      await registry.showVersion(part.id, version.number, countTokens(version.text));
    }
    return { ...shown, isShown: true };
  }

  /** The post is gone, from the platform and from memory, with what was asked by a command and stood only above it. Throws as the adapter does. */
  async remove(message: Message, signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#house;
    await this.#adapterOf(message).remove(saidOf(message), signal);
    await store.registry.deleteMessages(await withQuestions(store, [message.id]), clock.now(), null);
  }

  /** How long a text the post can have. Throws `BadInput` where posts cannot be changed. */
  charsMax(message: Message): number {
    return this.#adapterOf(message).traits.textCharsMax;
  }

  async #edit(message: Message, text: string, signal: AbortSignal): Promise<void> {
    const adapter = this.#adapterOf(message);
    const max = adapter.traits.textCharsMax;
    if (text === "" || text.length > max) {
      throw complaint(`a text of 1 to ${max} characters`, text === "" ? "none" : `${text.length} of them`);
    }
    const manner = await readMannerOfSaid(this.#house, message);
    const said = saidOf(message);
    const speaker = this.#speakerOf(message);
    const of = { channel: message.channel, by: message.id };
    await paced(this.#house, adapter, of, () => adapter.edit(said, speaker, text, manner, signal), signal);
  }

  #adapterOf(message: Message): Adapter {
    const adapter = this.#house.adapters.get(platformOf(message.channel));
    if (adapter === undefined) throw complaint("a post of a platform that this house speaks", message.channel);
    if (!adapter.traits.edits) throw complaint("a place where posts can be changed", "one where they cannot");
    return adapter;
  }

  #speakerOf({ spoken, author }: Message): Persona {
    const member = spoken === null ? null : this.#house.personas.get(spoken.persona);
    if (member === null) throw complaint("a post of a persona that is still there", author.name);
    return member.persona;
  }
}

// Which part of a longer answer it is matters only while it is being said.
const FIRST_PART = 1;

function saidOf({ id, channel, spoken }: Message): Said {
  if (spoken === null) throw complaint("a persona's post", "somebody else's message");
  return { message: id, channel, persona: spoken.persona, part: FIRST_PART };
}

function complaint(expected: string, got: string): BadInput {
  return new BadInput([{ where: "this post", line: null, field: null, expected, got }]);
}
