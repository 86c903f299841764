// The feed keeps the promises of adapters.
import { FeedAdapter } from "../../src/adapters/feed/feed.ts";
import type { Draft } from "../../src/adapters/feed/feed.ts";
import { adapterContract } from "../contracts/adapter.ts";
import { makePersona } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";

adapterContract("FeedAdapter", async () => {
  const adapter = new FeedAdapter(() => [makePersona("ada")], new VirtualClock());
  let drafts = 0;
  let last: Draft | null = null;
  const post = async (draft: Draft): Promise<void> => {
    last = draft;
    const posted = await adapter.post(draft);
    if (posted.kind !== "posted") throw new Error(posted.kind === "refused" ? posted.why : "the feed is closed");
  };
  return {
    adapter,
    channel: adapter.channel,
    hear: (text) => {
      drafts += 1;
      return post({ name: "Mira", text, replyTo: null, key: `draft ${drafts}` });
    },
    // A browser that got no answer sends the same form again.
    redeliver: async () => {
      if (last !== null) await post(last);
    },
    timesSeen: null,
  };
});
