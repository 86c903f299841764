// Strategies: the rules by which it is decided who speaks, in a place and in a scene.

/** Who answers in a place; each is one function in `engine/strategy.ts`. */
export const ROOM_STRATEGIES = ["named", "natural", "list", "pooled", "manual"] as const;
export type RoomStrategy = (typeof ROOM_STRATEGIES)[number];

/** Who speaks at a scene's tick: `engine/next-speaker.ts`. */
export const SCENE_STRATEGIES = ["microblog", "natural", "list", "pooled"] as const;
export type SceneStrategy = (typeof SCENE_STRATEGIES)[number];
