// What a start says when the house is open: where it is, who else can reach it, and how to sign in.
import type { NetworkInterfaceInfo } from "node:os";
import { networkInterfaces } from "node:os";
import type { Config } from "./config.ts";
import type { Secrets } from "./secrets.ts";

/** The lines for whoever started the house. `url` is where it listens. The token itself is in them only when this start made it. */
export function welcome(url: string, config: Pick<Config, "host">, secrets: Secrets): readonly string[] {
  const lines = [`Troupe is at ${openable(url)}`];
  const elsewhere = isLoopback(config.host) ? [] : addressesOf(config.host, networkInterfaces());
  if (!isLoopback(config.host)) {
    const port = new URL(url).port;
    const such = elsewhere.length === 0 ? "" : ` (${elsewhere.map((each) => `http://${each}:${port}/`).join(", ")})`;
    lines.push(
      `Others reach it at this machine's addresses on port ${port}${such}, over plain HTTP: put TLS before it.`,
    );
  }
  return [...lines, signingIn(secrets)];
}

/** The lines for whoever started a worker. */
export function welcomeWorker(config: Pick<Config, "databaseFile">): readonly string[] {
  return [`Troupe works on ${config.databaseFile}; the pages are where its gateway is (TROUPE_ROLE=gateway)`];
}

function signingIn(secrets: Secrets): string {
  const begin = "To sign in from another machine:";
  if (secrets.adminTokenFile === null) return `${begin} the token is what TROUPE_ADMIN_TOKEN is set to`;
  return secrets.adminTokenIs === "made"
    ? `${begin} ${secrets.adminToken} (kept in ${secrets.adminTokenFile})`
    : `${begin} the token is in ${secrets.adminTokenFile}`;
}

// "Every address" is none that a browser can open.
function openable(url: string): string {
  return url.replace("//0.0.0.0", "//127.0.0.1").replace("//[::]", "//[::1]");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

// More than this nobody reads; containers give a machine dozens.
const ADDRESSES_MAX = 3;

/** What to type elsewhere to reach a server that listens on `host`, written as in an address of the web. */
export function addressesOf(
  host: string,
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): readonly string[] {
  if (host !== "0.0.0.0" && host !== "::") return [host.includes(":") ? `[${host}]` : host];
  const own = Object.values(interfaces).flatMap((each) => each ?? []);
  // IPv4 is answered by a server on "::" too; what begins with fe80 needs the name of the network card.
  return own
    .filter(
      ({ internal, family, address }) => !internal && (family === "IPv4" || (host === "::" && !/^fe80/i.test(address))),
    )
    .map(({ family, address }) => (family === "IPv4" ? address : `[${address}]`))
    .slice(0, ADDRESSES_MAX);
}
