// One row of the API: method, path as Discord's description writes it, its limit, and what it does.
import type { Answer, Call, World } from "./call.ts";
import type { LimitRule } from "./limits.ts";

export interface Route {
  readonly method: "DELETE" | "GET" | "PATCH" | "POST" | "PUT";
  readonly path: string;
  readonly limit: LimitRule;
  /** `token`: what stands in the path is the key, and no other is needed. */
  readonly key: "bot" | "token";
  readonly handle: (call: Call, world: World) => Answer;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** The route of a request; "no method" when only the path fits. Literal parts win over parameters. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | "no method" | null {
  const parts = path.split("/");
  const fitting = routes.flatMap((route) => {
    const params = fit(route.path.split("/"), parts);
    return params === null ? [] : [{ route, params }];
  });
  if (fitting.length === 0) return null;
  const own = fitting.filter(({ route }) => route.method === method);
  const best = own.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
  return best ?? "no method";
}

function fit(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of pattern.entries()) {
    const part = parts[index] ?? "";
    const isParameter = name.startsWith("{");
    if (!isParameter && name !== part) return null;
    if (isParameter && part === "") return null;
    if (isParameter) params[name.slice(1, -1)] = decodeURIComponent(part);
  }
  return params;
}
