import type { DecodedItem } from "./decoded-sessions.js";

export interface WantedSessions {
  /** Only the session of this number. */
  readonly session?: number;
  /** Only sessions of this device, from where it is named. */
  readonly device?: string;
}

/** Makes the filter of what is shown. */
export function createFilter({ session, device }: WantedSessions): (item: DecodedItem) => boolean {
  const named = new Set<number>();
  return (item) => {
    const { number, leg } = item.session;
    if (session !== undefined && number !== session) return false;
    if (device === undefined) return true;
    const isNamed = leg.note?.device === device || (item.type === "frame" && names(item, device));
    if (isNamed) named.add(number);
    const isShown = named.has(number);
    if (item.type === "end") named.delete(number);
    return isShown;
  };
}

function names({ frame }: Extract<DecodedItem, { readonly type: "frame" }>, device: string): boolean {
  const { seen, readings, devices } = frame.decoded;
  return (
    seen.some((one) => one === device) ||
    readings.some((reading) => reading.device === device) ||
    devices.some(({ description }) => description.id === device)
  );
}
