import type { Protocol } from "../model/protocol.js";
import type { RecordedLeg } from "../model/recording.js";
import type { Direction } from "../model/session.js";
import { parseClientHello } from "../wire/client-hello.js";
import { protocolOfPort } from "./server-ports.js";

export type LegVerdict =
  | { readonly type: "known"; readonly protocol: Protocol }
  /** What was recorded is encrypted. */
  | { readonly type: "tls" }
  | { readonly type: "unknown" };

export interface LegProtocolOptions {
  readonly protocols: readonly Protocol[];
  /** What the user says that it is. */
  readonly given?: Protocol;
}

const headLimitBytes = 1024;
const tlsRecord = {
  first: 0x14,
  last: 0x17,
  major: 3,
  newestMinor: 4,
  headerBytes: 5,
  limitBytes: 16_384 + 2048,
} as const;

/**
 * Which protocol a recorded leg speaks: what the user says; else what the capture or the kind of file notes; else what the first bytes
 * of the device tell; else the port it went to. TLS is told whoever says what.
 */
export class LegProtocol {
  readonly #leg: RecordedLeg;
  readonly #options: LegProtocolOptions;
  readonly #heads: Record<Direction, Uint8Array> = { "device-to-cloud": nothing, "cloud-to-device": nothing };

  constructor(leg: RecordedLeg, options: LegProtocolOptions) {
    this.#leg = leg;
    this.#options = options;
  }

  /** Undefined: more bytes are needed. */
  push(direction: Direction, bytes: Uint8Array): LegVerdict | undefined {
    const head = this.#heads[direction];
    if (head.length >= headLimitBytes) return this.decide();
    this.#heads[direction] = Buffer.concat([head, bytes.subarray(0, headLimitBytes - head.length)]);
    return this.#look();
  }

  /** No more bytes come, or too many came. */
  decide(): LegVerdict {
    return this.#look() ?? this.#named() ?? this.#byPort();
  }

  #look(): LegVerdict | undefined {
    if (this.#leg.note?.security === "splice") return { type: "tls" };
    const looks = [judgeTls(this.#heads["device-to-cloud"]), judgeTls(this.#heads["cloud-to-device"])];
    if (looks.includes("tls")) return { type: "tls" };
    return looks.includes("need-more") ? undefined : (this.#named() ?? this.#probe());
  }

  #named(): LegVerdict | undefined {
    const { given, protocols } = this.#options;
    const noted = this.#leg.note?.protocol ?? this.#leg.protocol;
    const protocol = given ?? protocols.find(({ name }) => name === noted);
    return protocol === undefined ? undefined : { type: "known", protocol };
  }

  #probe(): LegVerdict | undefined {
    const head = this.#heads["device-to-cloud"];
    let needsMore = head.length === 0;
    for (const protocol of this.#options.protocols) {
      const answer = protocol.probe?.(head);
      if (answer === "match") return { type: "known", protocol };
      needsMore ||= answer === "need-more";
    }
    return needsMore ? undefined : this.#byPort();
  }

  #byPort(): LegVerdict {
    const port = this.#leg.note?.port ?? this.#leg.server.port;
    const protocol = protocolOfPort(port, this.#options.protocols);
    return protocol === undefined ? { type: "unknown" } : { type: "known", protocol };
  }
}

const nothing = new Uint8Array(0);

/** A record of TLS, at the beginning of a connection or in its middle, or a hello in the old format. */
function judgeTls(head: Uint8Array): "tls" | "need-more" | "other" {
  const [type = 0, major = 0, minor = 0, high = 0, low = 0] = head;
  const { first, last, newestMinor, limitBytes, headerBytes } = tlsRecord;
  if (head.length === 0) return "other";
  if (parseClientHello(head).type === "hello") return "tls";
  if (type < first || type > last) return "other";
  if (head.length < headerBytes) return "need-more";
  return major === tlsRecord.major && minor <= newestMinor && high * 256 + low <= limitBytes ? "tls" : "other";
}
