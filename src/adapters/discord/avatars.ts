// Faces: Discord fetches a persona's picture by its address, so it must stand where Discord reaches it.
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import type { Persona } from "../../domain/persona.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Keep } from "../adapter.ts";
import type { Api, Ask } from "./rest.ts";
import { fieldsOf, listOf, textOf } from "./shapes.ts";

/** Where a persona's picture can be fetched by Discord; null: it has none there. */
export type AvatarOf = (persona: Persona) => Promise<string | null>;

// "Create Application Emoji": 256 KiB, and these kinds of picture.
const BYTES_MAX = 256 * 1024;
const TYPES: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
};

/** Why Discord cannot show a persona's picture, as one sentence that says what to do; null: it can. */
export async function pictureTrouble({ name, folder, avatar }: Persona): Promise<string | null> {
  if (avatar.kind === "url") return null;
  const wanted = "a PNG, JPEG, GIF or WebP of at most 256 KB";
  const cannot = (why: string): string =>
    `Discord cannot show the picture of ${name}: ${why}; give the persona ${wanted}`;
  if (avatar.kind === "drawn") return cannot("it is drawn by the house");
  const path = resolve(folder, avatar.path);
  const file = basename(path);
  if (TYPES[extname(path).toLowerCase()] === undefined) return cannot(`${file} is of another kind`);
  try {
    const { size } = await stat(path);
    return size > BYTES_MAX ? cannot(`${file} is larger`) : null;
  } catch (error) {
    return cannot(`${file} cannot be read (${messageOf(error)})`);
  }
}

/** Uploads a picture once, as an emoji of the application, whose address is public; again when the file changes. A picture that cannot be uploaded is done without. */
export class UploadedAvatars {
  readonly #api: Api;
  readonly #keep: Keep;
  readonly #application: () => Promise<string>;
  readonly #log: Log;
  readonly #known = new Map<string, Promise<string | null>>();
  #there: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(api: Api, keep: Keep, application: () => Promise<string>, log: Log) {
    this.#api = api;
    this.#keep = keep;
    this.#application = application;
    this.#log = log;
  }

  readonly of: AvatarOf = (persona) => {
    const key = `${persona.id} ${persona.version}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const uploading = this.#address(persona).catch((error: unknown) => {
      this.#log.warn("a persona's picture could not be shown to Discord", {
        persona: persona.id,
        why: messageOf(error),
      });
      // The next post tries again.
      this.#known.delete(key);
      return null;
    });
    this.#known.set(key, uploading);
    return uploading;
  };

  async #address(persona: Persona): Promise<string | null> {
    if (persona.avatar.kind === "url") return persona.avatar.url;
    if (persona.avatar.kind === "drawn") return null;
    const path = resolve(persona.folder, persona.avatar.path);
    const type = TYPES[extname(path).toLowerCase()];
    if (type === undefined || (await stat(path)).size > BYTES_MAX) return null;
    const bytes = await readFile(path);
    const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 24);
    const key = `avatar:${digest}`;
    const id = (await this.#keep.get(key)) ?? (await this.#upload(`troupe_${digest}`, type, bytes));
    await this.#keep.put(key, id);
    return `https://cdn.discordapp.com/emojis/${id}.png`;
  }

  async #upload(name: string, type: string, bytes: Buffer): Promise<string> {
    const route = `/applications/${await this.#application()}/emojis` as const;
    // What stood there when the first face was asked for, for all of them: each look counts towards the same limit as an upload.
    this.#there ??= this.#uploaded(route).catch((error: unknown) => {
      this.#there = null;
      throw error;
    });
    const there = (await this.#there).get(name);
    if (there !== undefined) return there;
    const image = `data:${type};base64,${bytes.toString("base64")}`;
    try {
      const made = textOf(fieldsOf(await this.#api.ask({ method: "POST", route, body: { name, image } }))["id"]);
      if (made === null) throw new TypeError("Discord made an emoji and gave no id for it");
      return made;
    } catch (error) {
      // Names are taken once: another process may have been quicker, or this very upload was stored and its answer lost.
      const meanwhile = (await this.#uploaded(route)).get(name);
      if (meanwhile === undefined) throw error;
      return meanwhile;
    }
  }

  /** The emojis that there are, by name. */
  async #uploaded(route: Ask["route"]): Promise<ReadonlyMap<string, string>> {
    const items = listOf(fieldsOf(await this.#api.ask({ method: "GET", route }))["items"]).map((each) =>
      fieldsOf(each),
    );
    return new Map(
      items.flatMap((each) => {
        const [name, id] = [textOf(each["name"]), textOf(each["id"])];
        return name === null || id === null ? [] : [[name, id] as const];
      }),
    );
  }
}

/** By the house's own address where it has one, else uploaded. Discord shows no drawings (SVG), which the house itself does: those are done without. */
export function avatarOf(pictureUrl: ((persona: Persona) => string) | null, uploaded: AvatarOf): AvatarOf {
  if (pictureUrl === null) return uploaded;
  return async (persona) => (persona.avatar.kind === "file" ? pictureUrl(persona) : uploaded(persona));
}
