// The budget from the chat: shown and capped, and who may change what caps the talk.
import { expect, test } from "vitest";
import type { Place } from "../../src/domain/message.ts";
import { messageId, ownedPersonaId } from "../../src/domain/ids.ts";
import { directPlace, loungePlace, roomPlatform, whoIs, workspace } from "../fakes/room-adapter.ts";
import { makeTurn, payerOf } from "../people.ts";
import type { Counter } from "./counter.ts";
import { barPlace, fill, openCounter, threadPlace } from "./counter.ts";

const caps = { usdPerDay: 10, tokensPerDay: 5_000_000 };

/** A call that cost so much, made for a persona in a place. */
async function spend({ store, clock }: Counter, handle: string, usd: number | null, place: Place): Promise<void> {
  const turn = { ...makeTurn(messageId(roomPlatform, "asked"), handle), channel: place.channel };
  const estimate = { model: "small", tokensIn: 100, tokensOutMax: 50, costUsd: usd };
  await store.reserve(payerOf(turn, { place }), estimate, caps, clock.now());
}

test("what models cost is shown for the channel, the server and each persona, today and this month", async () => {
  const counter = await openCounter();
  await spend(counter, "ada", 0.3, loungePlace);
  await spend(counter, "ada", 0.2, threadPlace);
  await spend(counter, "bruno", 0.01, barPlace);
  await counter.clock.advance(86_400_000);
  await spend(counter, "ada", 0.05, loungePlace);
  await counter.ask("Olga", "/budget set", { usd: "2", where: "server" });
  await counter.ask("Olga", "/budget set", { usd: "0.5", persona: "ada" });
  expect((await counter.ask("Olga", "/budget show")).split("\n")).toEqual([
    "(What models have cost (days and months by UTC):",
    "- **this server**: 0.050 USD today, 0.56 USD this month · at most 2.00 USD a day",
    "- **this channel**: 0.050 USD today, 0.55 USD this month",
    "- **Ada**: 0.050 USD today, 0.55 USD this month",
    "  - at most 0.50 USD a day in this channel",
    "- **Bruno**: 0.00 USD today, 0.010 USD this month",
    expect.stringContaining("Each cap that reaches a call holds"),
  ]);
  // Whoever manages the channel alone sees no more than that.
  expect(await counter.ask("Mira", "/budget show")).not.toContain("this server");
  expect(await counter.ask("Mira", "/budget show")).not.toContain("Bruno");
  expect(await counter.ask("Tom", "/budget show")).toContain("Only those who may manage");
});

test("people with every right see the house's own cap, and tokens without a price are told as such", async () => {
  const counter = await openCounter({ admins: [whoIs("Tom")] });
  await spend(counter, "ada", null, loungePlace);
  const shown = await counter.ask("Tom", "/budget show");
  expect(shown).toContain("- **the whole house**: 0.00 USD and 150 tokens without a known price today");
  expect(shown).toContain("at most 1.00 USD a day");
});

test("a cap is set and taken back by whoever looks after the server, and stands in the history", async () => {
  const counter = await openCounter();
  expect(await counter.ask("Mira", "/budget set", { usd: "1" })).toContain("Only those who may manage this server");
  expect(await counter.ask("Olga", "/budget set", { usd: "lots" })).toBe(
    '(/budget set: usd: expected an amount in US dollars from 0 to 10000, such as 0.50, or none, got "lots")',
  );
  expect(await counter.ask("Olga", "/budget set", { usd: "0.5" })).toContain(
    "Models may cost at most 0.5 USD a day in this channel now.",
  );
  expect(await counter.ask("Olga", "/budget set", { usd: "0.7" })).toContain("It was `0.5`.");
  expect(await counter.ask("Tom", "/settings history")).toContain("Olga: settings set budget `0.5` → `0.7`");
  expect(await counter.ask("Olga", "/settings undo")).toContain("Taken back");
  expect(await counter.ask("Olga", "/budget show")).toContain("at most 0.50 USD a day");
  expect(await counter.ask("Olga", "/budget set", { usd: "none" })).toContain("no longer set in this channel");
  expect(await counter.ask("Olga", "/budget show")).not.toContain("at most");
});

test("what was set for a persona of the house is taken back although the server has its own copy since", async () => {
  const counter = await openCounter();
  const toAda = { persona: "ada" };
  await counter.ask("Olga", "/budget set", { usd: "0.5", ...toAda });
  await counter.ask("Olga", "/settings set", { setting: "talkativeness", value: "0.3", ...toAda });
  const form = await counter.answer("Olga", "/persona edit", { persona: "ada", part: "name" });
  await fill(counter, "Olga", form, { name: "Ada of the harbour" });
  expect(counter.personas.get(ownedPersonaId("ada", workspace))).not.toBeNull();
  expect(await counter.ask("Olga", "/budget set", { usd: "none", ...toAda })).toContain("no longer set");
  expect(await counter.ask("Olga", "/settings reset", { setting: "talkativeness", ...toAda })).toContain(
    "no longer set",
  );
  expect(await counter.ask("Olga", "/budget show")).not.toContain("at most");
});

test("caps of talk are changed by whoever looks after the server, and cannot leave their bounds", async () => {
  const counter = await openCounter();
  const set = (who: string, setting: string, value: string) => counter.ask(who, "/settings set", { setting, value });
  for (const setting of ["brake-depth", "brake-pair", "brake-alike", "quota-day", "budget"]) {
    expect(await set("Mira", setting, "5")).toContain("Only those who may manage this server");
    expect(await set("Olga", setting, "1000000")).toContain("expected");
  }
  expect(await set("Olga", "brake-depth", "0")).toContain("expected a whole number from 1 to 100");
  expect(await set("Olga", "brake-depth", "3")).toContain("**brake-depth** is `3`");
  // What was lowered is not raised again by taking it back.
  expect(await counter.ask("Mira", "/settings reset", { setting: "brake-depth" })).toContain("Only those who may");
  expect(await counter.ask("Mira", "/settings undo")).toContain("Only those who may manage this server");
  expect(await counter.ask("Tom", "/settings show", { setting: "brake-depth" })).toContain("`3`");
});

test("a direct message is one's own, but not what it may cost", async () => {
  const counter = await openCounter({ admins: [whoIs("Olga")] });
  const direct = counter.at(directPlace);
  expect(await direct.ask("Tom", "/settings set", { setting: "window", value: "10" })).toContain("is `10`");
  for (const setting of ["quota-day", "brake-hour"]) {
    const raised = await direct.ask("Tom", "/settings set", { setting, value: "900" });
    expect(raised).toContain("Only those who may manage the whole house");
  }
  expect(await direct.ask("Tom", "/budget set", { usd: "100" })).toContain("Only those who may manage the whole house");
  expect(await direct.ask("Olga", "/settings set", { setting: "quota-day", value: "900" })).toContain("is `900`");
});
