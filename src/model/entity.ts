/** What Home Assistant makes of one key of a device's state object. Data: tables of these stand in `protocols/<name>/`. */
export interface EntityDescription {
  /** Key of the state object; also the component key and the end of the unique id. Never changes between versions. */
  readonly key: string;
  readonly platform: "sensor" | "binary_sensor" | "number" | "select" | "switch" | "button" | "text";
  /** Without the device's name. */
  readonly name: string;
  readonly deviceClass?: string;
  readonly unit?: string;
  readonly stateClass?: "measurement" | "total" | "total_increasing";
  /** `config` only on what can be written. */
  readonly category?: "diagnostic" | "config";
  /** Decimals that are shown. */
  readonly precision?: number;
  /** False: registered but switched off until the user wants it. Default true. */
  readonly enabled?: boolean;
  readonly icon?: string;
  /** Of a number: what may be written, in `unit`. Absent: the device has not told it yet, so nothing may be. */
  readonly range?: { readonly min: number; readonly max: number; readonly step: number };
  /** Of a text: a regular expression that the whole of it must match. */
  readonly pattern?: string;
  /** All labels of an `enum` sensor or a select. */
  readonly options?: readonly string[];
  /** Of a binary sensor or switch whose values are words: the one that means on, the one that means off. Default `true`, `false`. */
  readonly onOff?: readonly [on: string, off: string];
  /**
   * `lifetime`: a counter that must never step back, guarded by `devices/totals.ts`. `daily`: a counter that falls to
   * zero each day. Both stay available while the device is away.
   */
  readonly total?: "lifetime" | "daily";
  /** The most that a lifetime counter can gain in an hour, in `unit`. */
  readonly maxPerHour?: number;
  /** True: stays available while the device is away, as long as Cloudtap runs. Totals always do. */
  readonly alwaysAvailable?: boolean;
}
