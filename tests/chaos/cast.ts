// The cast of a chaos run: three personas with faces, who answer by a script at once or by a model word by word.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { authorId, channelId, channelScope, discordPlatform, personaId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import type { FakeDiscord } from "../fakes/discord/fake.ts";
import type { Ref } from "../fakes/discord/places.ts";

/** The code as it is. */
export const WHOLE_CODE = new URL("../..", import.meta.url).pathname;

/** Whose they are, and the names that they are called by. */
export const CAST = [
  { handle: "ada", name: "Ada" },
  { handle: "bruno", name: "Bruno" },
  { handle: "mabel", name: "Mabel" },
] as const;

/** `script` answers in one go; `model` shows its answers while it writes them. */
export type Speech = "model" | "script";

const BRAIN = `! version = 2.0

+ [*] number #
- Number <star1> it is.

+ [*] tea [*]
- Tea it is.
`;

const SOLVERS: Readonly<Record<Speech, string>> = { script: "rivescript", model: "openai" };

/** Writes the personas' files into the folder of the run. */
export function makeCast(folder: string, speech: Speech): void {
  for (const { handle, name } of CAST) {
    const own = join(folder, "personas", handle);
    mkdirSync(own, { recursive: true });
    const lines = ["version: 1", `name: ${name}`, "avatar: avatar.png", `solvers: [${SOLVERS[speech]}]`, ""];
    writeFileSync(join(own, "persona.yaml"), lines.join("\n"));
    writeFileSync(join(own, "brain.rive"), BRAIN);
    copyFileSync(join(WHOLE_CODE, "personas", handle, "avatar.png"), join(own, "avatar.png"));
  }
}

/** Everyone lives in every channel; what a model says is shown there while it is being written. */
export async function bindEverywhere(folder: string, channels: readonly Ref[], speech: Speech): Promise<void> {
  const store = await openSqliteStore(databaseIn(folder), { log: silentLog, secret: null });
  const by = { id: authorId(discordPlatform, "1"), name: "Chaos" };
  const at = Date.now();
  for (const channel of channels) {
    const scope = channelScope(channelId(discordPlatform, channel.id));
    for (const { handle } of CAST) {
      await store.registry.bind({ persona: personaId(handle), scope, by: by.name, at }, by);
    }
    if (speech === "script") continue;
    await store.registry.set({ scope, persona: null, name: "streaming", value: "on", by: by.name, at }, by);
  }
  await store.close();
}

/** The file that the house keeps everything in. */
export function databaseIn(folder: string): string {
  return join(folder, "troupe.db");
}

const PICTURES = new Map(
  CAST.map(({ handle, name }) => [readFileSync(join(WHOLE_CODE, "personas", handle, "avatar.png"), "base64"), name]),
);

/** Whose picture an address shows; null: nobody's. */
export function faceOf(fake: FakeDiscord, address: string | null): string | null {
  const id = /emojis\/(\d+)\./u.exec(address ?? "")?.[1];
  const emoji = id === undefined ? undefined : fake.books.emojis.get(id);
  return emoji === undefined ? null : (PICTURES.get(emoji.content.toString("base64")) ?? null);
}
