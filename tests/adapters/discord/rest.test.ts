// The way to REST: what Discord says about waiting is heeded, and a token that it does not take is not shown again and again.
import { expect, test } from "vitest";
import { Limited, LimitReached } from "../../../src/adapters/adapter.ts";
import { mentionsOf } from "../../../src/adapters/discord/render.ts";
import { openApi, TokenRefused } from "../../../src/adapters/discord/rest.ts";
import { systemClock } from "../../../src/clock.ts";
import { VirtualClock } from "../../virtual-clock.ts";
import { fakeDiscord } from "./rig.ts";

test.each(["user", "shared", "global"] as const)(
  "after a refusal for a limit (%s) nothing is tried before Discord says so",
  async (scope) => {
    const fake = await fakeDiscord({ limits: { faster: 50 } });
    const channel = fake.channel(fake.guild("Tea House"), "general");
    const api = await openApi({ token: fake.token, apiUrl: fake.url, clock: systemClock });
    const body = { content: "hello", allowed_mentions: mentionsOf(null) };
    const say = () => api.ask({ method: "POST", route: `/channels/${channel.id}/messages`, body });
    await say();
    fake.fault({ trouble: { kind: "limited", scope, retryAfterMs: 8_000 } });
    const refused = await say().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LimitReached);
    expect(refused instanceof Limited && refused.retryAt - Date.now()).toBeGreaterThan(7_000);
    expect(fake.messages(channel)).toHaveLength(1);
  },
);

test("a limit that is not about speaking closes nothing to those who speak", async () => {
  const fake = await fakeDiscord({ limits: { faster: 50 } });
  const channel = fake.channel(fake.guild("Tea House"), "general");
  const api = await openApi({ token: fake.token, apiUrl: fake.url, clock: systemClock });
  fake.fault({ trouble: { kind: "limited", scope: "user", retryAfterMs: 8_000 } });
  const refused = await api.ask({ method: "GET", route: `/channels/${channel.id}` }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Limited);
  expect(refused).not.toBeInstanceOf(LimitReached);
});

test("a token that is not taken is shown once in five minutes", async () => {
  const fake = await fakeDiscord();
  const clock = new VirtualClock();
  const api = await openApi({ token: "a.wrong.token", apiUrl: fake.url, clock });
  for (let tries = 0; tries < 20; tries += 1) {
    await expect(api.ask({ method: "GET", route: "/users/@me" })).rejects.toBeInstanceOf(TokenRefused);
  }
  expect(fake.requests()).toHaveLength(1);
  await clock.advance(5 * 60_000);
  await expect(api.ask({ method: "GET", route: "/users/@me" })).rejects.toBeInstanceOf(TokenRefused);
  expect(fake.requests()).toHaveLength(2);
});
