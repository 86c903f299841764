// Folders: who is found where, worlds, OVOS personas and scenes.
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { BadInput } from "../../src/errors.ts";
import { silentLog } from "../../src/log.ts";
import { needsCorpora } from "../needs.ts";
import { newFolder, openHouse } from "./fixtures.ts";

test("two files for one handle are a complaint that names both, and the first counts", async () => {
  const folder = await newFolder({
    "ada/persona.yaml": "version: 1\nname: First",
    "ada.yaml": "version: 1",
    "ada.json": '{"solvers": ["openai"]}',
  });
  const house = await openHouse([folder]);
  expect(house.persona("ada").name).toBe("First");
  expect(house.sentences()).toHaveLength(2);
  for (const sentence of house.sentences()) {
    expect(sentence).toContain(
      `expected a handle that nobody has, got "ada", which is ${join(folder.path, "ada/persona.yaml")}'s`,
    );
  }
});

test("a name that is no handle is a complaint, and other people's files are left alone", async () => {
  const folder = await newFolder({
    "Ada/persona.yaml": "version: 1",
    "Eve Online.yaml": "version: 1",
    "bob.yaml": "version: 1",
    "shared/common.rive": "",
    "notes/list.yaml": "a: 1",
    ".git/persona.yaml": "version: 1",
    "bob.yaml~": "broken: [",
    "README.md": "hello",
    "schema.json": "{}",
  });
  const house = await openHouse([folder]);
  expect(house.handles()).toEqual(["bob"]);
  expect(house.sentences().map((sentence) => sentence.replaceAll(`${folder.path}/`, ""))).toEqual([
    'Ada/persona.yaml: expected a name of lower-case letters, digits, - and _, at most 32, got "Ada"',
    'Eve Online.yaml: expected a name of lower-case letters, digits, - and _, at most 32, got "Eve Online"',
  ]);
  expect(house.personas.warnings()).toEqual([
    `${folder.path}/notes: expected persona.yaml, got "list.yaml"; the folder is left out`,
  ]);
});

test.each([
  ["none", "house", "expected a folder that can be read, got nothing there"],
  ["ada.yaml", "house", "expected a folder that can be read, got a file"],
  ["none", "world", "expected a world folder with a setting.txt, got nothing there"],
  [".", "world", "expected a world folder with a setting.txt, got a folder without it"],
] as const)("a house does not start on %j as its %s folder", async (name, kind, expected) => {
  const folder = await newFolder({ "ada.yaml": "version: 1" });
  const path = join(folder.path, name);
  await expect(openHouse([{ path, kind }])).rejects.toThrow(BadInput);
  await expect(openHouse([{ path, kind }])).rejects.toThrow(`${path}: ${expected}`);
});

test("a folder in which nobody lives yet is no reason not to start, and told", async () => {
  const folder = await newFolder({});
  const told: string[] = [];
  const log = { ...silentLog, warn: (phrase: string) => void told.push(phrase) };
  const house = await openHouse([folder], "read-once", null, systemClock, log);
  expect(house.handles()).toEqual([]);
  expect(told).toEqual(["nobody lives here: put a persona into the folder and it is there"]);
});

test("a house holds a thousand personas, and says whom it leaves out", async () => {
  const files = Array.from({ length: 1001 }, (_, i) => [`p${String(i).padStart(4, "0")}.yaml`, "version: 1"] as const);
  const folder = await newFolder(Object.fromEntries(files));
  const house = await openHouse([folder]);
  expect(house.handles()).toHaveLength(1000);
  expect(house.sentences()).toEqual([`${folder.path}/p1000.yaml: expected at most 1000 personas, got one more`]);
});

test("two who go by one name are told, and both are there", async () => {
  const folder = await newFolder({
    "ada.yaml": "version: 1\nname: Ada",
    "eve.yaml": "version: 1\naliases: [ÁDA, Eva]",
  });
  const house = await openHouse([folder]);
  expect(house.handles()).toEqual(["ada", "eve"]);
  expect(house.personas.warnings()).toEqual([
    `${folder.path}/ada.yaml and ${folder.path}/eve.yaml: both go by "Ada": whoever says it calls both`,
  ]);
});

test("a world folder gives its users to the letter, and a scene at the simulator's pace", async () => {
  const folder = await newFolder({
    "mars/setting.txt": "\uFEFFMars.\r\n\r\nRed.",
    "mars/rules.txt": "Be brief; ",
    "mars/users/KaiLenn.txt": "Kai is a miner;  tall\n",
    "mars/users/Игорь Морозов.v2.txt": "Igor",
    "mars/users/kailenn.md": "another",
    "mars/users/.hidden.txt": "",
    "mars/users/KaiLenn.txt~": "",
    "ada.yaml": "version: 1",
  });
  const house = await openHouse([folder]);
  expect(house.sentences()).toEqual([]);
  expect(house.handles()).toEqual(["ada", "kailenn", "kailenn-2", "igor-morozov"]);
  const kai = house.persona("kailenn");
  expect(kai.name).toBe("KaiLenn");
  expect(kai.description).toBe("Kai is a miner;  tall\n");
  expect(kai.world).toEqual({
    name: "mars",
    setting: "Mars.\n\nRed.",
    tone: "",
    rules: "Be brief; ",
    form: "microblog",
  });
  expect(house.persona("igor-morozov").name).toBe("Игорь Морозов");
  expect(house.persona("ada").world).toBeNull();
  expect(house.personas.scenes()).toEqual([
    {
      id: "mars",
      name: "mars",
      cast: ["kailenn", "kailenn-2", "igor-morozov"],
      seconds: 60,
      watchedSeconds: null,
      opening: { posts: 8, seconds: 30 },
      replyChance: 0.75,
      candidates: 20,
      postLimit: 50,
      threadMax: 6,
      strategy: "microblog",
      style: "microblog",
      world: null,
      hours: null,
      end: null,
      by: null,
    },
  ]);
});

test("a world without users, or with two files for one, is told", async () => {
  const folder = await newFolder({
    "setting.txt": "Mars.",
    "users/Kai.txt": "a",
    "users/Kai.md": "b",
    "users/ .txt": "c",
  });
  const house = await openHouse([{ path: folder.path, kind: "world" }]);
  expect(house.handles()).toEqual(["kai"]);
  expect(house.sentences()).toEqual([
    `${folder.path}/users/ .txt: expected a user's name before the first dot, of at most 80 characters, got ".txt"`,
    `${folder.path}/users/Kai.txt: expected one file for each user, got a second one beside ${folder.path}/users/Kai.md`,
  ]);
  await folder.remove("users");
  expect((await openHouse([folder])).sentences()).toEqual([
    `${folder.path}/users: expected a folder with a file for each user, got none`,
  ]);
});

const example = needsCorpora("microblog-world");
test.skipIf(example.skip)("the simulator's own example is a cast of nineteen", async () => {
  const house = await openHouse([{ path: example.path(), kind: "world" }]);
  expect(house.sentences()).toEqual([]);
  expect(house.handles()).toHaveLength(19);
  expect(house.persona("igor_morozov").name).toBe("igor_morozov");
  expect(house.persona("rico_miner").world?.form).toBe("microblog");
  expect(house.personas.scenes()[0]?.cast).toHaveLength(19);
});

test("an OVOS persona is read as it is", async () => {
  const folder = await newFolder({
    "llama.json": JSON.stringify({
      name: "My Local LLM",
      solvers: ["ovos-solver-openai-persona-plugin"],
      "ovos-solver-openai-persona-plugin": {
        api_url: "http://127.0.0.1:1/v1",
        key: "sk-x",
        persona: "helpful, clever",
        model: "m",
      },
      memory_module: null,
    }),
    "OldSchoolBot.json": JSON.stringify({
      handlers: ["ovos-solver-wikipedia-plugin", "ovos-solver-rivescript-plugin", "ovos-solver-failure-plugin"],
      "ovos-solver-wikipedia-plugin": { lang: "en" },
    }),
    "OldSchoolBot.rive": "",
    "new.json": JSON.stringify({
      handlers: ["ovos-solver-openai-plugin"],
      "ovos-openai-plugin": { system_prompt: "Be brief." },
    }),
    "forlorn.json": JSON.stringify({ solvers: ["ovos-solver-ddg-plugin"] }),
    "lonely.json": JSON.stringify({ solvers: ["ovos-solver-ddg-plugin", "ovos-solver-rivescript-plugin"] }),
  });
  const house = await openHouse([folder]);
  expect(house.sentences()).toEqual([]);
  expect(house.persona("llama")).toMatchObject({
    name: "My Local LLM",
    solvers: [{ name: "openai", settings: { api_url: "http://127.0.0.1:1/v1", key: "sk-x", model: "m" } }],
    character: { voice: { traits: ["helpful, clever"] }, system: "" },
    extensions: { memory_module: null },
  });
  expect(house.persona("oldschoolbot")).toMatchObject({
    name: "OldSchoolBot",
    solvers: [
      { name: "rivescript", settings: { brain: "OldSchoolBot.rive" } },
      { name: "failure", settings: {} },
    ],
    extensions: { "ovos-solver-wikipedia-plugin": { lang: "en" } },
  });
  expect(house.persona("new").character.system).toBe("Be brief.");
  expect(house.persona("lonely").solvers).toEqual([{ name: "rivescript", settings: {} }]);
  expect(house.member("forlorn").solvers.map((solver) => solver.name)).toEqual(["openai", "rivescript", "failure"]);
  expect(house.personas.warnings().map((warning) => warning.replaceAll(`${folder.path}/`, ""))).toEqual([
    'OldSchoolBot.json:1: handlers: the solver "ovos-solver-wikipedia-plugin" is not there yet and is skipped',
    'forlorn.json:1: solvers: the solver "ovos-solver-ddg-plugin" is not there yet and is skipped',
    "forlorn.json:1: solvers: none of its solvers is there, so it has openai, rivescript, failure",
    'lonely.json:1: solvers: the solver "ovos-solver-ddg-plugin" is not there yet and is skipped',
    'lonely.json:1: solvers: there is no brain for "ovos-solver-rivescript-plugin" beside the file, so it has the plain script',
  ]);
});

test.each([
  ['{"solvers": [],\n "name": "x"}', "x.json:1: solvers: expected a list of solvers, at most 20, got []"],
  ['{"name": 7, "solvers": ["openai"]}', "x.json:1: name: expected a name of at most 80 characters, got 7"],
  ['{"name": "x"}', "x.json: solvers: expected a list of solvers, at most 20, got nothing"],
  ['{"name": "x",\n "solvers"', "x.json:2: expected JSON, got "],
  ["[1]", 'x.json:1: expected an object with "solvers" or "handlers", got [1]'],
  ["", "x.json:1: expected JSON, got "],
])("a mistake in an OVOS persona is told in one sentence: %j", async (json, sentence) => {
  const folder = await newFolder({ "x.json": json });
  const house = await openHouse([folder]);
  expect(house.handles()).toEqual([]);
  expect(house.sentences()).toEqual([expect.stringContaining(`${folder.path}/${sentence}`)]);
});

const scene = `version: 1
id: pier
name: The pier
setting: A pier.
tone: Warm.
cast: [ada, bob, ghost]
seconds: 45
watched_seconds: [8, 15]
opening: {posts: 8, seconds: 30}
reply_chance: 0.6
thread_max: 5
strategy: list
style: microblog
hours: 8-22 Europe/Berlin
end: 2h
`;

test("a scene is shared by everyone in the folder", async () => {
  const folder = await newFolder({ "ada.yaml": "version: 1", "bob/persona.yaml": "version: 1", "scene.yaml": scene });
  const house = await openHouse([folder]);
  const world = { name: "The pier", setting: "A pier.", tone: "Warm.", rules: "", form: "house" };
  expect(house.persona("ada").world).toEqual(world);
  expect(house.persona("bob").world).toEqual(world);
  expect(house.personas.scenes()).toEqual([
    {
      id: "pier",
      name: "The pier",
      cast: ["ada", "bob", "ghost"],
      seconds: 45,
      watchedSeconds: [8, 15],
      opening: { posts: 8, seconds: 30 },
      replyChance: 0.6,
      candidates: 20,
      postLimit: 50,
      threadMax: 5,
      strategy: "list",
      style: "microblog",
      world: null,
      hours: { from: 8, to: 22, timeZone: "Europe/Berlin" },
      end: { kind: "after", ms: 7_200_000 },
      by: null,
    },
  ]);
  expect(house.personas.warnings()).toEqual([
    `${folder.path}/scene.yaml:6: cast[2]: expected a persona of this house, got "ghost"; the scene goes on without`,
  ]);
});

test("a scene of whose cast nobody is there is nobody's, not everybody's", async () => {
  const folder = await newFolder({ "ada.yaml": "version: 1", "scene.yaml": "version: 1\ncast: [ghost]" });
  const house = await openHouse([folder]);
  expect(house.personas.scenes()).toMatchObject([{ cast: ["ghost"] }]);
});

test.each([
  ["none.yaml", "expected a scene file, got nothing there"],
  ["wrong.yaml", 'seconds: expected a number from 1 to 86400, got "soon"'],
])("a house does not start with a named scene file like %s", async (name, sentence) => {
  const folder = await newFolder({ "ada.yaml": "version: 1", "other/wrong.yaml": "version: 1\nseconds: soon" });
  const file = join(folder.path, "other", name);
  await expect(openHouse([folder], "read-once", file)).rejects.toThrow(BadInput);
  await expect(openHouse([folder], "read-once", file)).rejects.toThrow(sentence);
});

test("a scene file is refused beside a world, which has its own", async () => {
  const folder = await newFolder({ "setting.txt": "A pier.", "quick.yaml": "version: 1" });
  const file = join(folder.path, "quick.yaml");
  await expect(openHouse([{ path: folder.path, kind: "world" }], "read-once", file)).rejects.toThrow(
    `--scene: expected no scene file together with --world, for a world has a scene of its own, got "${file}"`,
  );
});

test("a scene needs no more than its version, and another one may be given", async () => {
  const folder = await newFolder({
    "ada.yaml": "version: 1",
    "scene.yaml": "version: 1",
    "other/quick.yaml": "version: 1\nid: quick\nseconds: 5",
  });
  const usual = await openHouse([folder]);
  expect(usual.personas.scenes()).toMatchObject([
    { cast: [], seconds: 60, watchedSeconds: null, opening: null, postLimit: 50 },
  ]);
  expect(usual.persona("ada").world).toBeNull();
  const quick = await openHouse([folder], "read-once", join(folder.path, "other/quick.yaml"));
  expect(quick.personas.scenes()).toMatchObject([{ id: "quick", seconds: 5 }]);
});

test.each([
  ["version: 1\nreply_chance: 2", "scene.yaml:2: reply_chance: expected a number from 0 to 1, got 2"],
  [
    "version: 1\nwatched_seconds: 8",
    "scene.yaml:2: watched_seconds: expected two numbers of seconds, from and to, such as [8, 15], got 8",
  ],
  [
    "version: 1\nwatched_seconds: [15, 8]",
    "scene.yaml:2: watched_seconds: expected the shorter time first, got [15,8]",
  ],
  [
    "version: 1\nid: The Pier",
    'scene.yaml:2: id: expected lower-case letters, digits, - and _, at most 32, got "The Pier"',
  ],
  [
    "version: 1\ncast:\n  - ada\n  - Ada Lovelace",
    'scene.yaml:4: cast[1]: expected a persona\'s handle, got "Ada Lovelace"',
  ],
  ["version: 1\nopening: {posts: 8}", "scene.yaml:2: opening.seconds: expected a number from 1 to 86400, got nothing"],
  [
    "version: 1\nstrategy: loudest",
    'scene.yaml:2: strategy: expected one of microblog, natural, list, pooled, got "loudest"',
  ],
  ["version: 1\nstyle: prose", 'scene.yaml:2: style: expected house or microblog, got "prose"'],
  [
    "version: 1\nhours: 8-8",
    'scene.yaml:2: hours: expected hours of the day and a time zone such as 8-22 Europe/Berlin, got "8-8"',
  ],
  [
    "version: 1\nend: '22:30'",
    'scene.yaml:2: end: expected a time span such as 2h, or a time with its date such as 2026-12-24 18:00 Europe/Berlin, got "22:30"',
  ],
])("a mistake in a scene is told, and everyone is there all the same: %j", async (yaml, sentence) => {
  const folder = await newFolder({ "ada.yaml": "version: 1", "scene.yaml": yaml });
  const house = await openHouse([folder]);
  expect(house.sentences()).toEqual([`${folder.path}/${sentence}`]);
  expect(house.handles()).toEqual(["ada"]);
  expect(house.personas.scenes()).toEqual([]);
});
