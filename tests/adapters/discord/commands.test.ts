// Commands as people give them on Discord: registered, suggested, answered in time, and never twice.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketShardEvents } from "@discordjs/ws";
import { GatewayDispatchEvents } from "discord.js";
import { expect, onTestFinished, test } from "vitest";
import { DiscordChannels } from "../../../src/adapters/discord/channels.ts";
import { DiscordCommands } from "../../../src/adapters/discord/interactions.ts";
import { openApi } from "../../../src/adapters/discord/rest.ts";
import type { Clock } from "../../../src/clock.ts";
import { systemClock } from "../../../src/clock.ts";
import type { Answer, CommandDesk, Invocation } from "../../../src/commands/command.ts";
import { textAnswer } from "../../../src/commands/command.ts";
import { discordPlatform, processId } from "../../../src/domain/ids.ts";
import { keepOf } from "../../../src/engine/keep.ts";
import { silentLog } from "../../../src/log.ts";
import { openCounter } from "../../commands/counter.ts";
import type { FakeDiscord } from "../../fakes/discord/fake.ts";
import { connect, discord } from "../../fakes/discord/stage.ts";
import { pingsIn } from "./rig.ts";

interface Options {
  /** In place of what the desk of the catalogue does. */
  readonly desk?: (desk: CommandDesk) => CommandDesk;
  readonly fileHosts?: readonly string[];
  /** Discord's own. */
  readonly clock?: Clock;
}

/** The bot in a server with a moderator Mira and a visitor Tom. */
async function openBot(options: Options = {}) {
  const fake = await discord({ limits: { faster: 50 }, clock: options.clock ?? systemClock });
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.member(guild, "Mira", { may: ["ManageChannels"] });
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  fake.member(guild, "Tom");
  const { desk, store } = await openCounter();
  const lines: string[] = [];
  const log = {
    ...silentLog,
    warn: (phrase: string) => void lines.push(phrase),
    error: (phrase: string, fields?: object) => void lines.push(`${phrase} ${JSON.stringify(fields)}`),
  };
  const api = await openApi({ token: fake.token, apiUrl: fake.url, clock: systemClock });
  const run = (): DiscordCommands =>
    new DiscordCommands({
      api,
      desk: options.desk?.(desk) ?? desk,
      keep: keepOf(store, discordPlatform, processId("commands"), { clock: systemClock, log: silentLog }),
      channels: new DiscordChannels(api),
      clock: systemClock,
      log,
      fileHosts: options.fileHosts ?? [new URL(fake.cdn).host],
    });
  const commands = run();
  await commands.register(fake.bot.id);
  const bot = await connect(fake);
  const handled: Promise<void>[] = [];
  const raws: unknown[] = [];
  bot.manager.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    if (data.t !== GatewayDispatchEvents.InteractionCreate) return;
    raws.push(data.d);
    handled.push(commands.handle(data.d));
  });
  onTestFinished(() => {
    commands.close();
    expect(pingsIn(fake)).toEqual([]);
  });
  return { fake, guild, general, commands, run, lines, handled, raws, store };
}

const puts = (fake: FakeDiscord): number => fake.requests().filter(({ method }) => method === "PUT").length;

/** A desk on which everything is answered by `answer`. */
function answering(answer: (invocation: Invocation) => Promise<Answer>): (desk: CommandDesk) => CommandDesk {
  return (desk) => ({ ...desk, run: answer });
}

test("the commands are registered once, and again only when they changed", async () => {
  const { fake, run, commands } = await openBot();
  expect(puts(fake)).toBe(1);
  await commands.register(fake.bot.id);
  await run().register(fake.bot.id);
  expect(puts(fake)).toBe(1);
});

test("commands that Discord does not take are a line in the log, and are registered by the next start", async () => {
  const { fake, run, lines, store } = await openBot();
  await store.registry.keep("discord:commands", null);
  fake.fault({
    trouble: { kind: "status", when: "before", status: 403 },
    on: ({ method }) => method === "PUT",
    times: 1,
  });
  await run().register(fake.bot.id);
  expect(lines.join()).toContain("the commands could not be registered with Discord");
  await run().register(fake.bot.id);
  expect(puts(fake)).toBe(3);
});

test("a moderator adds a persona and chooses by a button how it takes part", async () => {
  const { fake, general } = await openBot();
  const said = await fake.command(general, "Mira", "persona add", { persona: "ada" }).said();
  expect(said.text).toContain("**Ada** lives in this channel now and answers only when named.");
  expect(said.onlyFor).toBeNull();
  const pressed = fake.press(said, "Mira", "Lively");
  expect(await pressed.answered()).toMatchObject({ kind: "update" });
  expect(fake.messages(general).at(-1)?.text).toContain("**Ada** lives in this channel and joins in readily");
  const refused = await fake.press(said, "Tom", "Now and then").said();
  expect(refused.text).toContain("Only those who may manage this channel");
  expect(refused.onlyFor).not.toBeNull();
  expect(fake.messages(general)[0]?.text).toContain("joins in readily");
});

test("rights are what Discord says: the server is for those who manage it, and in a direct message the talk is one's own", async () => {
  const { fake, general } = await openBot();
  const tried = await fake.command(general, "Tom", "persona add", { persona: "ada" }).said();
  expect(tried.text).toContain("Only those who may manage this channel");
  expect(tried.onlyFor).not.toBeNull();
  const wide = { persona: "ada", where: "workspace" };
  expect((await fake.command(general, "Mira", "persona add", wide).said()).text).toContain("may manage this server");
  expect((await fake.command(general, "Olga", "persona add", wide).said()).text).toContain("lives in this server now");
  const direct = fake.openDm(fake.user("Tom"));
  const own = await fake.command(direct, "Tom", "persona add", { persona: "bruno" }).said();
  expect(own.text).toContain("lives in this conversation now");
});

test("in a thread its channel is meant unless the thread is said", async () => {
  const { fake, general } = await openBot();
  const thread = fake.thread(general, "tea");
  expect((await fake.command(thread, "Mira", "persona add", { persona: "ada" }).said()).text).toContain("this channel");
  const own = await fake.command(thread, "Mira", "persona add", { persona: "bruno", where: "thread" }).said();
  expect(own.text).toContain("lives in this thread now");
});

test("people are answered in the language of their client", async () => {
  const { fake, general } = await openBot();
  fake.hasClientIn("Mira", "de");
  const said = await fake.command(general, "Mira", "persona add", { persona: "ada" }).said();
  expect(said.text).toContain("**Ada** lebt jetzt in diesem Kanal und antwortet nur, wenn der Name fällt.");
  expect(said.controls.map(({ label }) => label)).toEqual(["Nur auf den Namen", "Ab und zu", "Lebhaft"]);
  fake.hasClientIn("Tom", "fi");
  expect((await fake.command(general, "Tom", "persona list").said()).text).toContain("Who lives here:");
});

test("names, settings and their values are suggested while people type", async () => {
  const { fake, general } = await openBot();
  const chosen = async (
    options: Readonly<Record<string, string>>,
    focused: string,
    command: string,
  ): Promise<unknown> => {
    const given = await fake.autocomplete(general, "Mira", command, options, focused).answered();
    return given.kind === "choices" ? given.choices.map(({ value }) => value) : given;
  };
  expect(await chosen({ persona: "Эй" }, "persona", "persona add")).toEqual(["ada"]);
  expect(await chosen({ setting: "strat" }, "setting", "settings set")).toEqual(["strategy"]);
  expect(await chosen({ setting: "bots", value: "m" }, "value", "settings set")).toEqual(["mention"]);
});

test("what is private is shown to the asker alone, and nobody is pinged", async () => {
  const { fake, general } = await openBot({
    desk: answering(async () => textAnswer("private", "hello @everyone <@1> https://example.com")),
  });
  const said = await fake.command(general, "Tom", "help").said();
  expect(said.onlyFor).not.toBeNull();
  expect(said.pinged).toMatchObject({ users: [], isEveryone: false });
  expect(said.text).not.toMatch(/<@\d|@everyone/u);
});

test("a long answer goes on in further messages, with its buttons and files below the last", async () => {
  const line = `${"words ".repeat(25)}\n`;
  const file = { name: "all.json", type: "application/json", text: "[]" };
  const sure = { label: "Sure", path: ["help"], options: {}, style: "danger" } as const;
  const { fake, general, handled } = await openBot({
    desk: answering(async () => ({
      ...textAnswer("private", line.repeat(20)),
      buttons: [sure],
      files: [file],
    })),
  });
  const asking = fake.command(general, "Tom", "help");
  await asking.said();
  await Promise.all(handled);
  const all = asking.messages();
  expect(all.length).toBe(2);
  expect(
    all
      .map(({ text }) => text)
      .join("\n")
      .replaceAll(/\s+/gu, " ")
      .trim(),
  ).toBe(line.repeat(20).replaceAll(/\s+/gu, " ").trim());
  expect(all.every(({ onlyFor }) => onlyFor !== null)).toBe(true);
  expect(all.map(({ controls, attachments }) => [controls.length > 0, attachments.length])).toEqual(
    all.map((_, at) => (at === all.length - 1 ? [true, 1] : [false, 0])),
  );
});

test("an answer that nobody would read in a channel comes as a file, with its buttons, and says so in the person's language", async () => {
  const text = "A line of the answer.\n".repeat(600);
  const again = { label: "Again", path: ["help"], options: {}, style: "plain" } as const;
  const { fake, general } = await openBot({
    desk: answering(async () => ({ ...textAnswer("private", text), buttons: [again] })),
  });
  fake.hasClientIn("Tom", "de");
  const said = await fake.command(general, "Tom", "help").said();
  expect(said.text).toBe("Die Antwort ist lang: Sie steht in der Datei.");
  expect(said.attachments.map(({ filename, content }) => [filename, content.toString()])).toEqual([
    ["answer.md", text],
  ]);
  expect(said.controls.map(({ label }) => label)).toEqual(["Again"]);
});

test("what takes long is told so in time, and answered when it is done", async () => {
  let done = (_answer: Answer): void => {};
  const answer = new Promise<Answer>((resolve) => (done = resolve));
  const { fake, general } = await openBot({ desk: answering(() => answer) });
  const asking = fake.command(general, "Tom", "help");
  expect(await asking.answered()).toMatchObject({ kind: "deferred", isPrivate: true });
  expect(asking.tookMs()).toBeLessThan(1500);
  done(textAnswer("private", "At last."));
  expect((await asking.said()).text).toBe("At last.");
});

test("what takes longer than Discord waits for an answer is a line in the log and no more", async () => {
  let laterMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + laterMs };
  const answer = Promise.withResolvers<Answer>();
  const { fake, general, handled, lines } = await openBot({ clock, desk: answering(() => answer.promise) });
  const asking = fake.command(general, "Tom", "help");
  expect(await asking.answered()).toMatchObject({ kind: "deferred" });
  laterMs = 16 * 60_000;
  answer.resolve(textAnswer("private", "At last."));
  await Promise.all(handled);
  expect(lines).toEqual(["an interaction could not be answered any more"]);
});

test("a complaint about a public command that took long is still for the asker alone", async () => {
  let done = (_answer: Answer): void => {};
  const answer = new Promise<Answer>((resolve) => (done = resolve));
  const { fake, general, handled } = await openBot({ desk: answering(() => answer) });
  const asking = fake.command(general, "Tom", "stop");
  expect(await asking.answered()).toMatchObject({ kind: "deferred", isPrivate: false });
  done(textAnswer("private", "Not you."));
  await fake.until(() => asking.messages().some(({ text }) => text === "Not you."));
  await Promise.all(handled);
  const seen = asking.messages().filter(({ deletedAt }) => deletedAt === null);
  expect(seen.map(({ text, onlyFor }) => [text, onlyFor !== null])).toEqual([["Not you.", true]]);
});

test("a form is opened, filled in, and its fields are options of the command", async () => {
  const field = { hint: "", value: "", lines: "one", isRequired: true, charsMax: 80 } as const;
  const asked: Invocation[] = [];
  const { fake, general } = await openBot({
    desk: answering(async (invocation) => {
      asked.push(invocation);
      const { name } = invocation.options;
      if (name !== undefined) return textAnswer("private", `Hello ${name}.`);
      const fields = [{ ...field, name: "name", label: "Name" }];
      return { kind: "form", title: "A new persona", path: ["persona", "create"], options: { like: "ada" }, fields };
    }),
  });
  const asking = fake.command(general, "Mira", "persona add", { persona: "ada" });
  expect(await asking.answered()).toMatchObject({ kind: "modal", modal: { title: "A new persona" } });
  expect((await fake.fill(asking, { Name: "Zoë & Co = #1" }).said()).text).toBe("Hello Zoë & Co = #1.");
  expect(asked.at(-1)).toMatchObject({ path: ["persona", "create"], options: { like: "ada", name: "Zoë & Co = #1" } });
});

test("a choice of several is an invocation with what was chosen", async () => {
  const choices = ["ada", "bruno"].map((value) => ({ name: value, value }));
  const { fake, general } = await openBot({
    desk: answering(async ({ options }) =>
      options["persona"] === undefined
        ? {
            ...textAnswer("public", "Who?"),
            menus: [{ placeholder: "Who?", path: ["persona", "show"], option: "persona", options: {}, choices }],
          }
        : textAnswer("public", options["persona"]),
    ),
  });
  const said = await fake.command(general, "Mira", "help").said();
  expect((await fake.choose(said, "Mira", "Who?", "bruno").said()).text).toBe("bruno");
});

test("a button whose meaning is forgotten says so, to whoever presses it, in their language", async () => {
  const long = { label: "Again", path: ["help"], options: { text: "x".repeat(300) }, style: "plain" } as const;
  const { fake, general, store, handled } = await openBot({
    desk: answering(async () => ({ ...textAnswer("public", "Press."), buttons: [long] })),
  });
  const said = await fake.command(general, "Mira", "help").said();
  expect((await fake.press(said, "Mira", "Again").said()).text).toBe("Press.");
  await store.expire(0, Date.now() + 8 * 86_400_000);
  const old = await fake.press(said, "Mira", "Again").said();
  expect(old.text).toBe("This is too old to be answered any more: please give the command anew.");
  expect(old.onlyFor).not.toBeNull();
  fake.hasClientIn("Mira", "de");
  expect((await fake.press(said, "Mira", "Again").said()).text).toContain("Das ist zu alt");
  await Promise.all(handled);
});

test("an interaction that is delivered twice is attended to once", async () => {
  const asked: Invocation[] = [];
  const { fake, general, commands, handled, raws } = await openBot({
    desk: answering(async (invocation) => {
      asked.push(invocation);
      return textAnswer("private", "Once.");
    }),
  });
  const asking = fake.command(general, "Tom", "help");
  await asking.said();
  await commands.handle(raws[0]);
  await Promise.all(handled);
  expect(asked.length).toBe(1);
  expect(asking.messages().length).toBe(1);
});

test("what came too late, or is no interaction at all, is a line in the log and no more", async () => {
  const { general, commands, lines } = await openBot();
  for (const raw of [
    null,
    7,
    {},
    { id: "1" },
    { id: "1", token: "t", application_id: "2", type: 99, user: { id: "3" } },
  ]) {
    await commands.handle(raw);
  }
  expect(lines).toEqual([]);
  const late = { id: "1", token: "gone", application_id: "2", type: 2 };
  const member = { user: { id: "3", username: "tom" }, permissions: "nonsense" };
  const channel = { id: general.id, type: 0 };
  await commands.handle({ ...late, member, channel, guild_id: "9", data: { name: "help" } });
  expect(lines).toEqual(["an interaction could not be answered any more"]);
});

const yaml = { name: "mira.yaml", type: "application/yaml", content: "version: 1\nname: Mira Vance\n" };

test("a file that is given with a command reaches it", async () => {
  const { fake, general, store } = await openBot();
  const asking = fake.command(general, "Olga", "persona import", { file: fake.upload(yaml) });
  expect((await asking.said()).text).toContain("**Mira Vance** is there for this server");
  const [made] = await store.registry.personas(null);
  expect(made).toMatchObject({ handle: "mira-vance", yaml: yaml.content });
});

test("a file that is larger than any persona is told so, whatever it is", async () => {
  const { fake, general } = await openBot();
  const content = `# ${"x".repeat(400_000)}`;
  const asking = fake.command(general, "Olga", "persona import", { file: fake.upload({ ...yaml, content }) });
  expect((await asking.said()).text).toContain("expected at most 131072 bytes");
});

test("a file from elsewhere than Discord's own store is not fetched, and the person is told", async () => {
  const { fake, general, store } = await openBot({ fileHosts: ["cdn.example.org"] });
  const asking = fake.command(general, "Olga", "persona import", { file: fake.upload(yaml) });
  expect((await asking.said()).text).toBe("The file could not be fetched: please send it again.");
  expect(await store.registry.personas(null)).toEqual([]);
});

test("while a file stalls on its way, Discord is told in time that it takes a while", async () => {
  const stalled = createServer(() => {});
  await new Promise<void>((resolve) => void stalled.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    stalled.close();
    stalled.closeAllConnections();
  });
  const { port } = stalled.address() as AddressInfo;
  const { fake, general } = await openBot({ fileHosts: [`127.0.0.1:${port}`] });
  const cdn = new URL(fake.cdn).host;
  fake.gateway.alter = (_name, data) => JSON.parse(JSON.stringify(data).replaceAll(cdn, `127.0.0.1:${port}`)) as never;
  const asking = fake.command(general, "Olga", "persona import", { file: fake.upload(yaml) });
  expect(await asking.answered()).toMatchObject({ kind: "deferred", isPrivate: true });
  expect(asking.tookMs()).toBeLessThan(1_500);
});

test("a form of the catalogue goes its whole way: made, slipped, opened again as it was, and put in place", async () => {
  const { fake, general } = await openBot();
  const opened = fake.command(general, "Olga", "persona create");
  await opened.answered();
  const traits = "unhurried, answers a question with tea first, ".repeat(8);
  const slipped = fake.fill(opened, {
    Name: "Mira Vance",
    "How it talks": traits,
    Picture: "http://example.org/a.png",
  });
  const slip = await slipped.said();
  expect(slip.text).toContain("expected an address that begins with https://");
  const again = fake.press(slip, "Olga", "Open the form again");
  const form = await again.answered();
  const fields = form.kind === "modal" ? form.modal.fields : [];
  expect(fields.find(({ label }) => label === "How it talks")?.value).toBe(traits.trim());
  const made = await fake.fill(again, { Picture: "" }).said();
  expect(made.text).toContain("**Mira Vance** is there for this server");
  const added = await fake.press(made, "Olga", "Put Mira Vance here").said();
  expect(added.text).toContain("**Mira Vance** lives in this channel now");
});
