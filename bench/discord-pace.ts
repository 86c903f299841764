// A flooded conversation: messages said per second as a share of what Discord's limits allow, beside the library alone posting to a webhook of its own in the same run.
import { restOf } from "../tests/fakes/discord/clients.ts";
import { LIMITS } from "../tests/fakes/discord/limits.ts";
import type { FakeDiscord } from "../tests/fakes/discord/fake.ts";
import { openFakeDiscord } from "../tests/fakes/discord/fake.ts";
import { atLeast, inFolder, startStub } from "./children.ts";
import { settle, startBare, startHouse, until } from "./discord-stage.ts";

// Discord's minute is six seconds here; faster, and the machine's own scheduling is what would be measured.
const FASTER = 10;
// A channel takes 30 webhook posts a minute: the limit that a flood meets.
const POSTS_MAX = 30;
const WINDOW_MS = 60_000 / FASTER;
const WINDOWS = 5;
const COUNTED = WINDOWS * POSTS_MAX;
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

/** Prints the share of house and library. */
export async function benchPace(): Promise<void> {
  const fake = await openFakeDiscord({ limits: { faster: FASTER }, description: "off" });
  const guild = fake.guild("Bench");
  const flooded = fake.channel(guild, "flooded");
  const bare = fake.channel(guild, "bare");
  await restOf(fake).post(`/channels/${bare.id}/webhooks`, { body: { name: "Bare" } });
  const [hook] = fake.webhooks(bare);
  if (hook === undefined) throw new Error("the fake made no webhook");
  const stub = await startStub();
  await inFolder("disk", async (folder) => {
    await settle(folder, [flooded]);
    const house = await startHouse(fake, { folder, llm: stub.url, speed: FASTER });
    const library = await startBare(fake, { kind: "flood", webhook: `${hook.id}/${hook.token}`, speed: FASTER });
    const answered = (): number => fake.messages(flooded).filter(({ webhookId }) => webhookId !== null).length;
    for (let number = 1; answered() <= COUNTED; number += 1) {
      fake.say(flooded, `Person ${number}`, `Ada, message ${number}: what did the harbour look like this morning?`);
      await until(() => number - answered() < AHEAD || answered() > COUNTED);
    }
    await until(() => fake.messages(bare).length > COUNTED);
    await library.stop();
    await house.stop();
    print(flowOf(fake, fake.webhooks(flooded)[0]?.id ?? ""), flowOf(fake, hook.id), fake);
  });
  await stub.stop();
  await fake.close();
}

/** A minute begins anew with every thirty-first post: how long so many took, beside how long the limits make them take. */
function flowOf(fake: FakeDiscord, webhook: string): Flow {
  const posts = fake
    .requests()
    .filter(({ method, path }) => method === "POST" && path.startsWith(`/webhooks/${webhook}/`));
  const said = posts.filter(({ stored }) => stored !== null);
  const [first, last] = [said[0]?.at, said[COUNTED]?.at];
  if (first === undefined || last === undefined) throw new Error(`only ${said.length} posts were said`);
  const refused = posts.filter(({ status }) => status === 429).length;
  return { perSecond: (COUNTED * 1000) / (last - first), share: (WINDOWS * WINDOW_MS) / (last - first), refused };
}

function print(house: Flow, library: Flow, fake: FakeDiscord): void {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const shown = ({ perSecond, share, refused }: Flow): string =>
    `${percent(share)} (${perSecond.toFixed(2)} a second; 429: ${refused})`;
  const all = fake.requests().filter(({ status }) => status === 429);
  const others = all.filter(({ path }) => !path.startsWith("/webhooks/")).length;
  const { max, perMs } = LIMITS.webhookPost;
  console.log(
    `A flooded conversation on Discord (a webhook takes ${max} posts in ${perMs / 1000} s, its channel ${POSTS_MAX} a minute; enforced, and run ${FASTER} times faster; ${WINDOWS} such minutes)`,
  );
  console.log(
    `  share of what the limits allow   house ${shown(house)} ${atLeast(house.share, SHARE_MIN)}; @discordjs/rest alone ${shown(library)}`,
  );
  console.log(`  429 of the house for anything else (reading, typing): ${others}`);
}
