// Files that pages load: read once, served with a digest so that browsers keep them until they change.
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

export interface Asset {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly digest: string;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

const OWN = ["troupe.css", "feed.js", "times.js", "box.js", "mention.js", "sheet.js", "icon.svg"];

/** The pages' own files and the style sheet they stand on. */
export class Assets {
  readonly #files: ReadonlyMap<string, Asset>;

  constructor() {
    const require = createRequire(import.meta.url);
    const own = OWN.map((name) => [name, read(join(import.meta.dirname, "static", name))] as const);
    this.#files = new Map([["pico.css", read(require.resolve("@picocss/pico/css/pico.min.css"))], ...own]);
  }

  get(name: string): Asset | null {
    return this.#files.get(name) ?? null;
  }

  /** The address of a file, with its digest. */
  path(name: string): string {
    return `/static/${name}?v=${this.#files.get(name)?.digest ?? ""}`;
  }
}

function read(path: string): Asset {
  const bytes = new Uint8Array(readFileSync(path));
  const ending = path.slice(path.lastIndexOf(".") + 1);
  return { bytes, type: TYPES[ending] ?? "application/octet-stream", digest: hash("sha1", bytes).slice(0, 12) };
}
