// What every adapter promises; each implementation runs this suite.
import { plainManner, Refused } from "../../src/adapters/adapter.ts";
import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Adapter, AdapterEvents, Sent } from "../../src/adapters/adapter.ts";
import { channelId, messageId, nativeOf, platformOf } from "../../src/domain/ids.ts";
import type { ChannelId } from "../../src/domain/ids.ts";
import type { Arrival } from "../../src/domain/message.ts";
import type { Persona } from "../../src/domain/persona.ts";
import type { Post } from "../../src/domain/turn.ts";
import { needsCorpora } from "../needs.ts";
import { deafEvents, makePersona, makePost, makeTurn } from "../people.ts";

/** One adapter with its platform, both only of this test. */
export interface AdapterRig {
  readonly adapter: Adapter;
  /** A channel that it speaks in. */
  readonly channel: ChannelId;
  /** A person says `text` on the platform. Resolves when the platform has been told "received", rejects when it was told that it was not. */
  readonly hear: (text: string) => Promise<void>;
  /** The person's last message is delivered once more, as a platform does that has not been told "received"; null: here nothing is ever delivered twice. */
  readonly redeliver: (() => Promise<void>) | null;
  /** How often people see this text on the platform; null: the adapter shows nothing by itself, what is stored is what is seen. */
  readonly timesSeen: ((text: string) => number) | null;
}

export type OpenRig = () => Promise<AdapterRig>;

const naughty = needsCorpora("text/naughty-strings.json");

const unharmed = [
  "Grüße aus Tōkyō 🗼",
  "שלום, עולם",
  "مرحبا بالعالم",
  "e\u0301 👩‍👩‍👧‍👦 🇪🇪",
  "<b>&amp;</b> {{char}} %s ${x}",
  "a\nb\n\n  c",
];

export function adapterContract(name: string, open: OpenRig): void {
  const opened = async (): Promise<
    AdapterRig & { readonly arrivals: Arrival[]; readonly listen: () => Promise<void> }
  > => {
    const rig = await open();
    const arrivals: Arrival[] = [];
    onTestFinished(() => rig.adapter.close());
    return { ...rig, arrivals, listen: () => rig.adapter.listen(storing(arrivals)) };
  };
  const persona = makePersona("ada");
  const never = new AbortController().signal;

  describe(`${name} keeps the promises of an adapter`, () => {
    test("its traits make sense, and its channels are its own", async () => {
      const { adapter, channel } = await opened();
      expect(platformOf(channel)).toBe(adapter.platform);
      expect(adapter.traits.textCharsMax).toBeGreaterThanOrEqual(280);
      expect(Number.isSafeInteger(adapter.traits.textCharsMax)).toBe(true);
      expect(adapter.traits.landsWithinMs).toBeGreaterThanOrEqual(0);
      // Where a repeat is not safe, there must be a time after which a look is worth while.
      if (adapter.traits.resend === "find") expect(adapter.traits.landsWithinMs).toBeGreaterThan(0);
    });

    test("its limits have windows, and a channel of its own comes under each of those that it names", async () => {
      const { adapter, channel } = await opened();
      const limits = adapter.traits.limits ?? {};
      for (const { windows } of Object.values(limits)) {
        expect(windows.length).toBeGreaterThan(0);
        for (const { count, ms } of windows) expect(Math.min(count, ms)).toBeGreaterThanOrEqual(1);
      }
      const named = Object.keys(await adapter.limitsOf(channel));
      expect(Object.keys(limits)).toEqual(expect.arrayContaining(named));
      // Limits that hold nowhere are none.
      expect(named.length > 0).toBe(adapter.traits.limits !== null);
      // A channel that is not there has no others, and asking does no harm.
      const nowhere = await adapter.limitsOf(channelId(adapter.platform, "404"));
      expect(Object.keys(limits)).toEqual(expect.arrayContaining(Object.keys(nowhere)));
    });

    test("a post is said without anybody listening, and lands under an id of the platform", async () => {
      const { adapter, channel, timesSeen } = await opened();
      const post = postIn(channel, "one", "Said before anybody listened.");
      const sent = await adapter.send(post, persona, plainManner, never);
      expect(sent.post).toBe(post.id);
      expect(platformOf(sent.message)).toBe(adapter.platform);
      expect(Number.isFinite(sent.at)).toBe(true);
      if (timesSeen !== null) expect(timesSeen(post.text)).toBe(1);
    });

    test("a post that was sent is found where it landed", async () => {
      const { adapter, channel } = await opened();
      const post = postIn(channel, "one", "Where am I?");
      const sent = await adapter.send(post, persona, plainManner, never);
      expect((await adapter.find(post))?.message).toBe(sent.message);
    });

    test("two posts land under two ids", async () => {
      const { adapter, channel } = await opened();
      const first = await adapter.send(postIn(channel, "one", "The same words."), persona, plainManner, never);
      const second = await adapter.send(postIn(channel, "two", "The same words."), persona, plainManner, never);
      expect(second.message).not.toBe(first.message);
    });

    test("where sending is safe to repeat, the same post twice is said once, also at the same time", async (context) => {
      const { adapter, channel, timesSeen } = await opened();
      if (adapter.traits.resend !== "safe") return context.skip(`${name}: sending is not safe to repeat here`);
      const post = postIn(channel, "one", "Only once.");
      const sent: readonly Sent[] = [
        ...(await Promise.all([
          adapter.send(post, persona, plainManner, never),
          adapter.send(post, persona, plainManner, never),
        ])),
        await adapter.send({ ...post, state: "sending" }, persona, plainManner, never),
      ];
      expect(new Set(sent.map((each) => each.message)).size).toBe(1);
      if (timesSeen !== null) expect(timesSeen(post.text)).toBe(1);
    });

    test("a post whose sending is called off before it begins is not said", async () => {
      const { adapter, channel, timesSeen } = await opened();
      const post = postIn(channel, "one", "Never mind.");
      const reason = new Error("called off");
      await expect(adapter.send(post, persona, plainManner, AbortSignal.abort(reason))).rejects.toBe(reason);
      if (timesSeen !== null) expect(timesSeen(post.text)).toBe(0);
    });

    test("what a person says arrives whole, in a place of this platform", async () => {
      const { adapter, channel, hear, listen, arrivals } = await opened();
      await listen();
      for (const text of unharmed) await hear(text);
      expect(arrivals.map((arrival) => arrival.text)).toEqual(unharmed);
      for (const { id, place, author, createdAt } of arrivals) {
        expect(platformOf(id)).toBe(adapter.platform);
        expect(place).toMatchObject({ platform: adapter.platform, channel });
        expect(platformOf(author.id)).toBe(adapter.platform);
        expect(author.kind).toBe("person");
        expect(author.name.trim()).not.toBe("");
        expect(Number.isFinite(createdAt)).toBe(true);
      }
      expect(new Set(arrivals.map((arrival) => arrival.id)).size).toBe(unharmed.length);
    });

    test("an event is acknowledged when its handler resolves, and not before", async () => {
      const { adapter, hear } = await opened();
      const stored = Promise.withResolvers<{ readonly fresh: boolean }>();
      const asked = Promise.withResolvers<void>();
      await adapter.listen({
        ...deafEvents,
        message: () => {
          asked.resolve();
          return stored.promise;
        },
        watched: async () => {},
      });
      let isAcknowledged = false;
      const heard = hear("Is it stored?").then(() => {
        isAcknowledged = true;
      });
      await asked.promise;
      await new Promise((resolve) => setImmediate(resolve));
      expect(isAcknowledged).toBe(false);
      stored.resolve({ fresh: true });
      await heard;
    });

    test("an event whose handler rejects is not acknowledged, and delivered again it is the same message", async (context) => {
      const { adapter, hear, redeliver } = await opened();
      const ids: string[] = [];
      let isBroken = true;
      await adapter.listen({
        ...deafEvents,
        message: async (arrival) => {
          ids.push(arrival.id);
          if (isBroken) throw new Error("the disk is full");
          return { fresh: true };
        },
        watched: async () => {},
      });
      await expect(hear("Can you hear me?")).rejects.toThrow();
      isBroken = false;
      if (redeliver === null) return context.skip(`${name}: nothing is delivered twice here`);
      await redeliver();
      expect(ids.length).toBe(2);
      expect(new Set(ids).size).toBe(1);
    });

    test("texts of every script and shape are said unharmed", async () => {
      const { adapter, channel, timesSeen } = await opened();
      for (const [at, text] of unharmed.entries()) {
        await adapter.send(postIn(channel, `unharmed ${at}`, text), persona, plainManner, never);
        if (timesSeen !== null) expect(timesSeen(text), text).toBe(1);
      }
    });

    test("a text as long as the traits allow is said in one post", async () => {
      const { adapter, channel, timesSeen } = await opened();
      const text = "word ".repeat(Math.ceil(adapter.traits.textCharsMax / 5)).slice(0, adapter.traits.textCharsMax - 1);
      const post = postIn(channel, "long", `${text}!`);
      await adapter.send(post, persona, plainManner, never);
      if (timesSeen !== null) expect(timesSeen(post.text)).toBe(1);
    });

    test("where what was said cannot be changed, trying to is refused plainly", async (context) => {
      const { adapter, channel } = await opened();
      if (adapter.traits.edits) return context.skip(`${name}: what was said can be changed here`);
      const sent = await adapter.send(postIn(channel, "one", "For ever."), persona, plainManner, never);
      const said = { message: sent.message, channel, persona: persona.id, part: 1 };
      await expect(adapter.edit(said, persona, "No.", plainManner, never)).rejects.toBeInstanceOf(Refused);
      await expect(adapter.grow(said, persona, "No …", plainManner, never)).rejects.toBeInstanceOf(Refused);
      await expect(adapter.remove(said, never)).rejects.toBeInstanceOf(Refused);
    });

    test.skipIf(naughty.skip)("naughty strings, as text and as name, are said and heard without harm", async () => {
      const { adapter, channel, hear, listen, arrivals } = await opened();
      await listen();
      const strings = JSON.parse(readFileSync(naughty.path(), "utf8")) as readonly string[];
      const heard = strings.map((text) => text.trim()).filter((text) => /\P{C}/u.test(text));
      for (const [at, text] of heard.entries()) {
        const as: Persona = makePersona("ada", { name: text.slice(0, 80) });
        await adapter.send(postIn(channel, `naughty ${at}`, text), as, plainManner, never);
        // What a platform may refuse to take from a person is its own affair; it must answer, one way or the other.
        await hear(text).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
      }
      expect(arrivals.length).toBeGreaterThan(heard.length / 2);
    });

    test("showing that a persona is writing never fails, not even elsewhere", async () => {
      const { adapter, channel } = await opened();
      await adapter.typing(channel, persona);
      await adapter.typing(channelId(adapter.platform, `${nativeOf(channel)}-nowhere`), persona);
      await adapter.send(postIn(channel, "one", "Done writing."), persona, plainManner, never);
    });

    test("after closing nothing is heard any more, nothing is acknowledged, and closing again does nothing", async () => {
      const { adapter, hear, listen, arrivals } = await opened();
      await listen();
      await adapter.close();
      await adapter.close();
      await expect(hear("Anybody there?")).rejects.toThrow();
      expect(arrivals).toEqual([]);
    });
  });
}

/** A post by Ada in `channel`; the same `key` makes the same post. */
export function postIn(channel: ChannelId, key: string, text: string): Post {
  const turn = makeTurn(messageId(platformOf(channel), key), "ada", { channel });
  return makePost(turn, text, { replyTo: null, conversation: null });
}

function storing(arrivals: Arrival[]): AdapterEvents {
  return {
    ...deafEvents,
    message: async (arrival) => {
      arrivals.push(arrival);
      return { fresh: true };
    },
    watched: async () => {},
  };
}
