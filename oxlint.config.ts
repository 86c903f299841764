// What the linter holds: the style of the house, and which folder may import what.
import { defineConfig, type OxlintOverride } from "oxlint";

// The ground floor, which every folder stands on.
const GROUND = ["**/clock.ts", "**/chance.ts", "**/errors.ts", "**/log.ts"];
const DOMAIN = ["**/domain/*.ts"];
const PORTS = [
  "**/adapters/adapter.ts",
  "**/commands/command.ts",
  "**/memory/memory.ts",
  "**/personas/personas.ts",
  "**/queue/queue.ts",
  "**/solvers/solver.ts",
  "**/store/paces.ts",
  "**/store/registry.ts",
  "**/store/scene-book.ts",
  "**/store/ledger.ts",
  "**/store/store.ts",
];
const NODE = ["node:*", "node:*/**"];

// The vendor packages of the web server and its pages.
const WEB = [
  "@dicebear/core",
  "@dicebear/styles/**",
  "@hono/node-server",
  "@hono/node-server/**",
  "@picocss/pico/**",
  "hono",
  "hono/**",
  "prom-client",
  "rate-limiter-flexible",
  "zod",
];

/** One row of the map: the files, what they may import, and the one sentence that says so. */
interface Floor {
  readonly files: readonly string[];
  readonly may: readonly string[];
  readonly why: string;
}

// The map: arrows run down. Everything that a row does not name is refused, whether it is imported, re-exported, loaded lazily or only its type is.
// A later row wins over an earlier one.
const FLOORS: readonly Floor[] = [
  {
    files: ["src/{clock,chance,errors,log}.ts"],
    may: ["node:crypto", "node:module", "pino", "pino-pretty"],
    why: "the ground floor imports nothing of ours",
  },
  {
    files: ["src/domain/**"],
    may: ["./*.ts", ...GROUND, "node:crypto", "any-ascii"],
    why: "domain stands on the ground floor only",
  },
  {
    files: ["src/memory/**"],
    may: ["./*.ts", ...DOMAIN, ...GROUND, ...PORTS, "tokenx"],
    why: "memory imports ports, domain and ground floor",
  },
  {
    files: ["src/engine/**"],
    may: ["./*.ts", ...PORTS, ...DOMAIN, ...GROUND, "any-ascii"],
    why: "the engine imports ports, domain and ground floor; what it needs of an implementation comes by constructor",
  },
  ...implementation("src/store/**", ["./**", "**/store/*.ts"], ["better-sqlite3", "drizzle-orm", "drizzle-orm/**"]),
  ...implementation("src/personas/**", ["./**", "**/personas/*.ts"], ["chokidar", "yaml", "zod"]),
  // One file, one implementation: no sibling but the port.
  ...implementation("src/queue/*.ts", ["./queue.ts"], ["bullmq", "ioredis"]),
  ...implementation("src/solvers/*.ts", ["./solver.ts"], []),
  ...implementation("src/adapters/*.ts", ["./adapter.ts"], []),
  ...implementation(
    "src/solvers/openai/**",
    ["./**", "../solver.ts"],
    ["openai", "openai/**", "tokenlens/**", "undici"],
  ),
  ...implementation("src/solvers/rivescript/**", ["./**", "../solver.ts"], ["rivescript"]),
  ...implementation("src/solvers/failure/**", ["./**", "../solver.ts"], []),
  ...implementation("src/adapters/feed/**", ["./**", "../adapter.ts"], []),
  ...implementation("src/adapters/discord/**", ["./**", "../adapter.ts"], ["@discordjs/ws", "discord.js"]),
  ...implementation("src/adapters/terminal/**", ["./**", "../adapter.ts"], []),
  {
    files: ["src/http/**", "src/commands/**"],
    may: [
      "./**",
      "**/http/*.ts",
      "**/commands/*.ts",
      "**/engine/*.ts",
      ...PORTS,
      ...DOMAIN,
      ...GROUND,
      ...NODE,
      ...WEB,
    ],
    why: "http and the commands import the engine and what it stands on, never an implementation",
  },
  {
    files: ["src/rehearsal/**"],
    may: ["./*.ts", "**/engine/*.ts", ...PORTS, ...DOMAIN, ...GROUND],
    why: "a rehearsal imports the engine and what it stands on; what plays comes from rehearse.ts",
  },
  {
    files: [
      "src/{config,setting,setting-readers,setting-rows,settings-text,environment,secrets,doctor,doctor-discord,setup,terminal-asker,running}.ts",
    ],
    may: [
      "./config.ts",
      "./setting.ts",
      "./setting-readers.ts",
      "./setting-rows.ts",
      "./settings-text.ts",
      "./environment.ts",
      "./secrets.ts",
      "./doctor.ts",
      "./doctor-discord.ts",
      "./setup.ts",
      ...PORTS,
      ...DOMAIN,
      ...GROUND,
      ...NODE,
      "@clack/prompts",
    ],
    why: "settings, doctor and setup name no implementation: only app.ts does",
  },
  {
    files: ["src/main.ts"],
    may: [
      "./{app,parts,tools,rehearse,config,environment,secrets,doctor,setup,terminal-asker,running,welcome}.ts",
      "./rehearsal/options.ts",
      ...DOMAIN,
      ...GROUND,
      ...NODE,
      "commander",
    ],
    why: "main.ts goes through app.ts",
  },
  {
    files: ["src/{app,process,parts,tools,rehearse}.ts"],
    may: ["./**", ...NODE],
    why: "app.ts, from process.ts and parts.ts, puts the house together, tools.ts what the doctor looks into, rehearse.ts a rehearsal; vendor packages stay in the folders that wrap them",
  },
];

function implementation(files: string, own: readonly string[], vendors: readonly string[]): readonly Floor[] {
  const why =
    "an implementation imports ports, domain, ground floor and its own folder; never another one, never the engine";
  return [{ files: [files], may: [...own, ...PORTS, ...DOMAIN, ...GROUND, ...NODE, ...vendors], why }];
}

// Where time and chance are parameters: nothing here looks at the wall clock, waits, draws lots, or touches network or disk.
const PURE = ["src/domain/**", "src/memory/**", "src/engine/**"];
const IMPURE_GLOBALS = [
  ...["Date", "performance", "Temporal"].map((name) => ({ name, message: "take the time from a Clock" })),
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map((name) => ({
    name,
    message: "wait with a Clock",
  })),
  ...["fetch", "WebSocket", "EventSource", "XMLHttpRequest"].map((name) => ({
    name,
    message: "the network belongs to an adapter or a solver",
  })),
  ...["crypto", "process", "globalThis"].map((name) => ({ name, message: "what is needed comes by constructor" })),
];

// Refuses every import that the floor does not name.
function arrows(floor: Floor): OxlintOverride {
  const isPure = floor.files.some((path) => PURE.includes(path));
  const hash = { name: "node:crypto", allowImportNames: ["hash"], message: "ids are derived, never random" };
  return {
    files: [...floor.files],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["**", ...floor.may.map((path) => `!${path}`)], message: `${floor.why} (oxlint.config.ts)` },
          ],
          paths: isPure ? [hash] : [],
        },
      ],
    },
  };
}

export default defineConfig({
  plugins: ["eslint", "typescript", "unicorn", "oxc", "import", "promise", "node"],
  options: { typeAware: true, reportUnusedDisableDirectives: "error" },
  categories: { correctness: "error", suspicious: "error", perf: "error" },
  env: { builtin: true, node: true },
  ignorePatterns: ["migrations/**", "coverage/**", "data/**"],
  rules: {
    // Off: rules that fight the design.
    // In order is often the promise: one turn, one solver, one post after the other.
    "no-await-in-loop": "off",
    // Control characters are named where text from outside is cleaned.
    "no-control-regex": "off",
    "no-underscore-dangle": "off",
    "no-shadow": "off",
    "unicorn/consistent-function-scoping": "off",
    // An exhaustive switch that returns in every case needs no line after it; the compiler checks that.
    "typescript/consistent-return": "off",
    // Ids and rows are cast at checked edges; `any` never gets that far.
    "typescript/no-unsafe-type-assertion": "off",
    "promise/always-return": "off",
    "typescript/no-base-to-string": "off",
    "typescript/no-unnecessary-type-parameters": "off",
    "import/no-named-as-default-member": "off",
    "oxc/no-map-spread": "off",

    // The style of the house.
    "import/no-cycle": "error",
    "import/no-default-export": "error",
    "import/no-mutable-exports": "error",
    "import/no-duplicates": "error",
    "oxc/no-barrel-file": ["error", { threshold: 0 }],
    "typescript/no-explicit-any": "error",
    "typescript/no-unsafe-assignment": "error",
    "typescript/no-unsafe-argument": "error",
    "typescript/no-unsafe-call": "error",
    "typescript/no-unsafe-member-access": "error",
    "typescript/no-unsafe-return": "error",
    "typescript/no-non-null-assertion": "error",
    "typescript/consistent-type-assertions": [
      "error",
      { assertionStyle: "as", objectLiteralTypeAssertions: "allow-as-parameter" },
    ],
    "typescript/ban-ts-comment": "error",
    "typescript/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
    "typescript/consistent-type-definitions": ["error", "interface"],
    "typescript/no-namespace": "error",
    "typescript/no-floating-promises": "error",
    "typescript/no-misused-promises": "error",
    "typescript/await-thenable": "error",
    "typescript/only-throw-error": "error",
    "typescript/prefer-promise-reject-errors": "error",
    "typescript/return-await": ["error", "in-try-catch"],
    "typescript/switch-exhaustiveness-check": [
      "error",
      { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
    ],
    "typescript/strict-boolean-expressions": [
      "error",
      { allowNullableBoolean: false, allowNullableString: false, allowNumber: false, allowString: false },
    ],
    "typescript/no-deprecated": "error",
    "typescript/prefer-nullish-coalescing": "error",
    "typescript/prefer-optional-chain": "error",
    "typescript/prefer-readonly": "error",
    "typescript/use-unknown-in-catch-callback-variable": "error",
    "typescript/restrict-plus-operands": "error",
    "typescript/explicit-module-boundary-types": "error",
    eqeqeq: "error",
    curly: ["error", "multi-line"],
    "no-var": "error",
    "prefer-const": "error",
    "no-console": "error",
    "no-empty": "error",
    "no-param-reassign": "error",
    "no-else-return": "error",
    "no-fallthrough": "error",
    "no-lonely-if": "error",
    "no-new-func": "error",
    "no-self-compare": "error",
    "no-useless-return": "error",
    "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx", "hack"], location: "start" }],
    "array-callback-return": "error",
    "default-param-last": "error",
    radix: "error",
    "object-shorthand": "error",
    "prefer-template": "error",
    "max-depth": ["error", 4],
    "max-params": ["error", 5],
    "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
    "max-lines-per-function": ["error", { max: 70, skipBlankLines: true, skipComments: true }],
    complexity: ["error", 20],
    "unicorn/prefer-node-protocol": "error",
    "unicorn/throw-new-error": "error",
    "unicorn/error-message": "error",
    "unicorn/no-array-for-each": "error",
    "unicorn/prefer-string-replace-all": "error",
    "unicorn/prefer-at": "error",
    "unicorn/prefer-number-properties": "error",
    "unicorn/filename-case": ["error", { case: "kebabCase" }],
    "node/handle-callback-err": "error",
  },
  overrides: [
    ...FLOORS.map(arrows),
    {
      files: PURE,
      rules: {
        "no-restricted-globals": ["error", ...IMPURE_GLOBALS],
        "no-restricted-properties": ["error", { object: "Math", property: "random", message: "take it from a Chance" }],
      },
    },
    {
      // The command line and its commands speak to a person.
      files: ["src/{start.js,main.ts,doctor.ts,setup.ts}", "bench/**", "tests/**"],
      rules: { "no-console": "off" },
    },
    {
      // The one file that every Node must be able to read.
      files: ["src/start.js"],
      rules: {
        "no-var": "off",
        "prefer-template": "off",
        "typescript/no-floating-promises": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
      },
    },
    {
      // Tests and benchmarks read results they have made themselves, and a story may be long.
      files: ["tests/**", "bench/**"],
      rules: {
        "max-lines": "off",
        "max-lines-per-function": "off",
        "max-params": "off",
        complexity: "off",
        "unicorn/prefer-set-has": "off",
        "no-empty": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/explicit-module-boundary-types": "off",
        "typescript/strict-boolean-expressions": "off",
      },
    },
    {
      // Runs in browsers as it is: no compiler gives it types.
      files: ["src/http/static/**", "tests/http/*.js", "tests/fakes/discord/page/*.js"],
      env: { browser: true, node: false },
      rules: {
        "typescript/no-unsafe-argument": "off",
        "typescript/no-unsafe-assignment": "off",
        "typescript/no-unsafe-call": "off",
        "typescript/no-unsafe-member-access": "off",
        "typescript/no-unsafe-return": "off",
        "typescript/strict-boolean-expressions": "off",
        "typescript/explicit-module-boundary-types": "off",
        "typescript/restrict-template-expressions": "off",
        "typescript/prefer-readonly": "off",
      },
    },
    // One file a language, whole.
    { files: ["src/commands/words-*.ts"], rules: { "max-lines": "off" } },
    { files: ["*.config.ts"], rules: { "import/no-default-export": "off", "max-lines": "off" } },
  ],
});
