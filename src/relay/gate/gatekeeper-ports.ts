import type { CloudCommand } from "../../model/command.js";
import type { DeviceId } from "../../model/device.js";
import type { CloseReason } from "../../model/session.js";
import type { CloudConnectionPorts } from "../cloud/cloud-connection.js";
import type { Safekeeping } from "../cloud/safekeeping.js";
import type { ReceptionPorts } from "../reception.js";
import { SessionDevices } from "../session-devices.js";

/** What the gatekeeper of one session needs. */
export interface GatekeeperPorts extends Omit<ReceptionPorts, "devices">, Omit<CloudConnectionPorts, "guard"> {
  readonly safekeeping: Safekeeping | undefined;
  /** False: something older waits for the cloud, which comes first. */
  readonly cloudIsFree: boolean;
  /** Why a command to one of these devices does not pass, in words. */
  blocked(command: CloudCommand, devices: Iterable<DeviceId>): string | undefined;
  /** A device shows up in this session. */
  sighted(device: DeviceId): void;
  /** The cloud cannot be had and the policy has no answer of its own, or the device cannot be served any more. */
  over(reason: CloseReason, how: "close" | "reset", error?: Error): void;
  cloudBytes(count: number): void;
  /** The cloud has ended its side, and with it the session. */
  cloudEnded(): void;
}

/** Until the cloud has answered, what was known of it before holds. */
export function devicesOf(ports: GatekeeperPorts): SessionDevices {
  const { cloud, cloudIsFree, availability, address } = ports;
  if (cloud === "local") return new SessionDevices(ports, "local", "the cloud is not asked");
  const wasAway = cloud === "auto" && (!cloudIsFree || availability.isAway(address));
  return wasAway
    ? new SessionDevices(ports, "local", "the cloud has been away")
    : new SessionDevices(ports, "relay", "the cloud is asked");
}
