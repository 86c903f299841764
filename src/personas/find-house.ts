// Finds the personas of a house folder: in folders of their own, in single files, in OVOS files.
import { lstat, readdir, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { handleFrom } from "../domain/handle.ts";
import { isHandle } from "../domain/ids.ts";
import { quoted } from "../errors.ts";
import { digestOf, digestOfFolder } from "./digest.ts";
import type { Drafted, PersonaFile } from "./draft.ts";
import { findWorld } from "./find-world.ts";
import type { Finds, PersonaEntry, SceneEntry } from "./finds.ts";
import { complaintOf, fail, isFile } from "./finds.ts";
import { readOvosJson } from "./ovos-json.ts";
import { readPersonaYaml } from "./persona-yaml.ts";
import type { ReadScene } from "./scene-yaml.ts";
import { readSceneYaml } from "./scene-yaml.ts";
import type { Located } from "./text-file.ts";
import { readTextFile, reasonOf } from "./text-file.ts";

const YAML = new Set([".yaml", ".yml"]);

// Beside the personas, and none of them.
const NO_PERSONAS = new Set(["schema.json", "package.json"]);

/** Adds the personas of `folder`, the worlds in it and its scene, which is the one in `scene` if that is given. Never throws. */
export async function findHouse(folder: Located, scene: Located | null, finds: Finds): Promise<void> {
  let names: readonly string[];
  try {
    names = await namesIn(folder.path);
  } catch (error) {
    fail(folder, "a folder that can be read", reasonOf(error), finds);
    return;
  }
  const house = await sortOut(folder, names, finds);
  const own = new Set([
    ...house.people.map((place) => place.name),
    ...house.worlds.map((world) => basename(world.path)),
  ]);
  // Brains that lie beside the personas, or in a folder of none of them, belong to all.
  const shared = await digestOfFolder(folder.path, (name) => !own.has(name));
  const entries: PersonaEntry[] = [];
  for (const place of house.people) entries.push(...(await entryOfYaml(place, shared, finds)));
  for (const file of house.jsons) entries.push(...(await entryOfJson(file, folder, shared, finds)));
  finds.groups.push({
    key: folder.path,
    entries,
    scene: scene === null ? await sceneIn(folder, house.scene) : await sceneNamed(folder, scene),
  });
  for (const world of house.worlds) await findWorld(world, finds);
}

async function namesIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .map((entry) => entry.name)
    .filter((name) => !name.startsWith(".") && !name.endsWith("~"))
    .toSorted();
}

/** A persona.yaml, in a folder of its own or beside others. */
interface Place {
  readonly name: string;
  readonly handle: string;
  readonly file: Located;
  readonly folder: string;
}

interface House {
  readonly people: readonly Place[];
  readonly jsons: readonly Located[];
  readonly worlds: readonly Located[];
  readonly scene: Located | null;
}

async function sortOut(folder: Located, names: readonly string[], finds: Finds): Promise<House> {
  const people: Place[] = [];
  const jsons: Located[] = [];
  const worlds: Located[] = [];
  let scene: Located | null = null;
  for (const name of names) {
    const found: Located = { path: join(folder.path, name), shown: join(folder.shown, name) };
    const ending = extname(name).toLowerCase();
    const stem = basename(name, extname(name));
    const isFolder = await stat(found.path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isFolder && YAML.has(ending)) finds.complaints.push(complaintOf(found, "a file", "a folder"));
    else if (isFolder && (await isFile(join(found.path, "setting.txt")))) worlds.push(found);
    else if (isFolder) people.push(...(await personaIn(found, name, finds)));
    else if (YAML.has(ending) && stem === "scene") scene = found;
    else if (YAML.has(ending)) people.push({ name, handle: stem, file: found, folder: folder.path });
    else if (ending === ".json" && !NO_PERSONAS.has(name)) jsons.push(found);
  }
  return { people, jsons, worlds, scene };
}

/** The persona in a folder; one without any YAML is somebody's own business. */
async function personaIn(folder: Located, name: string, finds: Finds): Promise<readonly Place[]> {
  let inside: readonly string[];
  try {
    inside = await namesIn(folder.path);
  } catch (error) {
    fail(folder, "a folder that can be read", reasonOf(error), finds);
    return [];
  }
  const files = inside.filter((each) => each === "persona.yaml" || each === "persona.yml");
  if (files.length > 0) {
    return files.map((each): Place => {
      const file: Located = { path: join(folder.path, each), shown: join(folder.shown, each) };
      return { name, handle: name, file, folder: folder.path };
    });
  }
  const other = inside.find((each) => YAML.has(extname(each).toLowerCase()));
  const left = other === undefined ? [] : [other];
  finds.warnings.push(
    ...left.map((each) => `${folder.shown}: expected persona.yaml, got ${quoted(each)}; the folder is left out`),
  );
  return [];
}

async function entryOfYaml(place: Place, shared: string, finds: Finds): Promise<readonly PersonaEntry[]> {
  const { handle, file, folder } = place;
  if (!isHandle(handle)) {
    const expected = "a name of lower-case letters, digits, - and _, at most 32";
    finds.complaints.push(complaintOf(file, expected, quoted(handle)));
    return [];
  }
  return claim(handle, file, finds, async () => {
    const hasFolder = place.name === handle;
    const brain = await brainIn(folder, hasFolder ? "brain.rive" : `${handle}.rive`);
    const own = hasFolder ? await digestOfFolder(folder, () => true) : "";
    const persona: PersonaFile = { ...file, handle, folder, brain, solverNames: finds.solverNames };
    return entryOf(persona, `${shared} ${own}`, (text) => readPersonaYaml(text, persona));
  });
}

async function entryOfJson(
  file: Located,
  folder: Located,
  shared: string,
  finds: Finds,
): Promise<readonly PersonaEntry[]> {
  const stem = basename(file.path, extname(file.path));
  const handle = handleFrom(stem, new Set());
  return claim(handle, file, finds, async () => {
    const brain = await brainIn(folder.path, `${stem}.rive`);
    const persona: PersonaFile = { ...file, handle, folder: folder.path, brain, solverNames: finds.solverNames };
    return entryOf(persona, shared, (text) => Promise.resolve(readOvosJson(text, stem, persona)));
  });
}

async function brainIn(folder: string, name: string): Promise<string | null> {
  return (await isFile(join(folder, name))) ? name : null;
}

/** Nobody has two files. */
async function claim(
  handle: string,
  file: Located,
  finds: Finds,
  make: () => Promise<PersonaEntry | null>,
): Promise<readonly PersonaEntry[]> {
  const other = finds.taken.get(handle);
  if (other !== undefined) {
    finds.complaints.push(complaintOf(file, "a handle that nobody has", `${quoted(handle)}, which is ${other}'s`));
    return [];
  }
  const entry = await make();
  if (entry === null) return [];
  finds.taken.set(handle, file.shown);
  return [entry];
}

async function entryOf(
  file: PersonaFile,
  surroundings: string,
  read: (text: string) => Promise<Drafted>,
): Promise<PersonaEntry | null> {
  const { handle, path, shown } = file;
  const found = await readTextFile(file);
  if (found.kind === "text") {
    const digest = digestOf(shown, found.text, surroundings);
    return { handle, path, shown, digest, read: () => read(found.text) };
  }
  // Its name was in the folder: a link that leads nowhere, or a file that went away just now.
  const isLink = await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  if (found.kind === "missing" && !isLink) return null;
  const nowhere = complaintOf(file, "a file that can be read", "a link that leads nowhere");
  const complaint = found.kind === "missing" ? nowhere : found.complaint;
  const digest = digestOf("unread", complaint.got, surroundings);
  return { handle, path, shown, digest, read: () => Promise.resolve({ kind: "complaints", complaints: [complaint] }) };
}

/** The scene in a file that somebody named: without the file, a mistake. */
async function sceneNamed(folder: Located, file: Located): Promise<SceneEntry> {
  const found = await sceneIn(folder, file);
  if (found !== null) return found;
  const complaints = [complaintOf(file, "a scene file", "nothing there")];
  return { shown: file.shown, digest: digestOf("missing"), read: () => ({ kind: "complaints", complaints }) };
}

async function sceneIn(folder: Located, file: Located | null): Promise<SceneEntry | null> {
  if (file === null) return null;
  const found = await readTextFile(file);
  if (found.kind === "missing") return null;
  const name = handleFrom(basename(folder.path), new Set());
  if (found.kind === "text") {
    const read = (): ReadScene => readSceneYaml(found.text, file.shown, name);
    return { shown: file.shown, digest: digestOf(found.text), read };
  }
  const complaints = [found.complaint];
  return {
    shown: file.shown,
    digest: digestOf("unread", found.complaint.got),
    read: () => ({ kind: "complaints", complaints }),
  };
}
