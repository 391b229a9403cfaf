import type { AnomalyTable } from "../../model/anomaly.js";

/** What can be wrong with the traffic of an Envoy or its cloud. */
export const anomalies: AnomalyTable = {
  not_http: { score: 3, text: "Bytes that are no HTTP/1 message." },
  header_too_long: { score: 5, text: "An HTTP header of more than 64 KiB. It is relayed and not decoded." },
  message_too_large: { score: 3, text: "An HTTP message of more than 4 MiB. It is relayed and not decoded." },
  incomplete_message: { score: 1, text: "An HTTP message that ended in the middle." },
  unexpected_response: { score: 2, text: "An answer that nobody asked for." },
  unexpected_content_type: { score: 1, text: "A report of another content type than application/x-deflate." },
  report_without_body: { score: 2, text: "A report request without the report in it." },
  body_undecodable: {
    score: 3,
    text: "A report that is not deflate, or whose XML cannot be read. Nothing was counted.",
  },
  deflate_bomb: { score: 5, text: "A body that inflates to more than 16 MiB. It is relayed and not decoded." },
  xml_doctype: { score: 5, text: "A report with a document type or entities. It is relayed and not decoded." },
  report_unreadable: { score: 3, text: "A report that does not say from which Envoy or of what time it is." },
  element_unreadable: { score: 2, text: "An element of a report lacks an id, a device or a time. It was left out." },
  stats_unreadable: {
    score: 2,
    text: "Measured values in a form that is not known. They were left out and not counted.",
  },
  implausible_value: { score: 1, text: "A value outside its plausible range. It was left out and not counted." },
  interval_id_reused: { score: 1, text: "The Envoy counts its intervals anew. The energy was counted." },
  interval_overlaps: {
    score: 2,
    text: "An interval with a new id for a time that was counted already. It was left out.",
  },
  too_many_inverters: { score: 2, text: "More inverters than one Envoy can have. The rest were left out." },
};
