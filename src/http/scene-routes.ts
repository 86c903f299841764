// The routes of scenes: a form to start one, and pause, resume and stop, for people and for programs.
import type { Hono } from "hono";
import type { SceneId } from "../domain/ids.ts";
import { authorId, personaId, storedId } from "../domain/ids.ts";
import type { Scene, SceneStarter } from "../domain/scene.ts";
import { isOffStage, isPlaying } from "../domain/scene.ts";
import type { Hindered } from "../engine/scene-desk.ts";
import type { Html } from "./text.ts";
import type { Site } from "./answer.ts";
import { answerPage, wantsJson } from "./answer.ts";
import { fieldsOf } from "./form.ts";
import type { WebContext, WebEnv } from "./guard.ts";
import { Fault, operatorsOnly } from "./guard.ts";
import type { WebHouse } from "./house.ts";
import type { Mistakes, SceneSent } from "./scene-fields.ts";
import { blankForm, readScene, sentOf } from "./scene-fields.ts";
import { busySceneBody, sceneFormBody, sceneLookBody, stopSceneBody } from "./scene-form.ts";
import { hinderedWords } from "./scene-words.ts";
import { castOf } from "./strip.ts";

export function sceneRoutes(app: Hono<WebEnv>, site: Site): void {
  const { house } = site;

  app.get("/scenes/new", (c) => {
    operatorsOnly(c);
    return answerForm(c, site, blankForm(), { mistakes: {}, fault: null });
  });

  app.post("/scenes", async (c) => {
    operatorsOnly(c);
    const fields = await fieldsOf(c);
    const sent = sentOf(fields);
    const step = fields.get("step") ?? (wantsJson(c) ? "start" : "look");
    if (step === "change") return answerForm(c, site, sent, { mistakes: {}, fault: null });
    const read = readScene(sent, (handle) => house.personas.get(personaId(handle)) !== null, house.clock.now());
    if (read.kind === "mistakes") return answerForm(c, site, sent, { mistakes: read.mistakes, fault: null });
    const meanwhile = fields.get("meanwhile") === "pauses" ? "pauses" : "stays";
    const wish = { place: house.feed.place, draft: read.draft, by: operator(house), key: sent.key, meanwhile } as const;
    if (step !== "start") return answerLook(c, site, sent, await house.scenes.preview(wish));
    const played = await house.scenes.start(wish);
    if (played.kind === "plays") {
      const { id } = played.scene.plan;
      return wantsJson(c) ? c.json({ id }, 201) : c.redirect(`/#scene-${id}`, 303);
    }
    // Another one has begun since the last look.
    if (played.kind === "busy" && !wantsJson(c)) {
      return answerLook(c, site, sent, await house.scenes.preview(wish));
    }
    return answerHindered(c, site, sent, played);
  });

  app.get("/scenes/:id/stop", async (c) => {
    operatorsOnly(c);
    return answerPlain(c, site, "Stop the scene?", stopSceneBody(await sceneOf(c, house)), 200);
  });

  app.post("/scenes/:id/stop", async (c) => {
    operatorsOnly(c);
    const scene = await sceneOf(c, house);
    if (!wantsJson(c) && (await fieldsSent(c)).get("sure") !== "yes") {
      return answerPlain(c, site, "Stop the scene?", stopSceneBody(scene), 200);
    }
    await house.scenes.halt(scene.plan.id, "stop", operator(house));
    return answerDone(c);
  });

  app.post("/scenes/:id/pause", async (c) => {
    operatorsOnly(c);
    await house.scenes.halt((await sceneOf(c, house)).plan.id, "pause", operator(house));
    return answerDone(c);
  });

  app.post("/scenes/:id/resume", async (c) => {
    operatorsOnly(c);
    const scene = await sceneOf(c, house);
    const meanwhile = (await fieldsSent(c)).get("meanwhile") === "pauses" ? "pauses" : "stays";
    const played = await house.scenes.resume({ scene, place: house.feed.place }, meanwhile, operator(house));
    if (played.kind === "plays") return answerDone(c);
    const { why } = hinderedWords(played, nameIn(house));
    if (wantsJson(c) || played.kind !== "busy") throw new Fault(played.kind === "busy" ? 409 : 422, why);
    return answerPlain(c, site, "One scene at a time", busySceneBody(scene, played.other, why), 409);
  });
}

// Whoever has the pages' rights is one and the same to the house.
function operator({ feed }: WebHouse): SceneStarter {
  return { id: authorId(feed.place.platform, "operator"), name: "the operator", locale: null };
}

async function sceneOf(c: WebContext, house: WebHouse): Promise<Scene> {
  const id = storedId<SceneId>(c.req.param("id") ?? "");
  const scenes = await house.store.scenes(house.feed.channel);
  const scene = scenes.find(({ plan, state }) => plan.id === id && !isOffStage(state));
  if (scene === undefined) throw new Fault(404, "There is no such scene on the feed.");
  return scene;
}

// A program may send no body at all.
async function fieldsSent(c: WebContext): Promise<ReadonlyMap<string, string>> {
  return c.req.header("content-type") === undefined ? new Map<string, string>() : fieldsOf(c);
}

function answerDone(c: WebContext): Response {
  return wantsJson(c) ? c.json({ ok: true }) : c.redirect("/", 303);
}

function nameIn(house: WebHouse): (handle: string) => string {
  return (handle) => house.personas.get(personaId(handle))?.persona.name ?? `@${handle}`;
}

function answerPlain(c: WebContext, site: Site, title: string, body: Html, status: number): Promise<Response> {
  return answerPage(c, site, { title: `${title} · Troupe`, body, kind: "plain", status });
}

async function answerForm(
  c: WebContext,
  site: Site,
  sent: SceneSent,
  wrong: { readonly mistakes: Mistakes; readonly fault: string | null },
): Promise<Response> {
  const { mistakes, fault } = wrong;
  const isWrong = fault !== null || Object.keys(mistakes).length > 0;
  if (isWrong && wantsJson(c)) {
    const [first] = Object.entries(mistakes);
    const error = { message: first?.[1] ?? fault, field: first?.[0] ?? null, fields: mistakes, status: 422 };
    return c.json({ error }, 422);
  }
  const body = sceneFormBody({ sent, mistakes, fault, cast: castOf(site.house) });
  return answerPlain(c, site, "Start a scene", body, isWrong ? 422 : 200);
}

async function answerHindered(c: WebContext, site: Site, sent: SceneSent, hindered: Hindered): Promise<Response> {
  const { field, why } = hinderedWords(hindered, nameIn(site.house));
  if (hindered.kind === "busy" && wantsJson(c)) throw new Fault(409, why);
  return answerForm(
    c,
    site,
    sent,
    field === null ? { mistakes: {}, fault: why } : { mistakes: { [field]: why }, fault: null },
  );
}

async function answerLook(
  c: WebContext,
  site: Site,
  sent: SceneSent,
  preview: Awaited<ReturnType<WebHouse["scenes"]["preview"]>>,
): Promise<Response> {
  if (preview.kind !== "plan") return answerHindered(c, site, sent, preview);
  const { house } = site;
  if (wantsJson(c)) return c.json({ plan: preview.plan, forecast: preview.forecast });
  const scenes = await house.store.scenes(house.feed.channel);
  const playing = scenes.find(({ state }) => isPlaying(state)) ?? null;
  const body = sceneLookBody(sent, castOf(house), { forecast: preview.forecast, playing });
  return answerPlain(c, site, "Start the scene?", body, 200);
}
