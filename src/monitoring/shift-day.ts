const dayMs = 86_400_000;

/** The day that is `days` later, or earlier where it is negative. Days are written as `2026-11-21`. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}
