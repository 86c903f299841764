// A server's base URL, as people write it.

/** `text` as a base URL; null when it is none: http or https, without credentials, query or fragment. */
export function readBaseUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  if (!isWeb || url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return null;
  // Some files give the whole address of the endpoint.
  return url.href.replace(/\/+$/u, "").replace(/\/chat\/completions$/u, "");
}
