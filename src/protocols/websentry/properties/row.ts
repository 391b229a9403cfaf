/** When the cloud asks for a property (docs/protocols/websentry.md §6). `none`: it was never seen in a query. */
export type QueryGroup = "init" | "identity" | "sensors" | "outputs" | "status" | "settings" | "none";

/** What Home Assistant shows of a property, where it differs from a plain sensor that is switched on. */
export interface EntityPart {
  readonly platform?: "binary_sensor";
  /** How a person sets it, where writing is on; else it is shown as a sensor. */
  readonly control?: "number" | "select" | "switch" | "button" | "text";
  /** What a button writes, where it is not 1. */
  readonly press?: number;
  /** True: among the main controls of the device, not its configuration. */
  readonly primary?: true;
  readonly deviceClass?: string;
  readonly stateClass?: "measurement";
  /** Where the row itself has no unit. */
  readonly unit?: string;
  readonly diagnostic?: true;
  readonly enabled?: false;
  readonly icon?: string;
}

export interface PropertyRow {
  readonly id: number;
  /** Key of the state object. */
  readonly key: string;
  /** Absent: the meaning is unknown. */
  readonly name?: string;
  readonly group: QueryGroup;
  /** Value type seen, or expected where no sample is there. */
  readonly type?: number;
  /** Value bytes in hex without the type byte, from a unit with firmware 5.15.12. */
  readonly sample?: string;
  /** Kind of a typed enum where no sample tells it. */
  readonly kind?: number;
  readonly unit?: string;
  /** °F or °C, as the property named here says. */
  readonly unitFrom?: 0x010e;
  /** Engineering limits, in `unit`; not the vendor's. A value outside is left out and reported. */
  readonly plausible?: readonly [min: number, max: number];
  /** Value type of a write; only where the cloud was seen to write. */
  readonly setType?: number;
  /** Name in the source, where it is another one. */
  readonly sourceName?: string;
  /** Of name and meaning; absent: none. */
  readonly confidence?: "high" | "medium" | "low";
  readonly note?: string;
  /** Why writing it is dangerous. */
  readonly hazard?: string;
  readonly entity?: EntityPart;
}
