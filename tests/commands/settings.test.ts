// Settings of a place: shown with where they come from, changed, and taken back.
import { expect, test } from "vitest";
import { openCounter, threadPlace } from "./counter.ts";

test("a setting is shown with its value, where it comes from, who set it and whom it binds", async () => {
  const { ask } = await openCounter();
  expect(await ask("Tom", "/settings show", { setting: "strategy" })).toContain(
    "- **strategy**: `named` · as usual, set by nobody",
  );
  await ask("Mira", "/settings set", { setting: "strategy", value: "Natural" });
  await ask("Mira", "/settings set", { setting: "strategy", value: "named", persona: "ada" });
  const shown = await ask("Tom", "/settings show", { setting: "strategy" });
  expect(shown).toContain("- **strategy**: `natural` · set for everyone in this channel by Mira, 2026-01-05");
  expect(shown).toContain("  - `named` · set for Ada in this channel by Mira, 2026-01-05");
  expect(await ask("Tom", "/settings show", { setting: "strategy", persona: "ada" })).toContain(
    "**strategy**: `named`",
  );
  expect((await ask("Tom", "/settings show")).split("\n").length).toBeGreaterThan(13);
});

test("the nearest setting wins, and whoever sets one further away is told so", async () => {
  const counter = await openCounter();
  await counter.ask("Mira", "/settings set", { setting: "mark", value: "none" });
  expect(await counter.ask("Olga", "/settings set", { setting: "mark", value: "name", where: "server" })).toContain(
    "Here it stays `none`, which is set for everyone in this channel by Mira",
  );
  await counter.ask("Mira", "/settings reset", { setting: "mark" });
  expect(await counter.at(threadPlace).ask("Tom", "/settings show", { setting: "mark" })).toContain(
    "`name` · set for everyone in this server by Olga",
  );
});

test("what cannot be set is told in one sentence, and nothing changes", async () => {
  const { ask } = await openCounter();
  expect(await ask("Mira", "/settings set", { setting: "talkativeness", value: "often" })).toBe(
    '(/settings set: talkativeness: expected a number from 0 to 1, got "often")',
  );
  expect(await ask("Mira", "/settings set", { setting: "colour", value: "red" })).toMatch(
    /^\(\/settings set: setting: expected one of strategy, .*, got "colour"\)$/u,
  );
  expect(await ask("Mira", "/settings set", { setting: "mark", value: "name", persona: "ada" })).toContain(
    "expected nobody, since mark holds for all who live in a place",
  );
  expect(await ask("Mira", "/settings set", { setting: "mark" })).toContain("value: expected a value, got nothing");
  expect(await ask("Tom", "/settings set", { setting: "mark", value: "name" })).toContain("Only those who may manage");
  expect(await ask("Tom", "/settings history")).toBe("(Nothing was changed here yet.)");
});

test("undo takes changes back one by one, the newest first", async () => {
  const { ask } = await openCounter();
  await ask("Mira", "/persona add", { persona: "ada" });
  await ask("Mira", "/settings set", { setting: "window", value: "10" });
  await ask("Mira", "/settings set", { setting: "window", value: "30", persona: "" });
  await ask("Mira", "/persona remove", { persona: "ada" });
  const shown = async (): Promise<string> =>
    (await ask("Tom", "/settings show", { setting: "window" })).split("\n")[1] ?? "";
  expect(await ask("Mira", "/settings undo")).toContain("Taken back: persona remove ada (this channel), by Mira");
  expect(await ask("Tom", "/persona list")).toContain("**Ada**");
  expect(await ask("Mira", "/settings undo")).toContain("Taken back: settings set window `10` → `30`");
  expect(await shown()).toContain("`10`");
  expect(await ask("Mira", "/settings undo")).toContain("Taken back: settings set window unset → `10`");
  expect(await shown()).toContain("as usual");
  expect(await ask("Mira", "/settings undo")).toContain("Taken back: persona add ada");
  expect(await ask("Tom", "/persona list")).toContain("Nobody lives here yet");
  expect(await ask("Mira", "/settings undo")).toBe("(There is no change here that could be taken back.)");
  await ask("Mira", "/settings set", { setting: "window", value: "7" });
  expect(await ask("Mira", "/settings undo")).toContain("unset → `7`");
});

test("undo is for those who could have made the change", async () => {
  const { ask } = await openCounter();
  await ask("Olga", "/settings set", { setting: "window", value: "10", where: "server" });
  expect(await ask("Tom", "/settings undo")).toContain("Only those who may manage this channel");
  expect(await ask("Mira", "/settings undo")).toBe("(There is no change here that could be taken back.)");
  expect(await ask("Olga", "/settings undo")).toContain("Taken back: settings set window unset → `10` (this server)");
});

test("the history says who changed what, the newest first", async () => {
  const { ask } = await openCounter();
  await ask("Mira", "/persona add", { persona: "ada" });
  await ask("Olga", "/settings set", { setting: "window", value: "10", where: "server" });
  expect(await ask("Tom", "/settings history")).toMatch(
    /newest first \(times are UTC\):\n- 2026-01-05 \d\d:\d\d Olga: settings set window unset → `10` \(this server\)\n- .* Mira: persona add ada \(this channel\)\)$/u,
  );
});

test("settings and their values are suggested", async () => {
  const { suggest } = await openCounter();
  expect(await suggest("/settings set", "setting", "stra")).toEqual(["strategy"]);
  expect(await suggest("/settings set", "value", "", { setting: "bots" })).toEqual(["off", "mention", "all"]);
  expect(await suggest("/settings set", "value", "", { setting: "nonsense" })).toEqual([]);
});

test.each([
  ["named", "answers only when named"],
  ["list", "answers in turn with the others"],
  ["pooled", "answers unless it has just spoken"],
  ["manual", "answers only when asked by /ask"],
])("whoever lives here by the strategy %s is shown as one who %s", async (strategy, said) => {
  const { ask } = await openCounter();
  await ask("Mira", "/persona add", { persona: "ada" });
  await ask("Mira", "/settings set", { setting: "strategy", value: strategy });
  expect(await ask("Tom", "/persona list")).toContain(`**Ada**: ${said};`);
});
