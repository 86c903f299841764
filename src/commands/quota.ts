// The quota of a person on answers that are given outside of any turn.
import type { Brakes } from "../domain/brakes.ts";
import { brakesUnder } from "../domain/cap-settings.ts";
import { quotaLine } from "../engine/brake-lines.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Asked } from "./asked.ts";
import { NotAllowed } from "./asked.ts";

export interface QuotaHouse {
  readonly store: { readonly ledger: Pick<Ledger, "takeAside"> };
  readonly limits: { readonly brakes: Brakes };
}

/** Counts one answer for whoever asks; throws `NotAllowed` when that person has had as much as one gets. */
export async function needQuota({ house, invocation }: Asked, { store, limits }: QuotaHouse): Promise<void> {
  const { by, place } = invocation;
  const room = await house.rooms.at(place);
  const { quota } = brakesUnder(room.settings, limits.brakes);
  if (quota === null || room.residents === "everyone") return;
  const over = await store.ledger.takeAside(by.id, place, quota, house.clock.now());
  if (over === null) return;
  throw new NotAllowed(quotaLine(over, over === "minute" ? quota.perMinute : quota.perDay, by.locale));
}
