// The scenes of the feed, each as a card: who plays, how it stands, and for the operator the buttons.
import { html } from "hono/html";
import type { SceneId } from "../domain/ids.ts";
import type { Persona } from "../domain/persona.ts";
import type { Scene } from "../domain/scene.ts";
import { isOffStage, isPlaying } from "../domain/scene.ts";
import type { WebHouse } from "./house.ts";
import { avatarPath } from "./posts.ts";
import { costWords, sceneSentence } from "./scene-words.ts";
import type { Html } from "./text.ts";

// So many faces fit beside the buttons on a phone.
const FACES_MAX = 6;

/** What a card shows beside the scene itself. */
interface CardView {
  readonly cast: readonly Persona[];
  readonly audience: "operator" | "visitor";
  /** What scenes have cost, in words; those that cost nothing have none. */
  readonly costs: ReadonlyMap<SceneId, string>;
}

/** The playing scene, or else the newest, and the others behind a word: the posts should not stand far below. What a scene costs is the operator's to know. */
export async function sceneCards(
  house: Pick<WebHouse, "store" | "personas">,
  scenes: readonly Scene[],
  audience: "operator" | "visitor",
): Promise<Html> {
  const onStage = scenes.filter(({ state }) => !isOffStage(state)).toSorted((a, b) => b.startedAt - a.startedAt);
  const playing = onStage.filter(({ state }) => isPlaying(state));
  const idle = onStage.filter(({ state }) => !isPlaying(state));
  const shown = playing.length > 0 ? playing : idle.slice(0, 1);
  const costs = audience === "operator" ? await costsOf(house, shown) : new Map<SceneId, string>();
  const view = { cast: house.personas.all().map(({ persona }) => persona), audience, costs };
  const cards = (some: readonly Scene[]) => some.map((scene) => card(scene, view));
  const others = idle.filter((scene) => !shown.includes(scene));
  return html`${
    onStage.length === 0
      ? ""
      : html`<ul class="scenes" aria-label="Scenes">
          ${cards(shown)}
        </ul>`
  }
  ${
    others.length === 0
      ? ""
      : html`<details class="others" id="scenes-others">
          <summary id="scenes-others-summary">Other scenes (${others.length})</summary>
          <ul class="scenes" aria-label="Other scenes">
            ${cards(others)}
          </ul>
        </details>`
  }
  ${audience === "visitor" ? "" : startButton}`;
}

async function costsOf(
  { store }: Pick<WebHouse, "store">,
  scenes: readonly Scene[],
): Promise<ReadonlyMap<SceneId, string>> {
  const costs = await Promise.all(
    scenes.map(async ({ plan, startedAt }) => {
      const words = costWords(await store.ledger.costSince(plan.id, startedAt));
      return words === null ? [] : [[plan.id, words] as const];
    }),
  );
  return new Map(costs.flat());
}

const startButton = html`<form method="get" action="/scenes/new" data-sheet>
  <button type="submit" class="small" id="scene-new">Start a scene…</button>
</form>`;

function card(scene: Scene, { cast, audience, costs }: CardView): Html {
  const { plan, state } = scene;
  const cost = costs.get(plan.id);
  const name = `scene-name-${plan.id}`;
  return html`<li
    class="scene is-${state.kind}"
    id="scene-${plan.id}"
    data-scene="${plan.id}"
    aria-labelledby="${name}"
  >
    <p class="line">
      <span class="lamp" aria-hidden="true"></span>
      <span
        ><b class="scene-name" id="${name}"><bdi>${plan.name}</bdi></b> ${sceneSentence(scene)}${nextPost(scene)}
        ${cost === undefined ? "" : html`<span class="scene-cost">${cost}</span>`}</span
      >
    </p>
    <div class="scene-foot">${faces(plan.cast, cast)} ${audience === "visitor" ? "" : buttons(scene)}</div>
  </li>`;
}

function nextPost({ state, dueAt }: Scene): Html | "" {
  if (state.kind !== "running" || dueAt === null) return "";
  const iso = new Date(dueAt).toISOString();
  // The page says it as "in 12 s".
  return html`<span class="scene-next"
    >, next <time datetime="${iso}" data-next>at ${iso.slice(11, 19)} UTC</time></span
  >`;
}

function faces(playing: Scene["plan"]["cast"], cast: readonly Persona[]): Html {
  const isEveryone = playing.length === 0;
  const players = isEveryone ? cast : cast.filter(({ id }) => playing.includes(id));
  const more = players.slice(FACES_MAX).map(({ name }) => name);
  return html`<ul class="faces ${isEveryone ? "of-everyone" : ""}" aria-label="Cast">
    ${players.slice(0, FACES_MAX).map(
      (persona) =>
        html`<li class="c-${persona.id}">
          <img
            class="face"
            src="${avatarPath(persona)}"
            alt="${persona.name}"
            title="${persona.name}"
            width="28"
            height="28"
            decoding="async"
          />
        </li>`,
    )}
    ${more.length === 0 ? "" : html`<li class="more" title="${more.join(", ")}">+${more.length}<span class="visually-hidden">: ${more.join(", ")}</span></li>`}
  </ul>`;
}

// One button at a time pauses and resumes, and keeps its id: the keyboard stays on it.
function buttons({ plan, state }: Scene): Html {
  const [act, label] = isPlaying(state)
    ? (["pause", "Pause"] as const)
    : (["resume", state.kind === "paused" ? "Go on" : "Play again"] as const);
  const path = `/scenes/${encodeURIComponent(plan.id)}`;
  return html`<div class="scene-acts">
    <form method="post" action="${path}/${act}" data-quiet>
      <button type="submit" class="small" id="scene-turn-${plan.id}" aria-describedby="scene-name-${plan.id}">
        ${label}
      </button>
    </form>
    ${
      state.kind === "finished"
        ? ""
        : html`<form method="get" action="${path}/stop" data-sheet>
            <button type="submit" class="small" id="scene-stop-${plan.id}" aria-describedby="scene-name-${plan.id}">
              Stop…
            </button>
          </form>`
    }
  </div>`;
}
