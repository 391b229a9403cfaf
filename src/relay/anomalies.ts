import type { AnomalyTable } from "../model/anomaly.js";

/** What can be odd about a session whatever its protocol. */
export const relayAnomalies = {
  decoder_fault: { score: 3, text: "Cloudtap's own decoder failed on these bytes; they were relayed all the same." },
  ledger_late: { score: 2, text: "Totals were not on disk in time; the cloud's answer was let through without them." },
} as const satisfies AnomalyTable;

export type RelayAnomalyKind = keyof typeof relayAnomalies;
