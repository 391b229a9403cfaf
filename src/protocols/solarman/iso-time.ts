import { civilTime } from "../../wire/civil-time.js";

const dayS = 86_400;

/** `YYYY-MM-DDTHH:MM:SSZ` of seconds since 1970, in UTC. */
export function isoTime(unixS: number): string {
  return `${civilTime(unixS)}Z`;
}

/** Seconds since 1970 of `YYYY-MM-DDTHH:MM`, with or without `:SS` and `Z`, read as UTC. Undefined: not of this form. */
export function parseTime(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?Z?$/.exec(text)?.slice(1);
  if (parts === undefined) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  const isTime = month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
  return isTime ? daysSince1970(year, month, day) * dayS + hour * 3600 + minute * 60 + second : undefined;
}

/** Years begin in March here, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const ofEra = marchYear - era * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}
