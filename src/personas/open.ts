// Personas from files: everyone's last good version, kept up to date with the folders.
import { resolve } from "node:path";
import type { Clock } from "../clock.ts";
import type { PersonaId } from "../domain/ids.ts";
import type { ScenePlan } from "../domain/scene.ts";
import type { Complaint } from "../errors.ts";
import { BadInput, messageOf, quoted, sentenceOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SolverKind } from "../solvers/solver.ts";
import type { Cast } from "./cast.ts";
import { emptyCast, nextCast } from "./cast.ts";
import type { PersonaFolder, Scan } from "./finds.ts";
import { scanFolders } from "./folder.ts";
import type { Member, Personas } from "./personas.ts";
import type { Watch } from "./watch.ts";
import { watchFolders } from "./watch.ts";

export interface PersonasOptions {
  /** In this order; with a world alone, its users are the whole cast. */
  readonly folders: readonly PersonaFolder[];
  /** A scene file in place of the house folder's own; null: its scene.yaml, where it has one. */
  readonly scene: string | null;
  /** The solvers of this house; personas may name these and no others. */
  readonly kinds: readonly SolverKind[];
  readonly clock: Clock;
  readonly log: Log;
  /** `watch`: a change is live within a second. `read-once`: files are read now and never again. */
  readonly watch: "watch" | "read-once";
}

/** Reads everyone in the folders. Mistakes in files are complaints, never thrown: who can be read is there. Throws `BadInput` when a folder or the named scene file itself is not there or is none, for that is a slip in a setting; one that goes away later takes nobody with it. */
export async function openPersonas(options: PersonasOptions): Promise<Personas> {
  const personas = new FilePersonas(options);
  await personas.open();
  return personas;
}

// How long a file is left alone that changed between two looks, or came out wrong: somebody may be writing it still.
const SETTLE_MS = 80;
const SETTLE_LOOKS_MAX = 4;
const SECOND_LOOK_MS = 150;

class FilePersonas implements Personas {
  readonly #options: PersonasOptions;
  readonly #kinds: ReadonlyMap<string, SolverKind>;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #cast: Cast = emptyCast;
  #watch: Watch | null = null;
  /** The reading that is under way, and whether something changed since it began. */
  #reading: Promise<void> | null = null;
  #changedSince = false;

  constructor(options: PersonasOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.name, kind]));
  }

  async open(): Promise<void> {
    const scan = await this.#scan();
    const lost = lostFolders(this.#options.folders, scan);
    if (lost.length > 0) throw new BadInput(lost);
    const cast = await nextCast(this.#cast, scan, this.#kinds);
    const slips = sceneSlips(this.#options, cast);
    if (slips.length > 0) throw new BadInput(slips);
    this.#take(cast);
    if (this.#options.watch === "read-once") return;
    const { folders, scene, clock, log } = this.#options;
    const paths = [...folders.map((folder) => folder.path), ...(scene === null ? [] : [scene])];
    this.#watch = watchFolders(paths, () => this.#readAgain(), clock, log);
    // What changed between the first look and the watch is seen now.
    this.#watch.ready.then(() => this.#readAgain()).catch((error: unknown) => this.#failed(error));
  }

  all(): readonly Member[] {
    return this.#cast.members;
  }

  /** Files belong to the house: every workspace has them. */
  of(): readonly Member[] {
    return this.all();
  }

  get(id: PersonaId): Member | null {
    return this.#cast.byId.get(id) ?? null;
  }

  complaints(): readonly Complaint[] {
    return this.#cast.complaints;
  }

  warnings(): readonly string[] {
    return this.#cast.warnings;
  }

  scenes(): readonly ScenePlan[] {
    return this.#cast.scenes;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#listeners.clear();
    await this.#watch?.close();
    await this.#reading;
  }

  #scan(): Promise<Scan> {
    const { folders, scene } = this.#options;
    return scanFolders(folders, scene, new Set(this.#kinds.keys()));
  }

  #readAgain(): void {
    if (this.#stop.signal.aborted) return;
    this.#changedSince = true;
    this.#reading ??= this.#readWhileChanging()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#reading = null;
      });
  }

  async #readWhileChanging(): Promise<void> {
    while (this.#changedSince && !this.#stop.signal.aborted) {
      this.#changedSince = false;
      let cast = await nextCast(this.#cast, await this.#settled(), this.#kinds);
      if (hasGotWorse(this.#cast, cast)) {
        await this.#options.clock.sleep(SECOND_LOOK_MS, this.#stop.signal);
        cast = await nextCast(this.#cast, await this.#settled(), this.#kinds);
      }
      if (!this.#stop.signal.aborted) this.#take(cast);
    }
  }

  /** A look at the folders that was the same twice. */
  async #settled(): Promise<Scan> {
    let scan = await this.#scan();
    for (let looks = 1; looks < SETTLE_LOOKS_MAX; looks += 1) {
      if (scan.fingerprint === this.#cast.fingerprint) break;
      await this.#options.clock.sleep(SETTLE_MS, this.#stop.signal);
      const again = await this.#scan();
      const isSettled = again.fingerprint === scan.fingerprint;
      scan = again;
      if (isSettled) break;
    }
    return scan;
  }

  #take(cast: Cast): void {
    const before = this.#cast;
    this.#cast = cast;
    const isSame = before.state === cast.state;
    if (isSame) return;
    const { log } = this.#options;
    const told = new Set(before.complaints.map(sentenceOf));
    const covered = new Set(
      cast.kept.filter((each) => each.member !== null).flatMap((each) => each.complaints.map(sentenceOf)),
    );
    for (const why of cast.complaints.map(sentenceOf)) {
      if (told.has(why)) continue;
      if (covered.has(why)) log.warn("a persona's file is not used, its last good version goes on", { why });
      else log.warn("a persona's file is not used", { why });
    }
    if (cast.members.length === 0) {
      const folders = this.#options.folders.map((folder) => folder.path).join(", ");
      log.warn("nobody lives here: put a persona into the folder and it is there", { folders });
    }
    log.info("personas are read", { personas: cast.members.length, complaints: cast.complaints.length });
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#failed(error);
      }
    }
  }

  #failed(error: unknown): void {
    this.#options.log.error("personas could not be taken over", { why: messageOf(error) });
  }
}

/** Folders of the settings that `scan` could not look into. */
function lostFolders(folders: readonly PersonaFolder[], scan: Scan): readonly Complaint[] {
  const roots = new Set(folders.map((folder) => resolve(folder.path)));
  const failed = new Set(scan.failed.filter((path) => roots.has(path)));
  return scan.complaints.filter((complaint) => failed.has(resolve(complaint.where)));
}

/** What is wrong with the scene file that was named, if one was. */
function sceneSlips({ scene, folders }: PersonasOptions, cast: Cast): readonly Complaint[] {
  if (scene === null) return [];
  if (folders.every((folder) => folder.kind === "world")) {
    const expected = "no scene file together with --world, for a world has a scene of its own";
    return [{ where: "--scene", line: null, field: null, expected, got: quoted(scene) }];
  }
  const file = resolve(scene);
  return cast.complaints.filter((complaint) => resolve(complaint.where) === file);
}

/** True when somebody is gone, or a mistake is there that was not: the one time to look twice, in case a file is half written. */
function hasGotWorse(before: Cast, after: Cast): boolean {
  const known = new Set(before.complaints.map(sentenceOf));
  return (
    before.members.some((member) => !after.byId.has(member.persona.id)) ||
    after.complaints.some((complaint) => !known.has(sentenceOf(complaint)))
  );
}
