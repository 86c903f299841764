// Which files may be a brain, and what a person is told about a bad one.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rivescriptKind } from "../../src/solvers/rivescript/rivescript.ts";
import type { Solver } from "../../src/solvers/solver.ts";
import { adaIn, ask, keptLog, personasFolder, request } from "./brains.ts";

const hello = "+ hello\n- Hello yourself.\n";

async function open(folder: string, brain?: unknown): Promise<Solver> {
  const settings = brain === undefined ? {} : { brain };
  return rivescriptKind({ log: keptLog() }).open(adaIn(folder), { name: "rivescript", settings });
}

/** The complaint about Ada's brain.rive, without the folder. */
async function complaintAbout(brain: string): Promise<string> {
  const folder = personasFolder({ "ada/brain.rive": brain });
  const error: unknown = await open(folder).catch((caught: unknown) => caught);
  if (!(error instanceof Error)) throw new Error("the brain was taken");
  expect(error.name).toBe("BadInput");
  return error.message.replaceAll(/^\S*brain\.rive/gm, "brain.rive");
}

test("a persona without a setting speaks from brain.rive in its folder", async () => {
  const solver = await open(personasFolder({ "ada/brain.rive": hello }));
  expect((await ask(solver, request("hello"))).text).toBe("Hello yourself.");
});

test("a brain may be several files, and one that personas share", async () => {
  const folder = personasFolder({ "shared.rive": hello, "ada/own.rive": "+ bye\n- So long.\n" });
  const solver = await open(folder, ["../shared.rive", "own.rive"]);
  expect((await ask(solver, request("hello"))).text).toBe("Hello yourself.");
  expect((await ask(solver, request("bye"))).text).toBe("So long.");
});

test("personas with the same files share one brain, and keep their own names in it", async () => {
  const folder = personasFolder({ "shared.rive": "+ who are you\n- I am <bot name>.\n" });
  const kind = rivescriptKind({ log: keptLog() });
  const spec = { name: "rivescript", settings: { brain: "../shared.rive" } };
  const [ada, eve] = [adaIn(folder), adaIn(folder, { name: "Eve" })];
  const [one, other] = [await kind.open(ada, spec), await kind.open(eve, spec)];
  const answers = await Promise.all([
    ask(one, request("who are you", { persona: ada })),
    ask(other, request("who are you", { persona: eve })),
  ]);
  expect(answers.map((answer) => answer.text)).toEqual(["I am Ada.", "I am Eve."]);
});

test.each([
  ["/etc/passwd.rive", "a file relative to the persona's folder"],
  ["../../outside.rive", "a file inside the personas' folder"],
  ["../..", "a RiveScript file, its name ending in .rive"],
  ["../ada/../../outside.rive", "a file inside the personas' folder"],
  ["missing.rive", "a file that can be read"],
  ["persona.yaml", "a RiveScript file, its name ending in .rive"],
  ["folder.rive", "a file that can be read"],
  ["bad\0.rive", "a file relative to the persona's folder"],
  [7, "a file or a list of at most 20 files"],
  [[], "a file or a list of at most 20 files"],
  [["brain.rive", 7], "a file or a list of at most 20 files"],
])("the brain %j is refused: expected %s", async (brain, expected) => {
  const folder = personasFolder({ "ada/brain.rive": hello, "ada/persona.yaml": "name: Ada\n" });
  mkdirSync(join(folder, "ada/folder.rive"));
  await expect(open(folder, brain)).rejects.toThrow(
    `persona.yaml: solvers: rivescript: brain: expected ${expected}, got `,
  );
});

test("a link is judged by where it leads", async () => {
  const outside = personasFolder({ "secret.rive": hello });
  const folder = personasFolder({ "shared.rive": hello, "ada/brain.rive": hello });
  symlinkSync(join(outside, "secret.rive"), join(folder, "ada/out.rive"));
  symlinkSync(join(folder, "shared.rive"), join(folder, "ada/in.rive"));
  await expect(open(folder, "out.rive")).rejects.toThrow("expected a file inside the personas' folder");
  expect((await ask(await open(folder, "in.rive"), request("hello"))).text).toBe("Hello yourself.");
});

test("a brain that is too large is refused", async () => {
  const folder = personasFolder({});
  mkdirSync(join(folder, "ada"));
  writeFileSync(join(folder, "ada/brain.rive"), "// fill\n".repeat(300_000));
  await expect(open(folder)).rejects.toThrow("expected a file of at most 2 MB");
});

test("a mistake in a brain is told with file, line and what is wrong", async () => {
  expect(await complaintAbout("+ hello\n- Hi.\n\n+ Hello (there\n- Hi.\n")).toContain(
    "brain.rive:4: expected RiveScript, got",
  );
  expect(await complaintAbout("+ hello (there\n- Hi.\n")).toBe(
    'brain.rive:1: expected RiveScript, got "+ hello (there": Unmatched parenthesis brackets',
  );
  expect(await complaintAbout("! version = 3.0\n")).toContain("brain.rive:1: ");
  expect(await complaintAbout("@ hello\n")).toContain("a line that its parser cannot read");
});

test("every mistake of a brain is told at once", async () => {
  const told = await complaintAbout("+ hello [there\n- Hi.\n+ what (now\n- Hm.\n");
  expect(told.split("\n").map((line) => line.slice(0, 13))).toEqual(["brain.rive:1:", "brain.rive:3:"]);
});

test.each([
  ["+ how are you?\n- Well.\n", 1, '"?" in "+ how are you?"'],
  ["\n+ (a+)+b\n- Slow.\n", 2, '"+" in "+ (a+)+b"'],
  ["+ hello\n% bye^\n- Hm.\n", 2, '"^" in "% bye^"'],
])("a trigger that holds signs of regular expressions is refused", async (brain, line, got) => {
  expect(await complaintAbout(brain)).toBe(
    `brain.rive:${line}: expected a trigger of words, * # _, (a|b), [a|b] and @arrays, without punctuation, got ${got}`,
  );
});

test("a trigger that could take for ever is refused", async () => {
  const many = "* a * a * a * a * a * a * b";
  expect(await complaintAbout(`+ hello\n- Hi.\n+ ${many}\n- Hm.\n`)).toBe(
    `brain.rive:3: expected a trigger with fewer wildcards and optionals, got "+ ${many}"`,
  );
});

test("a weight that would fill the memory is refused", async () => {
  expect(await complaintAbout("+ hello\n- Hi.{weight=1000000000}\n")).toBe(
    "brain.rive:2: expected a weight of at most 1000, got {weight=1000000000}",
  );
});

test("topics that include each other in a circle are refused", async () => {
  const brain = "> topic one includes two\n+ a\n- A.\n< topic\n> topic two includes one\n+ b\n- B.\n< topic\n";
  expect(await complaintAbout(brain)).toBe(
    "brain.rive: expected topics that do not include each other in a circle, got one > two > one",
  );
});

test("a doubtful line is logged and does not keep the brain from speaking", async () => {
  const log = keptLog();
  const folder = personasFolder({ "ada/brain.rive": `${hello}\n- \n= what is this\n` });
  const solver = await rivescriptKind({ log }).open(adaIn(folder), { name: "rivescript", settings: {} });
  expect((await ask(solver, request("hello"))).text).toBe("Hello yourself.");
  expect(log.warnings.map(({ fields }) => String(fields["what"]))).toContainEqual(
    expect.stringMatching(/Unknown command '=' .*brain\.rive line 5/),
  );
});
