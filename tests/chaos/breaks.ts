// Code that was broken on purpose: what a chaos run must see, or its green means nothing.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WHOLE_CODE } from "./cast.ts";

export interface Break {
  readonly what: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly find: string;
  readonly replace: string;
}

export const breaks: Readonly<Record<string, Break>> = {
  "no-dedupe": {
    what: "a message that is delivered again is stored again",
    file: "src/engine/intake.ts",
    find: "recordMessage({ ...arrival, text }, tokens",
    replace: "recordMessage({ ...arrival, text, id: `${arrival.id}${performance.now()}` as typeof arrival.id }, tokens",
  },
  "no-sweep": {
    what: "nobody looks for channels that are due",
    file: "src/engine/engine.ts",
    find: "for (const channel of due.filter((each) => this.#house.serves(each))) await this.#queue.sweep(channel);",
    replace: "void due;",
  },
  "blind-retry": {
    what: "a post in doubt is said again without a look",
    file: "src/engine/outbox.ts",
    find: "if (isInDoubt(post, adapter.traits) && (await this.#hasLanded(lease, post, adapter))) return;\n",
    replace: "",
  },
  "sequence-early": {
    what: "how far was heard is saved before what was heard",
    file: "src/adapters/discord/discord.ts",
    find: "    const data = fieldsOf(raw);\n    switch (event) {",
    replace: "    const data = fieldsOf(raw);\n    await events.heard(checkpoint);\n    switch (event) {",
  },
};

/** A copy of the code with one thing broken. Throws when the code has no such place any more. */
export function brokenCopy(each: Break): { readonly code: string; readonly remove: () => void } {
  const copy = mkdtempSync(join(tmpdir(), "troupe-broken-"));
  for (const name of ["src", "migrations", "package.json", "tsconfig.json"]) {
    cpSync(join(WHOLE_CODE, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(WHOLE_CODE, "node_modules"), join(copy, "node_modules"));
  const file = join(copy, each.file);
  const parts = readFileSync(file, "utf8").split(each.find);
  if (parts.length !== 2) {
    throw new Error(`${each.file}: expected once ${JSON.stringify(each.find)}, got ${parts.length - 1} times`);
  }
  writeFileSync(file, parts.join(each.replace));
  return { code: copy, remove: () => rmSync(copy, { recursive: true, force: true }) };
}
