// A server's own character from its making to its last post: the whole house on Discord, with no model.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openHouse, usualSurroundings } from "../../../src/app.ts";
import { readConfig } from "../../../src/config.ts";
import { silentLog } from "../../../src/log.ts";
import { shippedPersonas } from "../../stories/house.ts";
import { fakeDiscord } from "./rig.ts";

const secrets = {
  secret: "a secret of this test",
  adminToken: "admin",
  adminTokenIs: "kept",
  adminTokenFile: null,
} as const;

test("a character is made by a form, lives in a channel, answers under its own name, and its post is changed and deleted by its menu", async () => {
  const fake = await fakeDiscord();
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  fake.member(guild, "Tom");
  const folder = mkdtempSync(join(tmpdir(), "troupe-discord-"));
  const config = readConfig(
    {
      DISCORD_TOKEN: fake.token,
      DISCORD_API_URL: fake.url,
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "troupe.db")}`,
      TROUPE_PERSONAS: shippedPersonas,
    },
    {},
  );
  const house = await openHouse(config, usualSurroundings(silentLog, secrets), { world: null, scene: null });
  await house.start();
  onTestFinished(async () => {
    await house.close(5_000);
    rmSync(folder, { recursive: true, force: true });
  });
  await fake.until(() => fake.requests("PUT /applications/{application_id}/commands").length > 0);
  await fake.until(() => fake.gateway.entries.length > 0);

  const opened = fake.command(general, "Olga", "persona create");
  await opened.answered();
  const made = await fake.fill(opened, { Name: "Mira Vance", "Who it is": "keeps the tea house" }).said();
  await fake.press(made, "Olga", "Put Mira Vance here").said();
  fake.say(general, "Tom", "Mira Vance, good morning!");
  const answers = () => fake.messages(general).filter(({ author }) => author === "Mira Vance");
  await fake.until(() => answers().length === 1);

  const [answer] = answers();
  if (answer === undefined) throw new Error("Mira Vance said nothing");
  const why = await fake.messageMenu(answer, "Tom", "Why?").said();
  expect(why.text).toContain("Mira Vance was named");
  expect(why.onlyFor).toBe(fake.user("Tom").id);
  const form = fake.press(await fake.messageMenu(answer, "Tom", "Edit or delete").said(), "Tom", "Edit");
  await form.answered();
  const changed = await fake.fill(form, { Text: "Sit. The kettle is on." }).said();
  expect(changed.text).toBe("It says version 2/2 now.");
  expect(answers().map(({ text }) => text)).toEqual(["Sit. The kettle is on."]);
  await fake.press(changed, "Tom", "◀").said();
  expect(answers().map(({ text }) => text)).toEqual([answer.text]);
  const menu = await fake.messageMenu(answer, "Olga", "Edit or delete").said();
  const gone = await fake.press(menu, "Olga", "Delete").said();
  expect(gone.text).toBe("What Mira Vance said is gone, from memory too.");
  expect(answers()).toEqual([]);
}, 20_000);
