/** Spans and moments. */
export const time = {
  seconds: "{n} s",
  minutes: "{n} min",
  hours: "{n} h",
  hoursMinutes: "{n} h {minutes} min",
  days: { one: "{count} day", other: "{count} days" },
  now: "just now",
  ago: "{span} ago",
  daysAgo: { one: "{count} day ago", other: "{count} days ago" },
} as const;
