// Sees which brakes hold, and when first.
import type { Attempt } from "../domain/trace.ts";
import type { Meter } from "../engine/meter.ts";
import type { Store } from "../store/store.ts";

/** A brake that held. */
export interface Held {
  /** The brake, as one sentence. */
  readonly why: string;
  /** Whether it held turns back, so that nobody spoke, or calls of a model, in whose place a script spoke where there is one. */
  readonly what: "turn" | "call";
  readonly times: number;
  /** Epoch ms. */
  readonly firstAt: number;
}

// One sentence for all refusals: their own figures change with each call.
const BUDGET = "the day's budget is used up (TROUPE_SPEND_PER_DAY)";

/** Brakes that held so far, in the order in which they first did. */
export class BrakesSeen {
  readonly #now: () => number;
  readonly #held = new Map<string, { readonly what: Held["what"]; times: number; readonly firstAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  list(): readonly Held[] {
    return [...this.#held].map(([why, held]) => ({ why, ...held }));
  }

  /** `store`, with an eye on whom it holds back. */
  on(store: Store): Store {
    const beginTurn: Store["beginTurn"] = async (...turn) => {
      const begun = await store.beginTurn(...turn);
      if (begun.kind === "braked") this.#add("turn", begun.why);
      return begun;
    };
    return new Proxy(store, {
      get: (target, name) => {
        if (name === "beginTurn") return beginTurn;
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Counts the calls that the budget refused, and nothing else. */
  meter(): Meter {
    return {
      turnEnded: () => {},
      attempted: (attempt) => {
        if (isRefused(attempt)) this.#add("call", BUDGET);
      },
      spoke: () => {},
      doubted: () => {},
    };
  }

  #add(what: Held["what"], why: string): void {
    const held = this.#held.get(why);
    if (held === undefined) this.#held.set(why, { what, times: 1, firstAt: this.#now() });
    else held.times += 1;
  }
}

// A model that can be asked is left out for want of money only.
function isRefused({ model, result }: Attempt): boolean {
  return model !== null && result === "skipped";
}
