// The words about money, in German.
import type { BudgetTranslation } from "./words-budget-en.ts";

export const budgetInGerman = {
  summaries: {
    budget: "Was Modelle hier kosten, und was sie kosten dürfen",
    "budget show": "Was Modelle hier heute und in diesem Monat gekostet haben, und was sie dürfen",
    "budget set": "Begrenzen, was Modelle am Tag kosten: hier, auf dem ganzen Server oder bei einer Persona",
  },

  options: { usd: "US-Dollar am Tag, etwa 0.50; keine nimmt die Grenze zurück" },

  names: { budget: "budget", usd: "usd" },

  say: {
    budgetHead: "Was Modelle gekostet haben (Tage und Monate nach UTC):",
    budgetSpent: (today, month) => `${today} heute, ${month} in diesem Monat`,
    budgetUsd: (usd) => `${usd} USD`,
    budgetUsdAndTokens: (usd, tokens) => `${usd} USD und ${tokens} Token ohne bekannten Preis`,
    budgetCap: (usd) => ` · höchstens ${usd} USD am Tag`,
    budgetCapAt: (usd, at) => `höchstens ${usd} USD am Tag ${at}`,
    budgetFoot:
      "Jede Grenze, die einen Aufruf betrifft, gilt, und daneben die des Hauses. Aufrufe unterwegs zählen, als kosteten sie so viel wie möglich. /budget ändern ändert eine Grenze.",
    budgetNone: "keine",
    budgetOrNone: "oder keine",
    budgetIsSet: (usd, whom, at) => `Modelle dürfen ab jetzt${whom} ${at} höchstens ${usd} USD am Tag kosten.`,
  },
} satisfies BudgetTranslation;
