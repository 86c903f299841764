// `npm run fake:discord`: the fake by itself with its page, to try the bot by hand without Discord.
import { HANDS_PORT, standInForDiscord } from "./page-stage.ts";

// Discord's own port would be 443; any free one does, and this one is easy to remember. The page has the next.
const PORT = Number(process.env["PORT"] ?? HANDS_PORT);

const stand = await standInForDiscord({ port: PORT, pagePort: PORT === 0 ? 0 : PORT + 1 });

console.log(`A stand-in for Discord, for trying things out: ${stand.page.url}

In another terminal, start the bot on it:

  DISCORD_API_URL=${stand.fake.url} DISCORD_TOKEN=${stand.fake.token} npm start

Then invite it on the page. Ctrl+C ends the stand-in.`);

for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => void end());

async function end(): Promise<void> {
  for (const violation of stand.fake.forgive()) console.error(`not as Discord describes its API: ${violation}`);
  await stand.close();
  process.exit();
}
