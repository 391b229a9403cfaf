import type { DeviceEvent } from "../model/event.js";
import type { BusMessage, CloudState } from "../model/ports.js";

/** What sessions tell of the cloud of a device. */
export type CloudMessage = Extract<BusMessage, { readonly type: "cloud-mode" | "cloud-answered" }>;

/** A cloud that answers before anything else is known of it is one that frames are passed on to. */
export function nextCloudState(before: CloudState | undefined, message: CloudMessage): CloudState {
  if (message.type === "cloud-mode") return { ...before, mode: message.mode };
  const { lastAnswerAt } = before ?? {};
  const isOlder = lastAnswerAt !== undefined && lastAnswerAt > message.at;
  return { mode: before?.mode ?? "relay", lastAnswerAt: isOlder ? lastAnswerAt : message.at };
}

/** The event of a change; none for the first that is known of a device. */
export function modeEvent(before: CloudState | undefined, message: CloudMessage): DeviceEvent | undefined {
  if (message.type !== "cloud-mode" || before === undefined || before.mode === message.mode) return undefined;
  const { device, at, mode, reason } = message;
  return { device, type: "cloud_mode", at, attributes: { mode, reason } };
}
