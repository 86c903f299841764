// Personas that a workspace made for itself, beside those of the house's files.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { authorId, discordPlatform, ownedPersonaId, personaId, workspaceId } from "../../src/domain/ids.ts";
import type { Log } from "../../src/log.ts";
import { silentLog } from "../../src/log.ts";
import { openPersonas } from "../../src/personas/open.ts";
import { withOwnedPersonas } from "../../src/personas/owned.ts";
import type { Personas } from "../../src/personas/personas.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { systemClock } from "../../src/clock.ts";
import { kindOf, newFolder } from "./fixtures.ts";

const tea = workspaceId(discordPlatform, "1");
const coffee = workspaceId(discordPlatform, "2");
const olga = { id: authorId(discordPlatform, "7"), name: "Olga" };

async function openBoth(log: Log = silentLog, more: Readonly<Record<string, string>> = {}) {
  const folder = await newFolder({ "ada.yaml": "version: 1\nname: Ada", "bo.yaml": "version: 1\nname: Bo", ...more });
  const store = await openSqliteStore(":memory:", { log: silentLog, secret: null });
  const kinds = ["openai", "rivescript", "failure"].map(kindOf);
  const files = await openPersonas({
    folders: [{ path: folder.path, kind: "house" }],
    scene: null,
    kinds,
    clock: systemClock,
    log: silentLog,
    watch: "read-once",
  });
  const open = () => withOwnedPersonas(files, { registry: store.registry, kinds, log });
  const all = await open();
  onTestFinished(async () => {
    await all.close();
    await store.close();
  });
  const put = (handle: string, yaml: string, workspace = tea) =>
    store.registry.putPersona(
      { id: ownedPersonaId(handle, workspace), workspace, handle, yaml, by: "Olga", at: 1 },
      olga,
    );
  return { all, store, put, open, folder: folder.path };
}

/** Resolves once the personas say that something changed. */
async function changed(personas: Personas, change: () => Promise<unknown>): Promise<void> {
  const heard = new Promise<void>((resolve) => {
    const stop = personas.onChange(() => {
      stop();
      resolve();
    });
  });
  await change();
  await heard;
}

function namesOf(personas: Personas, workspace: typeof tea | null): readonly string[] {
  return personas.of(workspace).map(({ persona }) => persona.name);
}

test("a workspace's own persona can be bound there and nowhere else, as soon as it is made", async () => {
  const { all, put } = await openBoth();
  await changed(all, () => put("mira", "version: 1\nname: Mira"));
  expect(namesOf(all, tea)).toEqual(["Ada", "Bo", "Mira"]);
  expect(namesOf(all, coffee)).toEqual(["Ada", "Bo"]);
  expect(namesOf(all, null)).toEqual(["Ada", "Bo"]);
  expect(all.all().map(({ persona }) => persona.id)).toEqual(["ada", "bo"]);
  const member = all.get(ownedPersonaId("mira", tea));
  expect(member?.persona).toMatchObject({ id: ownedPersonaId("mira", tea), name: "Mira", world: null });
  expect(member?.solvers.map((solver) => solver.name)).toEqual(["openai", "rivescript", "failure"]);
});

test("a workspace's own copy hides the house's persona of the same handle, there alone", async () => {
  const { all, put } = await openBoth();
  await changed(all, () => put("ada", "version: 1\nname: Ada of the tea house"));
  expect(namesOf(all, tea)).toEqual(["Bo", "Ada of the tea house"]);
  expect(namesOf(all, coffee)).toEqual(["Ada", "Bo"]);
  expect(all.get(personaId("ada"))?.persona.name).toBe("Ada");
});

test("a copy keeps the face of the house's persona until it has a picture of its own", async () => {
  const cy = { "cy/persona.yaml": "version: 1\nname: Cy\navatar: face.png", "cy/face.png": "a picture" };
  const { all, put, folder } = await openBoth(silentLog, cy);
  const id = ownedPersonaId("cy", tea);
  await changed(all, () => put("cy", "version: 1\nname: Cy of the tea house"));
  const avatar = { kind: "file", path: join(folder, "cy/face.png") };
  expect(all.get(id)?.persona).toMatchObject({ name: "Cy of the tea house", avatar });
  await changed(all, () => put("cy", "version: 1\navatar: https://example.org/a.png"));
  expect(all.get(id)?.persona.avatar).toEqual({ kind: "url", url: "https://example.org/a.png" });
  await changed(all, () => put("zoe", "version: 1"));
  expect(all.get(ownedPersonaId("zoe", tea))?.persona.avatar).toEqual({ kind: "drawn" });
});

test("who is changed is read again, who is not stays the very same, who is deleted is gone until restored", async () => {
  const { all, put, store } = await openBoth();
  await changed(all, () => put("mira", "version: 1\nname: Mira"));
  await changed(all, () => put("zoe", "version: 1\nname: Zoe"));
  const zoe = all.get(ownedPersonaId("zoe", tea));
  await changed(all, () => put("mira", "version: 1\nname: Mira Vance"));
  expect(namesOf(all, tea)).toEqual(["Ada", "Bo", "Mira Vance", "Zoe"]);
  expect(all.get(ownedPersonaId("zoe", tea))).toBe(zoe);
  const id = ownedPersonaId("mira", tea);
  await changed(all, () => store.registry.deletePersona(id, olga, 2));
  expect(all.get(id)).toBeNull();
  await changed(all, () => store.registry.restorePersona(id, olga, 3));
  expect(namesOf(all, tea)).toContain("Mira Vance");
});

test("those who were there before are there after a restart", async () => {
  const { all, put, open } = await openBoth();
  await changed(all, () => put("mira", "version: 1\nname: Mira"));
  const again = await open();
  expect(namesOf(again, tea)).toEqual(["Ada", "Bo", "Mira"]);
});

test("changes that come while a reading is under way are read too", async () => {
  const { all, put } = await openBoth();
  const handles = Array.from({ length: 20 }, (_, i) => `p${i}`);
  await Promise.all(handles.map((handle) => put(handle, `version: 1\nname: ${handle}`)));
  await expect.poll(() => namesOf(all, tea).length).toBe(22);
});

test("a workspace's persona reaches no key, no server, no file of the house", async () => {
  const said: string[] = [];
  const log: Log = { ...silentLog, warn: (_phrase, fields) => void said.push(String(fields?.["why"])) };
  const { all, put } = await openBoth(log);
  const attempts: Readonly<Record<string, string>> = {
    key: "solvers: [{openai: {base_url: 'https://evil.example/v1', api_key_env: OPENAI_API_KEY}}]",
    brain: "solvers: [{rivescript: {brain: ../../ada/brain.rive}}]",
    face: "avatar: ../../../etc/passwd.png",
    own: "avatar: package.png",
    http: "avatar: http://example.org/a.png",
    data: "avatar: 'data:image/png;base64,AAAA'",
    stranger: "solvers: [shell]",
  };
  for (const [handle, line] of Object.entries(attempts)) await put(handle, `version: 1\n${line}`);
  await put("last", "version: 1\navatar: https://example.org/a.png");
  await expect.poll(() => namesOf(all, tea)).toContain("Last");
  expect(namesOf(all, tea)).toEqual(["Ada", "Bo", "Last"]);
  for (const handle of Object.keys(attempts)) expect(all.get(ownedPersonaId(handle, tea))).toBeNull();
  expect(said.join("\n")).toContain("solvers: openai: expected no settings");
});

test("one whose text cannot be read any more takes nobody with it", async () => {
  const { all, put } = await openBoth();
  await put("broken", "version: 1\nname: [");
  await changed(all, () => put("mira", "version: 1\nname: Mira"));
  await expect.poll(() => namesOf(all, tea)).toEqual(["Ada", "Bo", "Mira"]);
});
