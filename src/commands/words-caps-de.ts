// What the settings that cap what is said and spent mean, in German.
import { usualBrakes } from "../domain/brakes.ts";
import { usualQuota } from "../domain/quota.ts";

const whole = (to: number): string => `eine ganze Zahl von 1 bis ${to}`;
const unset = (usual: number): string => `nicht gesetzt: wie das Haus eingerichtet ist, sonst ${usual}`;

export const capsInGerman = {
  meanings: {
    "brake-depth": `wie viele Beiträge Personas ohne einen Menschen hintereinander sagen dürfen, jeder als Antwort auf den davor; ${unset(usualBrakes.depthMax)}`,
    "brake-minute": `Beiträge in einer Minute, um die niemand gebeten hat; ${unset(usualBrakes.channelPerMinute)}`,
    "brake-hour": `Beiträge in einer Stunde eines Gesprächs, um die niemand gebeten hat; ${unset(usualBrakes.conversationPerHour)}`,
    "brake-pair": `wie oft dieselben zwei Personas einander hintereinander antworten dürfen; ${unset(usualBrakes.pairMax)}`,
    "brake-alike": `Beiträge, um die niemand gebeten hat und die fast dasselbe sagen; ${unset(usualBrakes.alikeMax)}`,
    "quota-minute": `Antworten, die ein Mensch in einer Minute bekommt; ${unset(usualQuota.perMinute)}`,
    "quota-day": `Antworten, die ein Mensch in 24 Stunden bekommt; ${unset(usualQuota.perDay)}`,
    budget:
      "US-Dollar am Tag, die Modelle hier kosten dürfen, oder diese Persona hier; von mehreren, die einen Aufruf betreffen, gilt jedes, und das des Hauses auch",
  },
  expected: {
    "brake-depth": whole(100),
    "brake-minute": whole(120),
    "brake-hour": whole(1_000),
    "brake-pair": whole(50),
    "brake-alike": whole(20),
    "quota-minute": whole(600),
    "quota-day": whole(100_000),
    budget: "ein Betrag in US-Dollar von 0 bis 10000, etwa 0.50",
  },
} as const;
