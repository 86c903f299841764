// A flooded conversation: messages said per second as a share of what Discord's limits allow, beside the library alone posting in a channel of its own in the same run.
import { restOf } from "../tests/fakes/discord/clients.ts";
import type { FakeDiscord } from "../tests/fakes/discord/fake.ts";
import { openFakeDiscord } from "../tests/fakes/discord/fake.ts";
import type { Ref } from "../tests/fakes/discord/places.ts";
import { aim, atLeast, inFolder, startStub } from "./children.ts";
import { settle, startBare, startHouse, until } from "./discord-stage.ts";

/** The limit that a flood meets, and how it is measured. */
interface Limit {
  readonly what: string;
  /** Who posts: a webhook, or the bot itself where it may make none. */
  readonly by: "webhook" | "bot";
  readonly posts: number;
  readonly perMs: number;
  /** How many times faster the limits run here; much faster, and the machine's own scheduling is what would be measured. */
  readonly faster: number;
  /** How many times the limit is filled. */
  readonly times: number;
}

const FLOODS: readonly Limit[] = [
  { what: "by webhook, 30 posts a minute", by: "webhook", posts: 30, perMs: 60_000, faster: 10, times: 5 },
  { what: "by the bot itself, 5 posts in 5 s", by: "bot", posts: 5, perMs: 5_000, faster: 2, times: 6 },
];

// So many messages wait for their answers at any time.
const AHEAD = 12;

const SHARE_MIN = 0.98;

interface Flow {
  readonly perSecond: number;
  /** Of what the limits allow in the same time. */
  readonly share: number;
  /** How often it was told to go slower. */
  readonly refused: number;
}

/** Prints the share of house and library for each. */
export async function benchPace(): Promise<void> {
  console.log("A flooded conversation on Discord, as a share of what the limits allow (enforced by the stand-in)");
  const stub = await startStub();
  for (const limit of FLOODS) await inFolder("disk", (folder) => flood(limit, folder, stub.url));
  await stub.stop();
}

async function flood(limit: Limit, folder: string, llm: string): Promise<void> {
  const { by, faster } = limit;
  const fake = await openFakeDiscord({ limits: { faster }, description: "off" });
  const guild = fake.guild("Bench");
  const [flooded, bare] = [fake.channel(guild, "flooded"), fake.channel(guild, "bare")];
  const route = await routeOf(fake, bare, by);
  if (by === "bot") fake.deny(flooded, "ManageWebhooks");
  await settle(folder, [flooded]);
  const house = await startHouse(fake, { folder, llm, speed: faster });
  const library = await startBare(fake, { kind: "flood", route, speed: faster });
  const counted = limit.posts * limit.times;
  const answered = (): number => fake.messages(flooded).filter(({ isBot }) => isBot).length;
  for (let number = 1; answered() <= counted; number += 1) {
    fake.say(flooded, `Person ${number}`, `Ada, message ${number}: what did the harbour look like this morning?`);
    await until(() => number - answered() < AHEAD || answered() > counted);
  }
  await until(() => fake.messages(bare).length > counted);
  await library.stop();
  await house.stop();
  const [webhook] = fake.webhooks(flooded);
  const ours = flowOf(
    fake,
    webhook === undefined ? `/channels/${flooded.id}/messages` : `/webhooks/${webhook.id}/`,
    limit,
  );
  const isOthers = (path: string): boolean => path.startsWith(route);
  const all = fake.requests().filter(({ status, path }) => status === 429 && !isOthers(path)).length;
  const shown = ({ perSecond, share }: Flow): string =>
    `${(share * 100).toFixed(1)} %, ${(perSecond / faster).toFixed(3)} a second`;
  const theirs = flowOf(fake, route, limit);
  console.log(
    `  ${limit.what} (run ${faster} times faster, ${limit.times} times filled)   house ${shown(ours)} ${atLeast(ours.share, SHARE_MIN)}, 429: ${all} ${aim(all, 0)}; @discordjs/rest alone ${shown(theirs)}, 429: ${theirs.refused}`,
  );
  await fake.close();
}

/** Where the library alone posts: to a webhook of its own, or as the bot. */
async function routeOf(fake: FakeDiscord, channel: Ref, by: Limit["by"]): Promise<string> {
  if (by === "bot") return `/channels/${channel.id}/messages`;
  await restOf(fake).post(`/channels/${channel.id}/webhooks`, { body: { name: "Bare" } });
  const [hook] = fake.webhooks(channel);
  if (hook === undefined) throw new Error("the fake made no webhook");
  return `/webhooks/${hook.id}/${hook.token}`;
}

/** A limit begins anew with the first post beyond it: how long so many took, beside how long it makes them take. */
function flowOf(fake: FakeDiscord, route: string, { posts, perMs, faster, times }: Limit): Flow {
  const asked = fake.requests().filter(({ method, path }) => method === "POST" && path.startsWith(route));
  const said = asked.filter(({ stored }) => stored !== null);
  const [first, last] = [said[0]?.at, said[posts * times]?.at];
  if (first === undefined || last === undefined) throw new Error(`only ${said.length} posts were said`);
  const refused = asked.filter(({ status }) => status === 429).length;
  const seconds = (last - first) / 1000;
  return { perSecond: (posts * times) / seconds, share: (times * perMs) / faster / (last - first), refused };
}
