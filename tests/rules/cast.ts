// Three personas with one solver each, for tests that bring their own.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { MessageId } from "../../src/domain/ids.ts";
import type { Turn } from "../../src/domain/turn.ts";
import { newFolder } from "../folder.ts";
import type { Story, StoryOptions } from "../stories/house.ts";
import { openStory } from "../stories/house.ts";

/** Ada, Bruno and Cleo, who ask nobody but the solver `own`. */
export function threeWith(own: string): string {
  const folder = newFolder();
  for (const handle of ["ada", "bruno", "cleo"]) {
    writeFileSync(join(folder, `${handle}.yaml`), `version: 1\ntalkativeness: 1\nsolvers: [${own}]\n`);
  }
  return folder;
}

/** A house that is closed after the test. */
export async function houseOf(options: StoryOptions): Promise<Story> {
  const story = await openStory(options);
  onTestFinished(() => story.close());
  return story;
}

/** The turns that the messages led to. */
export async function turnsOf(house: Pick<Story, "store">, triggers: readonly MessageId[]): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (const trigger of triggers) {
    for (const { id } of (await house.store.decision(trigger))?.decision.turns ?? []) {
      const record = await house.store.turn(id);
      if (record !== null) turns.push(record.turn);
    }
  }
  return turns;
}
