// The doctor: each thing that can be wrong is told, with what to do; what is right is told too.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readConfig } from "../src/config.ts";
import type { Finding, Tools } from "../src/doctor.ts";
import {
  checkDatabase,
  checkDataFolder,
  checkModel,
  checkPersonas,
  checkPort,
  checkSettings,
  diagnose,
  lineOf,
} from "../src/doctor.ts";
import { BadInput, HouseFault } from "../src/errors.ts";

const sound: Tools = {
  checkDatabase: () => Promise.resolve("12 messages"),
  readPersonas: () => Promise.resolve({ handles: ["ada", "bo"], complaints: [], warnings: [] }),
  tryModel: () => Promise.resolve({ kind: "none" }),
  tryDiscord: () => Promise.resolve({ kind: "none" }),
  visitDiscord: () => Promise.resolve({ kind: "seen", channels: [], faceless: [] }),
  tryRedis: () => Promise.resolve({ kind: "none" }),
};

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A web server on a free port that answers everything with `body`. */
async function serve(body: string): Promise<number> {
  const server = createServer((_request, response) => response.end(body));
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  onTestFinished(() => new Promise<void>((done) => server.close(() => done())));
  return (server.address() as AddressInfo).port;
}

async function all(findings: AsyncIterable<Finding>): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for await (const finding of findings) found.push(finding);
  return found;
}

test("a sound house has nothing wrong", async () => {
  const env = { DATABASE_URL: `file:${emptyFolder()}/troupe.db`, PORT: "0" };
  const findings = await all(diagnose(env, {}, () => Promise.resolve(sound)));
  expect(findings.filter((finding) => finding.kind === "wrong")).toEqual([]);
  expect(findings.map((finding) => finding.what)).toEqual([
    "Node.js",
    "settings",
    "data folder",
    "database",
    "personas",
    "model",
    "port",
  ]);
});

test("every wrong setting is told by itself, and nothing is opened with wrong settings", async () => {
  const opened: string[] = [];
  const env = { PORT: "no", TROUPE_LOG: "loud" };
  const open = (): Promise<Tools> => {
    opened.push("opened");
    return Promise.resolve(sound);
  };
  const lines = (await all(diagnose(env, {}, open))).map(lineOf);
  expect(lines).toContainEqual(expect.stringMatching(/^✗ settings: PORT: expected .*, got "no"\n {2}→ change it/u));
  expect(lines).toContainEqual(expect.stringMatching(/^✗ settings: TROUPE_LOG: /u));
  expect(opened).toEqual([]);
});

test("a misspelt setting is worth a note", () => {
  const { findings } = checkSettings({ TROUPE_SPEND: "1" }, {});
  expect(findings).toContainEqual({
    kind: "note",
    what: "settings",
    says: "TROUPE_SPEND is no setting of Troupe: is it misspelt?",
  });
});

test("a data folder that cannot be written is told with what to do", () => {
  const file = join(emptyFolder(), "file");
  writeFileSync(file, "");
  const [finding] = checkDataFolder(readConfig({ DATABASE_URL: `file:${file}/troupe.db` }, {}));
  expect(finding).toMatchObject({ kind: "wrong", mend: expect.stringContaining("DATABASE_URL") as string });
});

test("what is wrong with the database is told in its own words", async () => {
  const finding = await checkDatabase({
    checkDatabase: () => Promise.reject(new HouseFault("the database is of a newer Troupe")),
  });
  expect(finding).toMatchObject({ kind: "wrong", says: "the database is of a newer Troupe" });
});

test("nothing that stands on the database is opened when it is wrong, and the port is looked at all the same", async () => {
  const env = { DATABASE_URL: `file:${emptyFolder()}/troupe.db`, PORT: "0" };
  const broken = {
    checkDatabase: () => Promise.reject(new HouseFault("it is damaged")),
    readPersonas: () => Promise.reject(new HouseFault("it is damaged")),
    tryModel: () => Promise.reject(new HouseFault("it is damaged")),
    tryDiscord: () => Promise.reject(new HouseFault("it is damaged")),
    visitDiscord: () => Promise.reject(new HouseFault("it is damaged")),
    tryRedis: () => Promise.reject(new HouseFault("it is damaged")),
  };
  const findings = await all(diagnose(env, {}, () => Promise.resolve(broken)));
  expect(findings.filter((finding) => finding.kind === "wrong")).toHaveLength(1);
  expect(findings.at(-1)).toMatchObject({ kind: "fine", what: "port" });
});

test("each mistake in a persona is told with its file and line, beside those who could be read", async () => {
  const complaint = {
    where: "personas/bo.yaml",
    line: 7,
    field: "talkativeness",
    expected: "a number",
    got: '"often"',
  };
  const lines = (
    await checkPersonas(
      {
        readPersonas: () =>
          Promise.resolve({
            handles: ["ada"],
            complaints: [complaint],
            warnings: ["personas/ada.yaml: unknown field x"],
          }),
      },
      { personas: "/personas" },
    )
  ).map(lineOf);
  expect(lines[0]).toBe(
    "✓ personas: 1 can be read: ada; a running house may still use the last good version of a file that cannot be read now",
  );
  expect(lines[1]).toMatch(/^✗ personas: personas\/bo\.yaml:7: talkativeness: expected a number, got "often"\n/u);
  expect(lines[2]).toBe("• personas: personas/ada.yaml: unknown field x");
});

test("a personas folder that is not there is told with the setting that names it, and keeps nobody from trying the model", async () => {
  const lost = new BadInput([
    { where: "nowhere", line: null, field: null, expected: "a folder that can be read", got: "nothing there" },
  ]);
  const tools = { ...sound, readPersonas: () => Promise.reject(lost) };
  const findings = await all(
    diagnose({ DATABASE_URL: `file:${emptyFolder()}/t.db`, PORT: "0" }, {}, async () => tools),
  );
  expect(findings.slice(-3).map(lineOf)).toEqual([
    "✗ personas: nowhere: expected a folder that can be read, got nothing there\n  → set TROUPE_PERSONAS, or the flag --personas, to the folder that holds the personas",
    expect.stringMatching(/^. model: none: /u),
    "✓ port: any free one",
  ]);
});

test("an empty house is told who could move in", async () => {
  const readPersonas: Tools["readPersonas"] = () => Promise.resolve({ handles: [], complaints: [], warnings: [] });
  const findings = await checkPersonas({ readPersonas }, { personas: "/personas" });
  expect(findings.map(lineOf)).toEqual([
    "✗ personas: there is nobody in /personas\n  → put a persona into /personas, such as /personas/ada.yaml",
  ]);
});

test("a model that fails is told with why; no model is nothing wrong", async () => {
  const failed = { kind: "failed", model: "m", server: "http://s", why: "the key is wrong (401)" } as const;
  expect(lineOf(await checkModel({ tryModel: () => Promise.resolve(failed) }))).toMatch(
    /^✗ model: m at http:\/\/s: the key is wrong \(401\)\n {2}→ check OPENAI_API_KEY/u,
  );
  expect((await checkModel({ tryModel: () => Promise.resolve({ kind: "none" }) })).kind).toBe("note");
});

test("a port held by a running house is fine, held by another program it is not", async () => {
  const ours = await serve('{"status":"ok","personas":5}');
  const other = await serve('{"status":"ok"}');
  const silent = await serve("hello");
  expect(await checkPort({ host: "127.0.0.1", port: ours })).toMatchObject({ kind: "fine" });
  expect(await checkPort({ host: "0.0.0.0", port: ours })).toMatchObject({ kind: "fine" });
  expect(await checkPort({ host: "127.0.0.1", port: other })).toMatchObject({
    kind: "wrong",
    says: `127.0.0.1:${other} is in use by another program`,
  });
  expect(await checkPort({ host: "127.0.0.1", port: silent })).toMatchObject({ kind: "wrong" });
});

test("an address that is not of this machine is told", async () => {
  // 192.0.2.1 is for documents only (RFC 5737).
  expect(await checkPort({ host: "192.0.2.1", port: 8337 })).toMatchObject({ kind: "wrong" });
});
