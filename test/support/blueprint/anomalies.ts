import type { AnomalyTable } from "../../../src/model/anomaly.js";

export const anomalies = {
  garbage: { score: 2, text: "Bytes that belong to no frame." },
  bad_checksum: { score: 2, text: "A frame whose checksum is wrong." },
  short_payload: { score: 2, text: "A frame that is too short for its type." },
  implausible_value: { score: 1, text: "A value outside its range; it was left out." },
} as const satisfies AnomalyTable;

export type AnomalyKind = keyof typeof anomalies;
