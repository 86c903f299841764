// An answer that is shown while it is being written, and an answer in a thread: the whole house on a fake Discord, with a model that writes slowly.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { House } from "../../../src/app.ts";
import { channelId, discordPlatform } from "../../../src/domain/ids.ts";
import type { Step } from "../../fakes/llm/llm.ts";
import { startFakeLlm } from "../../fakes/llm/llm.ts";
import { newFolder } from "../../folder.ts";
import { fakeDiscord } from "./rig.ts";
import { modelOf, openStoreIn, startHouseOn } from "./whole-house.ts";

/** Ada lives in #general and speaks by a model; `set` is set there. */
async function openTown(set: Readonly<Record<string, string>>, closed: "by the test" | "at its end" = "at its end") {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  const llm = await startFakeLlm({ reply: "Here I am." });
  onTestFinished(() => llm.close());
  const folder = newFolder();
  writeFileSync(join(folder, "ada.yaml"), "version: 1\nsolvers: [openai]\n");
  const env = { ...modelOf(llm, folder), DISCORD_PACE: "50" };
  const open = async (closed: "by the test" | "at its end"): Promise<House> => {
    const seen = fake.gateway.entries.length;
    const house = await startHouseOn(fake, { folder, env });
    if (closed === "at its end") onTestFinished(() => house.close(5_000));
    await fake.until(() => fake.gateway.entries.length > seen);
    return house;
  };
  const house = await open(closed);
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  await fake.command(general, "Olga", "persona add", { persona: "ada" }).said();
  for (const [setting, value] of Object.entries(set)) {
    await fake.command(general, "Olga", "settings set", { setting, value }).said();
  }
  return { fake, general, llm, house, open, folder };
}

/** An answer that comes piece by piece: each further piece when it is let. */
function slowly(pieces: readonly string[]): { readonly step: Step; readonly next: () => void } {
  const gates = pieces.map(() => Promise.withResolvers<void>());
  let passed = 0;
  const chunk = (delta: object, reason: string | null): string =>
    `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 0, model: "fake-model", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  const parts = pieces.flatMap((piece, at) => [
    ...(at === 0 ? [] : [() => gates[at - 1]?.promise ?? Promise.resolve()]),
    chunk({ content: piece }, null),
  ]);
  return {
    step: {
      kind: "raw",
      contentType: "text/event-stream",
      parts: [...parts, () => gates.at(-1)?.promise ?? Promise.resolve(), chunk({}, "stop"), "data: [DONE]\n\n"],
      ending: "end",
    },
    next: () => gates[passed++]?.resolve(),
  };
}

test("an answer is shown from its first sentence on and finished in place: one post, no ping, no 429", async () => {
  const { fake, general, llm } = await openTown({ streaming: "on" });
  const { step, next } = slowly(["It is deep. ", "Six fathoms, @everyone, ", "at low tide."]);
  llm.next(step);
  fake.say(general, "Mira", "Ada, how deep is the harbour?");
  const shown = () =>
    fake
      .messages(general)
      .find((each) => each.author === "Ada")
      ?.text.replaceAll("\u200B", "");
  await fake.until(() => shown() === "It is deep. …");
  next();
  await fake.until(() => shown() === "It is deep. Six fathoms, @everyone, …");
  next();
  next();
  await fake.until(() => shown() === "It is deep. Six fathoms, @everyone, at low tide.");
  const posts = fake.stored(general).filter((each) => each.author === "Ada");
  expect(posts).toHaveLength(1);
  expect(posts[0]?.pinged).toMatchObject({ users: [], isEveryone: false });
  expect(fake.requests().filter((each) => each.status === 429)).toEqual([]);
});

test("a house that is closed while an answer is being written finishes the same post after its return", async () => {
  const { fake, general, llm, house, open } = await openTown({ streaming: "on" }, "by the test");
  const { step } = slowly(["It is deep. ", "never said"]);
  llm.next(step);
  fake.say(general, "Mira", "Ada, how deep is the harbour?");
  const shown = () => fake.messages(general).find((each) => each.author === "Ada")?.text;
  await fake.until(() => shown() === "It is deep. …");
  await house.close(5_000);
  await open("at its end");
  await fake.until(() => shown() === "Here I am.");
  expect(fake.stored(general).filter((each) => each.author === "Ada")).toHaveLength(1);
});

test("with answers in threads the question gets a thread, and the talk goes on there", async () => {
  const { fake, general, llm, folder } = await openTown({ "answer-in": "thread", streaming: "on" });
  const question = fake.say(general, "Mira", "Ada, how deep is the harbour?");
  const thread = { id: question.id, name: "" };
  await fake.until(() => fake.messages(thread).some((each) => each.author === "Ada"));
  const store = await openStoreIn(folder);
  onTestFinished(() => store.close());
  const place = channelId(discordPlatform, question.id);
  await expect.poll(async () => (await store.recentMessages(place, null, 10)).length).toBe(1);
  expect(fake.messages(general).map((each) => each.author)).not.toContain("Ada");
  fake.say(thread, "Mira", "And at low tide, Ada?");
  await fake.until(() => fake.messages(thread).filter((each) => each.author === "Ada").length === 2);
  const prompt = JSON.stringify(llm.chats.at(-1)?.body);
  expect(prompt).toContain("how deep is the harbour?");
  expect(prompt).toContain("Here I am.");
});
