// The words about scenes, in English.
import type { SceneOptionName } from "../domain/scene-options.ts";
import { SCENE_OPTIONS } from "../domain/scene-options.ts";

/** What a right value of each option looks like. */
function expectations(): Readonly<Record<SceneOptionName, string>> {
  const texts = Object.entries(SCENE_OPTIONS).map(([name, { expected }]) => [name, expected]);
  // Each text has the name of its own option.
  return Object.fromEntries(texts) as Record<SceneOptionName, string>;
}

const all = {
  summaries: {
    scene: "Conversations that personas hold by themselves",
    "scene start": "Let personas play a scene here; you see what it would cost first",
    "scene pause": "Let the scene here wait, until somebody resumes it",
    "scene resume": "Let a scene go on; one that has ended begins anew",
    "scene stop": "End the scene here",
    "scene status": "How a scene here stands, and by what plan",
    "scene set": "Change a scene, also while it plays",
    "scene list": "Every scene here, and how it stands",
  },

  options: {
    sceneName: "What the scene is called",
    place: "Where and when it plays, and what everybody knows",
    tone: "How it sounds, such as: dry, warm, a little uncanny",
    rules: "What everybody keeps to",
    cast: "Who plays, by name, with commas; everyone here if you say nothing",
    sceneStrategy: "Who speaks next",
    pace: "Time between posts: seconds, or a time such as 90s, 5m or 2h",
    posts: "After how many posts it ends",
    replies: "Chance to reply rather than post anew: from 0 to 1, or in %",
    hours: "Hours of the day in which it plays, such as 8-22 Europe/Berlin",
    end: "When it ends: 2h, 22:30 or 2026-12-24 18:00 Europe/Berlin",
    instead: "Pause the scene that plays here, if there is one",
    whichScene: "Which scene; the one that plays if you say nothing",
  },

  choices: {
    microblog: "microblog: posts anew, or answers an earlier post",
    natural: "natural: who was named, else whoever feels like it",
    list: "list: each in turn",
    pooled: "pooled: who has been silent since somebody spoke",
    startScene: "Start it",
    startInstead: "Pause that one and start this one",
    resumeInstead: "Pause that one and go on with this one",
  },

  names: {
    cast: "cast",
    end: "end",
    hours: "hours",
    instead: "instead",
    pace: "pace",
    pause: "pause",
    place: "place",
    posts: "posts",
    replies: "replies",
    rules: "rules",
    scene: "scene",
    start: "start",
    status: "status",
    strategy: "strategy",
    tone: "tone",
  },

  say: {
    sceneExpected: expectations(),
    sceneWould: (name: string) => `**${name}** would play here like this:`,
    sceneStarts: (name: string, by: string) =>
      `**${name}** plays here from now on; ${by} started it. Say something, and somebody answers. /scene stop ends it.`,
    scenePaused: (name: string, by: string) => `${by} paused **${name}**. /scene resume lets it go on.`,
    sceneGoesOn: (name: string, by: string) => `**${name}** goes on; ${by} let it.`,
    sceneEnds: (name: string, by: string) => `${by} ended **${name}**. /scene resume lets it begin anew.`,
    sceneHasEnded: (name: string) => `**${name}** has ended already. /scene resume lets it begin anew.`,
    scenePausedAlready: (name: string) => `**${name}** is paused already.`,
    scenePlaysAlready: (name: string) => `**${name}** plays already.`,
    sceneSet: (name: string) => `**${name}** is changed, and goes on like this:`,
    noScene: "No scene was started here yet: /scene start begins one.",
    scenesHere: "Scenes here:",
    scenesElsewhere: (word: string) => `Elsewhere on this ${word}:`,
    aScene: (names: readonly string[]) => `a scene of this place such as ${names.join(", ")}`,
    aChange: "something to change",
    aPlayer: (names: readonly string[]) => `names of those who live here, such as ${names.join(", ")}`,

    // Why one does not play.
    sceneBusy: (name: string) =>
      `**${name}** plays here already, and a channel has one scene at a time. /scene stop ends it.`,
    sceneNobody: "Nobody lives here yet: /persona add puts somebody here, and then there is somebody to play.",
    sceneAbsent: (names: string) => `Not everybody who is to play lives here: ${names}. /persona add puts them here.`,
    sceneStopped: "The talk of personas is stopped here: /resume lets them talk again, and scenes play.",
    sceneClosed: "This is a channel for adults, and the settings do not let personas speak in one.",
    sceneOver: "The time of its end has passed: /scene set gives it another end.",
    sceneGone: "There is no such scene here any more.",

    // How one stands.
    sceneRunning: (posts: number, max: number) => `plays, post ${posts} of ${max}`,
    sceneResting: (why: string, posts: number, max: number) => `rests at post ${posts} of ${max}: ${why}`,
    sceneWaiting: (why: string, posts: number, max: number) => `paused at post ${posts} of ${max}: ${why}`,
    sceneFinished: (why: string) => `has ended: ${why}`,
    sceneWhy: (why: string) => why,
    sceneEverybody: "everyone who lives here",
    sceneWho: (names: string) => `Who plays: ${names}`,
    sceneHow: (strategy: string, span: string, posts: number) =>
      `Who speaks next: ${strategy}; one post in ${span}, ${posts} at most`,
    sceneHours: (from: number, to: number, zone: string) => `From ${from} to ${to} o'clock (${zone})`,
    sceneEndsAt: (time: string) => `Ends at ${time} (UTC)`,
    sceneEndsAfter: (span: string) => `Ends after ${span}`,
    scenePlace: (text: string) => `Setting: ${text}`,
    sceneTone: (text: string) => `Tone: ${text}`,
    sceneRules: (text: string) => `Rules: ${text}`,
    sceneBy: (name: string) => `Started by ${name}`,
    sceneOfFile: "From a file of the house",
  },
};

type Scenes = typeof all;

export const scenesInEnglish: Scenes = all;

/** The same in another language; what it lacks is said in English. */
export type ScenesTranslation = { readonly [Section in keyof Scenes]: Partial<Scenes[Section]> };
