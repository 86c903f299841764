// The first minutes of a newcomer, and what must never happen in them.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Story, StoryOptions } from "./house.ts";
import { openStory } from "./house.ts";

async function story(options: StoryOptions = {}): Promise<Story> {
  const opened = await openStory({ personas: smallHouse(), ...options });
  onTestFinished(() => opened.close());
  return opened;
}

const brain = `! version = 2.0
> topic random
+ hello [*]
- Hello <get name>, fine lamp today.
+ ask bruno [*]
- Bruno, what do you say?
+ *
- Mm, the lamp.
< topic
> topic cast
+ *
- Well said about the lamp, {random}friend|neighbour|mate|colleague|captain|doctor|sailor{/random}.
< topic
`;

function smallHouse(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-"));
  writeFileSync(join(folder, "brain.rive"), brain);
  for (const [handle, talkativeness] of [
    ["ada", 0.5],
    ["bruno", 0.5],
    ["cleo", 0.5],
  ] as const) {
    writeFileSync(
      join(folder, `${handle}.yaml`),
      `version: 1\ntalkativeness: ${talkativeness}\nsolvers: [{rivescript: {brain: brain.rive}}, failure]\n`,
    );
  }
  return folder;
}

test("hi to nobody is answered by exactly one persona", async () => {
  const house = await story();
  await house.post("Mira", "hi");
  await house.clock.advance(10_000);
  const told = await house.told();
  expect(told).toHaveLength(2);
  expect(told[1]?.replyTo).toBe(told[0]?.id);
});

test("whoever is named answers, and a persona whom it names in turn speaks too", async () => {
  const house = await story();
  await house.post("Mira", "Ada, ask Bruno about it");
  await house.clock.advance(10_000);
  const told = await house.told();
  const speakers = told.map((message) => message.author.name);
  expect(speakers.slice(0, 3)).toEqual(["Mira", "Ada", "Bruno"]);
});

test("a burst is folded, and every turn ends once", async () => {
  const house = await story();
  const ids = await Promise.all(["Ada?", "Ada!", "Ada, hello"].map((text) => house.post("Mira", text)));
  await house.clock.advance(10_000);
  const replies = (await house.told()).filter((message) => message.spoken !== null);
  expect(replies).toHaveLength(1);
  expect(replies[0]?.replyTo).toBe(ids[2]);
});
