// Avatars: the persona's own picture, or one drawn from its name.
import { readFile, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { Persona } from "../domain/persona.ts";
import { colourOf, paleOf } from "./colours.ts";
import { AVATAR_BYTES_MAX } from "./limits.ts";
import { avatarEnding } from "./posts.ts";

export interface Picture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
};

/** Pictures of the cast, each kept until its persona changes. */
export class Avatars {
  readonly #kept = new Map<string, { readonly version: string; readonly picture: Promise<Picture> }>();

  /** The picture of a persona. A file that cannot be shown is drawn instead. */
  of(persona: Persona): Promise<Picture> {
    const kept = this.#kept.get(persona.id);
    if (kept !== undefined && kept.version === persona.version) return kept.picture;
    const picture = pictureOf(persona);
    this.#kept.set(persona.id, { version: persona.version, picture });
    return picture;
  }
}

async function pictureOf(persona: Persona): Promise<Picture> {
  const file = persona.avatar.kind === "file" ? await readPicture(persona, persona.avatar.path) : null;
  return file ?? draw(persona);
}

async function readPicture(persona: Persona, path: string): Promise<Picture | null> {
  const type = TYPES[avatarEnding(persona)];
  if (type === undefined) return null;
  try {
    const full = resolve(persona.folder, path);
    if ((await stat(full)).size > AVATAR_BYTES_MAX) return null;
    return { bytes: new Uint8Array(await readFile(full)), type };
  } catch {
    return null;
  }
}

// Lorelei by Lisa Wischofsky, CC0 1.0.
async function draw(persona: Persona): Promise<Picture> {
  const { Avatar, Style } = await import("@dicebear/core");
  const require = createRequire(import.meta.url);
  const path = require.resolve("@dicebear/styles/lorelei.json");
  const definition: unknown = JSON.parse(await readFile(path, "utf8"));
  const style = new Style(definition);
  const colour = paleOf(colourOf(persona.name)).slice(1);
  const options = { seed: persona.name, backgroundColor: [colour], beardProbability: 0 };
  const svg = new Avatar(style, options).toString();
  return { bytes: new TextEncoder().encode(svg), type: "image/svg+xml" };
}
