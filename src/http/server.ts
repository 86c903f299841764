// The one web server: listens, and ends in good order.
import type { Server } from "node:http";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { HouseFault, messageOf } from "../errors.ts";
import { Assets } from "./assets.ts";
import type { WebHouse } from "./house.ts";
import { LivePages } from "./live.ts";
import { openSite } from "./site.ts";

export interface WebServer {
  /** Where it listens, with the port that it got. */
  readonly url: string;
  /** Ends the live pages at once and waits for answers under way, at most `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}

/** Starts the web server. Throws `HouseFault` when it cannot listen there. */
export async function startWebServer(house: WebHouse): Promise<WebServer> {
  const live = new LivePages(house);
  let isStopping = false;
  const app = openSite({ house, assets: new Assets() }, live, () => isStopping);
  // The globals stay as they are: other parts of the house make requests with them.
  const answer = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: () =>
      new Response("The request cannot be read: its address or host is not a valid one.\n", { status: 400 }),
  });
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
  try {
    await listen(server, house.settings.host, house.settings.port);
  } catch (error) {
    live.close();
    throw error;
  }
  return {
    url: urlOf(server, house.settings.host),
    close: async (deadlineMs) => {
      isStopping = true;
      live.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const giveUp = new AbortController();
      await Promise.race([closed, house.clock.sleep(deadlineMs, giveUp.signal)]);
      giveUp.abort();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(new HouseFault(whyNot(error, host, port)));
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

function whyNot(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is taken by another program: choose another with --port or PORT, or stop that program.`;
    case "EACCES":
      return `Port ${port} may not be opened by this user: choose one above 1023 with --port or PORT.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `This machine has no address ${host}: choose another with --host or TROUPE_HOST, such as 127.0.0.1.`;
    default:
      return `The web server cannot listen on ${host}, port ${port}: ${messageOf(error)}.`;
  }
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}/`;
}
