// Limits of the web server, each with where it comes from.

// A post of 4,000 characters takes at most 36,000 bytes in a form (three bytes a character, each as %XX); room for one some times too long, so that it can be shown again with the reason.
export const BODY_BYTES_MAX = 256 * 1024;

// A screen holds about ten posts; three screens are read before the next page is needed.
export const PAGE_POSTS = 30;

// One answer of the JSON feed stays under about half a megabyte.
export const JSON_POSTS_MAX = 100;

// A page that missed more than this is shown anew instead: reading a hundred posts one by one helps nobody.
export const REPLAY_MAX = 100;

// A thread of the feed rarely passes twenty; beyond this the page gets heavy on a phone.
export const THREAD_POSTS_MAX = 500;

// Open pages: each holds a socket and a few kilobytes.
export const PAGES_MAX = 1000;
export const PAGES_PER_ADDRESS_MAX = 30;

// What may wait unsent for one slow page before it is let go; it comes back and asks for what it missed.
export const UNSENT_BYTES_MAX = 1024 * 1024;

// Proxies close a silent connection after 30 to 60 s.
export const HEARTBEAT_MS = 15_000;

// How soon a page hears that the model fails or a brain was changed, where nothing else happens.
export const LOOK_AROUND_MS = 2_000;

// A working day.
export const SESSION_MS = 12 * 3_600_000;

// An avatar is shown at 48 px; a file beyond this is a mistake.
export const AVATAR_BYTES_MAX = 2 * 1024 * 1024;

// Rows read at a time when the whole feed is written out.
export const EXPORT_ROWS = 500;
