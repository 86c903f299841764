// Discord, on the fake with its limits enforced: the share of the limits that a flood is answered at, the time until a command is answered, and memory at rest.
import { benchCommands } from "./discord-commands.ts";
import { benchMemory } from "./discord-memory.ts";
import { benchPace } from "./discord-pace.ts";

await benchMemory();
await benchCommands();
await benchPace();
