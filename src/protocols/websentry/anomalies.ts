import type { AnomalyTable } from "../../model/anomaly.js";

/** What can be wrong with the traffic of a unit or its cloud. */
export const anomalies: AnomalyTable = {
  garbage: { score: 3, text: "Bytes that begin no frame." },
  bad_checksum: { score: 3, text: "A frame whose checksum does not fit its payload. Nothing was read from it." },
  oversized_frame: { score: 3, text: "A frame announces more than 4096 payload bytes. It is relayed and not decoded." },
  unknown_function: { score: 3, text: "A message with a function code that is not known in this direction." },
  malformed_message: { score: 3, text: "A message that ends in the middle of an item. What came before was read." },
  malformed_query: { score: 3, text: "A query that holds more than property numbers." },
  unknown_type: { score: 2, text: "A value of a type that is not known. The values before it were read." },
  missing_init: { score: 2, text: "A message before the unit said who it is. Its values belong to nobody." },
  unexpected_init: { score: 2, text: "A second Init, or one without an address." },
  reply_mismatch: { score: 2, text: "A reply that holds other properties, or another order, than were asked for." },
  unexpected_reply: { score: 2, text: "A reply that nobody asked for." },
  unanswered_request: { score: 1, text: "A request that was passed over: a later one was answered first." },
  set_refused: { score: 2, text: "The unit refused a change." },
  implausible_value: { score: 1, text: "A value outside its plausible range. It was left out." },
  unlabelled_value: { score: 1, text: "A state whose number has no known label. It was left out; reported once." },
};
