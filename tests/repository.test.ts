// The repository itself: what a newcomer meets first is there, true, and names nobody's machine.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { readConfig } from "../src/config.ts";

const root = resolve(import.meta.dirname, "..");

const read = (path: string): string => readFileSync(join(root, path), "utf8");

const Manifest = z.object({
  license: z.string(),
  scripts: z.record(z.string(), z.string()),
  engines: z.object({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
});
const manifest = Manifest.parse(JSON.parse(read("package.json")));

/** Every file that is, or is about to be, part of the repository. */
function files(): readonly string[] {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1e8 });
  return listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

test("the README opens with the two commands and a picture of the page", () => {
  const opening = read("README.md").split("\n").slice(0, 12).join("\n");
  expect(opening).toMatch(/```sh\nnpm ci && npm start\b[^\n]*\nnpm ci && npm test\b[^\n]*\n```/u);
  const picture = /!\[[^\]]+\]\(([^)]+)\)/u.exec(opening)?.[1] ?? "";
  expect(picture).not.toBe("");
  expect(existsSync(join(root, picture))).toBe(true);
});

test("every file that a document points to is there", () => {
  const missing = files()
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/gu)]
        .map((found) => join(path, "..", found[1] ?? ""))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path}: ${target}`),
    );
  expect(missing).toEqual([]);
});

test("every npm script that a document names exists", () => {
  const named = files()
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) => [...read(path).matchAll(/npm run ([\w:-]+)/gu)].map((found) => found[1] ?? ""));
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
});

test("no file names a path or a registry of the machine that it was written on", () => {
  // Folders that every machine has say nothing about one.
  const everywhere = ["/", "/app/", "/data/", "/home/", "/opt/", "/root/", "/srv/", "/tmp/", "/usr/", "/var/"];
  const folders = [root, resolve(root, ".."), process.env["HOME"] ?? "/"]
    .map((path) => `${path.replace(/\/$/u, "")}/`)
    .filter((path) => !everywhere.includes(path));
  const guilty = files().filter((path) => {
    if (statSync(join(root, path)).size > 5_000_000) return false;
    const text = readFileSync(join(root, path), "latin1");
    return folders.some((folder) => text.includes(folder));
  });
  expect(guilty).toEqual([]);
  const registries = [...read("package-lock.json").matchAll(/"resolved": "https?:\/\/([^/"]+)/gu)].map(
    (found) => found[1],
  );
  expect(registries.filter((host) => host !== "registry.npmjs.org")).toEqual([]);
});

test("every package is pinned, so that a clean clone gets what was tried", () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/u.test(version),
  );
  expect(loose).toEqual([]);
});

test("the check at the front door asks for the same Node as the manifest", () => {
  const needed = /var NEEDED = \[(\d+), (\d+)\]/u.exec(read("src/start.js"));
  expect(manifest.engines.node).toBe(`>=${needed?.[1]}.${needed?.[2]}`);
});

test("the licence is MIT, here and in the manifest", () => {
  expect(manifest.license).toBe("MIT");
  expect(read("LICENSE")).toMatch(/^MIT License/u);
});

const House = z.object({
  volumes: z.array(z.string()),
  environment: z.record(z.string(), z.string()),
  init: z.literal(true),
});
const Compose = z.object({
  services: z.object({
    troupe: House.extend({ ports: z.array(z.string()) }),
    worker: House.extend({ profiles: z.tuple([z.literal("redis")]) }),
    redis: z.object({
      image: z.string(),
      profiles: z.tuple([z.literal("redis")]),
      command: z.array(z.string()),
      ports: z.array(z.string()),
      volumes: z.array(z.string()),
    }),
  }),
  volumes: z.object({ data: z.null(), queue: z.null() }),
});
const compose = () => Compose.parse(parse(read("docker-compose.yml"), { merge: true }));

test("compose publishes on this machine only, mounts the personas and keeps the data", () => {
  const { troupe, redis } = compose().services;
  expect(troupe.ports).toEqual(["127.0.0.1:8337:8337"]);
  expect(troupe.volumes).toEqual(["./personas:/app/personas:ro", "data:/app/data"]);
  expect(redis.ports).toEqual(["127.0.0.1:6379:6379"]);
});

test("compose needs no set-up: whatever it passes on may be missing, and Redis starts only when it is asked for", () => {
  const { troupe, worker } = compose().services;
  for (const [name, value] of Object.entries(troupe.environment)) expect(value).toBe(`\${${name}:-}`);
  expect(readConfig(given(worker.environment), {})).toMatchObject({
    role: "worker",
    redisUrl: "redis://redis:6379",
  });
});

test("a worker in compose has the settings, the personas and the data of its gateway, and a Redis that throws nothing away", () => {
  const { troupe, worker, redis } = compose().services;
  expect(Object.keys(worker.environment).toSorted()).toEqual(Object.keys(troupe.environment).toSorted());
  expect(worker.volumes).toEqual(troupe.volumes);
  expect(redis.image).toMatch(/^valkey\/valkey:[\d.]+/u);
  expect(redis.command.join(" ")).toContain("--maxmemory-policy noeviction");
  expect(redis.volumes).toEqual(["queue:/data"]);
});

/** What the process sees where nothing is set outside: `${NAME:-usual}` is its usual value. */
function given(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, /^\$\{\w+:-(.*)\}$/u.exec(value)?.[1] ?? value]),
  );
}

test("the image runs as somebody without rights, says how it is, and holds every folder that the house reads", () => {
  const image = read("Dockerfile");
  expect(image).toMatch(/^USER node$/mu);
  expect(image).toMatch(/^HEALTHCHECK /mu);
  for (const folder of ["migrations", "personas", "src"]) {
    expect(image).toContain(`COPY ${folder} ./${folder}`);
    expect(read(".dockerignore")).toContain(`!${folder}`);
  }
});

test("the run for a bare machine checks and tests with the README's commands", () => {
  const run = read(".ci/run");
  for (const command of ["npm ci", "npm run check", "npm test"]) expect(run).toContain(command);
  expect(statSync(join(root, ".ci/run")).mode & 0o111).not.toBe(0);
});
