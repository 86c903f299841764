// A server's own character from its making to its last post: the whole house on Discord, with no model.
import { expect, test } from "vitest";
import { fakeDiscord } from "./rig.ts";
import { openHouseOn } from "./whole-house.ts";

test("a character is made by a form, lives in a channel, answers under its own name, and its post is changed and deleted by its menu", async () => {
  const fake = await fakeDiscord();
  const guild = fake.guild("Tea House");
  const general = fake.channel(guild, "general");
  fake.member(guild, "Olga", { may: ["ManageGuild"] });
  fake.member(guild, "Tom");
  await openHouseOn(fake);

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
