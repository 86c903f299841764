// Keeps the times on a page true: "now", "5 min", "3 h", and the whole date as a hint.

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Says each time under `root` anew. */
export function sayTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-next])")) {
    const at = new Date(time.dateTime);
    time.textContent = ago(at, Date.now());
    time.title = dates.format(at);
  }
  sayNext(root);
}

// What is still to come is counted down.
function sayNext(root) {
  for (const time of root.querySelectorAll("time[data-next]")) {
    const seconds = Math.round((new Date(time.dateTime).getTime() - Date.now()) / 1000);
    time.textContent = seconds <= 0 ? "now" : `in ${coming(seconds)}`;
  }
}

function coming(seconds) {
  if (seconds < 100) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function ago(at, now) {
  const seconds = Math.max(0, Math.round((now - at.getTime()) / 1000));
  if (seconds < 45) return "now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h`;
  return new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(at);
}

sayTimes(document);
setInterval(() => sayTimes(document), 20_000);
setInterval(() => sayNext(document), 1_000);
