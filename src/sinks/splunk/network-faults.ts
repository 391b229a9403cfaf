import { describeError } from "../../runtime/errors.js";
import { systemCodeOf } from "../../runtime/system-errors.js";
import { type Failure, failed } from "./outcome.js";

interface FaultRow {
  readonly codes: readonly string[];
  readonly grade: Failure["grade"];
  readonly reason: string;
  readonly hint: string;
}

/** Codes of Node's network and TLS errors. */
const rows: readonly FaultRow[] = [
  {
    codes: ["ECONNREFUSED"],
    grade: "away",
    reason: "nothing listens at this address",
    hint: "start Splunk, switch its HTTP Event Collector on, or check host and port of splunk.url",
  },
  {
    codes: ["ENOTFOUND", "EAI_AGAIN"],
    grade: "away",
    reason: "the host name has no address",
    hint: "check the host of splunk.url",
  },
  {
    codes: ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"],
    grade: "away",
    reason: "the address is not reachable",
    hint: "check the host of splunk.url and the network",
  },
  {
    codes: ["ECONNRESET", "EPIPE"],
    grade: "away",
    reason: "the connection was closed",
    hint: "check whether splunk.url must be http or https, if it stays",
  },
  {
    codes: [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    grade: "refused",
    reason: "Splunk's certificate is not trusted: nobody known vouches for it",
    hint: "set splunk.ca to the authority that signed it, or splunk.verify to false",
  },
  {
    codes: ["CERT_HAS_EXPIRED"],
    grade: "refused",
    reason: "Splunk's certificate has expired",
    hint: "renew it, or set splunk.verify to false; check the clock of this host",
  },
  {
    codes: ["ERR_TLS_CERT_ALTNAME_INVALID"],
    grade: "refused",
    reason: "Splunk's certificate is for another name",
    hint: "use a name of the certificate as host of splunk.url, or set splunk.verify to false",
  },
  {
    codes: ["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"],
    grade: "refused",
    reason: "the port does not speak TLS",
    hint: "use http:// in splunk.url, or the port that speaks TLS",
  },
  {
    codes: ["HPE_INVALID_CONSTANT", "HPE_INVALID_VERSION", "HPE_CR_EXPECTED"],
    grade: "refused",
    reason: "what answers there does not speak HTTP",
    hint: "check host and port of splunk.url; a port with TLS wants https://",
  },
];

const byCode = new Map(rows.flatMap((row) => row.codes.map((code) => [code, row] as const)));

/** What went wrong on the way to the collector, and what to do. */
export function explainNetworkFault(error: unknown): Failure {
  const row = byCode.get(systemCodeOf(error) ?? "");
  if (row !== undefined) return failed(row.grade, row.reason, row.hint);
  return failed("away", describeError(error), "check splunk.url and Splunk's own log");
}
