const dayS = 86_400;

/** `YYYY-MM-DDTHH:MM:SSZ` of seconds since 1970, in UTC. */
export function isoTime(unixS: number): string {
  return `${civilTime(unixS)}Z`;
}

/** `YYYY-MM-DDTHH:MM:SS` without a zone; for local time add the offset to `unixS` first. */
export function civilTime(unixS: number): string {
  const seconds = Math.floor(unixS);
  const days = Math.floor(seconds / dayS);
  const ofDay = seconds - days * dayS;
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  return `${civilDate(days)}T${clock.map(two).join(":")}`;
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

function civilDate(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const leapDays = Math.floor(ofEra / 1_460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const marchYear = Math.floor((ofEra - leapDays) / 365);
  const ofYear = ofEra - (365 * marchYear + Math.floor(marchYear / 4) - Math.floor(marchYear / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = marchYear + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
