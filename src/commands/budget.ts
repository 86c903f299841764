// The budget from the chat: what models have cost here, and what they may cost.
import { scopesOf } from "../domain/binding.ts";
import type { SpendCaps } from "../domain/budget.ts";
import { startOfDay } from "../domain/budget.ts";
import type { PersonaId, ScopeId } from "../domain/ids.ts";
import { channelScope, handleOf, workspaceScope } from "../domain/ids.ts";
import { CAP_SETTINGS } from "../domain/cap-settings.ts";
import type { SettingRow } from "../domain/settings.ts";
import type { UsageOf, UsageRow } from "../domain/usage.ts";
import { money } from "../engine/forecast-words.ts";
import type { Ledger } from "../store/ledger.ts";
import type { Asked, Command } from "./asked.ts";
import {
  everyoneFor,
  hasRight,
  needRoom,
  optionIn,
  personaIn,
  personaOption,
  plain,
  shape,
  somewhere,
  WHERE,
  wrong,
} from "./asked.ts";
import { needCapRight } from "./caps.ts";
import type { Answer, Option } from "./command.ts";
import { textAnswer } from "./command.ts";
import { isRowOf, setFor, targetOf, unsetFor } from "./setting-change.ts";
import { english } from "./words-en.ts";

/** What the budget's commands need beside what all commands do. */
export interface BudgetHouse {
  readonly ledger: Pick<Ledger, "usage">;
  /** The house's own caps. */
  readonly spend: SpendCaps;
}

// More lines than this nobody reads in a chat; `GET /api/usage` has them all.
const PERSONAS_SHOWN_MAX = 15;

// A workspace has fewer personas than this, with those that are gone again.
const ROWS_MAX = 1_000;

async function show(asked: Asked, { ledger, spend }: BudgetHouse): Promise<Answer> {
  const { house, invocation } = asked;
  const { say } = asked.words;
  const { place, by } = invocation;
  await needRoom(asked);
  const now = house.clock.now();
  const spentBy = async (of: UsageOf): Promise<Spending> => ({
    today: await ledger.usage(of, ["persona"], startOfDay(now), ROWS_MAX),
    month: await ledger.usage(of, ["persona"], startOfMonth(now), ROWS_MAX),
  });
  const channel = place.parent ?? place.channel;
  const { workspace } = place;
  const isWhole = workspace !== null && hasRight(asked, "workspace");
  const here = await spentBy({ kind: "channel", channel });
  const around = isWhole ? await spentBy({ kind: "workspace", workspace }) : here;
  const rows = await house.store.registry.settings(scopesOf(place));
  const caps = rows.filter((row) => row.name === "budget");
  const lines = [
    say.budgetHead,
    ...(isWhole
      ? [
          lineOf(
            asked,
            somewhere(asked, workspaceScope(workspace)).name,
            around,
            capOf(caps, workspaceScope(workspace), null),
          ),
        ]
      : []),
    lineOf(asked, somewhere(asked, channelScope(channel)).name, here, capOf(caps, channelScope(channel), null)),
    ...personaLines(asked, around, caps),
  ];
  if (house.admins.has(by.id)) {
    const all = await spentBy(null);
    lines.push(lineOf(asked, asked.words.places.house().name, all, spend.usdPerDay));
  }
  return textAnswer("private", [...lines, say.budgetFoot].join("\n"));
}

interface Spending {
  readonly today: readonly UsageRow[];
  readonly month: readonly UsageRow[];
}

/** The first millisecond of the month (UTC). */
function startOfMonth(now: number): number {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function capOf(caps: readonly SettingRow[], scope: ScopeId, persona: PersonaId | null): number | null {
  const row = caps.find((each) => isRowOf(each, { scope, persona }));
  return row === undefined ? null : (CAP_SETTINGS.budget.read(row.value) ?? 0);
}

function lineOf({ words }: Asked, what: string, { today, month }: Spending, cap: number | null): string {
  const { say } = words;
  const capped = cap === null ? "" : say.budgetCap(money(cap));
  return `- **${what}**: ${say.budgetSpent(sumOf(words, today), sumOf(words, month))}${capped}`;
}

function sumOf({ say }: Asked["words"], rows: readonly UsageRow[]): string {
  const usd = rows.reduce((sum, row) => sum + row.usd, 0);
  const tokens = rows.reduce((sum, row) => sum + row.unpricedTokens, 0);
  return tokens === 0 ? say.budgetUsd(money(usd)) : say.budgetUsdAndTokens(money(usd), tokens);
}

/** Each persona that cost something this month, or has a cap, the dearest first. */
function personaLines(asked: Asked, { today, month }: Spending, caps: readonly SettingRow[]): readonly string[] {
  const handles = new Set([...month, ...caps].flatMap(({ persona }) => (persona === null ? [] : [handleOf(persona)])));
  const of = (rows: readonly UsageRow[], handle: string): readonly UsageRow[] =>
    rows.filter(({ persona }) => persona !== null && handleOf(persona) === handle);
  const usdOf = (handle: string): number => of(month, handle).reduce((sum, row) => sum + row.usd, 0);
  return [...handles]
    .toSorted((a, b) => usdOf(b) - usdOf(a))
    .slice(0, PERSONAS_SHOWN_MAX)
    .flatMap((handle) => {
      const spending = { today: of(today, handle), month: of(month, handle) };
      const own = caps.filter(({ persona }) => persona !== null && handleOf(persona) === handle);
      return [
        lineOf(asked, personaName(asked, handle), spending, null),
        ...own.map(({ scope, value }) => {
          return `  - ${asked.words.say.budgetCapAt(money(CAP_SETTINGS.budget.read(value) ?? 0), somewhere(asked, scope).at)}`;
        }),
      ];
    });
}

function personaName(asked: Asked, handle: string): string {
  return plain(everyoneFor(asked).find(({ persona }) => handleOf(persona.id) === handle)?.persona.name ?? handle);
}

// What takes a cap back, in every language.
const NONE = "none";

async function set(asked: Asked): Promise<Answer> {
  const { say } = asked.words;
  needCapRight(asked);
  const said = optionIn(asked, "usd") ?? "";
  const isNone = said.toLowerCase() === NONE || said.toLowerCase() === say.budgetNone;
  if (!isNone && CAP_SETTINGS.budget.read(said) === null) {
    throw wrong(asked, "usd", `${asked.words.expected.budget}, ${say.budgetOrNone}`, said);
  }
  const target = await targetOf(asked, personaIn(asked));
  if (isNone) return unsetFor(asked, target, "budget");
  const was = await setFor(asked, target, "budget", said);
  return textAnswer("private", `${say.budgetIsSet(said, target.whom, target.where)}${was}${say.undoHint}`);
}

const USD: Option = { name: "usd", summary: english.options.usd, kind: "text", isRequired: true, choices: [] };

/** What people can ask and say about money. */
export function budgetCommands(house: BudgetHouse): readonly Command[] {
  const byName = { offered: "by-name", answersWith: "text" } as const;
  const { options, summaries } = english;
  return [
    {
      ...byName,
      shape: shape(["budget", "show"], summaries["budget show"], { right: "channel" }),
      run: (asked) => show(asked, house),
    },
    {
      ...byName,
      shape: shape(["budget", "set"], summaries["budget set"], {
        options: [USD, personaOption(options.forThisAlone, "optional"), WHERE],
        right: "channel",
      }),
      run: set,
    },
  ];
}
