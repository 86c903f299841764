// For each rule, one way to break the code and the test that must see it.

export interface Break {
  readonly rule: string;
  /** What is broken, in words. */
  readonly what: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  readonly test: string;
  /** Part of the test's name. */
  readonly named: string;
}

const RULES = "tests/rules/rules.test.ts";
const REGISTRY = "tests/store/registry.test.ts";

export const breaks: readonly Break[] = [
  {
    rule: "1",
    what: "a message that is delivered again is stored again",
    file: "src/store/messages.ts",
    find: "if (isUnwanted) return false;",
    replace: "if (isUnwanted) return this.recordArrival({ ...arrival, id: `${id}+` as typeof id }, tokens, now);",
    test: RULES,
    named: "rule 1:",
  },
  {
    rule: "2",
    what: "a turn whose last post is said does not end",
    file: "src/store/say.ts",
    find: "  turns.endIfSaid(post.turn);\n",
    replace: "",
    test: RULES,
    named: "rule 2:",
  },
  {
    rule: "3",
    what: "a post in doubt is sent again without a look",
    file: "src/engine/outbox.ts",
    find: "if (isInDoubt(post, adapter.traits) && (await this.#hasLanded(lease, post, adapter))) return;\n",
    replace: "",
    test: RULES,
    named: "rule 3:",
  },
  {
    rule: "3",
    what: "a post in doubt is looked for before its request could land",
    file: "src/engine/outbox.ts",
    find: "return isInDoubt(post, traits) ? (post.sendingAt ?? 0) + traits.landsWithinMs : post.dueAt;",
    replace: "return post.dueAt;",
    test: "tests/engine/outbox.test.ts",
    named: "in doubt",
  },
  {
    rule: "4",
    what: "turns that were being thought about when the process died are not taken up again",
    file: "src/engine/channel.ts",
    find: 'turn.state === "waiting" || turn.state === "thinking"',
    replace: 'turn.state === "waiting"',
    test: "tests/rules/kill.test.ts",
    named: "rule 4:",
  },
  {
    rule: "4",
    what: "what is found due waits for Redis like any wake",
    file: "src/queue/bullmq.ts",
    find: "return this.#options.local.sweep(channel);",
    replace: "return this.wake(channel);",
    test: "tests/queue/bullmq.test.ts",
    named: "a channel whose worker was killed",
  },
  {
    rule: "4",
    what: "how far an adapter has heard is stored apart from what it heard",
    file: "src/store/sqlite.ts",
    find: "const { keeps, messages } = this.#repositories;\n      if (checkpoint !== null) keeps.recordCheckpoint(checkpoint);\n",
    replace:
      "if (checkpoint !== null) void this.registry.recordCheckpoint(checkpoint);\n      const { messages } = this.#repositories;\n",
    test: REGISTRY,
    named: "a message and its checkpoint",
  },
  {
    rule: "5",
    what: "a channel is taken although a living process holds it",
    file: "src/store/leases.ts",
    find: '(${channels.holder} <> ${given("process")} AND NOT EXISTS (',
    replace: '(${channels.holder} <> ${given("process")} OR NOT EXISTS (',
    test: RULES,
    named: "rule 5: a channel",
  },
  {
    rule: "5",
    what: "a channel is taken although another worker is at work there",
    file: "src/store/leases.ts",
    find: '(${channels.holder} <> ${given("process")} AND NOT EXISTS (',
    replace: '(${channels.holder} <> ${given("process")} OR NOT EXISTS (',
    test: "tests/queue/two-workers.test.ts",
    named: "no channel is ever worked on twice at once",
  },
  {
    rule: "5",
    what: "answers are said as they come",
    file: "src/engine/outbox.ts",
    find: "} else if (isHeld) {",
    replace: "} else if (false) {",
    test: RULES,
    named: "rule 5: replies",
  },
  {
    rule: "6",
    what: "the budget's answer is not heeded",
    file: "src/domain/budget.ts",
    find: ": spent.usd + estimate.costUsd <= caps.usdPerDay",
    replace: ": spent.usd + estimate.costUsd >= 0",
    test: RULES,
    named: "rule 6:",
  },
  {
    rule: "7",
    what: "text of people is written into the page as it is",
    file: "src/http/text.ts",
    find: 'import { html } from "hono/html";',
    replace:
      'import { raw } from "hono/html";\nconst html = (strings: TemplateStringsArray, ...values: unknown[]) => raw(String.raw({ raw: strings }, ...values));',
    test: "tests/http/feed.test.ts",
    named: "a text full of markup",
  },
  {
    rule: "8",
    what: "no brake holds",
    file: "src/domain/brakes.ts",
    find: "if (depth > brakes.depthMax)",
    replace: "if (depth >= 0) return null;\n  if (depth > brakes.depthMax)",
    test: RULES,
    named: "rule 8:",
  },
  {
    rule: "8",
    what: "a person's stop is heard and not heeded",
    file: "src/store/stop.ts",
    find: "  if (isNew) channels.setStopped(channel, now);\n",
    replace: "",
    test: "tests/stories/stop.test.ts",
    named: "for the next process",
  },
  {
    rule: "8",
    what: "talk with another bot stands no deeper in its chain from step to step",
    file: "src/engine/chain-depth.ts",
    find: 'message.author.kind === "bot" ? before + 1 : message.depth',
    replace: "message.depth",
    test: "tests/stories/rooms.test.ts",
    named: "a bot that echoes everything",
  },
  {
    rule: "9",
    what: "recent messages are read across channels",
    file: "src/store/message-queries.ts",
    find: 'const ofChannel = eq(messages.channel, given("channel"));',
    replace: 'const ofChannel = sql`coalesce(${given("channel")}, 1) IS NOT NULL`;',
    test: RULES,
    named: "rule 9:",
  },
  {
    rule: "10",
    what: "messages outlive the clearing of their channel",
    file: "src/store/clear.ts",
    find: "  messages.clear(channel);\n",
    replace: "",
    test: RULES,
    named: "rule 10:",
  },
  {
    rule: "10",
    what: "somebody who opted out is stored",
    file: "src/store/message-queries.ts",
    find: "${isKnown} OR ${isOptedOut}",
    replace: "${isKnown}",
    test: REGISTRY,
    named: "who opted out leaves nothing",
  },
  {
    rule: "10",
    what: "earlier texts outlive their message",
    file: "src/store/forget.ts",
    find: "  versions.remove(id);\n",
    replace: "",
    test: REGISTRY,
    named: "whatever is made of a message",
  },
  {
    rule: "10",
    what: "a thought under way brings back what was forgotten",
    file: "src/store/forget.ts",
    find: "traces.bar(turn);",
    replace: "void turn;",
    test: REGISTRY,
    named: "whatever is made of a message",
  },
  {
    rule: "11",
    what: "text of people is given to the model in the system's role",
    file: "src/engine/context.ts",
    find: 'message: { role: "user", content: `${trigger.author.name}: ${text}` },',
    replace: 'message: { role: "system", content: `${trigger.author.name}: ${text}` },',
    test: RULES,
    named: "rule 11:",
  },
  {
    rule: "12",
    what: "chance does not hang on the seed alone",
    file: "src/chance.ts",
    find: "return Number.parseInt(digest.slice(0, HEX_DIGITS), 16) / SPAN;",
    replace: "return digest === null ? 0 : Math.random();",
    test: RULES,
    named: "rule 12:",
  },
];
