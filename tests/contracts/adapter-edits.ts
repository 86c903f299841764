// What every adapter promises whose platform lets it change what it said.
import { describe, expect, onTestFinished, test } from "vitest";
import type { Adapter, Said, Sent } from "../../src/adapters/adapter.ts";
import { plainManner, Refused } from "../../src/adapters/adapter.ts";
import type { ChannelId } from "../../src/domain/ids.ts";
import { makePersona } from "../people.ts";
import { postIn } from "./adapter.ts";

/** One adapter with its platform, both only of this test. */
export interface EditsRig {
  readonly adapter: Adapter;
  /** A channel that it speaks in. */
  readonly channel: ChannelId;
  /** What people see there, oldest first. */
  readonly texts: () => readonly string[];
}

export function editsContract(name: string, open: () => Promise<EditsRig>): void {
  const persona = makePersona("ada");
  const never = new AbortController().signal;

  const opened = async () => {
    const rig = await open();
    onTestFinished(() => rig.adapter.close());
    const { adapter, channel } = rig;
    let posts = 0;
    const say = (text: string): Promise<Sent> =>
      adapter.send(postIn(channel, `edits ${(posts += 1)}`, text), persona, plainManner, never);
    const at = ({ message, thread }: Sent): Said => ({
      message,
      channel: thread?.channel ?? channel,
      persona: persona.id,
      part: 1,
    });
    return { ...rig, say, at };
  };

  describe(`${name} changes what it said`, () => {
    test("a post grows and comes to its end in place", async () => {
      const { adapter, texts, say, at } = await opened();
      expect(adapter.traits.edits).toBe(true);
      await say("Before.");
      const post = at(await say("It is …"));
      await adapter.grow(post, persona, "It is deep …", plainManner, never);
      await say("After.");
      await adapter.edit(post, persona, "It is deep.", plainManner, never);
      await adapter.edit(post, persona, "It is deep.", plainManner, never);
      expect(texts()).toEqual(["Before.", "It is deep.", "After."]);
    });

    test("a change as long as the traits allow is one post", async () => {
      const { adapter, texts, say, at } = await opened();
      const text = "word ".repeat(Math.ceil(adapter.traits.textCharsMax / 5)).slice(0, adapter.traits.textCharsMax - 1);
      const post = at(await say("It is …"));
      await adapter.edit(post, persona, `${text}!`, plainManner, never);
      expect(texts()).toEqual([`${text}!`]);
    });

    test("what is taken back is gone, once and for all", async () => {
      const { adapter, texts, say, at } = await opened();
      const post = at(await say("Never mind."));
      await say("This stays.");
      await adapter.remove(post, never);
      await adapter.remove(post, never);
      expect(texts()).toEqual(["This stays."]);
      await expect(adapter.edit(post, persona, "Once more.", plainManner, never)).rejects.toBeInstanceOf(Refused);
      expect(texts()).toEqual(["This stays."]);
    });
  });
}
