// Keeps the times on a page true: "now", "5 min", "3 h", and the whole date as a hint.

const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** Says each time under `root` anew. */
export function sayTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    time.textContent = ago(at, Date.now());
    time.title = dates.format(at);
  }
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
