import { type APIMessage, type APIThreadChannel, Routes } from "discord.js";
import { expect, test } from "vitest";
import { needsCorpora } from "../needs.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { restOf } from "./discord/clients.ts";
import { connect, discord, refusal, texts } from "./discord/stage.ts";

const description = needsCorpora("discord/openapi.json");

test("what a person says reaches the bot, and what the bot posts stands in the channel", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const bot = await connect(fake);
  fake.say(general, "Mira", "hello");
  await fake.until(() => texts(bot).includes("hello"));

  const posted = (await restOf(fake).post(Routes.channelMessages(general.id), {
    body: { content: "hi, Mira" },
  })) as APIMessage;

  expect(posted.content).toBe("hi, Mira");
  expect(fake.messages(general).map(({ author, text }) => `${author}: ${text}`)).toEqual([
    "Mira: hello",
    "Troupe: hi, Mira",
  ]);
});

test("the same nonce within a few minutes gives the message that stands there already", async () => {
  const clock = new VirtualClock();
  const fake = await discord({ clock });
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  const say = async (): Promise<APIMessage> =>
    (await rest.post(Routes.channelMessages(general.id), {
      body: { content: "once", nonce: "post-1", enforce_nonce: true },
    })) as APIMessage;

  const [first, again] = [await say(), await say()];
  expect(again.id).toBe(first.id);
  expect(fake.messages(general)).toHaveLength(1);

  await clock.advance(6 * 60_000);
  expect((await say()).id).not.toBe(first.id);
});

test("a post is refused with a tree that names each field", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const body = { content: "x".repeat(2001), embeds: [{ title: "y".repeat(257) }] };
  const { status, code, errors } = await refusal(restOf(fake).post(Routes.channelMessages(general.id), { body }));
  expect([status, code]).toEqual([400, 50_035]);
  expect(errors).toMatchObject({
    content: { _errors: [{ code: "BASE_TYPE_BAD_LENGTH", message: "Must be 2000 or fewer in length." }] },
    embeds: { 0: { title: { _errors: [{ code: "BASE_TYPE_BAD_LENGTH" }] } } },
  });
  fake.forgive();
});

test("an empty message is refused", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  expect(
    await refusal(restOf(fake).post(Routes.channelMessages(general.id), { body: { content: " " } })),
  ).toMatchObject({ status: 400, code: 50_006 });
});

test("a mention pings unless the request says otherwise, and so does an edit", async () => {
  const fake = await discord();
  const guild = fake.guild("Tea House", { botMay: ["ManageWebhooks", "MentionEveryone"] });
  const general = fake.channel(guild, "general");
  const mira = fake.member(guild, "Mira");
  const rest = restOf(fake);
  const say = async (body: object): Promise<APIMessage> =>
    (await rest.post(Routes.channelMessages(general.id), { body })) as APIMessage;
  const content = `hi ${fake.mention(mira)} and @everyone, \`${fake.mention(mira)}\``;

  const loud = await say({ content });
  const quiet = await say({ content, allowed_mentions: { parse: [] } });
  const one = await say({ content, allowed_mentions: { users: [mira.id] } });
  expect(fake.messages(general).map(({ pinged }) => [pinged.users, pinged.isEveryone])).toEqual([
    [[mira.id], true],
    [[], false],
    [[mira.id], false],
  ]);
  expect([loud.mention_everyone, quiet.mentions.length, one.mentions.length]).toEqual([true, 0, 1]);

  await rest.patch(Routes.channelMessage(general.id, quiet.id), { body: { content: `${content}!` } });
  expect(fake.messages(general).find(({ id }) => id === quiet.id)?.pinged).toMatchObject({
    users: [mira.id],
    isEveryone: true,
  });
});

test("a reply pings the one it answers unless told not to", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const asked = fake.say(general, "Mira", "anyone?");
  const rest = restOf(fake);
  const reference = { message_reference: { message_id: asked.id } };
  await rest.post(Routes.channelMessages(general.id), { body: { content: "me", ...reference } });
  await rest.post(Routes.channelMessages(general.id), {
    body: { content: "me too", ...reference, allowed_mentions: { parse: [], replied_user: false } },
  });
  expect(fake.messages(general).map(({ text, replyTo, pinged }) => [text, replyTo, pinged.users])).toEqual([
    ["anyone?", null, []],
    ["me", asked.id, [asked.authorId]],
    ["me too", asked.id, []],
  ]);
});

test("links get a preview afterwards, as an update that is no edit, unless previews are off", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  for (const flags of [0, 4]) {
    await rest.post(Routes.channelMessages(general.id), { body: { content: "see https://example.org/", flags } });
  }
  expect(
    fake.messages(general).map(({ embeds, editedAt, hasPreviewsOff }) => [embeds.length, editedAt, hasPreviewsOff]),
  ).toEqual([
    [1, null, false],
    [0, null, true],
  ]);
});

test("files travel with a post, can be fetched, and an archived thread refuses an edit", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  const asked = fake.say(general, "Mira", "show me");
  const thread = (await rest.post(Routes.threads(general.id, asked.id), {
    body: { name: "shown" },
  })) as APIThreadChannel;
  expect(thread.id).toBe(asked.id);

  const files = [{ name: "tale.txt", data: "Once upon a time", contentType: "text/plain" }];
  const posted = (await rest.post(Routes.channelMessages(thread.id), {
    body: { content: "here" },
    files,
  })) as APIMessage;
  const [attachment] = posted.attachments;
  expect(attachment).toMatchObject({ filename: "tale.txt", size: 16 });
  expect(await (await fetch(attachment?.url ?? "")).text()).toBe("Once upon a time");

  fake.archive({ id: thread.id, name: "shown" }, "archived and locked");
  expect(
    await refusal(rest.patch(Routes.channelMessage(thread.id, posted.id), { body: { content: "changed" } })),
  ).toMatchObject({ code: 50_083 });
});

test("what the bot may not do is refused: 50001 where it sees nothing, 50013 where it lacks a right", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  fake.deny(general, "SendMessages", "ManageWebhooks");
  expect(await refusal(rest.post(Routes.channelMessages(general.id), { body: { content: "hi" } }))).toMatchObject({
    status: 403,
    code: 50_013,
  });
  expect(await refusal(rest.post(Routes.channelWebhooks(general.id), { body: { name: "Troupe" } }))).toMatchObject({
    code: 50_013,
  });
  fake.deny(general, "ViewChannel");
  expect(await refusal(rest.get(Routes.channel(general.id)))).toMatchObject({ code: 50_001 });
});

test("who takes no direct messages refuses them", async () => {
  const fake = await discord();
  const mira = fake.user("Mira");
  const dm = fake.openDm(mira);
  fake.closeDms(mira);
  expect(await refusal(restOf(fake).post(Routes.channelMessages(dm.id), { body: { content: "hi" } }))).toMatchObject({
    status: 403,
    code: 50_007,
  });
});

test("the bot reacts to a message and takes it back", async () => {
  const fake = await discord();
  const said = fake.say(fake.channel(fake.guild("Tea House"), "general"), "Mira", "hello");
  const mine = Routes.channelMessageOwnReaction(said.channelId, said.id, encodeURIComponent("👍"));
  const reactions = (): unknown => fake.messages({ id: said.channelId, name: "" })[0]?.reactions;
  await restOf(fake).put(mine);
  expect(reactions()).toEqual({ "👍": [fake.bot.id] });
  await restOf(fake).delete(mine);
  expect(reactions()).toEqual({});
});

test("a channel is read back newest first, before and after a message", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const said = ["one", "two", "three", "four"].map((text) => fake.say(general, "Mira", text));
  const read = async (query: Record<string, string>): Promise<readonly string[]> => {
    const messages = (await restOf(fake).get(Routes.channelMessages(general.id), {
      query: new URLSearchParams(query),
    })) as readonly APIMessage[];
    return messages.map(({ content }) => content);
  };
  expect(await read({ limit: "2" })).toEqual(["four", "three"]);
  expect(await read({ after: said[0]?.id ?? "", limit: "2" })).toEqual(["three", "two"]);
  expect(await read({ before: said[2]?.id ?? "" })).toEqual(["two", "one"]);
});

test("the bot finds itself, its guilds, its channels and its face", async () => {
  const fake = await discord();
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  const mira = fake.user("Mira");
  const rest = restOf(fake);
  const all = await Promise.all([
    rest.get(Routes.user()),
    rest.get(Routes.currentApplication()),
    rest.get(Routes.oauth2CurrentApplication()),
    rest.get(Routes.userGuilds()),
    rest.get(Routes.guild(guild.id)),
    rest.get(Routes.guildChannels(guild.id)),
    rest.get(Routes.guildRoles(guild.id)),
    rest.get(Routes.guildMember(guild.id, fake.bot.id)),
    rest.get(Routes.channel(general.id)),
    rest.post(Routes.userChannels(), { body: { recipient_id: mira.id } }),
  ]);
  expect(all[0]).toMatchObject({ id: fake.bot.id, bot: true });
  expect(all[5]).toMatchObject([{ id: general.id, name: "general" }]);
  expect(all[9]).toMatchObject({ type: 1, recipients: [{ id: mira.id }] });

  const image = `data:image/png;base64,${Buffer.from("\u0089PNG\r\n\u001a\nface", "latin1").toString("base64")}`;
  const emoji = (await rest.post(Routes.applicationEmojis(fake.bot.id), { body: { name: "ada_face", image } })) as {
    readonly id: string;
  };
  expect((await fetch(`${fake.cdn}/emojis/${emoji.id}.png`)).headers.get("content-type")).toBe("image/png");
  expect(await rest.get(Routes.applicationEmojis(fake.bot.id))).toMatchObject({
    items: [{ id: emoji.id, name: "ada_face" }],
  });
  await rest.delete(Routes.applicationEmoji(fake.bot.id, emoji.id));
});

test.skipIf(description.skip)(
  "what does not fit Discord's description fails the test, even where Discord would shrug",
  async () => {
    const fake = await discord();
    const general = fake.channel(fake.guild("Tea House"), "general");
    await restOf(fake).post(Routes.channelMessages(general.id), {
      body: { content: "hi", allowedMentions: { parse: [] } },
    });
    expect(() => fake.assertValid()).toThrow(/allowedMentions/);
    fake.forgive();
    expect(() => fake.assertValid()).not.toThrow();
  },
);
