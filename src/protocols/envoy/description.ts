import type { DeviceDescription, DeviceId } from "../../model/device.js";
import type { Books } from "./books.js";
import { envoyEntities, microinverterEntities } from "./entities.js";
import { eventTypes } from "./event-codes.js";
import { isTimezone } from "./time-text.js";

/** Over a slow line an Envoy reports four times a day, in intervals of this length. */
const slowGridS = 900;
const slowReportsEveryS = 6 * 3600;
/** Dusk: what the whole array, and what one inverter gives. */
const lowPowerW = { array: 50, inverter: 5 };

export function envoyId(serial: string): DeviceId {
  return `envoy_${serial}` as DeviceId;
}

export function inverterId(serial: string): DeviceId {
  return `envoy_pcu_${serial}` as DeviceId;
}

export function describeEnvoy(books: Books, serial: string): DeviceDescription {
  const { partNum, swVersion } = books.identity ?? {};
  return {
    id: envoyId(serial),
    protocol: "envoy",
    name: `Envoy ${serial.slice(-6)}`,
    manufacturer: "Enphase",
    model: partNum ?? "Envoy",
    ...(swVersion === undefined ? {} : { swVersion }),
    serialNumber: serial,
    entities: envoyEntities,
    eventTypes,
    ...life(books, lowPowerW.array),
  };
}

/** A part number that is not known must not become a guessed model: it is shown as it is. */
export function describeInverter(
  books: Books,
  serial: string,
  highestChannel: number,
  envoySerial: string,
): DeviceDescription {
  return {
    id: inverterId(serial),
    protocol: "envoy",
    name: `Microinverter ${serial.slice(-6)}`,
    manufacturer: "Enphase",
    model: books.inverters.get(serial)?.partNum ?? "Microinverter",
    serialNumber: serial,
    viaDevice: envoyId(envoySerial),
    entities: microinverterEntities(highestChannel),
    eventTypes: [],
    ...life(books, lowPowerW.inverter),
  };
}

function life(books: Books, powerW: number): Pick<DeviceDescription, "intervalS" | "sleep"> {
  const timezone = books.identity?.timezone;
  const isKnown = timezone !== undefined && isTimezone(timezone);
  return {
    ...(books.gridS === slowGridS ? { intervalS: slowReportsEveryS } : {}),
    sleep: {
      availableAsleep: true,
      powerKey: "power",
      lowPowerW: powerW,
      ...(isKnown ? { timezone } : {}),
    },
  };
}
