/** A condition that an Envoy reports: docs/protocols/envoy.md §10. */
export interface EventCode {
  readonly code: number;
  /** Event type in Home Assistant. */
  readonly type: EventType;
  readonly text: string;
  /** What an open condition says about the inverter. `when-old`: a problem once it stays open in daylight. */
  readonly problem: "always" | "never" | "when-old";
}

export type EventType =
  | "grid_instability"
  | "power_on_reset"
  | "dc_power_too_low"
  | "failed_to_report"
  | "sleeping"
  | "envoy"
  | "unknown";

export const eventTypes: readonly EventType[] = [
  "grid_instability",
  "power_on_reset",
  "dc_power_too_low",
  "failed_to_report",
  "sleeping",
  "envoy",
  "unknown",
];

export const sleepingCode = 10009;

/** Only what public sources know. Any other code stays a number. */
export const eventCodes: readonly EventCode[] = [
  { code: 101, type: "grid_instability", text: "grid instability", problem: "when-old" },
  { code: 509, type: "power_on_reset", text: "power on reset", problem: "always" },
  { code: 512, type: "dc_power_too_low", text: "DC power too low", problem: "never" },
  { code: 10000, type: "failed_to_report", text: "microinverter failed to report", problem: "always" },
  { code: 10006, type: "envoy", text: "Envoy event", problem: "always" },
  { code: sleepingCode, type: "sleeping", text: "microinverter sleeping", problem: "never" },
  { code: 10031, type: "envoy", text: "Envoy event", problem: "always" },
];

const byCode = new Map(eventCodes.map((row) => [row.code, row]));

export function eventCode(code: number): EventCode | undefined {
  return byCode.get(code);
}
