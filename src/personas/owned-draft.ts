// A workspace's own persona, read from the text that people there wrote: it reaches no file, no key and no server of the house.
import type { PersonaId } from "../domain/ids.ts";
import type { Complaint } from "../errors.ts";
import type { Draft, Drafted } from "./draft.ts";
import { FILE_BYTES_MAX } from "./limits.ts";
import { readPersonaYaml } from "./persona-yaml.ts";

/** Such a persona, before it is read. */
export interface OwnedText {
  readonly id: PersonaId;
  readonly handle: string;
  /** In the house's own format. */
  readonly yaml: string;
}

// No folder can lie below a device: whatever a text calls a file, nothing is found.
const NOWHERE = "/dev/null/nowhere";

/** The persona that the text describes, or every mistake in it. Never throws. */
export async function readOwned(text: OwnedText, solverNames: ReadonlySet<string>): Promise<Drafted> {
  const shown = text.handle;
  const complaint = (field: string | null, expected: string, got: string): Complaint => {
    return { where: shown, line: null, field, expected, got };
  };
  const bytes = Buffer.byteLength(text.yaml);
  if (bytes > FILE_BYTES_MAX) {
    return { kind: "complaints", complaints: [complaint(null, `at most ${FILE_BYTES_MAX} bytes`, String(bytes))] };
  }
  const file = { path: NOWHERE, shown, handle: text.handle, folder: NOWHERE, solverNames, brain: null };
  const drafted = await readPersonaYaml(text.yaml, file);
  if (drafted.kind === "complaints") return drafted;
  const { draft } = drafted;
  const complaints = [
    ...(draft.avatar.kind === "file" ? [complaint("avatar", "an address that begins with https://", "a file")] : []),
    ...settingsIn(draft).map((name) => {
      return complaint(`solvers: ${name}`, "no settings: keys, addresses and files are the house's own", "some");
    }),
  ];
  if (complaints.length > 0) return { kind: "complaints", complaints };
  return { ...drafted, draft: { ...draft, id: text.id } };
}

/** A solver's settings name servers, keys and files: those are the house's alone. */
function settingsIn(draft: Draft): readonly string[] {
  return draft.solvers.filter(({ settings }) => Object.keys(settings).length > 0).map(({ name }) => name);
}
