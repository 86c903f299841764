// Breaks of who speaks, and of what ends a talk: each with the test that must see it.
import type { Break } from "./break.ts";

const LOOPS = "tests/stories/loops.test.ts";
const OPTIONS = "tests/stories/loops-options.test.ts";
const GUARD = "tests/engine/director-guard.test.ts";
const STRATEGIES = "tests/stories/strategies.test.ts";
const CASES = "tests/engine/director-strategies.test.ts";

const noBrake = {
  rule: "8",
  file: "src/domain/brakes.ts",
  find: "if (depth > brakes.depthMax)",
  replace: "if (depth >= 0) return null;\n  if (depth > brakes.depthMax)",
} as const;

export const talkBreaks: readonly Break[] = [
  {
    ...noBrake,
    what: "no brake holds personas that always answer",
    test: LOOPS,
    named: "personas told to always answer and to name each other",
  },
  {
    ...noBrake,
    what: "no brake holds a slow loop",
    test: LOOPS,
    named: "slower than any cap counts",
  },
  {
    ...noBrake,
    what: "no brake holds a bot that comes back for hours",
    test: LOOPS,
    named: "a bot that comes back to everything after five minutes",
  },
  {
    ...noBrake,
    what: "no brake holds, whatever the options",
    test: OPTIONS,
    named: "rule 8: whatever the options",
  },
  {
    rule: "8",
    what: "another bot is answered like a person who asked",
    file: "src/engine/director.ts",
    find: "const asking = unasked(room.depthOf(message));",
    replace: "const asking = asked(message);",
    test: GUARD,
    named: "an answer to a persona or another bot is unasked",
  },
  {
    rule: "8",
    what: "another bot's messages stand no deeper, and it is answered for hours",
    file: "src/engine/chain-depth.ts",
    find: 'message.author.kind === "bot" ? before + 1 : message.depth',
    replace: "message.depth",
    test: LOOPS,
    named: "a bot that comes back to everything after five minutes",
  },
  {
    rule: "8",
    what: "a brake says each time that it holds, and a bot echoes that too",
    file: "src/engine/braked.ts",
    find: "key: `brake:${turn.channel}`",
    replace: "key: `brake:${turn.trigger}`",
    test: LOOPS,
    named: "a bot that echoes everything",
  },
  {
    rule: "8",
    what: "what a bot carries between two platforms stands no deeper",
    file: "src/engine/chain-depth.ts",
    find: 'message.author.kind === "bot" ? before + 1 : message.depth',
    replace: "message.depth",
    test: LOOPS,
    named: "a loop across two platforms",
  },
  {
    rule: "8",
    what: "talk among personas stands no deeper from step to step",
    file: "src/engine/director.ts",
    find: "turns.push(turnFor(message, each, unasked(message.depth)));",
    replace: "turns.push(turnFor(message, each, unasked(0)));",
    test: GUARD,
    named: "a chain in which everyone answers",
  },
  {
    rule: "8",
    what: "whatever personas owe each other piles up, slower than the caps count",
    file: "src/engine/folding.ts",
    find: "turn.askedBy !== null &&",
    replace: "turn.askedBy !== null && !turn.unasked &&",
    test: LOOPS,
    named: "slower than any cap counts",
  },
  {
    rule: "2",
    what: "each message of a burst is answered",
    file: "src/engine/folding.ts",
    find: "  return folds;",
    replace: "  return folds.slice(0, 0);",
    test: STRATEGIES,
    named: "a burst of messages is folded",
  },
  {
    rule: "5",
    what: "personas are answered before people",
    file: "src/engine/channel.ts",
    find: "const isQuiet = !isAwaited &&",
    replace: "const isQuiet = (isAwaited || !isAwaited) &&",
    test: STRATEGIES,
    named: "a person's question comes before",
  },
  {
    rule: "5",
    what: "a persona thinks before it sees what another one says in the same round",
    file: "src/engine/channel.ts",
    find: "const isTaken = [...this.#thinking.values()].some(({ turn }) => turn.unasked);",
    replace: "const isTaken = this.#thinking.size > 100;",
    test: STRATEGIES,
    named: "each sees the replies of the same round",
  },
  {
    rule: "12",
    what: "whose turn it is by a list does not go on after a restart",
    file: "src/engine/strategy.ts",
    find: "const from = last === undefined ? 0",
    replace: "const from = last !== null ? 0",
    test: STRATEGIES,
    named: "list: each in turn",
  },
  {
    rule: "12",
    what: "who has spoken stays in the pool",
    file: "src/engine/strategy.ts",
    find: "!spoken.has(persona) && ",
    replace: "",
    test: CASES,
    named: "pooled: after",
  },
];
