// From a command to its first answer, with a model that never answers and messages that flow: the house beside the library alone, which answers each at once.
import { setTimeout as sleep } from "node:timers/promises";
import type { FakeDiscord } from "../tests/fakes/discord/fake.ts";
import { openFakeDiscord } from "../tests/fakes/discord/fake.ts";
import type { Asking } from "../tests/fakes/discord/hands-port.ts";
import type { Ref } from "../tests/fakes/discord/places.ts";
import { aim, inFolder, startStub } from "./children.ts";
import { settle, startBare, startHouse, until } from "./discord-stage.ts";

const COMMANDS = 2_400;
const CHANNELS = 20;
const PEOPLE = 50;
// A hundred commands a second, and each fifth of that a message that names a persona.
const EVERY_MS = 10;
const MESSAGE_EVERY = 5;
// The interaction would be lost after three seconds.
const ANSWERED_WITHIN_MS = 3_500;

const P999_MAX_MS = 1_500;

/** What people do, in turn: asking, looking, changing, and typing into an option. */
const DEEDS: readonly ((fake: FakeDiscord, channel: Ref, who: Ref) => Asking)[] = [
  (fake, channel, who) => fake.command(channel, who, "help"),
  (fake, channel, who) => fake.command(channel, who, "persona list"),
  (fake, channel, who) => fake.autocomplete(channel, who, "persona add", { persona: "a" }, "persona"),
  (fake, channel, who) => fake.command(channel, who, "persona show", { persona: "ada" }),
  (fake, channel, who) => fake.command(channel, who, "settings show"),
  (fake, channel, who) => fake.command(channel, who, "ask", { persona: "ada", text: "is the lamp lit?" }),
  (fake, channel, who) => fake.command(channel, who, "persona add", { persona: "ada" }),
  (fake, channel, who) => fake.autocomplete(channel, who, "settings set", { setting: "t" }, "setting"),
  (fake, channel, who) => fake.command(channel, who, "settings set", { setting: "talkativeness", value: "0.4" }),
  (fake, channel, who) => fake.command(channel, who, "persona create"),
  (fake, channel, who) => fake.command(channel, who, "settings history"),
  (fake, channel, who) => fake.command(channel, who, "privacy export"),
];

interface Waits {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly unanswered: number;
}

/** Prints the waits of house and library. */
export async function benchCommands(): Promise<void> {
  const stub = await startStub("stalled");
  const [house, library] = await inFolder("disk", (folder) => measure(folder, stub.url));
  await stub.stop();
  const shown = ({ p50, p99, p999, unanswered }: Waits): string =>
    `p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms, unanswered ${unanswered}`;
  console.log(
    `From a command on Discord to its first answer (${COMMANDS} of ${DEEDS.length} kinds, ${1000 / EVERY_MS} a second, ${1000 / EVERY_MS / MESSAGE_EVERY} messages a second beside them, the model stalled)`,
  );
  console.log(`  house ${shown(house)} ${aim(house.p999, P999_MAX_MS)}; library alone ${shown(library)}`);
}

async function measure(folder: string, llm: string): Promise<readonly [Waits, Waits]> {
  const fake = await openFakeDiscord({ description: "off" });
  const guild = fake.guild("Bench");
  const channels = Array.from({ length: CHANNELS }, (_, at) => fake.channel(guild, `room-${at}`));
  const people = Array.from({ length: PEOPLE }, (_, at) =>
    fake.member(guild, `Person ${at}`, { may: ["ManageGuild"] }),
  );
  await settle(folder, channels);
  const house = await startHouse(fake, { folder, llm, speed: 1 });
  await until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  const ours = await ask(fake, channels, people);
  await house.stop();
  const bare = await startBare(fake, { kind: "echo" });
  const theirs = await ask(fake, channels, people);
  await bare.stop();
  await fake.close();
  return [ours, theirs];
}

async function ask(fake: FakeDiscord, channels: readonly Ref[], people: readonly Ref[]): Promise<Waits> {
  const asked: Asking[] = [];
  const startedAt = performance.now();
  for (let number = 0; number < COMMANDS; number += 1) {
    const [channel, who] = [channels[number % channels.length], people[number % people.length]];
    const deed = DEEDS[number % DEEDS.length];
    if (channel === undefined || who === undefined || deed === undefined) throw new RangeError("nobody is there");
    asked.push(deed(fake, channel, who));
    if (number % MESSAGE_EVERY === 0) fake.say(channel, `Guest ${number}`, `Ada, message ${number}`);
    // By the clock, not by pauses: who is late does not slow the others down.
    await sleep(Math.max(0, startedAt + (number + 1) * EVERY_MS - performance.now()));
  }
  await sleep(ANSWERED_WITHIN_MS);
  const waits = asked.flatMap((each) => each.tookMs() ?? []).toSorted((a, b) => a - b);
  const quantile = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0;
  const unanswered = asked.length - waits.length;
  // Who gets no answer has waited for ever.
  return { p50: quantile(0.5), p99: quantile(0.99), p999: unanswered > 0 ? Infinity : quantile(0.999), unanswered };
}
