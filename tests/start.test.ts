// Starting: what a person sees who starts the house, in order and in every disorder; the real program in a process of its own.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { addressesOf } from "../src/welcome.ts";
import { needsProgram } from "./needs.ts";

const start = resolve(import.meta.dirname, "../src/start.js");
const script = needsProgram("script");

type Env = Readonly<Record<string, string>>;

interface House {
  readonly child: ChildProcess;
  said(): string;
  hears(text: RegExp): Promise<RegExpExecArray>;
  readonly exit: Promise<number | null>;
}

/** A folder with one persona and nothing else. */
function newHouse(): string {
  const folder = mkdtempSync(join(tmpdir(), "troupe-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "personas"));
  writeFileSync(join(folder, "personas", "mira.yaml"), "version: 1\nname: Mira\n");
  return folder;
}

function run(folder: string, env: Env = {}, args: readonly string[] = [], node: readonly string[] = []): House {
  return watch(
    spawn(process.execPath, [...node, start, ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", PORT: "0", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    }),
  );
}

function watch(child: ChildProcess): House {
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let text = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (part: Buffer) => {
      text += part.toString();
      for (const listener of listeners) listener();
    });
  }
  const exit = once(child, "close").then(([code]) => code as number | null);
  return {
    child,
    said: () => text,
    exit,
    hears: (wanted) =>
      new Promise((done, fail) => {
        const look = (): void => {
          const found = wanted.exec(text);
          if (found !== null) done(found);
        };
        listeners.add(look);
        look();
        void exit.then(() => fail(new Error(`it ended without saying ${wanted}, but: ${text}`)));
      }),
  };
}

const address = /^Troupe is at (http:\S+)$/mu;

test("a start says where the house is, is healthy then, and stops in good order", async () => {
  const house = run(newHouse());
  const [, url = ""] = await house.hears(address);
  const health = await fetch(new URL("/healthz", url));
  expect(health.status).toBe(200);
  expect(await health.json()).toMatchObject({ status: "ok" });
  const began = performance.now();
  house.child.kill("SIGTERM");
  expect(await house.exit).toBe(0);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(house.said().match(new RegExp(address, "gmu"))).toHaveLength(1);
});

test("the admin token is told at the first start only, and kept readable by its owner only", async () => {
  const folder = newHouse();
  const first = run(folder);
  const [, token = ""] = await first.hears(/sign in from another machine: (\S+) /u);
  first.child.kill("SIGTERM");
  await first.exit;
  const file = join(folder, "data", "admin-token");
  expect(readFileSync(file, "utf8").trim()).toBe(token);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const second = run(folder);
  const [, named = ""] = await second.hears(/sign in from another machine: the token is in (\S+)\n/u);
  second.child.kill("SIGTERM");
  await second.exit;
  expect(second.said()).not.toContain(token);
  expect(readFileSync(named, "utf8").trim()).toBe(token);
});

test("a house that others can reach says where, and that it is over plain HTTP", async () => {
  const open = run(newHouse(), {}, ["--host", "0.0.0.0"]);
  const [, url = ""] = await open.hears(address);
  const [line] = await open.hears(/^Others reach it at this machine's addresses on port .*$/mu);
  expect(line).toContain(`port ${new URL(url).port}`);
  expect(line).toContain("over plain HTTP");
  await open.hears(/sign in from another machine/u);
  const closed = run(newHouse());
  await closed.hears(/sign in from another machine/u);
  expect(closed.said()).not.toContain("Others reach it");
});

test("the addresses that others can type are told, not those inside the machine", () => {
  const card = { netmask: "", mac: "", internal: false, cidr: null };
  const interfaces = {
    lo: [{ ...card, family: "IPv4", address: "127.0.0.1", internal: true }],
    eth0: [
      { ...card, family: "IPv4", address: "192.0.2.7" },
      { ...card, family: "IPv6", address: "fe80::1", scopeid: 2 },
      { ...card, family: "IPv6", address: "2001:db8::7", scopeid: 0 },
    ],
  } as const;
  expect(addressesOf("0.0.0.0", interfaces)).toEqual(["192.0.2.7"]);
  expect(addressesOf("::", interfaces)).toEqual(["192.0.2.7", "[2001:db8::7]"]);
  expect(addressesOf("192.0.2.8", interfaces)).toEqual(["192.0.2.8"]);
});

test("the help that one sees first has the options of a start", async () => {
  const help = run(newHouse(), {}, ["--help"]);
  expect(await help.exit).toBe(0);
  for (const wanted of ["--host <address>", "--port", "--personas", "--world", "--scene [file]", "doctor", "setup"]) {
    expect(help.said()).toContain(wanted);
  }
});

test("flags win over the environment, and .env is read", async () => {
  const folder = newHouse();
  writeFileSync(join(folder, ".env"), "TROUPE_LOG=silent\nDATABASE_URL=file:elsewhere/house.db\n");
  const house = run(folder, { PORT: "1" }, ["--port", "0", "--host", "localhost"]);
  await house.hears(address);
  house.child.kill("SIGTERM");
  expect(await house.exit).toBe(0);
  expect(house.said()).not.toContain('"level"');
  expect(statSync(join(folder, "elsewhere", "house.db")).isFile()).toBe(true);
});

test("a world has a feed of its own, unless a database is named", async () => {
  const folder = newHouse();
  const world = join(folder, "worlds", "Mars & more");
  mkdirSync(join(world, "users"), { recursive: true });
  writeFileSync(join(world, "setting.txt"), "Mars, in a hundred years.");
  writeFileSync(join(world, "users", "KaiLenn.txt"), "A miner.");
  const stored = async (env: Record<string, string>): Promise<readonly string[]> => {
    const house = run(folder, { PORT: "0", ...env }, ["--world", world]);
    await house.hears(address);
    house.child.kill("SIGTERM");
    await house.exit;
    return readdirSync(join(folder, "data")).filter((name) => name.endsWith(".db"));
  };
  expect(await stored({})).toEqual(["world-Mars-more.db"]);
  expect(await stored({ DATABASE_URL: "file:data/named.db" })).toEqual(["named.db", "world-Mars-more.db"]);
});

async function takePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => {
    server.listen(0, "127.0.0.1", done);
  });
  onTestFinished(() => new Promise<void>((done) => server.close(() => done())));
  return (server.address() as AddressInfo).port;
}

/** What a start that cannot be says to a person, without the log. */
async function refusal(house: House): Promise<string> {
  expect(await house.exit).toBe(1);
  return house
    .said()
    .split("\n")
    .filter((line) => !line.startsWith("{"))
    .join("\n")
    .trim();
}

test("a busy port is one sentence that says what to do", async () => {
  const port = await takePort();
  const said = await refusal(run(newHouse(), { PORT: String(port) }));
  expect(said).toContain(String(port));
  expect(said.split("\n")).toHaveLength(1);
});

test("a data folder that cannot be written is one sentence that says what to do", async () => {
  const folder = newHouse();
  writeFileSync(join(folder, "data"), "a file, not a folder");
  const said = await refusal(run(folder));
  expect(said).toMatch(/^cannot write to the data folder .*DATABASE_URL to a file elsewhere$/u);
});

test("all wrong settings are told at once, a line each, and nothing is made", async () => {
  const folder = newHouse();
  const said = await refusal(run(folder, { PORT: "http", TROUPE_LOG: "loud", DATABASE_URL: "postgres://u:hush@h/d" }));
  expect(said.split("\n")).toHaveLength(3);
  expect(said).toContain('PORT: expected a port from 0 to 65535, got "http"');
  expect(said).toContain("PostgreSQL is not supported yet");
  expect(said).not.toContain("hush");
  expect(() => statSync(join(folder, "data"))).toThrow();
});

test("an unknown flag is told, with the help", async () => {
  const said = await refusal(run(newHouse(), {}, ["--prot", "80"]));
  expect(said).toContain("unknown option '--prot'");
});

test("an older Node gets one plain sentence before anything else runs", async () => {
  const pretend = "data:text/javascript,Object.defineProperty(process.versions,'node',{value:'18.20.4'})";
  const said = await refusal(run(newHouse(), {}, [], ["--import", pretend]));
  expect(said).toBe(
    "Troupe needs Node.js 24.11 or newer, and this is 18.20.4: install a newer one from https://nodejs.org and start again.",
  );
});

test("the front door is written so that any Node can read it", () => {
  const code = readFileSync(start, "utf8").replaceAll(/\/\/.*$/gmu, "");
  expect(code).not.toMatch(/\b(?:const|let|class|async|await)\b|=>|`|\?\.|\?\?|\.\.\.|^\s*(?:im|ex)port\b(?!\()/mu);
});

test("the doctor's exit code says whether something is wrong", async () => {
  const folder = newHouse();
  const well = run(folder, {}, ["doctor"]);
  expect(await well.exit).toBe(0);
  expect(well.said()).toContain("✓ personas: 1 can be read: mira");
  writeFileSync(join(folder, "personas", "mira.yaml"), "version: 1\nname: Mira\ntalkativeness: often\n");
  const ill = run(folder, {}, ["doctor"]);
  expect(await ill.exit).toBe(1);
  expect(ill.said()).toMatch(/✗ personas: .*mira\.yaml:3: talkativeness: expected .*, got "often"/u);
});

test("the README's persona can be read, without a mistake or a word that is not understood", async () => {
  const folder = newHouse();
  const readme = readFileSync(resolve(start, "../../README.md"), "utf8");
  const persona = /```yaml\n([^]*?)```/u.exec(readme)?.[1] ?? "";
  expect(persona).toContain("name: Mira");
  writeFileSync(join(folder, "personas", "mira.yaml"), persona);
  const doctor = run(folder, {}, ["doctor"]);
  expect(await doctor.exit).toBe(0);
  expect(doctor.said()).toContain("✓ personas: 1 can be read: mira");
  expect(doctor.said()).not.toContain("• personas");
});

test("setup without a terminal says how to do without it", async () => {
  const folder = newHouse();
  const said = await refusal(run(folder, {}, ["setup"]));
  expect(said).toContain("copy .env.example to .env");
  expect(() => statSync(join(folder, ".env"))).toThrow();
});

/** Setup at a real terminal, made by script(1); each answer is typed when its question stands there. */
async function setUp(folder: string, answers: readonly (readonly [question: RegExp, keys: string])[]): Promise<House> {
  // A terminal that nobody sits at has no size of its own.
  const command = `stty cols 100 rows 40; exec '${process.execPath}' '${start}' setup`;
  const house = watch(
    spawn(script.path(), ["-qefc", command, "/dev/null"], {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", TERM: "xterm" },
      stdio: ["pipe", "pipe", "pipe"],
    }),
  );
  for (const [question, keys] of answers) {
    await house.hears(question);
    house.child.stdin?.write(keys);
  }
  return house;
}

const UP = "\u001B[A";
const DOWN = "\u001B[B";
const CTRL_C = "\u0003";

test.skipIf(script.skip)("setup at a terminal asks, and writes .env for its owner only", async () => {
  const folder = newHouse();
  writeFileSync(join(folder, ".env"), "# mine\nTROUPE_SEED=a\n");
  const house = await setUp(folder, [
    [/What shall the personas speak through/u, "\r"],
    [/The port of the web page/u, "\r"],
    [/A token for signing in/u, "long-enough-token\r"],
  ]);
  expect(await house.exit).toBe(0);
  expect(house.said()).not.toContain("long-enough-token");
  expect(readFileSync(join(folder, ".env"), "utf8")).toBe(
    "# mine\nTROUPE_SEED=a\nTROUPE_ADMIN_TOKEN=long-enough-token\n",
  );
  expect(statSync(join(folder, ".env")).mode & 0o777).toBe(0o600);
});

test.skipIf(script.skip)("what one types at a terminal takes the place of what stands there", async () => {
  const folder = newHouse();
  const house = await setUp(folder, [
    [/What shall the personas speak through/u, `${UP}\r`],
    [/Its address/u, "http://127.0.0.1:9/v1\r"],
    [/The key/u, "\r"],
    [/The model/u, "llama\r"],
    [/What now/u, `${DOWN}\r`],
    [/The port of the web page/u, "0\r"],
    [/A token for signing in/u, "\r"],
  ]);
  expect(await house.exit).toBe(0);
  const env = readFileSync(join(folder, ".env"), "utf8");
  expect(env).toContain("OPENAI_BASE_URL=http://127.0.0.1:9/v1\n");
  expect(env).toContain("OPENAI_MODEL=llama\n");
});

test.skipIf(script.skip)("setup that is cancelled writes nothing", async () => {
  const folder = newHouse();
  const house = await setUp(folder, [[/What shall the personas speak through/u, `${DOWN}${CTRL_C}`]]);
  expect(await house.exit).toBe(1);
  expect(house.said()).toContain("Nothing was written.");
  expect(() => statSync(join(folder, ".env"))).toThrow();
});
