// How long a server asks to be left alone.

/** How long the server asks to wait, by `retry-after-ms` (Azure's, in ms) or `Retry-After` (RFC 9110, 10.2.3: seconds or an HTTP date); null when it does not say. */
export function retryAfterOf(headers: Headers | null, now: number): number | null {
  const exact = headers?.get("retry-after-ms") ?? "";
  if (isCount(exact)) return Number(exact);
  const after = headers?.get("retry-after")?.trim() ?? "";
  if (isCount(after)) return Number(after) * 1000;
  // Without a weekday it is no HTTP date, and Date.parse would take nearly anything.
  const at = /^[A-Z][a-z]{2,8},? /u.test(after) ? Date.parse(after) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function isCount(text: string): boolean {
  return /^\d+(?:\.\d+)?$/u.test(text);
}
