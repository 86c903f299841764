import {
  ApplicationCommandOptionType,
  ButtonStyle,
  ComponentType,
  GatewayDispatchEvents,
  InteractionResponseType as Type,
  PermissionFlagsBits,
  type REST,
  Routes,
  TextInputStyle,
} from "discord.js";
import { expect, test } from "vitest";
import { VirtualClock } from "../virtual-clock.ts";
import { type Connection, restOf } from "./discord/clients.ts";
import type { FakeDiscord } from "./discord/fake.ts";
import type { Asking } from "./discord/hands-port.ts";
import { connect, discord } from "./discord/stage.ts";

const COMMANDS = [
  {
    name: "persona",
    description: "Who lives here",
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: "add",
        description: "Put a persona here",
        options: [
          {
            type: ApplicationCommandOptionType.String,
            name: "persona",
            description: "Which",
            required: true,
            autocomplete: true,
          },
          {
            type: ApplicationCommandOptionType.String,
            name: "where",
            description: "Where",
            choices: [{ name: "This channel", value: "channel" }],
          },
        ],
      },
      { type: ApplicationCommandOptionType.Subcommand, name: "create", description: "Make a new one" },
    ],
  },
  {
    name: "settings",
    description: "Settings",
    default_member_permissions: PermissionFlagsBits.ManageGuild.toString(),
    contexts: [0],
  },
  { type: 3, name: "Why?" },
];

async function stage(clock = new VirtualClock()): Promise<{
  readonly fake: FakeDiscord;
  readonly bot: Connection;
  readonly rest: REST;
  readonly general: { readonly id: string; readonly name: string };
}> {
  const fake = await discord({ clock });
  const general = fake.channel(fake.guild("Tea House"), "general");
  const rest = restOf(fake);
  await rest.put(Routes.applicationCommands(fake.bot.id), { body: COMMANDS });
  return { fake, bot: await connect(fake), rest, general };
}

function answer(fake: FakeDiscord, rest: REST, asking: Asking, body: object, withResponse = "false"): Promise<unknown> {
  const { token } = fake.books.interactions.get(asking.id) ?? { token: "" };
  return rest.post(Routes.interactionCallback(asking.id, token), {
    body,
    auth: false,
    query: new URLSearchParams({ with_response: withResponse }),
  });
}

const code = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => "taken",
    (error: unknown) => (error as { readonly code: unknown }).code,
  );

test("a command reaches the bot with its options and its member, and is answered for one person only", async () => {
  const { fake, bot, rest, general } = await stage();
  const asking = fake.command(general, "Mira", "/persona add", { persona: "ada", where: "channel" });
  await fake.until(() => bot.heard.find(({ t }) => t === GatewayDispatchEvents.InteractionCreate));
  const event = bot.heard.find(({ t }) => t === GatewayDispatchEvents.InteractionCreate);
  expect(event?.d).toMatchObject({
    type: 2,
    member: { user: { global_name: "Mira" } },
    data: {
      name: "persona",
      options: [
        {
          name: "add",
          options: [
            { name: "persona", value: "ada" },
            { name: "where", value: "channel" },
          ],
        },
      ],
    },
  });

  const given = await answer(
    fake,
    rest,
    asking,
    { type: Type.ChannelMessageWithSource, data: { content: "Ada lives here now.", flags: 64 } },
    "true",
  );
  expect(given).toMatchObject({
    interaction: { id: asking.id, response_message_ephemeral: true },
    resource: { message: { content: "Ada lives here now." } },
  });
  expect(await asking.said()).toMatchObject({ text: "Ada lives here now.", onlyFor: fake.user("Mira").id });
  expect(bot.heard.filter(({ t }) => t === GatewayDispatchEvents.MessageCreate)).toEqual([]);
});

test("an interaction takes one answer, and none after three seconds", async () => {
  const clock = new VirtualClock();
  const { fake, rest, general } = await stage(clock);
  const once = fake.command(general, "Mira", "persona create");
  await answer(fake, rest, once, { type: Type.DeferredChannelMessageWithSource });
  expect(await code(answer(fake, rest, once, { type: Type.DeferredChannelMessageWithSource }))).toBe(40_060);

  const late = fake.command(general, "Mira", "persona create");
  await clock.advance(3001);
  expect(await code(answer(fake, rest, late, { type: Type.DeferredChannelMessageWithSource }))).toBe(10_062);
});

test("after thinking, the answer is filled in and followed up for fifteen minutes", async () => {
  const clock = new VirtualClock();
  const { fake, rest, general } = await stage(clock);
  const asking = fake.command(general, "Mira", "persona create");
  const { token } = fake.books.interactions.get(asking.id) ?? { token: "" };
  expect(
    await code(rest.post(Routes.webhook(fake.bot.id, token), { body: { content: "too early" }, auth: false })),
  ).toBe(10_015);
  await answer(fake, rest, asking, { type: Type.DeferredChannelMessageWithSource });
  await clock.advance(60_000);
  await rest.patch(Routes.webhookMessage(fake.bot.id, token), { body: { content: "Done." }, auth: false });
  await rest.post(Routes.webhook(fake.bot.id, token), { body: { content: "And more." }, auth: false });
  expect(asking.messages().map(({ author, text }) => `${author}: ${text}`)).toEqual([
    "Troupe: Done.",
    "Troupe: And more.",
  ]);

  await clock.advance(15 * 60_000);
  expect(
    await code(rest.post(Routes.webhook(fake.bot.id, token), { body: { content: "too late" }, auth: false })),
  ).toBe(50_027);
});

test("autocomplete is answered with at most 25 choices and with nothing else", async () => {
  const { fake, rest, general } = await stage();
  const choices = (count: number): object => ({
    type: Type.ApplicationCommandAutocompleteResult,
    data: { choices: Array.from({ length: count }, (_, index) => ({ name: `p${index}`, value: `p${index}` })) },
  });
  const typed = fake.autocomplete(general, "Mira", "persona add", { persona: "a" }, "persona");
  expect(await code(answer(fake, rest, typed, { type: Type.ChannelMessageWithSource, data: { content: "hi" } }))).toBe(
    50_035,
  );
  expect(await code(answer(fake, rest, typed, choices(26)))).toBe(50_035);
  fake.forgive();
  await answer(fake, rest, typed, choices(25));
  expect(await typed.answered()).toMatchObject({ kind: "choices", choices: { length: 25 } });
});

const modal = (fields: number): object => ({
  type: Type.Modal,
  data: {
    custom_id: "create",
    title: "A new persona",
    components: Array.from({ length: fields }, (_, index) => ({
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.TextInput,
          custom_id: `f${index}`,
          label: `Field ${index}`,
          style: TextInputStyle.Short,
          required: index === 0,
          max_length: 80,
        },
      ],
    })),
  },
});

test("a form has at most five fields, is filled by a person, and cannot answer a form", async () => {
  const { fake, bot, rest, general } = await stage();
  const asking = fake.command(general, "Mira", "persona create");
  expect(await code(answer(fake, rest, asking, modal(6)))).toBe(50_035);
  await answer(fake, rest, asking, modal(5));
  expect(() => fake.fill(asking, { "Field 0": "" })).toThrow(/Field 0 takes/);

  const filled = fake.fill(asking, { "Field 0": "Ada" });
  await fake.until(() => bot.heard.filter(({ t }) => t === GatewayDispatchEvents.InteractionCreate).length === 2);
  expect(bot.heard.at(-1)?.d).toMatchObject({
    type: 5,
    data: { custom_id: "create", components: [{ components: [{ custom_id: "f0", value: "Ada" }] }, {}, {}, {}, {}] },
  });
  expect(await code(answer(fake, rest, filled, modal(1)))).toBe(50_035);
  await answer(fake, rest, filled, { type: Type.ChannelMessageWithSource, data: { content: "Ada is made." } });
  expect((await filled.said()).text).toBe("Ada is made.");
});

test("a button is pressed by its label and changes its message", async () => {
  const { fake, rest, general } = await stage();
  const components = [
    { type: 1, components: [{ type: 2, style: ButtonStyle.Primary, label: "Lively", custom_id: "lively" }] },
  ];
  await rest.post(Routes.channelMessages(general.id), { body: { content: "How lively?", components } });
  const [message] = fake.messages(general);
  if (message === undefined) throw new Error("nothing was posted");
  const pressed = fake.press(message, "Mira", "Lively");
  await answer(fake, rest, pressed, { type: Type.UpdateMessage, data: { content: "Lively it is.", components: [] } });
  expect(await pressed.answered()).toMatchObject({ kind: "update", said: { text: "Lively it is.", controls: [] } });
  expect(() => fake.press(message, "Mira", "Lively")).toThrow(/nothing under the message/);
});

test("components have their limits", async () => {
  const { fake, rest, general } = await stage();
  const post = (components: unknown): Promise<unknown> =>
    code(rest.post(Routes.channelMessages(general.id), { body: { content: "x", components } }));
  const button = (id: string): object => ({ type: 2, style: 1, label: "b", custom_id: id });
  expect(await post([{ type: 1, components: ["1", "2", "3", "4", "5", "6"].map(button) }])).toBe(50_035);
  expect(await post([{ type: 1, components: [button("x".repeat(101))] }])).toBe(50_035);
  expect(await post([{ type: 1, components: [button("same"), button("same")] }])).toBe(50_035);
  fake.forgive();
});

test("the client hides what a person may not use", async () => {
  const { fake, general } = await stage();
  expect(() => fake.command(general, "Mira", "settings")).toThrow("Mira does not see /settings here");
  expect(fake.command(general, "Mira", "settings", {}, { even: "if hidden" }).reply()).toBeNull();
  const may = fake.member({ id: fake.books.channel(general.id).guildId ?? "", name: "" }, "Mod", {
    may: ["ManageGuild"],
  });
  expect(fake.command(general, may, "settings").reply()).toBeNull();
  expect(() => fake.command(fake.openDm(fake.user("Mira")), "Mira", "settings")).toThrow(/does not see/);
  expect(() => fake.command(general, "Mira", "persona add")).toThrow("/persona needs its option persona");
  expect(() => fake.command(general, "Mira", "dance")).toThrow("/dance is not registered");
});

test("commands keep their ids when they are registered again, and bad ones are refused", async () => {
  const { fake, rest, general } = await stage();
  const before = fake.books.commands.map(({ id }) => id);
  await rest.put(Routes.applicationCommands(fake.bot.id), { body: COMMANDS });
  expect(fake.books.commands.map(({ id }) => id)).toEqual(before);
  const put = (command: object): Promise<unknown> =>
    code(rest.put(Routes.applicationCommands(fake.bot.id), { body: [command] }));
  expect(await put({ name: "Loud", description: "x" })).toBe(50_035);
  expect(await put({ name: "x", description: "" })).toBe(50_035);
  fake.forgive();
  const said = fake.say(general, "Mira", "hm");
  expect(fake.messageMenu(said, "Mira", "Why?").reply()).toBeNull();
});
