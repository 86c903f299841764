// The stand-in as somebody finds it who opens its page: a server that the bot is not in yet, with somebody who may manage it and somebody who may not.
import type { FakeDiscord } from "./fake.ts";
import { openFakeDiscord } from "./fake.ts";
import type { DiscordPage } from "./page.ts";
import { openPage } from "./page.ts";

export const HANDS_PORT = 8338;

/** Opens the fake and its page; 0 takes any free port. */
export async function standInForDiscord({
  port,
  pagePort,
}: {
  readonly port: number;
  readonly pagePort: number;
}): Promise<{ readonly fake: FakeDiscord; readonly page: DiscordPage; close(): Promise<void> }> {
  const fake = await openFakeDiscord({ port, description: "at-hand" });
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.channel(guild, "tavern", { topic: "Long evenings." });
  fake.channel(guild, "off-topic");
  fake.speaksIn(guild, { system: general });
  const olga = fake.member(guild, "Olga", { may: ["ManageGuild", "ManageChannels"] });
  const mira = fake.member(guild, "Mira");
  // It comes in when somebody invites it.
  fake.kick(guild);
  const page = await openPage(fake, { guild, people: [olga, mira], port: pagePort });
  return {
    fake,
    page,
    close: async () => {
      await page.close();
      await fake.close();
    },
  };
}
