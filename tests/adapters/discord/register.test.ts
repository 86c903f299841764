// The catalogue as Discord takes it, and commands written into the ids of buttons.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CustomIds } from "../../../src/adapters/discord/components.ts";
import type { Catalogue } from "../../../src/adapters/discord/register.ts";
import { commandBodies } from "../../../src/adapters/discord/register.ts";
import type { CommandShape, Right } from "../../../src/commands/command.ts";
import { openCounter } from "../../commands/counter.ts";
import { openTalk } from "../../commands/talk.ts";
import { needsCorpora } from "../../needs.ts";
import { Memory } from "./rig.ts";

interface Body {
  readonly name: string;
  readonly type: number;
  readonly default_member_permissions: string | null;
  readonly contexts: readonly number[];
  readonly options?: readonly {
    readonly name: string;
    readonly description: string;
    readonly options?: readonly object[];
  }[];
}

function shaped(path: string, right: Right, more: Partial<CommandShape> = {}): CommandShape {
  const words = path.split(" ");
  return { path: words, summary: path, options: [], right, answer: "private", on: "channel", label: "", ...more };
}

function bodiesOf(...commands: readonly CommandShape[]): readonly Body[] {
  return commandBodies({ groups: [], commands, languages: [] }) as readonly Body[];
}

test("a command is hidden from those who may use no part of it, and shown to whoever may use any", () => {
  const [mixed, channel, workspace] = bodiesOf(
    shaped("a one", "channel"),
    shaped("a two", "anyone"),
    shaped("b", "channel"),
    shaped("c", "workspace"),
  );
  expect(mixed?.default_member_permissions).toBeNull();
  expect(channel?.default_member_permissions).toBe("16");
  expect(workspace?.default_member_permissions).toBe("32");
});

test("every command is there in servers and in direct messages, with the word server for a workspace", async () => {
  const { desk } = await openCounter();
  const bodies = commandBodies(desk) as readonly Body[];
  const names = bodies.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["persona", "setup", "settings", "stop", "resume", "privacy", "help"]));
  for (const { contexts } of bodies) expect(contexts).toEqual([0, 1]);
  const shown = JSON.stringify(bodies.map((body) => JSON.stringify(body).replaceAll(/"value":"[^"]*"/gu, "")));
  expect(shown).toContain("server");
  expect(shown).not.toContain("workspace");
});

/** A command, a subcommand, an option or a choice. */
interface Node {
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly description_localizations?: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly options?: readonly Node[];
  readonly choices?: readonly Node[];
}

/** What Discord counts: of each name and text the longest there is in any language, and values. */
function charsOf(node: Node): number {
  const longest = (text: string | undefined, others: Readonly<Record<string, string>> | undefined): number =>
    Math.max(...[text ?? "", ...Object.values(others ?? {})].map((each) => each.length));
  const own = longest(node.name, node.name_localizations) + longest(node.description, node.description_localizations);
  const inside = [...(node.options ?? []), ...(node.choices ?? [])].map(charsOf);
  return inside.reduce((sum, each) => sum + each, own + (node.value?.length ?? 0));
}

test("no command is larger than Discord takes, in the language in which it is longest", async () => {
  const bodies = commandBodies(await wholeCatalogue()) as readonly Node[];
  for (const body of bodies) expect(charsOf(body)).toBeLessThanOrEqual(8000);
});

test("a command that is also offered on posts has a menu of its own there", () => {
  const bodies = bodiesOf(shaped("why", "anyone", { on: "message", label: "Why?" }));
  expect(bodies.map(({ type, name }) => [type, name])).toEqual([
    [1, "why"],
    [3, "Why?"],
  ]);
});

/** Every command, subcommand, option and choice. */
function everyNode(nodes: readonly Node[]): readonly Node[] {
  return nodes.flatMap((node) => [node, ...everyNode([...(node.options ?? []), ...(node.choices ?? [])])]);
}

/** The whole catalogue, which two desks of these tests have between them. */
async function wholeCatalogue(): Promise<Catalogue> {
  const [{ desk }, { desk: posts }] = [await openCounter(), await openTalk()];
  const known = new Set(desk.commands.map(({ path }) => path.join(" ")));
  return { ...desk, commands: [...desk.commands, ...posts.commands.filter(({ path }) => !known.has(path.join(" ")))] };
}

test("each command is there in German too, within what Discord takes", async () => {
  const bodies = commandBodies(await wholeCatalogue()) as readonly (Node & { readonly type?: number })[];
  expect(bodies.filter(({ type }) => type === 3).map((menu) => menu.name_localizations?.["de"])).toEqual([
    "Neu sagen lassen",
    "Weiterreden lassen",
    "Warum?",
    "Über",
    "Bearbeiten oder löschen",
  ]);
  const persona = bodies.find(({ name }) => name === "persona");
  const add = persona?.options?.find(({ name }) => name === "add");
  expect(add).toMatchObject({ name_localizations: { de: "holen" } });
  expect(add?.description_localizations?.["de"]).toContain("Eine Persona hierher holen");
  const where = add?.options?.find(({ name }) => name === "where");
  expect(where).toMatchObject({ name_localizations: { de: "wo" } });
  expect(where?.description_localizations?.["de"]).toContain("der ganze Server");
  expect(where?.choices?.at(-1)).toMatchObject({
    name: "server",
    name_localizations: { de: "Server" },
    value: "workspace",
  });
  for (const node of everyNode(bodies)) {
    // Choices, and menus of posts, are called as their labels are.
    const isLabel = node.description === undefined;
    const german = node.name_localizations?.["de"] ?? "";
    expect([node.name, german]).not.toContain("");
    if (!isLabel) {
      expect(german).toMatch(/^[-_\p{L}\p{N}]{1,32}$/u);
      expect(german).toBe(german.toLowerCase());
    } else expect(german.length).toBeLessThanOrEqual(node.value === undefined ? 32 : 100);
    expect([node.name, isLabel || node.description_localizations?.["de"]]).not.toContain(undefined);
    expect(node.description_localizations?.["de"]?.length ?? 1).toBeLessThanOrEqual(100);
  }
  const slash = bodies.filter(({ type }) => type === 1);
  const siblings = [slash, ...everyNode(bodies).flatMap(({ options, choices }) => [options ?? [], choices ?? []])];
  for (const nodes of siblings) {
    const names = nodes.map((node) => node.name_localizations?.["de"]);
    expect(new Set(names).size).toBe(names.length);
  }
});

test("a language whose words Discord would not take is left out, word by word", () => {
  const languages = [
    { tag: "de", nameOf: () => "Mit Leerzeichen", textOf: (text: string) => `${text} ${"lang ".repeat(40)}` },
    { tag: "fr", nameOf: () => null, textOf: () => null },
  ];
  const [body] = commandBodies({ groups: [], commands: [shaped("stop", "anyone")], languages }) as readonly Node[];
  expect(body).not.toHaveProperty("name_localizations");
  expect(body?.description_localizations?.["de"]?.length).toBe(100);
  expect(body?.description_localizations).not.toHaveProperty("fr");
});

async function roundTrip(ids: CustomIds, options: Readonly<Record<string, string>>): Promise<unknown> {
  const id = await ids.write({ path: ["persona", "add"], options, chosen: "where" }, 3);
  expect(id.length).toBeLessThanOrEqual(100);
  return ids.read(id);
}

test("a button tells its command, however long, and also to the next process", async () => {
  const keep = new Memory().keep();
  const options = { persona: "ada", text: "x".repeat(5000) };
  const id = await new CustomIds(keep).write({ path: ["stop"], options, chosen: null }, 0);
  expect(await new CustomIds(keep).read(id)).toEqual({ path: ["stop"], options, chosen: null });
  expect(await new CustomIds(new Memory().keep()).read(id)).toBeNull();
});

test("what is no button of ours means nothing", async () => {
  const ids = new CustomIds(new Memory().keep());
  for (const id of ["", "x", "0:", "0:?a=b", "999:stop?", "stop?", "0=nothing"]) expect(await ids.read(id)).toBeNull();
});

const naughty = needsCorpora("text/naughty-strings.json");

test.skipIf(naughty.skip)("whatever people write comes back from a button as it was", async () => {
  const ids = new CustomIds(new Memory().keep());
  for (const text of JSON.parse(readFileSync(naughty.path(), "utf8")) as readonly string[]) {
    const well = text.toWellFormed();
    expect(await roundTrip(ids, { text })).toEqual({
      path: ["persona", "add"],
      options: { text: well },
      chosen: "where",
    });
  }
});
