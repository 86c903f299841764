// Who may change caps: what a place may say and spend at most.
import type { Asked } from "./asked.ts";
import { commandSaid, NotAllowed } from "./asked.ts";

/** Throws `NotAllowed` unless the person looks after the whole workspace, or has every right: a direct message is one's own, but not what it may cost. */
export function needCapRight({ house, invocation, words }: Asked): void {
  const { by, path, place, workspaceWord } = invocation;
  if (house.admins.has(by.id)) return;
  if (place.workspace !== null && by.canManageWorkspace) return;
  const { name } = place.workspace === null ? words.places.house() : words.places.workspace(workspaceWord);
  throw new NotAllowed(words.say.onlyWho(name, commandSaid(words, path)));
}
