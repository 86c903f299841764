// Breaks of scenes: each with the test that must see it.
import type { Break } from "./break.ts";

const STARTED = "tests/stories/scene-started.test.ts";
const COMMANDS = "tests/commands/scene.test.ts";
const BOOK = "tests/store/scene-book.test.ts";
const TEXT = "tests/engine/scene-text.test.ts";

export const sceneBreaks: readonly Break[] = [
  {
    rule: "8",
    what: "what a stopped scene was about to say is said",
    file: "src/store/sqlite-scene-book.ts",
    find: "      posts.withdraw(turn.id);\n      turns.end(turn.id, outcome);\n",
    replace: "",
    test: BOOK,
    named: "a halt ends the scene's own turn",
  },
  {
    rule: "8",
    what: "a scene that a person stopped begins anew with the house",
    file: "src/domain/scene.ts",
    find: 'return state.kind === "finished" && state.why.endsWith(STOPPED);',
    replace: "return false;",
    test: "tests/stories/scene-feed.test.ts",
    named: "a scene of a file that a person stopped",
  },
  {
    rule: "8",
    what: "what is thought about for a stopped scene is thought on",
    file: "src/engine/scene-desk.ts",
    find: "if (halted !== null) await this.#house.wake(halted.channel);",
    replace: "",
    test: STARTED,
    named: "gives the thought up at once",
  },
  {
    rule: "8",
    what: "a brake is asked again at every beat of a fast scene",
    file: "src/engine/scene-pace.ts",
    find: "Math.max(now + paceMs(scene, watchedAt, now, look.chance), isHeld ? heldUntil : 0);",
    replace: "isHeld ? now : now + paceMs(scene, watchedAt, now, look.chance);",
    test: STARTED,
    named: "asked again after ten seconds",
  },
  {
    rule: "5",
    what: "two scenes play in one channel",
    file: "src/store/sqlite-scene-book.ts",
    find: 'if (meanwhile === "stays") return others[0] ?? null;',
    replace: 'if (meanwhile === "stays") return null;',
    test: COMMANDS,
    named: "a channel has one scene that plays",
  },
  {
    rule: "5",
    what: "a tick does not wait for people who wait for an answer",
    file: "src/engine/scenes.ts",
    find: "if (peopleFirstUntil(work, now) !== null) return false;",
    replace: "",
    test: STARTED,
    named: "no tick comes while a person waits",
  },
  {
    rule: "2",
    what: "where a scene plays, who names nobody is not answered",
    file: "src/engine/gather.ts",
    find: 'work.scenes.some(({ state }) => state.kind === "running") ? "answered" : work.unnamed',
    replace: "work.unnamed",
    test: STARTED,
    named: "a person joins a scene without naming anybody",
  },
  {
    rule: "4",
    what: "a scene makes up for what it missed while the house was down",
    file: "src/engine/scenes.ts",
    find: "if (isUnderWay(scene, work)) return this.#catchUp(scene, work, now);",
    replace: "if (isUnderWay(scene, work)) return false;",
    test: STARTED,
    named: "takes one turn to catch up",
  },
  {
    rule: "3",
    what: "why a scene ended is said with each new look",
    file: "src/domain/ids.ts",
    find: 'return `tick:${scene}:${startedAt}-${hash("sha1", word).slice(0, 8)}` as TickId;',
    replace: 'return `tick:${scene}:${startedAt}-${hash("sha1", word + Math.random()).slice(0, 8)}` as TickId;',
    test: STARTED,
    named: "where the model may not be asked any more",
  },
  {
    rule: "11",
    what: "macros in what people write into a scene are replaced",
    file: "src/engine/scene-context.ts",
    find: 'world[field] === "" ? replaceMacros(own?.[field] ?? "", names) : world[field];',
    replace: 'replaceMacros(world[field] === "" ? (own?.[field] ?? "") : world[field], names);',
    test: STARTED,
    named: "with nothing of it replaced",
  },
  {
    rule: "8",
    what: "a post of a microblog is as long as a model likes",
    file: "src/engine/microblog-text.ts",
    find: "return cutAtWord(to === null ? rest : `@${oneLine(to)} ${rest}`, POST_CHARS_MAX);",
    replace: "return to === null ? rest : `@${oneLine(to)} ${rest}`;",
    test: TEXT,
    named: "no post of a microblog is longer",
  },
];
