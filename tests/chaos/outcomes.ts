// How the house itself says that each turn ended: who was told why there is no answer waits for none.
import { personaId, turnId } from "../../src/domain/ids.ts";
import { silentLog } from "../../src/log.ts";
import { openSqliteStore } from "../../src/store/sqlite.ts";
import { CAST } from "./cast.ts";
import type { Asked } from "./judge.ts";
import { NOTICE } from "./said.ts";

/** What was asked, each with what is to stand there in answer to it by the house's own books. */
export async function withOutcomes(database: string, asked: readonly Asked[]): Promise<readonly Asked[]> {
  const store = await openSqliteStore(database, { log: silentLog, secret: null });
  try {
    return await Promise.all(
      asked.map(async (each) => {
        const handle = CAST.find(({ name }) => name === each.persona)?.handle ?? "";
        const record = await store.turn(turnId(each.message, personaId(handle)));
        return record?.turn.outcome?.kind === "noticed" ? { ...each, answer: NOTICE } : each;
      }),
    );
  } finally {
    await store.close();
  }
}
