// persona.yaml: what it may hold, and how each mistake is told.
import { chmod, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { newFolder, openHouse, tryPersona } from "./fixtures.ts";

test("a persona of which nothing is said is a sensible one, named after its handle", async () => {
  const house = await openHouse([
    await newFolder({
      "mary-ann/persona.yaml": "version: 1\n",
      "bob.yaml": "version: 1",
      "ada/persona.yml": "version: 1",
      "ada/brain.rive": "",
    }),
  ]);
  expect(house.handles()).toEqual(["ada", "bob", "mary-ann"]);
  expect(house.persona("mary-ann")).toMatchObject({
    name: "Mary Ann",
    aliases: [],
    avatar: { kind: "drawn" },
    world: null,
    talkativeness: 0.5,
    extensions: {},
    solvers: [{ name: "openai" }, { name: "rivescript", settings: {} }, { name: "failure" }],
  });
  const names = (handle: string): readonly string[] => house.member(handle).solvers.map((solver) => solver.name);
  expect(names("ada")).toEqual(["openai", "rivescript", "failure"]);
  expect(names("bob")).toEqual(["openai", "rivescript", "failure"]);
  expect(house.personas.warnings()).toEqual([]);
});

test("a single file has its brain beside it", async () => {
  const house = await openHouse([
    await newFolder({ "bob.yaml": "version: 1", "bob.rive": "", "eve.yaml": "version: 1" }),
  ]);
  expect(house.persona("bob").solvers).toContainEqual({ name: "rivescript", settings: { brain: "bob.rive" } });
  expect(house.persona("eve").solvers).toContainEqual({ name: "rivescript", settings: {} });
});

test("empty fields are the same as none", async () => {
  const { house, said } = await tryPersona(
    "version: 1\nname:\naliases:\npersona:\nknowledge: {knows: , outside: [~, '']}\nmodel:\nsolvers: []\nexamples:\nage: ''\n",
  );
  expect(said).toEqual([]);
  expect(house.persona("ada")).toMatchObject({ name: "Ada", character: { age: "", knowledge: { outside: [] } } });
  expect(house.member("ada").solvers).toHaveLength(3);
});

test("a list may be a single text, and an age a number", async () => {
  const { house } = await tryPersona(
    "version: 1\nhobbies: kites\npersona: {traits: dry}\nage: 36\nsolvers: openai\nmodel: {stop: END}",
  );
  expect(house.persona("ada")).toMatchObject({
    character: { hobbies: ["kites"], voice: { traits: ["dry"] }, age: "36" },
    solvers: [{ name: "openai", settings: {} }],
    model: { stop: ["END"] },
  });
});

const mistakes: readonly (readonly [yaml: string, said: string])[] = [
  ["version: 1\ntalkativeness: often", 'ada/persona.yaml:2: talkativeness: expected a number from 0 to 1, got "often"'],
  [
    "version: 1\n\n# words\ntalkativeness: 1.5",
    "ada/persona.yaml:4: talkativeness: expected a number from 0 to 1, got 1.5",
  ],
  ["name: Ada", "ada/persona.yaml:1: version: expected 1, got nothing"],
  ["version: 2", "ada/persona.yaml:1: version: expected 1, got 2"],
  ["", "ada/persona.yaml:1: expected keys and values, with version: 1, got nothing"],
  ["- a\n- b", 'ada/persona.yaml:1: expected keys and values, with version: 1, got ["a","b"]'],
  ["version: 1\nname: 7", "ada/persona.yaml:2: name: expected text, got 7 (quotes make it text)"],
  ["version: 1\nname: '\u200b'", 'ada/persona.yaml:2: name: expected a name that can be seen, got " "'],
  [`version: 1\nname: ${"x".repeat(81)}`, "ada/persona.yaml:2: name: expected at most 80 characters, got 81"],
  [
    "version: 1\npersona:\n  traits:\n    - dry\n    - {a: 1}",
    'ada/persona.yaml:5: persona.traits[1]: expected text, got {"a":1}',
  ],
  ["version: 1\npersona: dry", 'ada/persona.yaml:2: persona: expected keys and values, got "dry"'],
  ["version: 1\nhobbies: {a: 1}", 'ada/persona.yaml:2: hobbies: expected text or a list of texts, got {"a":1}'],
  [`version: 1\ntags: [${"a,".repeat(101)}]`, "ada/persona.yaml:2: tags: expected at most 100 entries, got 101"],
  ["version: 1\nexamples:\n  - user: Hi", "ada/persona.yaml:3: examples[0].char: expected text, got nothing"],
  [
    "version: 1\nmodel:\n  temperature: 3",
    "ada/persona.yaml:3: model.temperature: expected a number from 0 to 2, got 3",
  ],
  [
    "version: 1\nmodel:\n  max_tokens: 1.5",
    "ada/persona.yaml:3: model.max_tokens: expected a whole number from 1 to 1000000, got 1.5",
  ],
  [
    "version: 1\nsolvers:\n  - openai\n  - wikipedia",
    'ada/persona.yaml:4: solvers[1]: expected one of openai, rivescript, failure, got "wikipedia"',
  ],
  [
    "version: 1\nsolvers:\n  - openai: {}\n    failure: {}",
    'ada/persona.yaml:3: solvers[0]: expected one solver in each entry, got "openai, failure"',
  ],
  [
    "version: 1\nsolvers:\n  - openai: fast",
    'ada/persona.yaml:3: solvers[0].openai: expected settings, as keys and values, got "fast"',
  ],
  [
    "version: 1\nsolvers:\n  - failure\n  - openai:\n      model: x\n      fail: true",
    "ada/persona.yaml:6: solvers[1].fail: expected no failure, got one",
  ],
  [
    "version: 1\nsolvers:\n  - openai: {fail: badly}",
    "ada/persona.yaml:3: solvers[0]: expected settings that openai can work with, got this solver broke",
  ],
  [
    "version: 1\navatar: http://example.org/a.png",
    'ada/persona.yaml:2: avatar: expected an address that begins with https://, got "http://example.org/a.png"',
  ],
  [
    "version: 1\navatar: javascript:alert(1)",
    'ada/persona.yaml:2: avatar: expected an address that begins with https://, got "javascript:alert(1)"',
  ],
  [
    "version: 1\navatar: ../../secret.png",
    'ada/persona.yaml:2: avatar: expected a picture in the persona\'s own folder, got "../../secret.png"',
  ],
  [
    "version: 1\navatar: none.png",
    'ada/persona.yaml:2: avatar: expected a picture that is there and can be read, got "none.png"',
  ],
  [
    "version: 1\navatar: face.svg",
    'ada/persona.yaml:2: avatar: expected drawn, an https address, or a picture in the persona\'s folder (.png, .jpg, .jpeg, .gif, .webp), got "face.svg"',
  ],
  ["version: 1\nname: Ada\nname: Eve", 'ada/persona.yaml:3: expected each key once, got a second "name"'],
  ["version: 1\nmodel:\n\ttemperature: 1", "ada/persona.yaml:3: expected spaces at the start of a line, got a tab"],
  [
    "version: 1\nname: Ada: the first",
    'ada/persona.yaml:2: expected one "key: value" a line (put text with a colon in quotes), got nested mappings are not allowed in compact mappings',
  ],
  [
    "version: 1\nname: *ada",
    "ada/persona.yaml:2: expected aliases that lead somewhere, and few of them, got Unresolved alias (the anchor must be set before the alias): ada",
  ],
  ["version: 1\n---\nversion: 1", "ada/persona.yaml:2: expected one document, got another one after ---"],
  ["version: 1\nname: 'Ada", "ada/persona.yaml:2: expected YAML, got a mistake: missing closing 'quote"],
  ["version: 1\n[a, b]: c", "ada/persona.yaml:2: expected keys that are text, got another kind of key"],
  [
    "version: 1\nextensions: &x\n  self: *x",
    "ada/persona.yaml: expected at most 16 levels and 20000 entries, got more than that",
  ],
];

test.each(mistakes)("a mistake is told in one sentence: %j", async (yaml, sentence) => {
  const { house, said } = await tryPersona(yaml);
  expect(said).toEqual([sentence]);
  expect(house.handles()).toEqual([]);
});

test("every mistake of a file is told, not only the first", async () => {
  const { said } = await tryPersona("version: 1\nage: [1]\ntalkativeness: -1\nmodel: {top_p: 2}\n");
  expect(said).toHaveLength(3);
});

test("small texts that would grow or stall are refused at once", async () => {
  const bombs = [
    `version: 1\na: &a [x,x,x]\n${Array.from("bcdefgh", (key, i) => `${key}: &${key} [${`*${"abcdefg"[i] ?? ""},`.repeat(9)}]`).join("\n")}`,
    `version: 1\nextensions: ${"[".repeat(3000)}${"]".repeat(3000)}`,
    `version: 1\n${"- ".repeat(20_000)}`,
    Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join("\n"),
    `extensions: {${Array.from({ length: 9_000 }, (_, i) => `k${i}: 1`).join(",")}}`,
    "x".repeat(200_000),
  ];
  for (const bomb of bombs) {
    const started = performance.now();
    const { said } = await tryPersona(bomb);
    expect(said).toHaveLength(1);
    // Some 100 ms on a quiet machine; without the limits it is up to half a minute.
    expect(performance.now() - started).toBeLessThan(4000);
  }
});

test("fields that nobody knows are kept at every level, and told", async () => {
  const { house, said } = await tryPersona(
    "version: 1\nzodiac: leo\npersona:\n  mood: fine\nexamples:\n  - {user: a, char: b, when: noon}\nextensions: {own: 1}\n__proto__: {polluted: true}\n",
  );
  expect(said).toEqual([]);
  expect(house.persona("ada").extensions).toEqual({
    own: 1,
    unknown: expect.objectContaining({ zodiac: "leo", "persona.mood": "fine", "examples[0].when": "noon" }),
  });
  const warnings = house.personas.warnings().map((warning) => warning.slice(warning.indexOf("ada/")));
  expect(warnings).toContain("ada/persona.yaml:2: zodiac: this field is not known; it is kept, and does nothing");
  expect(warnings).toContain("ada/persona.yaml:4: persona.mood: this field is not known; it is kept, and does nothing");
  expect(warnings).toContain(
    "ada/persona.yaml:6: examples[0].when: this field is not known; it is kept, and does nothing",
  );
  expect(Object.prototype).not.toHaveProperty("polluted");
});

test("byte order mark, Windows line ends and control characters do no harm", async () => {
  const { house, said } = await tryPersona(
    '\uFEFFversion: 1\r\nname: "A\\u0007d\\u202ea"\r\nscenario: |\r\n  one\r\n  two\r\ntalkativeness: 0.1\r\n',
  );
  expect(said).toEqual([]);
  expect(house.persona("ada")).toMatchObject({ name: "Ada", talkativeness: 0.1, character: { scenario: "one\ntwo" } });
});

test("a file that is no text is told with the line where it stops being one", async () => {
  const latin1 = Buffer.from("version: 1\nname: Zo\u00eb\n", "latin1");
  expect((await tryPersona(latin1)).said).toEqual([
    "ada/persona.yaml:2: expected text in UTF-8, got bytes that are none",
  ]);
  const utf16 = Buffer.from("\uFEFFversion: 1", "utf16le");
  expect((await tryPersona(utf16)).said).toEqual(["ada/persona.yaml: expected text in UTF-8, got text in UTF-16"]);
});

test("what is no file, leads nowhere or may not be read is a complaint of that persona alone", async () => {
  const folder = await newFolder({ "bob.yaml": "version: 1", "eve.yaml/x": "", "link.yaml": "version: 1" });
  await symlink("nowhere.yaml", join(folder.path, "ada.yaml"));
  await symlink("loop.yaml", join(folder.path, "loop.yaml"));
  await symlink("link.yaml", join(folder.path, "linked.yaml"));
  await writeFile(join(folder.path, "shut.yaml"), "version: 1");
  await chmod(join(folder.path, "shut.yaml"), 0);
  const house = await openHouse([folder]);
  const said = house.sentences().map((sentence) => sentence.replaceAll(`${folder.path}/`, ""));
  expect(said).toContain("eve.yaml: expected a file, got a folder");
  expect(said).toContain("ada.yaml: expected a file that can be read, got a link that leads nowhere");
  expect(said).toContain("loop.yaml: expected a file that can be read, got a link that leads back to itself");
  expect(house.handles()).toEqual(expect.arrayContaining(["bob", "link", "linked"]));
  // Root may read everything.
  const isRoot = process.getuid?.() === 0;
  const shut = "shut.yaml: expected a file that can be read, got no permission to read it";
  expect(said.includes(shut)).toBe(!isRoot);
});

test("a picture in the persona's folder is its avatar, and a link out of it is none", async () => {
  const folder = await newFolder({
    "ada/persona.yaml": "version: 1\navatar: face.png",
    "ada/face.png": "png",
    "eve/persona.yaml": "version: 1\navatar: face.png",
    "bob.yaml": "version: 1\navatar: https://example.org/bob.png?size=64",
  });
  await symlink("/etc/hostname", join(folder.path, "eve/face.png"));
  const house = await openHouse([folder]);
  expect(house.persona("ada").avatar).toEqual({ kind: "file", path: join(folder.path, "ada/face.png") });
  expect(house.persona("bob").avatar).toEqual({ kind: "url", url: "https://example.org/bob.png?size=64" });
  expect(house.sentences()).toEqual([expect.stringContaining("a picture in the persona's own folder")]);
});

test("whatever a YAML file holds, reading it ends with a persona or a complaint", async () => {
  const folder = await newFolder({});
  const fields = [
    "name",
    "aliases",
    "emoji",
    "avatar",
    "description",
    "persona",
    "goals",
    "age",
    "solvers",
    "model",
    "examples",
    "talkativeness",
    "extensions",
    "tags",
  ];
  const file = fc.dictionary(
    fc.oneof(fc.constantFrom(...fields), fc.string()),
    fc.oneof(fc.jsonValue(), fc.string(), fc.double()),
    { maxKeys: 6 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        file.map((value) => stringify({ version: 1, ...value })),
        fc.string(),
        file.map((value) => `version: 1\n${JSON.stringify(value)}`),
      ),
      async (text) => {
        await folder.write({ "ada.yaml": text });
        const house = await openHouse([folder]);
        expect(house.personas.all().length + house.personas.complaints().length).toBeGreaterThan(0);
        await house.personas.close();
      },
    ),
    { numRuns: 150 },
  );
});
