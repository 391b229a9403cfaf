const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const sunriseHour = 6;
const sunsetHour = 20;

/** Share of the peak power that a cloudless day gives at a time of day in UTC: 0 at night, 1 at 13:00. */
export function sunlight(at: number): number {
  const hour = (((at % dayMs) + dayMs) % dayMs) / hourMs;
  if (hour <= sunriseHour || hour >= sunsetHour) return 0;
  return Math.sin((Math.PI * (hour - sunriseHour)) / (sunsetHour - sunriseHour)) ** 1.3;
}

/** The next sunrise after `at`. */
export function nextSunrise(at: number): number {
  return nextHour(at, sunriseHour);
}

/** The next sunset after `at`. */
export function nextSunset(at: number): number {
  return nextHour(at, sunsetHour);
}

function nextHour(at: number, hour: number): number {
  const today = Math.floor(at / dayMs) * dayMs + hour * hourMs;
  return today > at ? today : today + dayMs;
}

/** Days since 1970, in UTC. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}
