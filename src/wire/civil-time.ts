const dayS = 86_400;

/**
 * `YYYY-MM-DDTHH:MM:SS` of seconds since 1970, without a zone, in the proleptic Gregorian calendar; fractions are cut.
 * For local time add the offset first. For places that may not ask a clock.
 */
export function civilTime(unixS: number): string {
  const seconds = Math.floor(unixS);
  const days = Math.floor(seconds / dayS);
  const ofDay = seconds - days * dayS;
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, ofDay % 60];
  return `${civilDate(days)}T${clock.map(two).join(":")}`;
}

/** Years begin in March here, so that the leap day is the last of its year. */
function civilDate(daysSince1970: number): string {
  const shifted = daysSince1970 + 719_468;
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
