// Memory at rest with Discord on: the house on its second start, connected, beside the least program over the same library.
import { setTimeout as sleep } from "node:timers/promises";
import { openFakeDiscord } from "../tests/fakes/discord/fake.ts";
import { inFolder } from "./children.ts";
import { startBare, startHouse } from "./discord-stage.ts";
import { rssMb } from "./program.ts";

// So long nothing is asked of the process before its memory is read.
const IDLE_MS = 4_000;

/** Prints both. */
export async function benchMemory(): Promise<void> {
  const fake = await openFakeDiscord({ description: "off" });
  fake.channel(fake.guild("Bench"), "general");
  const house = await inFolder("disk", async (folder) => {
    // The very first start makes the database and the cache of compiled code.
    const at = { folder, llm: null, speed: 1 };
    await (await startHouse(fake, at)).stop();
    const child = await startHouse(fake, at);
    await sleep(IDLE_MS);
    const rss = rssMb(child);
    await child.stop();
    return rss;
  });
  const child = await startBare(fake, { kind: "echo" });
  await sleep(IDLE_MS);
  const bare = rssMb(child);
  await child.stop();
  await fake.close();
  console.log("Memory at rest with Discord on (as npm start runs it, without npm)");
  console.log(
    `  resident memory   house ${house.toFixed(0)} MB, @discordjs/ws and discord.js's REST alone ${bare.toFixed(0)} MB`,
  );
}
