// Asking personas on Discord, and having their posts said anew or gone on from: the whole house on a fake Discord.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import type { Ref } from "../../fakes/discord/places.ts";
import type { Said } from "../../fakes/discord/said.ts";
import { startFakeLlm } from "../../fakes/llm/llm.ts";
import { newFolder } from "../../folder.ts";
import { fakeDiscord } from "./rig.ts";
import { modelOf, openHouseOn } from "./whole-house.ts";

/** Ada lives in #general, Bruno could; both speak by a model that says what it is told to say. */
async function openTown() {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  const llm = await startFakeLlm({ reply: "Here I am." });
  onTestFinished(() => llm.close());
  const folder = newFolder();
  for (const handle of ["ada", "bruno"]) {
    writeFileSync(join(folder, `${handle}.yaml`), "version: 1\nsolvers: [openai]\n");
  }
  await openHouseOn(fake, { folder, env: modelOf(llm, folder) });
  await fake.command(general, "Olga", "persona add", { persona: "ada" }).said();
  return { fake, general, llm };
}

function posts(fake: FakeDiscord, channel: Ref): readonly Said[] {
  return fake.messages(channel).filter((each) => each.author === "Ada" || each.author === "Bruno");
}

async function ask(fake: FakeDiscord, channel: Ref, text: string, more: Readonly<Record<string, boolean>> = {}) {
  const before = posts(fake, channel).length;
  const told = await fake.command(channel, "Tom", "ask", { persona: "ada", text, ...more }).said();
  if (more["privately"] !== true) await fake.until(() => posts(fake, channel).length > before);
  return told;
}

test("/ask is answered under the persona's name and face, and a small line tells what was asked", async () => {
  const { fake, general } = await openTown();
  const told = await ask(fake, general, "Who are *you*, @everyone? https://example.com/?q=1");
  expect(told.onlyFor).not.toBeNull();
  expect(told.text).toBe("Ada answers you here in a moment.");
  const [post] = posts(fake, general);
  expect(post?.webhookId).not.toBeNull();
  const [line, ...rest] = post?.text.split("\n") ?? [];
  expect(rest).toEqual(["Here I am."]);
  expect(line?.replaceAll("\u200B", "")).toBe("-# ↪ Tom: “Who are \\*you\\*, @everyone? https://example.com/?q=1”");
  expect(line).not.toMatch(/@everyone|https:\/\//u);
  expect(post?.pinged).toMatchObject({ users: [], isEveryone: false });
});

test("a long question is told by its beginning, and what somebody wrote is no tag of Discord's", async () => {
  const { fake, general, llm } = await openTown();
  const who = fake.user("Tom").id;
  await ask(fake, general, `<@${who}> in <#${general.id}>: ${"why 👨‍👩‍👧 ".repeat(80)}`);
  const line = posts(fake, general)[0]?.text.split("\n")[0] ?? "";
  expect(line.length).toBeLessThan(115);
  expect(line).toMatch(/…”$/u);
  expect(line).not.toContain(`<@${who}>`);
  expect(line.isWellFormed()).toBe(true);
  const asked = JSON.stringify(llm.chats.at(-1)?.body);
  expect(asked).toContain("@somebody in #general: why");
  expect(asked).not.toContain(who);
});

test("in a direct message, where the bot itself speaks, the line stands above the name", async () => {
  const { fake } = await openTown();
  const direct = fake.openDm(fake.user("Tom"));
  await fake.command(direct, "Tom", "ask", { persona: "bruno", text: "Who are you?" }).said();
  await fake.until(() => fake.messages(direct).some((each) => each.text.includes("Here I am.")));
  const post = fake.messages(direct).find((each) => each.text.includes("Here I am."));
  expect(post?.text).toBe("-# ↪ Tom: “Who are you?”\n**Bruno**\nHere I am.");
});

test("a private answer is an answer to the command alone: nothing is said in the channel", async () => {
  const { fake, general, llm } = await openTown();
  llm.next({ kind: "reply", text: "Only between us." });
  const seen = () => fake.messages(general).filter(({ onlyFor }) => onlyFor === null).length;
  const before = seen();
  const told = await ask(fake, general, "Can you keep a secret?", { privately: true });
  expect(told.text).toBe("**Ada** to you alone:\nOnly between us.");
  expect(told.onlyFor).not.toBeNull();
  expect(seen()).toBe(before);
  await ask(fake, general, "Hello?");
  expect(JSON.stringify(llm.chats.at(-1)?.body)).not.toContain("secret");
});

test("a post is made anew from its menu, leafed through, and keeps the line above it", async () => {
  const { fake, general, llm } = await openTown();
  await ask(fake, general, "Who are you?");
  const [post] = posts(fake, general);
  if (post === undefined) throw new Error("Ada said nothing");
  llm.next({ kind: "reply", text: "Somebody else." });
  const made = await fake.messageMenu(post, "Tom", "Regenerate").said();
  expect(made.text).toBe("It says version 2/2 now.");
  const text = () => posts(fake, general)[0]?.text;
  expect(text()).toBe("-# ↪ Tom: “Who are you?”\nSomebody else.");
  await fake.press(made, "Tom", "◀").answered();
  await fake.until(() => text()?.endsWith("Here I am."));
  expect(text()).toBe("-# ↪ Tom: “Who are you?”\nHere I am.");
  const refused = await fake.messageMenu(post, "Zoe", "Regenerate").said();
  expect(refused.text).toContain("Only those who may manage this channel");
});

test("a persona goes on from its post below, once, however often it is pressed", async () => {
  const { fake, general, llm } = await openTown();
  await ask(fake, general, "Who are you?");
  const [post] = posts(fake, general);
  if (post === undefined) throw new Error("Ada said nothing");
  llm.next({ kind: "reply", text: "And I keep the light." });
  const presses = ["Zoe", "Tom", "Zoe"].map((who) => fake.messageMenu(post, who, "Continue").said());
  expect((await Promise.all(presses)).map((each) => each.onlyFor === null)).toEqual([false, false, false]);
  await fake.until(() => posts(fake, general).length === 2);
  const [, second] = posts(fake, general);
  expect(second?.text).toMatch(
    new RegExp(
      `^-# ↪ \\[Ada\\]\\(<https://discord\\.com/channels/\\d+/${general.id}/${post.id}>\\) · (?:Zoe|Tom): “Go on\\.”\\nAnd I keep the light\\.$`,
      "u",
    ),
  );
  await fake.messageMenu(post, "Tom", "Continue").said();
  await ask(fake, general, "Still there?");
  expect(posts(fake, general)).toHaveLength(3);
});

test("what is done by hand is one entry on the post, with a button for each", async () => {
  const { fake, general } = await openTown();
  await ask(fake, general, "Who are you?");
  const [post] = posts(fake, general);
  if (post === undefined) throw new Error("Ada said nothing");
  const panel = await fake.messageMenu(post, "Tom", "Edit or delete").said();
  const form = fake.press(panel, "Tom", "Edit");
  expect(await form.answered()).toMatchObject({ kind: "modal", modal: { title: "What Ada said" } });
  await fake.fill(form, { Text: "Nobody." }).said();
  expect(posts(fake, general)[0]?.text).toBe("-# ↪ Tom: “Who are you?”\nNobody.");
  expect((await fake.press(panel, "Tom", "Delete").said()).text).toBe("What Ada said is gone, from memory too.");
  expect(posts(fake, general)).toEqual([]);
});

test("whom somebody may ask is suggested while they type", async () => {
  const { fake, general } = await openTown();
  const suggested = async (who: string) => {
    const given = await fake.autocomplete(general, who, "ask", { persona: "" }, "persona").answered();
    return given.kind === "choices" ? given.choices.map(({ value }) => value) : given;
  };
  expect(await suggested("Tom")).toEqual(["ada"]);
  expect(await suggested("Olga")).toEqual(["ada", "bruno"]);
});

test("where answers are given in threads, one is made anew there, and a command is answered in the channel", async () => {
  const { fake, general, llm } = await openTown();
  await fake.command(general, "Olga", "settings set", { setting: "answer-in", value: "thread" }).said();
  const question = fake.say(general, "Tom", "Ada, how deep is the harbour?");
  const thread = { id: question.id, name: "thread" };
  await fake.until(() => posts(fake, thread).length === 1);
  const [post] = posts(fake, thread);
  if (post === undefined) throw new Error("Ada said nothing");
  llm.next({ kind: "reply", text: "Nine fathoms." });
  expect((await fake.messageMenu(post, "Tom", "Regenerate").said()).text).toBe("It says version 2/2 now.");
  expect(posts(fake, thread).map(({ text }) => text)).toEqual(["Nine fathoms."]);
  expect(JSON.stringify(llm.chats.at(-1)?.body)).toContain("how deep is the harbour?");
  await ask(fake, general, "And how wide?");
  expect(posts(fake, general).map(({ text }) => text)).toEqual(["-# ↪ Tom: “And how wide?”\nHere I am."]);
});
