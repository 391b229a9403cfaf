import type { AnomalyTable } from "../model/anomaly.js";

/** What the device hub reports of any protocol's readings. */
export const anomalies: AnomalyTable = {
  total_refused: {
    score: 1,
    text: "A lifetime counter fell, jumped or began at zero; the last good value is kept. A counter that stays so for a day is taken for a replaced device.",
  },
};
