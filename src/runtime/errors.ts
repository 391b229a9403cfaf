/** Every error code that users can meet. Public: compared with docs/errors.md; a retired code is never used again. */
export const errorCodes = {
  CONFIG_INVALID: "The configuration has faults; each is listed with its path, what was found and what is allowed.",
  CONFIG_UNREADABLE: "The configuration file cannot be read or is not YAML or JSON.",
  USAGE: "The command line has an unknown command or option.",
  LISTEN_FAILED: "A port could not be opened, most often because another program has it.",
  UPSTREAM_UNRESOLVED: "The cloud's name has no address.",
  UPSTREAM_REFUSED: "The cloud's address refused the connection or could not be reached.",
  UPSTREAM_TIMEOUT: "The cloud did not accept the connection in time.",
  UPSTREAM_LOOP: "The cloud's name leads to Cloudtap itself.",
  UPSTREAM_TLS: "The cloud's certificate was not accepted or TLS failed.",
  DEVICE_TLS: "The device and Cloudtap could not agree on TLS.",
  STORE_FAILED: "The data directory could not be read or written.",
  BROKER_FAILED: "The MQTT broker refused the connection or went away.",
  UPSTREAM_UNKNOWN: "It is not known where the device was heading, or its cloud must not be contacted.",
  SOCKET_OPTION: "The system refuses what interception needs of a socket.",
  NOT_RUNNING: "No running Cloudtap listens in this data directory.",
  REQUEST_FAILED: "The running Cloudtap refused what was asked of it, or did not answer.",
  INTERCEPT_FAILED: "The devices cannot be led here: the host lacks what that needs, or refuses it.",
  PRIVILEGE_FAILED: "The account that relaying shall run as cannot be used.",
  CAPTURE_FAILED: "Traffic cannot be captured at present, or a capture cannot be handed out.",
  RECORDING_BROKEN: "A recording cannot be read, or only as far as the place that is named.",
  SPOOL_FAILED: "The files of the spool cannot be written at present.",
  SPLUNK_FAILED: "Splunk's collector refused what was sent, could not be reached, or did not answer as one.",
  CERTIFICATE_FAILED: "Cloudtap's own certificate could not be made or read.",
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** `message` says what was expected, what was found and what to do. */
export class CloudtapError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "CloudtapError";
    this.code = code;
    this.details = details;
  }
}

export interface ConfigFault {
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
}

export class ConfigError extends CloudtapError {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super("CONFIG_INVALID", faults.map((f) => `${f.path}: found ${f.found}; allowed: ${f.allowed}`).join("\n"), {
      faults,
    });
    this.name = "ConfigError";
    this.faults = faults;
  }
}

/** Text of anything that was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
