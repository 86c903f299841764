// Runs the benchmarks one after the other: `npm run bench`, or `npm run bench -- queue` for one of them.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const BENCHMARKS = ["queue", "reply", "memory-and-start", "discord"];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(`bench: expected one of ${BENCHMARKS.join(", ")}, got ${unknown.join(", ")}`);
  process.exit(1);
}

for (const name of asked.length > 0 ? asked : BENCHMARKS) {
  const child = spawn(process.execPath, [join(import.meta.dirname, `${name}.ts`)], { stdio: "inherit" });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) process.exitCode = 1;
}
