// What is asked on Discord survives kill -9: the real program, killed while the model thinks about it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startFakeLlm } from "../../fakes/llm/llm.ts";
import { newFolder } from "../../folder.ts";
import { killed, startIn } from "../../program.ts";
import { fakeDiscord } from "./rig.ts";

test("a question is answered once although the house was killed over it, and a private one leaves nothing", async () => {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  const folder = newFolder();
  const personas = join(folder, "personas");
  mkdirSync(personas);
  writeFileSync(join(personas, "ada.yaml"), "version: 1\nsolvers: [openai]\n");
  const llm = await startFakeLlm({ reply: "Here I am.", script: [{ kind: "silence" }, { kind: "silence" }] });
  onTestFinished(() => llm.close());
  const env = {
    DISCORD_TOKEN: fake.token,
    DISCORD_API_URL: fake.url,
    OPENAI_BASE_URL: llm.url,
    OPENAI_MODEL: "fake-model",
  };
  const first = await startIn(folder, env, personas);
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  await fake.until(() => fake.gateway.entries.length > 0);
  await fake.command(general, "Olga", "persona add", { persona: "ada" }).said();
  await fake.command(general, "Tom", "ask", { persona: "ada", text: "Who are you?" }).said();
  await llm.asked(1);
  fake.command(general, "Tom", "ask", { persona: "ada", text: "And who am I?", privately: true });
  await llm.asked(2);
  await killed(first);
  await startIn(folder, env, personas);
  const posts = () => fake.messages(general).filter((each) => each.author === "Ada");
  await expect.poll(() => posts().length, { timeout: 20_000, interval: 100 }).toBe(1);
  await fake.command(general, "Tom", "ask", { persona: "ada", text: "Still there?" }).said();
  await expect.poll(() => posts().length, { timeout: 20_000, interval: 100 }).toBe(2);
  expect(posts().map(({ text }) => text)).toEqual([
    "-# ↪ Tom: “Who are you?”\nHere I am.",
    "-# ↪ Tom: “Still there?”\nHere I am.",
  ]);
  expect(JSON.stringify(llm.chats.at(-1)?.body)).not.toContain("who am I");
}, 60_000);
