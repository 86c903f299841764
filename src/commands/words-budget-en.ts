// The words about money, in English.

const all = {
  summaries: {
    budget: "What models cost here, and may cost",
    "budget show": "What models have cost here today and this month, and what they may",
    "budget set": "Cap what models may cost a day: here, in the whole server, or one persona",
  },

  options: { usd: "US dollars a day, such as 0.50; none takes the cap back" },

  names: { budget: "budget", usd: "usd" },

  say: {
    budgetHead: "What models have cost (days and months by UTC):",
    budgetSpent: (today: string, month: string) => `${today} today, ${month} this month`,
    budgetUsd: (usd: string) => `${usd} USD`,
    budgetUsdAndTokens: (usd: string, tokens: number) => `${usd} USD and ${tokens} tokens without a known price`,
    budgetCap: (usd: string) => ` · at most ${usd} USD a day`,
    budgetCapAt: (usd: string, at: string) => `at most ${usd} USD a day ${at}`,
    budgetFoot:
      "Each cap that reaches a call holds, and the house's own beside them. Calls under way count as if they cost all that they may. /budget set changes a cap.",
    budgetNone: "none",
    budgetOrNone: "or none",
    budgetIsSet: (usd: string, whom: string, at: string) =>
      `Models may cost at most ${usd} USD a day${whom} ${at} now.`,
  },
};

export type BudgetWords = typeof all;

/** These words in another language; what it lacks is said in English. */
export type BudgetTranslation = { readonly [Section in keyof BudgetWords]: Partial<BudgetWords[Section]> };

export const budgetInEnglish: BudgetWords = all;
