import type { CapturePart } from "../../src/model/capture.js";
import type { DeviceId } from "../../src/model/device.js";
import type { EpochUs } from "../../src/model/recording.js";
import type { SessionId, SessionInfo } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import type { LegOpening, LegSide } from "../../src/model/traffic.js";
import type { CapturedLeg, CapturedSession, Moment } from "../../src/sinks/capture/moment.js";
import type { SectionOptions } from "../../src/sinks/capture/section.js";
import { type LegEnd, SyntheticLeg } from "../../src/wire/synthetic-leg.js";

export const inverter = "solarman_2712345678" as DeviceId;
export const openedAt = Date.UTC(2026, 5, 21, 10) as EpochMs;
export const openedAtUs = (openedAt * 1_000) as EpochUs;

export const allParts: ReadonlySet<CapturePart> = new Set(["A", "B", "C", "E", "F", "H", "I", "J", "K", "Z"]);

export const partsWithout = (...left: readonly CapturePart[]): ReadonlySet<CapturePart> => {
  return new Set([...allParts].filter((part) => !left.includes(part)));
};

/** A session of a logger at 192.0.2.10 that called Cloudtap at 192.0.2.1:10000. */
export function sessionInfo(id: string, given: Partial<SessionInfo> = {}): SessionInfo {
  return {
    ...{ id: id as SessionId, relay: "deye", protocol: "blueprint", openedAt },
    device: { localAddress: "192.0.2.1", localPort: 10_000, remoteAddress: "192.0.2.10", remotePort: 40_000 },
    ...given,
  };
}

const cloudAddresses = { localAddress: "192.0.2.1", localPort: 50_000, remoteAddress: "203.0.113.5", remotePort: 443 };

export function legOpening(side: LegSide, given: Partial<LegOpening> = {}): LegOpening {
  const addresses = side === "device" ? sessionInfo("s-1").device : cloudAddresses;
  return { side, security: "plain", addresses, ...given };
}

export function capturedSession(id = "s-1", given: Partial<CapturedSession> = {}): CapturedSession {
  return { info: sessionInfo(id), devices: new Set(), secrets: [], ...given };
}

export function capturedLeg(side: LegSide = "device", number = 1): CapturedLeg {
  const opening = legOpening(side);
  const { localAddress, localPort, remoteAddress, remotePort } = opening.addresses;
  const [here, there] = [
    { address: localAddress, port: localPort },
    { address: remoteAddress, port: remotePort },
  ];
  const ends = side === "device" ? { client: there, server: here } : { client: here, server: there };
  const leg = new SyntheticLeg({ ...ends, interface: side === "device" ? 0 : 1, number });
  return { leg, opening, truePort: undefined, isOver: false };
}

export interface MomentGiven {
  readonly leg?: CapturedLeg;
  readonly from?: LegEnd;
  readonly at?: EpochUs;
}

/** One packet with a payload. */
export function momentOf(payload: string | Uint8Array, given: MomentGiven = {}): Moment {
  const { leg = capturedLeg(), from = "client", at = openedAtUs } = given;
  const [packet] = leg.leg.data(from, typeof payload === "string" ? Buffer.from(payload) : payload, at);
  if (packet === undefined) throw new Error("expected a payload");
  return { leg, packet, keptBytes: packet.payload.length };
}

export const sectionOptions: SectionOptions = {
  ...{ application: "Cloudtap 1.2.3", reason: "always", parts: allParts, hasSecrets: false },
};
