import { known } from "./known.js";

const narrowSpace = "\u202f";

/** A number as people of a language write it. Without `precision`: at most three decimals. */
export function formatNumber(value: number, language: string, precision?: number): string {
  const decimals =
    precision === undefined
      ? { maximumFractionDigits: 3 }
      : { minimumFractionDigits: precision, maximumFractionDigits: precision };
  return new Intl.NumberFormat(language, decimals).format(value);
}

/** With its unit; English sets `%` close. */
export function withUnit(number: string, unit: string | undefined, language: string): string {
  if (unit === undefined || unit === "") return number;
  return unit === "%" && language === "en" ? `${number}%` : `${number}${narrowSpace}${unit}`;
}

const sizes = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes in the unit that keeps the number below 1,000. */
export function formatBytes(bytes: number, language: string): string {
  const step = bytes < 1000 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const precision = step === 0 || value >= 100 ? 0 : 1;
  // 999.95 kB is written 1,000 kB, which is 1 MB.
  if (step > 0 && step < sizes.length - 1 && Number(value.toFixed(precision)) >= 1000)
    return formatBytes(1000 ** (step + 1), language);
  return withUnit(formatNumber(value, language, precision), sizes[step], language);
}

/** From which value on the larger unit is the one that people use. */
const kilos: Readonly<Record<string, { readonly unit: string; readonly from: number }>> = {
  W: { unit: "kW", from: 10_000 },
  Wh: { unit: "kWh", from: 1000 },
};

/** Large quantities in their kilo-unit, as people say them; others as they are. */
export function friendly(
  value: number,
  unit: string | undefined,
  precision?: number,
): { readonly value: number; readonly unit: string | undefined; readonly precision: number | undefined } {
  const kilo = known(kilos, unit ?? "");
  if (kilo === undefined || Math.abs(value) < kilo.from) return { value, unit, precision };
  return { value: value / 1000, unit: kilo.unit, precision: Math.abs(value) < 100_000 ? 2 : 1 };
}
