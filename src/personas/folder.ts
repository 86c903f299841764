// Looks through the folders of a house, one after the other.
import { stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { digestOf } from "./digest.ts";
import { findHouse } from "./find-house.ts";
import { findWorld } from "./find-world.ts";
import type { Finds, PersonaFolder, Scan } from "./finds.ts";
import { fail, isFile } from "./finds.ts";
import type { Located } from "./text-file.ts";
import { reasonOf } from "./text-file.ts";

/** Looks through `folders`, in this order; `scene` is a scene file in place of the house folder's own. Never throws. */
export async function scanFolders(
  folders: readonly PersonaFolder[],
  scene: string | null,
  solverNames: ReadonlySet<string>,
): Promise<Scan> {
  const finds: Finds = { solverNames, taken: new Map(), groups: [], complaints: [], warnings: [], failed: [] };
  const sceneFile: Located | null = scene === null ? null : located(scene);
  for (const folder of folders) {
    const place = located(folder.path);
    const isWorld = await isFile(join(place.path, "setting.txt"));
    const isMissing = folder.kind === "world" && !isWorld;
    if (isMissing) fail(place, "a world folder with a setting.txt", await whatIsAt(place.path), finds);
    else if (isWorld) await findWorld(place, finds);
    else await findHouse(place, sceneFile, finds);
  }
  const { groups, complaints, warnings, failed } = finds;
  const fingerprint = digestOf(
    JSON.stringify([complaints, warnings]),
    ...groups.flatMap((group) => [group.scene?.digest ?? "", ...group.entries.map((entry) => entry.digest)]),
  );
  return { groups, complaints, warnings, failed, fingerprint };
}

/** As somebody would type it: relative where it lies below the folder that the house runs in. */
function located(given: string): Located {
  const path = resolve(given);
  const way = relative(process.cwd(), path);
  const isBelow = isAbsolute(given) && way !== "" && !way.startsWith("..") && !isAbsolute(way);
  return { path, shown: isBelow ? way : given };
}

async function whatIsAt(path: string): Promise<string> {
  try {
    return (await stat(path)).isDirectory() ? "a folder without it" : "a file";
  } catch (error) {
    return reasonOf(error);
  }
}
