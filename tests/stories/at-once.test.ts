// A reply that nothing stands before is said in the commit that holds it, and never where that commit fails.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { turnId } from "../../src/domain/ids.ts";
import type { Persona } from "../../src/domain/persona.ts";
import type { Story } from "./house.ts";
import { openStory, solverKind } from "./house.ts";

/** A house of Ada alone, who says what `say` says. */
async function houseOfAda(say: () => Promise<string>): Promise<{ readonly story: Story; readonly ada: Persona }> {
  const folder = mkdtempSync(join(tmpdir(), "troupe-"));
  writeFileSync(join(folder, "ada.yaml"), "version: 1\nname: Ada\nsolvers: [told]\n");
  const kind = solverKind("told", { say });
  const story = await openStory({ personas: folder, kinds: () => [kind] });
  onTestFinished(() => story.close());
  const ada = story.personas.all()[0]?.persona;
  if (ada === undefined) throw new Error("Ada is not there");
  return { story, ada };
}

async function repliesIn(story: Story): Promise<readonly string[]> {
  return (await story.told()).filter((message) => message.spoken !== null).map((message) => message.text);
}

test("the sending of a reply begins with the storing of it", async () => {
  const { story } = await houseOfAda(async () => "The lamp is lit.");
  const seen: string[] = [];
  const { store } = story;
  const finishTurn = store.finishTurn.bind(store);
  const recordSending = store.recordSending.bind(store);
  store.finishTurn = async (...finish) => {
    const ending = await finishTurn(...finish);
    seen.push("stored");
    return ending;
  };
  store.recordSending = (...post) => {
    seen.push("sending");
    return recordSending(...post);
  };
  await story.post("Mira", "Ada?");
  await story.clock.advance(5_000);
  expect(seen).toEqual(["sending", "stored"]);
  expect(await repliesIn(story)).toEqual(["The lamp is lit."]);
});

test("a reply that could not be stored is not said, and the turn is thought about again", async () => {
  let thought = 0;
  const { story, ada } = await houseOfAda(async () => `Thought ${(thought += 1)} times.`);
  const { store } = story;
  const finishTurn = store.finishTurn.bind(store);
  store.finishTurn = (...finish) => {
    store.finishTurn = finishTurn;
    return Promise.reject(new Error(`the disk is full for ${finish[1].turn}`));
  };
  const asked = await story.post("Mira", "Ada?");
  await story.clock.advance(5_000);
  expect(await repliesIn(story)).toEqual(["Thought 2 times."]);
  expect((await store.turn(turnId(asked, ada.id)))?.turn.outcome).toEqual({ kind: "replied" });
});

test("a reply to what was deleted while it was thought about is not said", async () => {
  const house = await houseOfAda(async () => {
    const { story } = house;
    const [asked] = await story.told();
    if (asked !== undefined) await story.store.registry.deleteMessages([asked.id], story.clock.now(), null);
    return "Too late.";
  });
  const { story, ada } = house;
  const sent: string[] = [];
  const send = story.feed.send.bind(story.feed);
  story.feed.send = (...post) => {
    sent.push(post[0].text);
    return send(...post);
  };
  const asked = await story.post("Mira", "Ada?");
  await story.clock.advance(5_000);
  expect(sent).toEqual([]);
  expect(await story.told()).toEqual([]);
  expect((await story.store.turn(turnId(asked, ada.id)))?.turn.outcome?.kind).toBe("withdrawn");
});
