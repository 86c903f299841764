// How a persona that is put into a place opens a conversation there.
import { expect, test } from "vitest";
import { greetingOf, sayHello } from "../../src/engine/hello.ts";
import type { Arrival } from "../../src/domain/message.ts";
import { unsaid } from "../../src/domain/persona.ts";
import { loungePlace, whoIs } from "../fakes/room-adapter.ts";
import { makePersona } from "../people.ts";
import { VirtualClock } from "../virtual-clock.ts";

const greeting = (...greetings: readonly string[]) =>
  makePersona("ada", { character: { ...unsaid.character, greetings } });

test("it is one of its lines, always the same one for the same move, with the names in their places", () => {
  const ada = greeting("Hello {{user}}, I am {{char}}.", "  ", "Good day.");
  expect(greetingOf(ada, "Mira", () => 0)).toBe("Hello Mira, I am Ada.");
  expect(greetingOf(ada, "Mira", () => 0.99)).toBe("Good day.");
  expect(greetingOf(greeting(), "Mira", () => 0)).toBeNull();
});

test("who has no line for it, or was put there by somebody who is not heard, says nothing", async () => {
  const heard: Arrival[] = [];
  let fresh = true;
  const houseOf = (...greetings: readonly string[]) => ({
    personas: { get: () => ({ persona: greeting(...greetings), solvers: [] }) },
    clock: new VirtualClock(),
    hear: async (arrival: Arrival) => {
      heard.push(arrival);
      return { fresh };
    },
  });
  const by = { id: whoIs("Mira"), name: "Mira" };
  const moving = { persona: greeting().id, place: loungePlace, by, key: "1" };
  expect(await sayHello(houseOf(), moving)).toBe(false);
  expect(heard).toEqual([]);
  expect(await sayHello(houseOf("Hello."), moving)).toBe(true);
  expect(heard).toMatchObject([{ asks: "ada", text: "", author: { kind: "person", name: "Mira" } }]);
  fresh = false;
  expect(await sayHello(houseOf("Hello."), moving)).toBe(false);
});
