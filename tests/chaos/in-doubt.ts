// Posts in doubt, by the platform's books: when and where others had to wait behind one.
import type { FakeDiscord } from "../fakes/discord/fake.ts";
import type { RequestRecord } from "../fakes/discord/records.ts";
import type { Blow, Doubt } from "./readiness.ts";

// Until a request can no longer land, and is looked for.
const DOUBT_MS = 15_000;
// A held request is let go so long after the blow, at most; looking takes a moment.
const AROUND_MS = 3_000;
// An answer that left in the instant of a blow may have been heard by nobody.
const INSTANT_MS = 150;

/** A request whose answer was heard by nobody, or a look for a post that may stand there. */
export function doubtsOf(fake: FakeDiscord, channels: readonly string[], blows: readonly Blow[]): readonly Doubt[] {
  const standsIn = new Map<string, string>();
  for (const id of channels) for (const said of fake.stored({ id, name: "" })) standsIn.set(said.id, id);
  const posts = fake.requests().filter((each) => each.route.startsWith("POST /webhooks") && each.stored !== null);
  const unheard = posts.filter((each) => each.isUnheard || blows.some((blow) => isInstant(each, blow)));
  return [
    ...unheard.map(({ stored, at }) => ({
      channel: standsIn.get(stored ?? "") ?? "",
      from: at - AROUND_MS,
      to: at + DOUBT_MS + AROUND_MS,
    })),
    ...fake
      .requests("GET /channels/{channel_id}/messages")
      .filter(({ query }) => isLook(query["after"] ?? "0"))
      .map(({ path, at }) => ({
        channel: path.split("/")[2] ?? "",
        from: at - DOUBT_MS - AROUND_MS,
        to: at + AROUND_MS,
      })),
  ];
}

function isInstant({ at }: RequestRecord, blow: Blow): boolean {
  return at <= blow.at && at > blow.at - INSTANT_MS;
}

// What was said since a time is looked for; what was missed is read since a message. An id that is made of a time alone ends in 22 zeros ("Snowflakes").
function isLook(after: string): boolean {
  return /^[1-9]\d*$/u.test(after) && BigInt(after) % 2n ** 22n === 0n;
}
