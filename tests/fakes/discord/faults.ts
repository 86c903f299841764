// What goes wrong on purpose with a request: refused, answered with an error, cut off or held back, before or after it did its work.
import { seededChance } from "../../../src/chance.ts";
import type { Scope } from "./limits.ts";

/** A request as a fault sees it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Such as `POST /webhooks/{webhook_id}/{webhook_token}`. */
  readonly route: string;
  readonly body: unknown;
}

/** `before` leaves no trace in the books; `after` has stored what was asked, and only the answer is missing. */
export type Trouble =
  | { readonly kind: "status"; readonly when: "after" | "before"; readonly status: number }
  | { readonly kind: "reset"; readonly when: "after" | "before" }
  | { readonly kind: "held"; readonly when: "after" | "before"; readonly until: Promise<void> }
  | { readonly kind: "limited"; readonly scope: Scope | "cloudflare"; readonly retryAfterMs: number };

export interface Fault {
  readonly trouble: Trouble;
  /** Which requests it meets; all of them when it says nothing. */
  readonly on?: (asked: Asked) => boolean;
  /** How many requests it meets before it is over; one when it says nothing. */
  readonly times?: number;
}

/** Troubles that come by chance: the same for the same seed and the same requests. */
export interface FaultShares {
  readonly seed: string;
  /** From 0 to 1: of all requests that `on` takes. */
  readonly share: number;
  readonly troubles: readonly Trouble[];
  readonly on?: (asked: Asked) => boolean;
}

export class Faults {
  #planned: readonly { readonly fault: Fault; left: number }[] = [];
  readonly #shares: FaultShares | null;
  #count = 0;

  constructor(shares: FaultShares | null) {
    this.#shares = shares;
  }

  /** Plans one; the returned function takes it back. */
  plan(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? 1 };
    this.#planned = [...this.#planned, entry];
    return () => {
      this.#planned = this.#planned.filter((one) => one !== entry);
    };
  }

  /** What this request meets; null when all goes well. */
  meet(asked: Asked): Trouble | null {
    const planned = this.#planned.find(({ fault, left }) => left > 0 && (fault.on?.(asked) ?? true));
    if (planned !== undefined) {
      planned.left -= 1;
      return planned.fault.trouble;
    }
    const shares = this.#shares;
    if (shares === null || !(shares.on?.(asked) ?? true)) return null;
    this.#count += 1;
    const chance = seededChance(shares.seed);
    const key = `${asked.route} ${this.#count}`;
    if (chance("meets", key) >= shares.share) return null;
    return shares.troubles[Math.floor(chance("which", key) * shares.troubles.length)] ?? null;
  }
}
