// How deep talk between machines stands.
import { expect, test } from "vitest";
import { chainDepths } from "../../src/engine/chain-depth.ts";
import { makeMessage, makePersonaMessage } from "../people.ts";

const bot = (native: string) =>
  makeMessage(native, "beep", { author: { id: makeMessage("x", "").author.id, kind: "bot", name: "Bot" } });

test("a bot's message stands one step below what is said before it, and only a person begins anew", () => {
  const messages = [
    bot("b1"),
    bot("b2"),
    makePersonaMessage("p1", "ada", "hm", { depth: 3 }),
    bot("b3"),
    makeMessage("m1", "hello"),
    bot("b4"),
    bot("b5"),
  ];
  expect([...chainDepths(messages).values()]).toEqual([1, 2, 3, 4, 0, 1, 2]);
});
