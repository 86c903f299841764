// Fakes and connections for one test, closed when it is over.
import { DiscordAPIError, GatewayDispatchEvents } from "discord.js";
import { afterEach } from "vitest";
import { type Connection, gatewayOf } from "./clients.ts";
import { type FakeDiscord, type FakeOptions, openFakeDiscord } from "./fake.ts";

const open: { close(): Promise<void> }[] = [];

/** A fake that is closed after the test, which fails when anything did not fit Discord's own description. */
export async function discord(options: FakeOptions = {}): Promise<FakeDiscord> {
  const fake = await openFakeDiscord(options);
  open.push(fake);
  return fake;
}

/** A connection of the real library, ready. */
export async function connect(fake: FakeDiscord, options: Parameters<typeof gatewayOf>[1] = {}): Promise<Connection> {
  const connection = gatewayOf(fake, options);
  open.push({ close: () => connection.leave() });
  await connection.manager.connect();
  return connection;
}

/** The texts of the messages that a connection has heard, in the order in which they came. */
export function texts({ heard }: Connection): readonly string[] {
  return heard.flatMap((event) => (event.t === GatewayDispatchEvents.MessageCreate ? [event.d.content] : []));
}

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** The refusal that a request ends in. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ readonly status: number; readonly code: number | string; readonly errors: unknown }> {
  const error: unknown = await request.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof DiscordAPIError)) throw new Error("expected Discord to refuse this", { cause: error });
  return { status: error.status, code: error.code, errors: (error.rawError as { readonly errors?: unknown }).errors };
}
