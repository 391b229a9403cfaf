/** Why there is no connection. `code`: MQTT reason code, or the code of Node's error. */
export interface LinkFailure {
  /** False: the broker never accepted the connection. */
  readonly opened: boolean;
  readonly code: number | string | undefined;
  readonly message: string;
}

export interface Explanation {
  readonly reason: string;
  readonly hint: string;
}

interface FailureRow extends Explanation {
  readonly codes: readonly (number | string)[];
}

/** Reason codes of MQTT 5 (128 and up) and return codes of MQTT 3.1.1, then codes of Node's network and TLS errors. */
const rows: readonly FailureRow[] = [
  {
    codes: [1, 132],
    reason: "protocol version refused",
    hint: "set mqtt.protocol_version to auto",
  },
  { codes: [2, 133], reason: "client id refused", hint: "choose another mqtt.client_id" },
  { codes: [3, 136, 137, 151, 159], reason: "broker too busy", hint: "wait, or look at the broker's log" },
  { codes: [4, 134], reason: "wrong user name or password", hint: "check mqtt.username and mqtt.password" },
  {
    codes: [5, 135, 138, 140],
    reason: "not authorised",
    hint: "set mqtt.username and mqtt.password, or allow this client in the broker",
  },
  {
    codes: [142],
    reason: "another client took over the client id",
    hint: "make mqtt.client_id unique: only one Cloudtap may use it",
  },
  { codes: [139], reason: "broker shut down", hint: "none needed if it comes back" },
  { codes: [149], reason: "message too large for the broker", hint: "raise the broker's packet limit" },
  {
    codes: ["ECONNREFUSED"],
    reason: "nothing listens at this address",
    hint: "start the broker, or check host and port of mqtt.url",
  },
  { codes: ["ENOTFOUND", "EAI_AGAIN"], reason: "host name has no address", hint: "check the host of mqtt.url" },
  {
    codes: ["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"],
    reason: "address not reachable",
    hint: "check the host of mqtt.url and the network",
  },
  {
    codes: [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    reason: "broker's certificate is not trusted",
    hint: "set mqtt.ca to the certificate authority of the broker",
  },
  { codes: ["CERT_HAS_EXPIRED"], reason: "broker's certificate has expired", hint: "renew it" },
  {
    codes: ["ERR_TLS_CERT_ALTNAME_INVALID"],
    reason: "broker's certificate is for another name",
    hint: "use a name of the certificate as host of mqtt.url",
  },
  {
    codes: ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE"],
    reason: "broker wants a client certificate",
    hint: "set mqtt.cert and mqtt.key",
  },
  {
    codes: ["ERR_SSL_WRONG_VERSION_NUMBER", "ERR_SSL_PACKET_LENGTH_TOO_LONG", "EPROTO"],
    reason: "port does not speak TLS",
    hint: "use mqtt:// or ws:// in mqtt.url, or the broker's TLS port",
  },
];

const byCode = new Map(rows.flatMap((row) => row.codes.map((code) => [code, row] as const)));

/** What went wrong and what to do, in words for the log. `repeatedly`: connections are lost soon after they open. */
export function explainFailure(failure: LinkFailure, repeatedly = false): Explanation {
  const row = failure.code === undefined ? undefined : byCode.get(failure.code);
  if (row !== undefined) return { reason: row.reason, hint: row.hint };
  // Not every broker says that it was another client with the same id.
  const whenLost = repeatedly
    ? "make sure that no other client has this mqtt.client_id"
    : "none needed if it comes back";
  const hint = failure.opened ? whenLost : "check mqtt.url and the broker's log";
  return { reason: failure.message, hint };
}

/** True when the broker said no, so that waiting alone will not help. */
export function isRefusal(failure: LinkFailure): boolean {
  return !failure.opened && typeof failure.code === "number" && ![3, 136, 137, 139].includes(failure.code);
}

/**
 * True when a connection with protocol 5 failed the way it does at brokers that only know 3.1.1: they say so, answer
 * in the old form, or hang up.
 */
export function mayNeedOlderProtocol(failure: LinkFailure): boolean {
  if (failure.opened) return false;
  return failure.code === undefined || ["ECONNRESET", 1, 128, 129, 130, 132].some((code) => code === failure.code);
}
