// A Redis of a test's own, on loopback: it can be killed, frozen, wiped and started again on the same port.
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";

export interface RedisServer {
  readonly url: string;
  /** One command as a person would type it; resolves to what Redis answers, as it stands on the wire. */
  ask(command: string): Promise<string>;
  /** kill -9: what was in it is gone. */
  kill(): Promise<void>;
  /** After `kill`: empty, on the same port. */
  start(): Promise<void>;
  /** It keeps its connections and says nothing, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

/** Starts the program at `path`, which keeps nothing on the disk. */
export async function startRedis(path: string, ...settings: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...settings];
  let child = await begin(path, args);
  return {
    url: `redis://127.0.0.1:${port}`,
    ask: (command) => ask(port, command),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
    start: async () => {
      child = await begin(path, args);
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
  };
}

async function begin(path: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "ignore"] });
  // It does not outlive whoever started it, however that ends.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  let said = "";
  for await (const part of child.stdout) {
    said += String(part);
    if (!said.includes("Ready to accept connections")) continue;
    break;
  }
  if (!said.includes("Ready to accept connections")) throw new Error(`redis-server ended before it was there: ${said}`);
  return child;
}

// Below those that systems give away by themselves ("ip_local_port_range" begins at 32768): while Redis is down, nobody's connection takes its port.
const PORTS = { from: 20_000, to: 32_000 } as const;

/** One that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

async function ask(port: number, command: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.end(`${command}\r\n`);
  let answer = "";
  for await (const part of socket) answer += String(part);
  return answer.trim();
}
