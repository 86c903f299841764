// Finds the users of a world folder, and its scene.
import { basename, resolve } from "node:path";
import { handleFrom } from "../domain/handle.ts";
import { personaId } from "../domain/ids.ts";
import { digestOf } from "./digest.ts";
import type { Drafted, PersonaFile } from "./draft.ts";
import type { Finds, PersonaEntry, SceneEntry } from "./finds.ts";
import type { Located } from "./text-file.ts";
import { draftOfUser, readWorldFolder, sceneOfWorld } from "./world-folder.ts";

/** Adds the users of the world in `folder`, whose setting.txt is there. Never throws. */
export async function findWorld(folder: Located, finds: Finds): Promise<void> {
  const name = basename(folder.path);
  const read = await readWorldFolder(folder, name);
  if (read.kind === "complaints") {
    finds.failed.push(folder.path);
    finds.complaints.push(...read.complaints);
    return;
  }
  const { world, users, complaints } = read.folder;
  finds.complaints.push(...complaints);
  const entries = users.map((user): PersonaEntry => {
    const handle = handleFrom(user.username, new Set(finds.taken.keys()));
    finds.taken.set(handle, user.shown);
    const persona: PersonaFile = {
      ...user,
      handle,
      folder: folder.path,
      brain: null,
      solverNames: finds.solverNames,
    };
    const drafted = (): Promise<Drafted> => Promise.resolve(draftOfUser(user, persona));
    return { handle, path: user.path, shown: user.shown, digest: digestOf(user.shown, user.text), read: drafted };
  });
  // Whose file cannot be read now is not gone: his last version stays.
  finds.failed.push(...complaints.map((complaint) => resolve(complaint.where)));
  const plan = sceneOfWorld(
    name,
    handleFrom(name, new Set()),
    entries.map((entry) => personaId(entry.handle)),
  );
  const scene: SceneEntry = {
    shown: folder.shown,
    digest: digestOf(JSON.stringify([world, plan])),
    read: () => ({ kind: "scene", scene: { plan, world, named: [] }, warnings: [] }),
  };
  finds.groups.push({ key: folder.path, entries, scene });
}
