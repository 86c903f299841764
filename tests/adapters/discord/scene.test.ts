// A scene on Discord, with the whole house: started by a command and its button, joined, and stopped.
import { expect, test } from "vitest";
import { fakeDiscord, pingsIn } from "./rig.ts";
import { openHouseOn } from "./whole-house.ts";

test("a moderator starts a scene after seeing what it costs, a visitor joins it unasked and is answered, and it is stopped", async () => {
  const fake = await fakeDiscord();
  const guild = fake.guild("Tea House");
  const pier = fake.channel(guild, "pier");
  fake.member(guild, "Mira", { may: ["ManageChannels"] });
  fake.member(guild, "Tom");
  await openHouseOn(fake, { env: { TROUPE_SEED: "scene on discord" } });
  const spoken = () => fake.messages(pier).filter(({ author }) => ["Ada", "Bruno"].includes(author));
  const start = { name: "Tea @everyone", pace: "60", posts: "20", place: "A pier at dusk" };
  const nobody = await fake.command(pier, "Mira", "scene start", start).said();
  expect(nobody.text).toContain("Nobody lives here yet");
  for (const persona of ["ada", "bruno"]) await fake.command(pier, "Mira", "persona add", { persona }).said();
  const typed = fake.autocomplete(pier, "Mira", "scene start", { name: "Tea", cast: "Ada," }, "cast");
  expect(await typed.answered()).toEqual({ kind: "choices", choices: [{ name: "Ada, Bruno", value: "Ada, Bruno" }] });
  const preview = await fake.command(pier, "Mira", "scene start", start).said();
  expect(preview.onlyFor).not.toBeNull();
  expect(preview.text).toContain("It costs nothing: scripts speak.");
  expect(spoken()).toEqual([]);
  const playing = await fake.press(preview, "Mira", "Start it").said();
  expect(playing.onlyFor).toBeNull();
  expect(playing.text).toContain("plays here from now on");
  await fake.until(() => spoken().length === 1);
  // The scene says nothing more for a minute: what comes now is the answer.
  fake.say(pier, "Tom", "What a lovely evening!");
  await fake.until(() => spoken().length === 2);
  const status = await fake.command(pier, "Tom", "scene status").said();
  expect(status.text).toContain("plays, post 1 of 20");
  const ended = await fake.command(pier, "Mira", "scene stop", { scene: "Tea @everyone" }).said();
  expect(ended.text).toContain("Mira ended");
  expect((await fake.command(pier, "Tom", "scene list").said()).text).toContain("has ended: Mira stopped it");
  expect(pingsIn(fake)).toEqual([]);
}, 60_000);
