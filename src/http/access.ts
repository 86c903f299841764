// Who may do what: decided from the request's address and headers alone, before anything else is read.
import { isIP } from "node:net";

/** What is known of a caller. Header values as they came; null: not sent. */
export interface Caller {
  readonly method: string;
  readonly host: string | null;
  readonly origin: string | null;
  readonly fetchSite: string | null;
  readonly fetchMode: string | null;
  readonly fetchDest: string | null;
  /** The address at the other end of the socket. */
  readonly address: string;
  /** Whether a proxy says that it passed the request on. */
  readonly isForwarded: boolean;
}

export type Verdict =
  /** `why` is one sentence. */
  | { readonly kind: "refused"; readonly why: string }
  /** `isLocal`: somebody at this machine, who needs no sign-in. */
  | { readonly kind: "allowed"; readonly isLocal: boolean };

/** Headers by which a proxy says that the caller is somebody else. */
export const FORWARDING_HEADERS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "cf-connecting-ip",
  "true-client-ip",
] as const;

/** Whether this caller may come in, and as whom. A name that is not ours may be a page elsewhere that points its own name at this machine (DNS rebinding). */
export function judge(caller: Caller, publicUrl: string | null): Verdict {
  const host = caller.host === null ? null : hostName(caller.host);
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host;
  if (host === null || !(isLoopbackName(host) || isIP(host) !== 0 || caller.host?.toLowerCase() === publicHost)) {
    return {
      kind: "refused",
      why: "This house does not go by that host name: use localhost, its IP address, or set PUBLIC_URL.",
    };
  }
  const isLocal = isLoopbackAddress(caller.address) && isLoopbackName(host) && !caller.isForwarded;
  const isReading = caller.method === "GET" || caller.method === "HEAD";
  const isForeign = isForeignOrigin(caller, publicUrl) || (isForeignFetch(caller) && !(isReading && isVisit(caller)));
  // Whoever reads from elsewhere sees only what is public; what local people may see is more, so nothing else may ask in their name.
  if (isForeign && (!isReading || isLocal)) {
    return { kind: "refused", why: "This request was sent by a page from somewhere else, so it is not carried out." };
  }
  return { kind: "allowed", isLocal };
}

/** The host's name without its port; null when it is not one. */
export function hostName(host: string): string | null {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]\\]+))(?::\d{1,5})?$/i.exec(host);
  return found === null ? null : (found[1] ?? found[2] ?? "").toLowerCase();
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || name === "127.0.0.1" || name === "::1";
}

/** Whether a socket's other end is this machine. */
export function isLoopbackAddress(address: string): boolean {
  return address === "::1" || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}

/** Whether a browser that asked by this `Host` trusts the connection: this machine, or https before us (W3C, "Secure Contexts"). */
export function isTrustworthy(host: string, publicUrl: string | null): boolean {
  const isPublic = publicUrl?.startsWith("https:") === true && new URL(publicUrl).host === host.toLowerCase();
  return isPublic || isLoopbackName(hostName(host) ?? "");
}

function isForeignOrigin(caller: Caller, publicUrl: string | null): boolean {
  if (caller.origin === null) return false;
  if (publicUrl !== null && caller.origin === new URL(publicUrl).origin) return false;
  return !URL.canParse(caller.origin) || new URL(caller.origin).host !== withoutUsualPort(caller.host ?? "");
}

function withoutUsualPort(host: string): string {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).host : host;
}

function isForeignFetch(caller: Caller): boolean {
  return caller.fetchSite !== null && caller.fetchSite !== "same-origin" && caller.fetchSite !== "none";
}

// A person who follows a link from another page comes by themselves; nothing reads the answer in their name.
function isVisit(caller: Caller): boolean {
  return caller.fetchMode === "navigate" && caller.fetchDest === "document";
}

/** What limits are counted by: an IPv4 address, or the /64 network of an IPv6 one, which one household or machine has for itself. */
export function limitKey(address: string): string {
  if (isIP(address) !== 6 || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const zeros = tail === undefined ? 0 : 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  return [...groups, ...Array.from({ length: zeros }, () => "0"), ...(tail ?? "").split(":")].slice(0, 4).join(":");
}
