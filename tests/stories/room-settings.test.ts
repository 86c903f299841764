// Settings of a channel that show in what personas say and how it is said.
import { expect, test } from "vitest";
import { personaId } from "../../src/domain/ids.ts";
import { turnsOf } from "../rules/cast.ts";
import { openRoom } from "./room.ts";

test("how many recent messages, in which language and by which model: a persona thinks as the settings say", async () => {
  const { says, bind, set, asked } = await openRoom();
  await bind("ada");
  for (let i = 0; i < 6; i += 1) await says("Mira", `remark ${i}`);
  await says("Mira", "Ada?");
  await set("window", "3");
  await set("language", "pt-BR");
  await set("model", "gpt-4.1", personaId("ada"));
  await says("Mira", "Ada?");
  const [usual, changed] = asked;
  const prompt = (at: typeof usual) => (at?.messages ?? []).map((message) => message.content).join("\n");
  expect(prompt(usual)).toContain("remark 0");
  expect(prompt(usual)).toContain("Answer in the language of the message");
  expect(usual?.model).toBeNull();
  expect(prompt(changed)).not.toContain("remark");
  expect(prompt(changed)).toContain("Brazilian Portuguese");
  expect(prompt(changed)).not.toContain("Answer in the language of the message");
  expect(changed?.model).toBe("gpt-4.1");
});

test("a post that may not have arrived is dropped where the settings say so, and its turn says why", async () => {
  const { says, bind, set, room, story } = await openRoom({ traits: { resend: "find", landsWithinMs: 15_000 } });
  await bind("ada");
  await set("doubt", "drop");
  room.losesPosts = true;
  const asked = await says("Mira", "Ada?");
  room.losesPosts = false;
  await story.clock.advance(60_000);
  expect(room.got).toEqual([]);
  const [turn] = await turnsOf(story, [asked]);
  expect(turn?.outcome).toEqual({ kind: "withdrawn", why: "in-doubt", detail: "" });
  await set("doubt", "repeat");
  room.losesPosts = true;
  await says("Mira", "Ada?");
  room.losesPosts = false;
  await story.clock.advance(60_000);
  expect(room.got.map(({ post }) => post.text)).toEqual(["Ada here."]);
});

test("pictures of a talk are in the prompt of whoever is asked", async () => {
  const { says, bind, asked } = await openRoom();
  await bind("ada");
  const images = [{ url: "https://cdn.example/cat.png", type: "image/png" }];
  await says("Mira", "look", { images });
  await says("Mira", "Ada, what is it?");
  expect(asked[0]?.messages.find((message) => message.content === "Mira: look")?.images).toEqual(images);
});

test("an answer that comes after something else was said names what it answers", async () => {
  const { bind, room, story } = await openRoom();
  await bind("ada");
  await bind("bruno");
  const asked = await room.hear({ kind: "person", name: "Mira" }, "Ada and Bruno, who is right?");
  await story.clock.advance(5000);
  expect(room.got.map(({ as, manner }) => [as.name, manner.refersTo])).toEqual([
    ["Ada", null],
    ["Bruno", { message: asked, author: "Mira" }],
  ]);
});
