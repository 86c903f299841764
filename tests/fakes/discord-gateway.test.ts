import { GatewayDispatchEvents, GatewayIntentBits, Routes } from "discord.js";
import { once } from "node:events";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { VirtualClock } from "../virtual-clock.ts";
import { type Connection, gatewayOf, INTENTS, restOf } from "./discord/clients.ts";
import { nextMeets, NO_MISCHIEF } from "./discord/mischief.ts";
import { connect, discord, texts } from "./discord/stage.ts";

const WITHOUT_CONTENT = INTENTS & ~GatewayIntentBits.MessageContent;

// The library throws what the gateway says beside telling it.
async function attempt({ manager }: Connection): Promise<unknown> {
  try {
    await manager.connect();
    return null;
  } catch (error) {
    return error;
  }
}

test("a session that was left open is resumed by another process, with everything that it missed", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const first = await connect(fake);
  await first.leave();
  fake.say(general, "Mira", "one");
  fake.say(general, "Mira", "two");

  const second = await connect(fake, { session: first.session() });
  await fake.until(() => texts(second).length === 2);

  expect(texts(second)).toEqual(["one", "two"]);
  expect(fake.gateway.entries.map(({ kind, outcome, viaResumeUrl }) => [kind, outcome, viaResumeUrl])).toEqual([
    ["identify", "accepted", false],
    ["resume", "accepted", true],
  ]);
});

test("closing with 1000 ends the session", async () => {
  const fake = await discord();
  fake.guild("Tea House");
  const first = await connect(fake);
  const session = first.session();
  await first.manager.destroy({ code: 1000 });
  await fake.until(() => fake.gateway.sessions.size === 0);
  const { gateway } = fake;
  // The library identifies anew after the refusal; that is within five seconds of the first, which is refused as well.
  const second = gatewayOf(fake, { session });
  void attempt(second);
  await fake.until(() => gateway.entries.some(({ kind }) => kind === "resume"));
  expect(gateway.entries.at(-1)).toMatchObject({ kind: "resume", outcome: "invalid session" });
  await second.leave();
});

test("a session waits a few minutes and no longer", async () => {
  const clock = new VirtualClock();
  const fake = await discord({ clock, gateway: { resumeWithinMs: 180_000 } });
  const general = fake.channel(fake.guild("Tea House"), "general");
  const first = await connect(fake);
  await first.leave();
  await fake.until(() => [...fake.gateway.sessions.values()].every(({ socket }) => socket === null));
  await clock.advance(181_000);
  fake.say(general, "Mira", "anyone?");
  expect(fake.gateway.sessions.size).toBe(0);
});

test("told to reconnect, the library resumes and misses nothing", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const bot = await connect(fake);
  fake.gateway.askToReconnect();
  await fake.until(() => fake.gateway.entries.some(({ kind }) => kind === "resume"));
  fake.say(general, "Mira", "still there?");
  await fake.until(() => texts(bot).length === 1);
});

test("a heartbeat that nobody answers makes the library come back", async () => {
  const fake = await discord({ gateway: { heartbeatMs: 50 } });
  fake.guild("Tea House");
  await connect(fake);
  fake.gateway.acksHeartbeats = false;
  await fake.until(() => fake.gateway.entries.some(({ kind }) => kind === "resume"));
  fake.gateway.acksHeartbeats = true;
});

test("a wrong token is closed with 4004, an intent that was not given with 4014", async () => {
  const fake = await discord();
  fake.guild("Tea House");
  const wrong = gatewayOf(fake, { token: "wrong" });
  void attempt(wrong);
  await fake.until(() => wrong.errors.length > 0);
  expect(wrong.errors[0]?.message).toBe("Authentication failed");

  fake.door.privileged.delete("messageContent");
  const greedy = gatewayOf(fake);
  void attempt(greedy);
  await fake.until(() => greedy.errors.length > 0);
  expect(fake.gateway.entries.map(({ outcome }) => outcome)).toEqual([4004, 4014]);
});

test("without the message-content intent only mentions, direct messages and own messages carry text", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const bot = await connect(fake, { intents: WITHOUT_CONTENT });
  const mira = fake.user("Mira");
  fake.say(general, mira, "secret");
  fake.say(general, mira, `${fake.mentionBot} hello`);
  fake.say(fake.openDm(mira), mira, "in private");
  const own = (await restOf(fake).post(Routes.channelMessages(general.id), { body: { content: "mine" } })) as {
    readonly id: string;
  };
  fake.say(general, mira, "a reply that pings", { replyTo: own });
  fake.say(general, mira, "a reply that does not", { replyTo: own, ping: "off" });
  await fake.until(() => texts(bot).length === 6);
  expect(texts(bot)).toEqual(["", `${fake.mentionBot} hello`, "in private", "mine", "a reply that pings", ""]);
});

test("each shard hears of its own guilds, and direct messages go to the first", async () => {
  const fake = await discord({ gateway: { maxConcurrency: 2 } });
  const guilds = ["Tea House", "Library"].map((name) => fake.guild(name));
  const channels = guilds.map((guild) => fake.channel(guild, "general"));
  const heard = await Promise.all([0, 1].map((id) => connect(fake, { shards: [[id], 2] })));
  for (const channel of channels) fake.say(channel, "Mira", channel.id);
  fake.say(fake.openDm(fake.user("Mira")), "Mira", "psst");
  await fake.until(() => heard.flatMap(texts).length === 3);
  const [first = [], second = []] = heard.map(texts);
  expect(first).toContain("psst");
  expect([...first, ...second].toSorted()).toEqual([...channels.map(({ id }) => id), "psst"].toSorted());
  expect(second).toHaveLength(1);
});

test("an event comes twice, late or never when a test asks for it", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const bot = await connect(fake);
  for (const fate of ["twice", "late", "lost"] as const) {
    fake.gateway.mischief = nextMeets("MESSAGE_CREATE", fate, 1, NO_MISCHIEF);
    fake.say(general, "Mira", `${fate} 1`);
    fake.say(general, "Mira", `${fate} 2`);
  }
  await fake.until(() => texts(bot).includes("lost 2"));
  expect(texts(bot)).toEqual(["twice 1", "twice 1", "twice 2", "late 2", "late 1", "lost 2"]);
});

test("an outage takes a guild away and brings it back", async () => {
  const fake = await discord();
  const guild = fake.guild("Tea House");
  fake.channel(guild, "general");
  const bot = await connect(fake);
  fake.outage(guild);
  fake.recover(guild);
  await fake.until(() => bot.heard.filter(({ t }) => t === GatewayDispatchEvents.GuildCreate).length === 2);
  expect(bot.heard.flatMap(({ t }) => (t.startsWith("GUILD_") ? [t] : []))).toEqual([
    "GUILD_CREATE",
    "GUILD_DELETE",
    "GUILD_CREATE",
  ]);
});

test("what people do to messages and channels is told", async () => {
  const fake = await discord();
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  const bot = await connect(fake);
  const said = fake.say(general, "Mira", "hello");
  fake.edit(said, "hello!");
  fake.react(said, "Mira", "👍");
  fake.type(general, "Mira");
  fake.remove(said);
  const [one, two] = [fake.say(general, "Mira", "1"), fake.say(general, "Mira", "2")];
  fake.remove(one, two);
  const thread = fake.thread(general, "aside");
  fake.archive(thread);
  fake.removeChannel(thread);
  fake.rename(general, "lounge");
  fake.removeChannel(general);
  fake.kick(guild);
  await fake.until(() => bot.heard.at(-1)?.t === GatewayDispatchEvents.GuildDelete);
  expect(bot.heard.map(({ t }) => t)).toEqual([
    "READY",
    "GUILD_CREATE",
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_REACTION_ADD",
    "TYPING_START",
    "MESSAGE_DELETE",
    "MESSAGE_CREATE",
    "MESSAGE_CREATE",
    "MESSAGE_DELETE_BULK",
    "THREAD_CREATE",
    "THREAD_UPDATE",
    "THREAD_DELETE",
    "CHANNEL_UPDATE",
    "CHANNEL_DELETE",
    "GUILD_DELETE",
  ]);
});

test("identifies are counted: one in five seconds, a thousand a day, then the token is gone", async () => {
  const clock = new VirtualClock();
  const fake = await discord({ clock });
  const identify = { token: fake.token, intents: 0, properties: {}, shard: [0, 1] };
  expect(fake.door.identify(identify, clock.now()).kind).toBe("come in");
  expect(fake.door.identify(identify, clock.now() + 4999).kind).toBe("again");
  for (let count = 1; count < 1000; count += 1) {
    expect(fake.door.identify(identify, clock.now() + count * 5000).kind).toBe("come in");
  }
  expect(fake.door.startLimit(clock.now() + 999 * 5000).remaining).toBe(0);
  expect(fake.door.identify(identify, clock.now() + 1000 * 5000)).toMatchObject({
    kind: "close",
    code: 4004,
    isForAll: true,
  });
  expect(fake.door.knows(fake.token)).toBe(false);
});

test("an invalid session is resumed when it may be, and given up when it is lost", async () => {
  const fake = await discord();
  fake.guild("Tea House");
  const bot = await connect(fake);
  fake.gateway.invalidate("resumable");
  await fake.until(() => fake.gateway.entries.length === 2);
  // On the same connection, without a new one.
  expect(fake.gateway.entries[1]).toMatchObject({ kind: "resume", outcome: "accepted", viaResumeUrl: false });
  fake.gateway.invalidate("lost");
  await fake.until(() => bot.session() === null);
  expect(fake.sessions()).toEqual([]);
});

test("fields that nobody knows, nonsense and unknown events go over the wire as a test makes them up", async () => {
  const fake = await discord();
  const general = fake.channel(fake.guild("Tea House"), "general");
  const bot = await connect(fake);
  fake.gateway.alter = (name, data) =>
    name === "MESSAGE_CREATE" ? { ...(data as object), mood: "sunny", author: null } : data;
  fake.say(general, "Mira", "hello");
  fake.gateway.announceRaw("SOMETHING_NEW", { of: "tomorrow" }, { guildId: null, channelId: null });
  fake.gateway.sendText("no json at all");
  fake.gateway.alter = (_, data) => data;
  fake.say(general, "Mira", "still there?");
  await fake.until(() => texts(bot).length === 2);
  expect(bot.heard.slice(-3).map(({ t, d }) => [t, d])).toMatchObject([
    ["MESSAGE_CREATE", { mood: "sunny", author: null }],
    ["SOMETHING_NEW", { of: "tomorrow" }],
    ["MESSAGE_CREATE", { content: "still there?" }],
  ]);
});

// A client that says what no library would.
async function closedWith(url: string, ...said: readonly string[]): Promise<number> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  for (const text of said) socket.send(text);
  const [code] = (await once(socket, "close")) as [number];
  return code;
}

test("whoever breaks the rules of the gateway is closed with the code that says which", async () => {
  const fake = await discord({ limits: { faster: 1000 } });
  fake.guild("Tea House");
  const url = `${fake.url.replace("http", "ws").replace("/api", "/gateway")}?v=10&encoding=json`;
  const op = (code: number, d: unknown): string => JSON.stringify({ op: code, d });
  const identify = (more: object = {}): string =>
    op(2, { token: fake.token, intents: 1, properties: {}, shard: [0, 1], ...more });

  expect(await closedWith(url, op(99, null))).toBe(4001);
  expect(await closedWith(url, "{")).toBe(4002);
  expect(await closedWith(url, op(1, "x".repeat(5000)))).toBe(4002);
  expect(await closedWith(url, op(3, {}))).toBe(4003);
  expect(await closedWith(url, identify({ token: "wrong" }))).toBe(4004);
  expect(await closedWith(url, identify(), identify())).toBe(4005);
  const [session] = fake.sessions();
  expect(await closedWith(url, op(6, { token: fake.token, session_id: session?.id, seq: 9999 }))).toBe(4007);
  expect(await closedWith(url, ...Array.from({ length: 3000 }, () => op(1, null)))).toBe(4008);
  expect(await closedWith(url, identify({ shard: [2, 2] }))).toBe(4010);
  expect(await closedWith(url.replace("v=10", "v=3"))).toBe(4012);
  expect(await closedWith(url, identify({ intents: 1 << 30 }))).toBe(4013);
  expect(await closedWith(url, identify({ intents: GatewayIntentBits.GuildMembers }))).toBe(4014);
});

test("the bot does not hear what is said where it sees nothing", async () => {
  const fake = await discord();
  const guild = fake.guild("Tea House");
  const [secret, general] = [fake.channel(guild, "secret"), fake.channel(guild, "general")];
  const bot = await connect(fake);
  fake.deny(secret, "ViewChannel");
  fake.say(secret, "Mira", "psst");
  fake.say(general, "Mira", "hello");
  await fake.until(() => texts(bot).length > 0);
  expect(texts(bot)).toEqual(["hello"]);
});
