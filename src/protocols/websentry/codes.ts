import { labelsOf, propertyByKey } from "./property-table.js";

/** Raw values of an enumerated property by their labels. Where a label stands for several, the smallest. */
export function codesOf(key: string): Readonly<Record<string, number>> | undefined {
  const row = propertyByKey(key);
  const labels = row === undefined ? undefined : labelsOf(row);
  if (labels === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(labels)
      .map(([raw, label]) => [label, Number(raw)] as const)
      .toReversed(),
  );
}
