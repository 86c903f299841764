// How the tests run: each file in a process of its own, so that a test may start and kill what it likes.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    pool: "forks",
    // A story starts whole houses and a browser; on a slow machine with two cores that takes seconds, never a minute.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The default reporter, for its closing lines; without a summary that redraws itself it is the same in a pipe.
    reporters: [["default", { summary: false }]],
    coverage: { include: ["src/**"] },
  },
});
