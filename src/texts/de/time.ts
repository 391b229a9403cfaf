import type { time as english } from "../en/time.js";
import type { Wording } from "../wording.js";

export const time: Wording<typeof english> = {
  seconds: "{n} s",
  minutes: "{n} min",
  hours: "{n} h",
  hoursMinutes: "{n} h {minutes} min",
  days: { one: "{count} Tag", other: "{count} Tage" },
  now: "gerade eben",
  ago: "vor {span}",
  daysAgo: { one: "vor {count} Tag", other: "vor {count} Tagen" },
};
