// Watches folders: tells when something in them changed, once things have come to rest.
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { messageOf } from "../errors.ts";

export interface Watch {
  /** Resolves when changes are noticed from now on. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

// Editors write a file in several steps, some ms apart; together with reading this stays far below the second in which a change is to be live.
const REST_MS = 100;
// A folder that never rests is read all the same.
const REST_MS_MAX = 500;

// A persona's brain may be split into folders.
const FOLDERS_DEEP_MAX = 4;

const LEFT_OUT = /(?:^|[/\\])(?:\.[^/\\]+|node_modules)$|~$/u;

/** Calls `changed` after something in `paths` changed and came to rest. Losing the watch is logged, and no failure of the house. */
export function watchFolders(paths: readonly string[], changed: () => void, clock: Clock, log: Log): Watch {
  const stop = new AbortController();
  let due = 0;
  let latest = 0;
  const rest = async (): Promise<void> => {
    while (!stop.signal.aborted && clock.now() < Math.min(due, latest)) {
      await clock.sleep(Math.min(due, latest) - clock.now(), stop.signal);
    }
    latest = 0;
    if (!stop.signal.aborted) changed();
  };
  const touch = (): void => {
    const now = clock.now();
    due = now + REST_MS;
    if (latest !== 0) return;
    latest = now + REST_MS_MAX;
    rest().catch((error: unknown) => log.error("personas could not be read again", { why: messageOf(error) }));
  };
  const opening = open(paths, touch, log);
  return {
    ready: opening.then(() => {}),
    close: async () => {
      stop.abort();
      await (await opening)?.close();
    },
  };
}

interface Closable {
  close(): Promise<void>;
}

async function open(paths: readonly string[], touch: () => void, log: Log): Promise<Closable | null> {
  try {
    // Loaded only where somebody watches.
    const { watch } = await import("chokidar");
    const watcher = watch([...paths], {
      ignoreInitial: true,
      depth: FOLDERS_DEEP_MAX,
      ignored: (path) => !paths.includes(path) && LEFT_OUT.test(path),
    });
    watcher.on("all", touch);
    watcher.on("error", (error) => log.warn("a folder of personas is not watched", { why: messageOf(error) }));
    await new Promise<void>((resolve) => {
      watcher.once("ready", resolve);
    });
    return watcher;
  } catch (error) {
    log.warn("folders of personas are not watched", { why: messageOf(error) });
    return null;
  }
}
