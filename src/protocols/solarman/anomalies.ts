import type { AnomalyTable } from "../../model/anomaly.js";

/** What can be wrong with the traffic of a logger or its cloud. */
export const anomalies = {
  garbage: { score: 3, text: "Bytes that begin no frame." },
  bad_length: { score: 3, text: "A frame announces more than 4096 bytes. It is relayed and not decoded." },
  bad_trailer: { score: 3, text: "A frame does not end with 15 where its length says." },
  bad_checksum: { score: 3, text: "A frame whose checksum does not fit. Nothing was read from it." },
  short_message: { score: 2, text: "A frame with fewer bytes than its type needs." },
  unknown_type: { score: 2, text: "A frame of a type that is not known in this direction. Reported once a session." },
  unknown_sensor_type: { score: 1, text: "Data with a layout that is not known. Reported once a session." },
  wrong_layout: { score: 2, text: "A record whose serial number or counts make no sense: it was not read." },
  serial_changed: { score: 2, text: "A record of another inverter than before. It counts when the next one agrees." },
  implausible_record: { score: 1, text: "A hybrid inverter's record with an implausible value: it was not read." },
  implausible_value: { score: 1, text: "A value outside its plausible range. It was left out." },
  implausible_time: { score: 1, text: "A record with a time that cannot be. Its time counts as unknown." },
  odd_version: { score: 1, text: "A version text that does not begin with V. Reported once a session." },
  clock_not_set: {
    score: 0,
    text: "The clock of this host stands before 2020. No logger is answered in its cloud's place until it is set. Reported once a session.",
  },
  bad_modbus: { score: 2, text: "A command or an answer without a valid Modbus frame." },
  too_many_loggers: { score: 3, text: "More serial numbers in one session than loggers can share it." },
} as const satisfies AnomalyTable;

export type AnomalyKind = keyof typeof anomalies;
