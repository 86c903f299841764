// What every store promises of what people set up: bindings, settings, personas, and what is to be forgotten.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { usualBrakes } from "../../src/domain/brakes.ts";
import {
  authorId,
  channelId,
  channelScope,
  feedPlatform,
  houseScope,
  messageId,
  ownedPersonaId,
  terminalPlatform,
  workspaceId,
  workspaceScope,
} from "../../src/domain/ids.ts";
import type { AuthorId, ScopeId } from "../../src/domain/ids.ts";
import type { RoomSettingName } from "../../src/domain/settings.ts";
import { BadInput } from "../../src/errors.ts";
import type { Registry } from "../../src/store/registry.ts";
import type { NewTurn } from "../../src/domain/turn.ts";
import type { Lease, Store } from "../../src/store/store.ts";
import {
  ada,
  arrival,
  asked,
  bob,
  bruno,
  decide,
  finish,
  here,
  main,
  message,
  NOW,
  place,
  plan,
  postOf,
  say,
  show,
  take,
  unasked,
} from "../store/samples.ts";

const DAY_MS = 86_400_000;
const guild = workspaceId(feedPlatform, "guild");
const inMain = channelScope(main);
const inGuild = workspaceScope(guild);
const carla = authorId(feedPlatform, "carla");
const carol = { id: bob.id, name: "Carol" };
const wording = (text: string, tokens = 1) => ({ text, tokens, by: { solver: "openai", model: "tiny-1" } });
const byHand = { solver: null, model: null };

// Texts that trip over quotes, escapes, ends of lines, zero bytes or halves of characters.
const awkward = [
  "'; DROP TABLE bindings; --",
  '"\\',
  "a\nb\r\n",
  "\u0000",
  "𝄞 é e\u0301 \u202e",
  "%s $1 {{user}}",
  "null",
  "[]",
];

export function registryContract(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    let registry: Registry;
    beforeEach(async () => {
      store = await open();
      registry = store.registry;
      await store.beat(here, NOW);
    });
    afterEach(() => store.close());

    const set = (setting: RoomSettingName, value: string, scope: ScopeId = inMain, at = NOW) =>
      registry.set({ scope, persona: null, name: setting, value, by: carol.name, at }, carol);

    describe("bindings", () => {
      test("a persona is bound once, and each change is in the audit list with who made it", async () => {
        const binding = { persona: ada, scope: inMain, by: "Carol", at: NOW };
        expect(await registry.bind(binding, carol)).toBe(true);
        expect(await registry.bind({ ...binding, by: "Dan", at: NOW + 1 }, carol)).toBe(false);
        expect(await registry.bind({ ...binding, persona: bruno, scope: inGuild, at: NOW + 2 }, carol)).toBe(true);
        expect(await registry.bindings([inMain])).toEqual([binding]);
        expect((await registry.bindings([inMain, inGuild])).map((each) => each.persona)).toEqual([ada, bruno]);
        expect(await registry.bindingsOf(bruno)).toMatchObject([{ scope: inGuild }]);
        expect(await registry.unbind(ada, inMain, carol, NOW + 3)).toBe(true);
        expect(await registry.unbind(ada, inMain, carol, NOW + 4)).toBe(false);
        expect(await registry.bindings([inMain])).toEqual([]);
        expect(await registry.audit([inMain], 10)).toEqual([
          { at: NOW + 3, scope: inMain, by: carol, what: "persona remove", subject: "ada", before: "ada", after: null },
          { at: NOW, scope: inMain, by: carol, what: "persona add", subject: "ada", before: null, after: "ada" },
        ]);
      });

      test("a place has room for fifty, and the one too many is told so and leaves nothing behind", async () => {
        const bind = (at: number) =>
          registry.bind({ persona: ownedPersonaId(`p${at}`, guild), scope: inMain, by: "Carol", at }, carol);
        for (let at = 0; at < 50; at += 1) await bind(at);
        await expect(bind(50)).rejects.toThrow(BadInput);
        expect(await registry.bindings([inMain])).toHaveLength(50);
        expect(await registry.audit([inMain], 100)).toHaveLength(50);
      });
    });

    describe("settings", () => {
      test("what was set comes back, the newest wins, and a reset leaves nothing", async () => {
        expect(await set("window", "30")).toBeNull();
        expect(await set("window", "40", inMain, NOW + 1)).toBe("30");
        await registry.set({ scope: inMain, persona: ada, name: "window", value: "5", by: "Carol", at: NOW }, carol);
        await set("mark", "name", houseScope);
        const rows = await registry.settings([inMain]);
        expect(rows).toHaveLength(2);
        expect(rows).toContainEqual({
          scope: inMain,
          persona: null,
          name: "window",
          value: "40",
          by: "Carol",
          at: NOW + 1,
        });
        expect(await registry.unset({ scope: inMain, persona: null, name: "window" }, carol, NOW + 2)).toBe("40");
        expect(await registry.unset({ scope: inMain, persona: null, name: "window" }, carol, NOW + 3)).toBeNull();
        expect(await registry.settings([inMain])).toMatchObject([{ persona: ada }]);
        expect((await registry.audit([inMain], 10)).map((entry) => [entry.what, entry.before, entry.after])).toEqual([
          ["settings reset", "40", null],
          ["settings set", "30", "40"],
          ["settings set", null, "5"],
          ["settings set", null, "30"],
        ]);
      });

      test("each setting, persona and binding gives back the very text that it was given", async () => {
        for (const [index, text] of awkward.entries()) {
          const by = { id: bob.id, name: text };
          const scope = channelScope(channelId(feedPlatform, text));
          const owned = workspaceId(feedPlatform, text);
          const persona = ownedPersonaId(`p${index}`, owned);
          await registry.set({ scope, persona: null, name: "model", value: text, by: text, at: NOW }, by);
          await registry.bind({ persona, scope, by: text, at: NOW }, by);
          await registry.putPersona(
            { id: persona, workspace: owned, handle: `p${index}`, yaml: text, by: text, at: NOW },
            by,
          );
          await registry.keep(text, text);
          await registry.recordCheckpoint({ key: text, value: text });
          expect(await registry.settings([scope])).toMatchObject([{ value: text, by: text }]);
          expect(await registry.bindings([scope])).toEqual([{ persona, scope, by: text, at: NOW }]);
          expect(await registry.personas(owned)).toMatchObject([{ yaml: text, by: text }]);
          expect((await registry.audit([scope], 1))[0]?.by.name).toBe(text);
          expect(await registry.kept(text)).toBe(text);
          expect(await registry.checkpoint(text)).toBe(text);
        }
        expect(
          await registry.settings(awkward.map((text) => channelScope(channelId(feedPlatform, text)))),
        ).toHaveLength(new Set(awkward).size);
      });

      test("a listener that fails is nobody else's trouble", async () => {
        let heard = 0;
        registry.onRegistryChange(() => {
          throw new Error("broken");
        });
        registry.onRegistryChange(() => {
          heard += 1;
        });
        expect(await set("window", "30")).toBeNull();
        expect(heard).toBe(1);
      });

      test("who changed what is known for a year", async () => {
        await set("window", "30", inMain, NOW);
        await set("window", "31", inMain, NOW + DAY_MS);
        await store.expire(NOW, NOW + 365 * DAY_MS + 1);
        expect((await registry.audit([inMain], 10)).map((entry) => entry.after)).toEqual(["31"]);
      });

      test("listeners hear of changes until they stop", async () => {
        let heard = 0;
        const stop = registry.onRegistryChange(() => {
          heard += 1;
        });
        await set("window", "30");
        stop();
        await set("window", "31");
        expect(heard).toBe(1);
      });
    });

    describe("personas of a workspace", () => {
      const mine = { id: ownedPersonaId("ada", guild), workspace: guild, handle: "ada", by: "Carol", at: NOW };

      test("one is made, changed, deleted with its bindings, and restored within 30 days", async () => {
        await registry.putPersona({ ...mine, yaml: "name: Ada" }, carol);
        await registry.putPersona({ ...mine, yaml: "name: Ada B", at: NOW + 1 }, carol);
        await registry.bind({ persona: mine.id, scope: inMain, by: "Carol", at: NOW }, carol);
        expect(await registry.personas(guild)).toEqual([
          { ...mine, yaml: "name: Ada B", at: NOW + 1, deletedAt: null },
        ]);
        expect(await registry.deletePersona(mine.id, carol, NOW + 2)).toBe(true);
        expect(await registry.deletePersona(mine.id, carol, NOW + 2)).toBe(false);
        expect(await registry.bindings([inMain])).toEqual([]);
        expect(await registry.restorePersona(mine.id, carol, NOW + 2 + 30 * DAY_MS)).toMatchObject({ deletedAt: null });
        expect(await registry.restorePersona(mine.id, carol, NOW + 3)).toBeNull();
        await registry.deletePersona(mine.id, carol, NOW + 4 + 30 * DAY_MS);
        expect(await registry.restorePersona(mine.id, carol, NOW + 5 + 60 * DAY_MS)).toBeNull();
        await store.expire(NOW, NOW + 5 + 60 * DAY_MS);
        expect(await registry.personas(null)).toEqual([]);
        expect((await registry.audit([inGuild], 10)).map((entry) => entry.what)).toEqual([
          "persona delete",
          "persona restore",
          "persona delete",
          "persona edit",
          "persona create",
        ]);
      });

      test("a workspace has room for two hundred living ones of its own, and each workspace for itself", async () => {
        const make = (index: number, workspace = guild) => {
          const handle = `p${index}`;
          const id = ownedPersonaId(handle, workspace);
          return registry.putPersona({ id, workspace, handle, yaml: "name: P", by: "Carol", at: NOW }, carol);
        };
        for (let index = 0; index < 200; index += 1) await make(index);
        await expect(make(200)).rejects.toThrow(BadInput);
        // A new version of one that is there is no new one.
        await make(7);
        await make(200, workspaceId(feedPlatform, "other"));
        await registry.deletePersona(ownedPersonaId("p3", guild), carol, NOW);
        await make(200);
        await expect(registry.restorePersona(ownedPersonaId("p3", guild), carol, NOW)).rejects.toThrow(BadInput);
        expect((await registry.personas(guild)).filter((each) => each.deletedAt === null)).toHaveLength(200);
      });

      test("a persona without end is refused", async () => {
        await expect(registry.putPersona({ ...mine, yaml: "x".repeat(256_001) }, carol)).rejects.toThrow(BadInput);
        expect(await registry.personas(guild)).toEqual([]);
        expect(await registry.audit([inGuild], 1)).toEqual([]);
      });
    });

    describe("stopping", () => {
      const thread = channelId(feedPlatform, "thread");

      test("who is stopped says nothing unasked, in threads too, and still answers people, until somebody resumes", async () => {
        const inThread = { ...place(thread), parent: main };
        await store.recordMessage(arrival("a"), 1, null, NOW);
        await store.recordMessage(arrival("t", { place: inThread }), 1, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [unasked("a"), asked("a", { persona: bruno })]);
        await store.finishTurn(lease, finish(unasked("a"), [postOf(unasked("a"), 1, { unasked: true })]), NOW);
        await store.putScene(plan(), main, feedPlatform, NOW);
        expect(await registry.stop(main, carol, NOW + 1)).toBe(true);
        expect(await registry.stop(main, carol, NOW + 2)).toBe(false);
        expect(await store.recordSending(lease, postOf(unasked("a")).id, NOW + 2)).toBe(false);
        expect((await store.turn(unasked("a").id))?.turn).toMatchObject({
          state: "ended",
          outcome: { kind: "withdrawn", why: "stopped", detail: "Carol stopped the talk here" },
        });
        expect((await store.scenes(main))[0]?.state.kind).toBe("paused");
        expect((await store.beginTurn(lease, asked("a", { persona: bruno }).id, usualBrakes, NOW)).kind).toBe("go");
        const opened = await store.openChannel(thread, here, NOW);
        if (opened === null) throw new Error("the thread is not free");
        const late = unasked("t", { channel: thread });
        await store.recordDecisions(
          opened.lease,
          {
            throughSeq: 1,
            decisions: [{ trigger: late.trigger, turns: [late], silences: [] }],
            folds: [],
            tick: null,
          },
          NOW,
        );
        expect(await store.beginTurn(opened.lease, late.id, usualBrakes, NOW)).toMatchObject({ kind: "braked" });
        expect(await registry.place(main)).toMatchObject({ stoppedAt: NOW + 1 });
        expect(await registry.resume(main, carol, NOW + 3)).toBe(true);
        expect(await registry.resume(main, carol, NOW + 3)).toBe(false);
        expect((await store.beginTurn(opened.lease, late.id, usualBrakes, NOW)).kind).toBe("go");
        expect((await registry.audit([inMain], 5)).map((entry) => entry.what)).toEqual(["resume", "stop"]);
      });
    });

    describe("a stop", () => {
      const quiet = channelId(feedPlatform, "quiet");

      async function decideIn(lease: Lease, turn: NewTurn): Promise<void> {
        const decision = { trigger: turn.trigger, turns: [turn], silences: [] };
        await store.recordDecisions(lease, { throughSeq: 1, decisions: [decision], folds: [], tick: null }, NOW);
      }

      test("holds where nobody has said anything yet, and tells who stopped the talk", async () => {
        expect(await registry.stop(quiet, carol, NOW)).toBe(true);
        await store.recordMessage(arrival("q", { place: place(quiet) }), 1, null, NOW + 1);
        expect(await registry.place(quiet)).toMatchObject({ stoppedAt: NOW });
        const opened = await store.openChannel(quiet, here, NOW + 1);
        if (opened === null) throw new Error("the channel is not free");
        const turn = unasked("q", { channel: quiet });
        await decideIn(opened.lease, turn);
        expect(await store.beginTurn(opened.lease, turn.id, usualBrakes, NOW)).toEqual({
          kind: "braked",
          why: "stopped by Carol",
          by: "stop",
        });
      });

      test("holds up to the last instant, in a thread that is known as one only now", async () => {
        await store.recordMessage(arrival("a"), 1, null, NOW);
        await store.recordMessage(arrival("q", { place: place(quiet) }), 1, null, NOW);
        const opened = await store.openChannel(quiet, here, NOW);
        if (opened === null) throw new Error("the channel is not free");
        const [loud, polite] = [unasked("q", { channel: quiet }), asked("q", { channel: quiet, persona: bruno })];
        await store.recordDecisions(
          opened.lease,
          {
            throughSeq: 1,
            decisions: [{ trigger: loud.trigger, turns: [loud, polite], silences: [] }],
            folds: [],
            tick: null,
          },
          NOW,
        );
        for (const turn of [loud, polite]) {
          await store.finishTurn(opened.lease, finish(turn, [postOf(turn)]), NOW);
        }
        await registry.stop(main, carol, NOW);
        const inThread = { ...place(quiet), parent: main };
        await store.recordMessage(arrival("r", { place: inThread }), 1, null, NOW);
        expect(await store.recordSending(opened.lease, postOf(loud).id, NOW)).toBe(false);
        expect((await store.turn(loud.id))?.turn.outcome).toEqual({
          kind: "withdrawn",
          why: "stopped",
          detail: "stopped by Carol",
        });
        expect(await store.recordSending(opened.lease, postOf(polite).id, NOW)).toBe(true);
      });

      test("said once more pauses what began again meanwhile", async () => {
        await store.putScene(plan(), main, feedPlatform, NOW);
        await registry.stop(main, carol, NOW);
        const scene = (await store.scenes(main))[0]?.plan.id ?? show;
        await store.setScene(scene, { state: { kind: "running" }, fresh: false, dueAt: NOW, onlyWhile: null }, NOW);
        expect(await registry.stop(main, carol, NOW + 1)).toBe(false);
        expect((await store.scenes(main))[0]?.state.kind).toBe("paused");
        expect(await registry.audit([inMain], 10)).toHaveLength(1);
      });
    });

    describe("forgetting", () => {
      test("a thought that had read what is forgotten leaves neither a trace nor anything for its solver", async () => {
        await store.recordMessage(arrival("a"), 3, null, NOW);
        await store.recordMessage(arrival("b"), 3, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("b"), asked("b", { persona: bruno })]);
        const turns = [asked("b"), asked("b", { persona: bruno })] as const;
        for (const turn of turns) await store.beginTurn(lease, turn.id, usualBrakes, NOW);
        await registry.deleteMessages([message("a")], NOW, null);
        const state = { solver: "rivescript", author: bob.id, value: "a secret between us" };
        await store.finishTurn(lease, finish(turns[0], [postOf(turns[0])], { state }), NOW);
        expect(await store.turn(turns[0].id)).toMatchObject({ turn: { state: "saying" }, trace: null });
        await decide(store, lease, [asked("c")]);
        expect(await store.beginTurn(lease, asked("c").id, usualBrakes, NOW)).toEqual({ kind: "go", states: {} });
        // Begun again after a crash, it reads anew.
        expect(await store.beginTurn(lease, turns[1].id, usualBrakes, NOW)).toEqual({ kind: "go", states: {} });
        await store.finishTurn(lease, finish(turns[1], [], { state }), NOW);
        expect((await store.turn(turns[1].id))?.trace).not.toBeNull();
      });

      test("of a deleted message not even the name that it called remains, nor what was decided about it", async () => {
        await store.recordMessage(arrival("a"), 3, null, NOW);
        await store.recordMessage(arrival("b"), 3, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("a", { reason: { kind: "named", said: "Adaaa" } })]);
        await decide(store, lease, [asked("b", { reason: { kind: "named", said: "Ada!" } })]);
        await registry.deleteMessages([message("a")], NOW, null);
        expect(await store.decision(message("a"))).toBeNull();
        expect((await store.turn(asked("a").id))?.turn.reason).toEqual({ kind: "named", said: "" });
        expect((await store.turn(asked("b").id))?.turn.reason).toEqual({ kind: "named", said: "Ada!" });
        expect(await store.decision(message("b"))).not.toBeNull();
      });

      test("a persona's own post is forgotten likewise, and what answers it stays", async () => {
        await store.recordMessage(arrival("a"), 3, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"))]), NOW);
        await say(store, lease, postOf(asked("a")).id, "reply");
        await store.recordMessage(arrival("thanks", { replyTo: message("reply") }), 3, null, NOW);
        await registry.deleteMessages([message("reply")], NOW, null);
        expect(await store.message(message("reply"))).toBeNull();
        expect(await store.message(message("thanks"))).not.toBeNull();
        expect((await store.turn(asked("a").id))?.turn.outcome).toEqual({ kind: "replied" });
      });

      test("what solvers remember of somebody goes with all that they said, even where nothing of it is left", async () => {
        await store.recordMessage(arrival("a"), 3, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        const remember = (author: AuthorId) => ({ state: { solver: "rivescript", author, value: "likes seals" } });
        await store.finishTurn(lease, finish(asked("a"), [], remember(bob.id)), NOW);
        await decide(store, lease, [asked("b", { askedBy: carla })]);
        await store.finishTurn(lease, finish(asked("b", { askedBy: carla }), [], remember(carla)), NOW);
        await decide(store, lease, [asked("c", { askedBy: carla }), asked("d")]);
        const statesOf = async (turn: NewTurn) => store.beginTurn(lease, turn.id, usualBrakes, NOW);
        expect(await registry.forget(carla, NOW)).toBe(0);
        expect(await statesOf(asked("c", { askedBy: carla }))).toEqual({ kind: "go", states: {} });
        expect(await statesOf(asked("d"))).toEqual({ kind: "go", states: { rivescript: "likes seals" } });
      });

      test("an edited message has its new text, and no context keeps the old one", async () => {
        await store.recordMessage(arrival("a", { text: "my old address" }), 3, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        const state = { solver: "rivescript", author: bob.id, value: "my old address" };
        await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"))], { state }), NOW);
        expect((await store.turn(asked("a").id))?.trace).not.toBeNull();
        await registry.editMessage(message("a"), "nothing", 1, { key: "k", value: "7" });
        expect(await store.message(message("a"))).toMatchObject({ text: "nothing", tokens: 1 });
        expect((await store.turn(asked("a").id))?.trace).toBeNull();
        await decide(store, lease, [asked("b")]);
        expect(await store.beginTurn(lease, asked("b").id, usualBrakes, NOW)).toEqual({ kind: "go", states: {} });
        await registry.editMessage(message("unknown"), "x", 1, null);
        expect(await registry.checkpoint("k")).toBe("7");
      });

      test("a deleted message is gone, and whoever was to answer it does not", async () => {
        await store.recordMessage(arrival("a"), 3, null, NOW);
        await store.recordMessage(arrival("b"), 3, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("a"), asked("b")]);
        await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"))]), NOW);
        await registry.deleteMessages([message("a"), message("unknown")], NOW, { key: "k", value: "8" });
        expect(await store.message(message("a"))).toBeNull();
        expect((await store.turn(asked("a").id))?.turn).toMatchObject({
          state: "ended",
          outcome: { kind: "withdrawn", why: "trigger-deleted" },
        });
        expect(await store.recordSending(lease, postOf(asked("a")).id, NOW)).toBe(false);
        expect((await store.readWork(lease)).turns.map((turn) => turn.id)).toEqual([asked("b").id]);
        expect(await registry.checkpoint("k")).toBe("8");
      });

      test("who opts out is forgotten and not heard any more, until they opt in", async () => {
        await store.recordMessage(arrival("a"), 3, null, NOW);
        const { lease } = await take(store);
        await decide(store, lease, [asked("a")]);
        await registry.optOut(bob.id, NOW);
        expect(await store.message(message("a"))).toBeNull();
        expect((await store.turn(asked("a").id))?.turn).toMatchObject({
          state: "ended",
          outcome: { kind: "withdrawn", why: "opted-out" },
        });
        const heard = await store.recordMessage(arrival("b"), 3, { key: "k", value: "9" }, NOW);
        expect(heard.fresh).toBe(false);
        expect(await store.message(message("b"))).toBeNull();
        // Heard all the same: it must not be asked for again.
        expect(await registry.checkpoint("k")).toBe("9");
        expect(await registry.hasOptedOut(bob.id)).toBe(true);
        expect(await registry.optIn(bob.id)).toBe(true);
        expect(await registry.optIn(bob.id)).toBe(false);
        expect((await store.recordMessage(arrival("c"), 3, null, NOW)).fresh).toBe(true);
      });

      test("somebody sees and erases all that they said, in every channel", async () => {
        const elsewhere = place(channelId(feedPlatform, "elsewhere"));
        const names = Array.from({ length: 450 }, (_, index) => `m${index}`);
        await Promise.all(names.map((native) => store.recordMessage(arrival(native), 1, null, NOW)));
        await store.recordMessage(arrival("far", { place: elsewhere }), 1, null, NOW);
        const other = { ...bob, id: authorId(feedPlatform, "carol") };
        await store.recordMessage(arrival("hers", { author: other }), 1, null, NOW);
        expect((await registry.said(bob.id, 1_000)).map((each) => each.id)).toHaveLength(451);
        expect(await registry.forget(bob.id, NOW)).toBe(451);
        expect(await registry.said(bob.id, 10)).toEqual([]);
        expect(await store.message(message("hers"))).not.toBeNull();
      });

      test("messages older than a channel's retention are forgotten, and the nearest setting decides", async () => {
        const far = channelId(feedPlatform, "far");
        const inside = { ...place(far), workspace: guild };
        const say = (native: string, at: number, where = place()) =>
          store.recordMessage(arrival(native, { createdAt: at, place: where }), 1, null, at);
        await say("old", NOW - 10 * DAY_MS);
        await say("young", NOW - DAY_MS);
        await say("far-old", NOW - 10 * DAY_MS, inside);
        await set("retention", "5", inMain);
        await set("retention", "5", inGuild);
        await set("retention", "100", channelScope(far));
        await store.expire(NOW - 7 * DAY_MS, NOW);
        expect(await store.message(message("old"))).toBeNull();
        expect(await store.message(message("young"))).not.toBeNull();
        expect(await store.message(message("far-old"))).not.toBeNull();
        await registry.unset({ scope: channelScope(far), persona: null, name: "retention" }, carol, NOW);
        await store.expire(NOW - 7 * DAY_MS, NOW);
        expect(await store.message(message("far-old"))).toBeNull();
      });

      test("what is too old takes the traces of its time along, and leaves those of today", async () => {
        const at = (days: number) => NOW - days * DAY_MS;
        await set("retention", "5");
        await store.recordMessage(arrival("old", { createdAt: at(6) }), 1, null, at(6));
        for (let index = 0; index < 250; index += 1) {
          await store.recordMessage(arrival(`m${index}`, { createdAt: at(1) }), 1, null, at(1));
        }
        await store.recordMessage(arrival("new"), 1, null, NOW);
        await store.recordMessage(arrival("quoting", { replyTo: message("old") }), 1, null, NOW);
        const { lease } = await take(store);
        for (const native of ["old", "new", "quoting"]) {
          await decide(store, lease, [asked(native)]);
          await store.finishTurn(lease, finish(asked(native), []), NOW);
        }
        await store.expire(at(7), NOW);
        expect(await store.message(message("old"))).toBeNull();
        expect((await store.turn(asked("old").id))?.trace).toBeNull();
        // It was in the context, for that message replied to it.
        expect((await store.turn(asked("quoting").id))?.trace).toBeNull();
        expect((await store.turn(asked("new").id))?.trace).not.toBeNull();
      });
    });

    describe("versions", () => {
      test("a post made anew keeps its earlier texts, and each can be shown again", async () => {
        await store.recordMessage(arrival("a", { text: "first" }), 1, null, NOW);
        expect(await registry.versions(message("a"))).toEqual([]);
        const made = await registry.addVersion(message("a"), wording("second", 2), NOW + 1);
        expect(made.map((each) => [each.number, each.text, each.isShown])).toEqual([
          [1, "first", false],
          [2, "second", true],
        ]);
        expect(made).toMatchObject([byHand, { solver: "openai", model: "tiny-1" }]);
        expect(await store.message(message("a"))).toMatchObject({ text: "second", tokens: 2 });
        expect(await registry.showVersion(message("a"), 1, 1)).toMatchObject({ text: "first" });
        expect(await store.message(message("a"))).toMatchObject({ text: "first", tokens: 1 });
        expect(await registry.showVersion(message("a"), 3, 1)).toBeNull();
        expect(await registry.addVersion(messageId(feedPlatform, "unknown"), wording("x"), NOW)).toEqual([]);
        await registry.deleteMessages([message("a")], NOW, null);
        expect(await registry.versions(message("a"))).toEqual([]);
      });

      test("fifty are kept, the one too many is refused, and a cleared channel keeps none", async () => {
        await store.recordMessage(arrival("a"), 1, null, NOW);
        for (let count = 2; count <= 50; count += 1) {
          await registry.addVersion(message("a"), wording(`text ${count}`), NOW);
        }
        await expect(registry.addVersion(message("a"), wording("one more"), NOW)).rejects.toThrow(BadInput);
        expect(await store.message(message("a"))).toMatchObject({ text: "text 50" });
        await store.clearChannel(main, NOW);
        expect(await registry.versions(message("a"))).toEqual([]);
      });
    });

    describe("what adapters keep", () => {
      test("it comes back, can be changed and forgotten", async () => {
        expect(await registry.kept("session")).toBeNull();
        await registry.keep("session", "secret “𝄞”");
        await registry.keep("session", "newer");
        expect(await registry.kept("session")).toBe("newer");
        await registry.keep("session", null);
        expect(await registry.kept("session")).toBeNull();
        expect(await registry.checkpoint("shard")).toBeNull();
        await registry.recordCheckpoint({ key: "shard", value: "1" });
        await store.recordMessage(arrival("a"), 1, { key: "shard", value: "2" }, NOW);
        await store.recordMessage(arrival("a"), 1, { key: "shard", value: "3" }, NOW);
        expect(await registry.checkpoint("shard")).toBe("3");
      });

      test("what is kept for a while is forgotten when it has run out, and what is kept again lasts longer", async () => {
        await registry.keep("for good", "stays");
        await registry.keepUntil("short", "goes", NOW + 10);
        await registry.keepUntil("again", "stays", NOW + 10);
        await registry.keepUntil("again", "stays", NOW + 20);
        await store.expire(0, NOW + 9);
        expect(await registry.kept("short")).toBe("goes");
        await store.expire(0, NOW + 10);
        expect(await registry.kept("short")).toBeNull();
        expect(await registry.kept("again")).toBe("stays");
        await registry.keep("again", "stays");
        await store.expire(0, NOW + 20);
        expect([await registry.kept("again"), await registry.kept("for good")]).toEqual(["stays", "stays"]);
      });
    });

    test("where something was said lately is told with its newest message", async () => {
      const far = channelId(feedPlatform, "far");
      await store.recordMessage(arrival("a", { createdAt: NOW }), 1, null, NOW);
      await store.recordMessage(arrival("b", { createdAt: NOW + 1 }), 1, null, NOW);
      await store.recordMessage(arrival("c", { createdAt: NOW + 2, place: place(far) }), 1, null, NOW);
      expect(await registry.heardSince(feedPlatform, NOW, 10)).toEqual([
        { channel: far, message: message("c") },
        { channel: main, message: message("b") },
      ]);
      expect(await registry.heardSince(feedPlatform, NOW + 1, 10)).toHaveLength(1);
      expect(await registry.heardSince(feedPlatform, NOW - 1, 1)).toHaveLength(1);
      expect(await registry.heardSince(terminalPlatform, NOW - 1, 10)).toEqual([]);
    });

    test("what a persona said itself is not what was heard last", async () => {
      await store.recordMessage(arrival("a", { createdAt: NOW }), 1, null, NOW);
      const { lease } = await take(store);
      await decide(store, lease, [asked("a")]);
      await store.finishTurn(lease, finish(asked("a"), [postOf(asked("a"))]), NOW);
      await say(store, lease, postOf(asked("a")).id, "reply", NOW + 1);
      expect(await registry.heardSince(feedPlatform, NOW - 1, 10)).toEqual([{ channel: main, message: message("a") }]);
    });

    test("nothing is known of a channel that was never heard from", async () => {
      expect(await registry.place(channelId(feedPlatform, "never"))).toBeNull();
    });
  });
}
