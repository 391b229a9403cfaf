import type { DeviceId } from "../model/device.js";
import type { Reading } from "../model/reading.js";
import type { EpochMs } from "../model/time.js";
import type { Value } from "../model/value.js";
import { isoTime } from "../runtime/iso-time.js";

const changeLimit = 1000;
/** Of what nobody has named yet, as in `prop_0x2100`. */
const unnamed = /_0x[0-9a-f]+$/;

interface Change {
  readonly at: EpochMs;
  readonly value: Value;
}

interface Series {
  readonly device: DeviceId;
  readonly key: string;
  readonly changes: Change[];
  last: Value;
  untold: number;
}

/** When the values changed that have no name, so that somebody may find one. */
export class UnnamedHistory {
  readonly #series = new Map<string, Series>();

  take({ device, measuredAt, receivedAt, values }: Reading): void {
    for (const [key, value] of Object.entries(values)) {
      if (!unnamed.test(key)) continue;
      const id = `${device} ${key}`;
      const known = this.#series.get(id);
      const change = { at: measuredAt ?? receivedAt, value };
      if (known === undefined) this.#series.set(id, { device, key, changes: [change], last: value, untold: 0 });
      else if (known.last !== value) add(known, change);
    }
  }

  /** Rows for a person; empty where every value has a name. */
  toText(): string {
    return this.#sorted()
      .map(({ device, key, changes, untold }) => {
        const rows = changes.map(({ at, value }) => `       ${isoTime(at) ?? "at no time"}  ${value ?? "unknown"}\n`);
        const more = untold === 0 ? "" : `       and ${untold} more changes\n`;
        return `--- unnamed ${key} of ${device}\n${rows.join("")}${more}`;
      })
      .join("");
  }

  /** One object a line. */
  toJson(): string {
    return this.#sorted()
      .map(({ device, key, changes, untold }) => {
        const values = changes.map(({ at, value }) => ({ time: isoTime(at), value }));
        return `${JSON.stringify({ type: "unnamed", device, key, values, ...(untold === 0 ? {} : { untold }) })}\n`;
      })
      .join("");
  }

  #sorted(): readonly Series[] {
    return [...this.#series.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
  }
}

function add(series: Series, change: Change): void {
  series.last = change.value;
  if (series.changes.length < changeLimit) series.changes.push(change);
  else series.untold += 1;
}
