// Where posts of late landed, so that none is taken for another, and none has to be looked up to be changed.
import type { PostId } from "../../domain/ids.ts";

/** What is known of a message that a post landed as. */
export interface Landing {
  readonly post: PostId;
  /** The webhook that said it; null: the bot itself did. */
  readonly webhook: string | null;
}

// Enough to tell posts of the last minutes apart.
const LANDED_MAX = 5_000;

export class Landings {
  readonly #known = new Map<string, Landing>();

  remember(message: string, landing: Landing): void {
    this.#known.set(message, landing);
    const [oldest] = this.#known.keys();
    if (this.#known.size > LANDED_MAX && oldest !== undefined) this.#known.delete(oldest);
  }

  of(message: string): Landing | null {
    return this.#known.get(message) ?? null;
  }
}
