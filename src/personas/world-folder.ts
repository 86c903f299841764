// Reads a microblog world folder as it is: setting.txt, tone.txt, rules.txt, users/<username>.txt.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { PersonaId } from "../domain/ids.ts";
import { personaId, sceneId } from "../domain/ids.ts";
import type { World } from "../domain/persona.ts";
import type { ScenePlan } from "../domain/scene.ts";
import { usualPace, usualScene } from "../domain/scene.ts";
import type { Complaint } from "../errors.ts";
import { isVisible, oneLine } from "./clean.ts";
import type { Drafted, PersonaFile } from "./draft.ts";
import { blankDraft } from "./draft.ts";
import { NAME_CHARS_MAX, TEXT_CHARS_MAX } from "./limits.ts";
import type { Located } from "./text-file.ts";
import { codeOf, readTextFile, reasonOf } from "./text-file.ts";

/** A user's file: whom it describes is in its name, what it holds is the background. */
export interface UserFile extends Located {
  /** The text before the first dot. */
  readonly username: string;
  readonly text: string;
}

export interface WorldFolder {
  readonly world: World;
  readonly users: readonly UserFile[];
  /** Mistakes in files of users; the others are fine. */
  readonly complaints: readonly Complaint[];
}

export type ReadWorld =
  | { readonly kind: "world"; readonly folder: WorldFolder }
  | { readonly kind: "complaints"; readonly complaints: readonly Complaint[] };

// Copies that editors leave beside a file.
const LEFT_BY_EDITORS = /~$|\.(?:swp|swx|tmp|bak|orig)$/iu;

/** The world in `folder`, whose `setting.txt` is there; texts are kept to the letter, for the prompt is. Never throws. */
export async function readWorldFolder(folder: Located, name: string): Promise<ReadWorld> {
  const complaints: Complaint[] = [];
  const read = async (file: string): Promise<string> => {
    const found = await readTextFile({ path: join(folder.path, file), shown: join(folder.shown, file) });
    if (found.kind === "complaint") complaints.push(found.complaint);
    return found.kind === "text" ? found.text : "";
  };
  const world: World = {
    name,
    setting: await read("setting.txt"),
    tone: await read("tone.txt"),
    rules: await read("rules.txt"),
    form: "microblog",
  };
  if (complaints.length > 0) return { kind: "complaints", complaints };
  const users = await readUsers(folder);
  return { kind: "world", folder: { world, ...users } };
}

async function readUsers(folder: Located): Promise<Pick<WorldFolder, "users" | "complaints">> {
  const place: Located = { path: join(folder.path, "users"), shown: join(folder.shown, "users") };
  let names: readonly string[];
  try {
    const entries = await readdir(place.path, { withFileTypes: true });
    names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    const got = codeOf(error) === "ENOENT" ? "none" : reasonOf(error);
    return {
      users: [],
      complaints: [
        { where: place.shown, line: null, field: null, expected: "a folder with a file for each user", got },
      ],
    };
  }
  const users: UserFile[] = [];
  const complaints: Complaint[] = [];
  for (const name of names.toSorted()) {
    const username = oneLine(name.split(".")[0]);
    if (name.startsWith(".") || LEFT_BY_EDITORS.test(name)) continue;
    const file: Located = { path: join(place.path, name), shown: join(place.shown, name) };
    const complain = (expected: string, got: string): void => {
      complaints.push({ where: file.shown, line: null, field: null, expected, got });
    };
    if (!isVisible(username) || username.length > NAME_CHARS_MAX) {
      complain(
        `a user's name before the first dot, of at most ${NAME_CHARS_MAX} characters`,
        `"${oneLine(name).slice(0, NAME_CHARS_MAX)}"`,
      );
      continue;
    }
    const twin = users.find((user) => user.username === username);
    if (twin !== undefined) {
      complain("one file for each user", `a second one beside ${twin.shown}`);
      continue;
    }
    const found = await readTextFile(file);
    const isLong = found.kind === "text" && found.text.length > TEXT_CHARS_MAX;
    if (found.kind === "complaint") complaints.push(found.complaint);
    else if (isLong) complain(`at most ${TEXT_CHARS_MAX} characters`, `${found.text.length}`);
    else if (found.kind === "text") users.push({ ...file, username, text: found.text });
  }
  return { users, complaints };
}

/** The persona of a user. Its description is the whole background, which is what the simulator's prompt takes. */
export function draftOfUser(user: UserFile, file: PersonaFile): Drafted {
  return {
    kind: "draft",
    lineOf: () => null,
    warnings: [],
    draft: {
      ...blankDraft(file),
      id: personaId(file.handle),
      name: user.username,
      description: user.text,
    },
  };
}

/** The scene of a world: its users, at the simulator's pace, with a quick start so that a newcomer sees life. */
export function sceneOfWorld(name: string, handle: string, cast: readonly PersonaId[]): ScenePlan {
  return {
    id: sceneId(handle),
    name,
    cast,
    seconds: usualPace.seconds,
    watchedSeconds: null,
    opening: { posts: 8, seconds: 30 },
    replyChance: usualPace.replyChance,
    candidates: usualPace.candidates,
    postLimit: usualPace.postLimit,
    threadMax: usualPace.threadMax,
    ...usualScene,
    style: "microblog",
  };
}
