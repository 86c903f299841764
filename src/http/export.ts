// The whole feed as lines of JSON, oldest first, read a few at a time.
import type { WebHouse } from "./house.ts";
import { EXPORT_ROWS } from "./limits.ts";
import { postJson } from "./posts.ts";

/** One post a line, in the form of the JSON feed. What is posted meanwhile is left out. */
export function exportLines(house: WebHouse): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let from = 0;
  let until: number | null = null;
  return new ReadableStream({
    async pull(controller) {
      until ??= await house.store.lastSeq(house.feed.channel);
      while (from < until) {
        const through = Math.min(from + EXPORT_ROWS, until);
        const rows = await house.store.recentMessages(house.feed.channel, through, EXPORT_ROWS);
        const lines = rows.filter((row) => row.seq > from).map((row) => `${JSON.stringify(postJson(row))}\n`);
        from = through;
        if (lines.length > 0) {
          controller.enqueue(encoder.encode(lines.join("")));
          return;
        }
      }
      controller.close();
    },
  });
}
