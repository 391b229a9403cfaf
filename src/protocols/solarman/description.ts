import type { DeviceDescription, DeviceId } from "../../model/device.js";
import type { EntityDescription } from "../../model/entity.js";
import type { ControlLevel } from "../../model/protocol.js";
import { microinverterControls, readControl } from "./control-entities.js";
import {
  headEntities,
  hybridEntities,
  loggerEntities,
  microinverterEntities,
  type SolarmanEntity,
} from "./entities.js";
import { deyeSensorList, type SensorType, sensorTypes } from "./enums.js";
import { isFitted } from "./fitting.js";
import type { LoggerNotes } from "./logger-notes.js";

/** Dusk: a micro-inverter that fell silent at or below this power sleeps. */
const duskW = 30;
/** Counters may gain 1.5 times what the rated power allows: docs/protocols/solarman.md §11. */
const gainFactor = 1.5;

export function loggerId(serial: number): DeviceId {
  return `solarman_${serial}` as DeviceId;
}

/**
 * One device: the logger and the inverter behind it. Announces the inputs, phases and facts that it showed, and what can
 * be written.
 */
export function describeLogger(serial: number, notes: LoggerNotes, control: ControlLevel): DeviceDescription {
  const sensor = sensorTypes[notes.sensorType ?? -1];
  const isDeye = sensor !== undefined || notes.sensorList === deyeSensorList;
  const swVersion = notes.loggerFirmware ?? notes.inverterFirmware;
  const model = sensor === undefined ? undefined : modelOf(sensor, notes);
  return {
    id: loggerId(serial),
    protocol: "solarman",
    name: isDeye ? `Deye inverter ${serial}` : `Solarman logger ${serial}`,
    ...(sensor?.manufacturer === undefined ? {} : { manufacturer: sensor.manufacturer }),
    ...(model === undefined ? {} : { model }),
    ...(swVersion === undefined ? {} : { swVersion }),
    ...(notes.loggerVersion === undefined ? {} : { hwVersion: notes.loggerVersion }),
    ...(notes.inverterSerial === undefined ? {} : { serialNumber: notes.inverterSerial }),
    entities: [
      ...withControls(inverterEntities(sensor, notes), sensor, control),
      ...announced(loggerEntities, notes),
      ...recordEntities(notes),
      ...(control === "off" ? [] : [readControl]),
    ],
    eventTypes: [],
    ...(notes.heartbeatS === undefined ? {} : { intervalS: notes.heartbeatS }),
    ...(sensor?.layout === "microinverter"
      ? { sleep: { availableAsleep: false, powerKey: "power", lowPowerW: duskW } }
      : {}),
  };
}

function modelOf(sensor: SensorType, { ratedPowerW }: LoggerNotes): string {
  const kind = sensor.name.replace("Deye ", "");
  const model = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return ratedPowerW === undefined ? model : `${model} ${ratedPowerW} W`;
}

function inverterEntities(sensor: SensorType | undefined, notes: LoggerNotes): readonly EntityDescription[] {
  // Nothing is announced of an inverter before the first record that could be read.
  if (notes.inverterSerial === undefined) return [];
  if (sensor?.layout === "hybrid") return announced(hybridEntities, notes);
  if (sensor?.layout !== "microinverter") return [];
  const fitting = { inputs: notes.inputs ?? 0, phases: notes.phases ?? 0 };
  const fitted = announced(microinverterEntities, notes).filter((entity) => isFitted(entity.key, fitting));
  const { ratedPowerW } = notes;
  if (ratedPowerW === undefined) return fitted;
  const maxPerHour = (gainFactor * ratedPowerW) / 1000;
  return fitted.map((entity) => (entity.total === "lifetime" ? { ...entity, maxPerHour } : entity));
}

/** A setting that can be written takes the place of its sensor. */
function withControls(
  entities: readonly EntityDescription[],
  sensor: SensorType | undefined,
  control: ControlLevel,
): readonly EntityDescription[] {
  if (control !== "experimental" || sensor?.layout !== "microinverter" || entities.length === 0) return entities;
  const keys = microinverterControls.map(({ key }) => key);
  return [...entities.filter(({ key }) => !keys.includes(key)), ...microinverterControls];
}

function recordEntities(notes: LoggerNotes): readonly EntityDescription[] {
  return notes.sensorType === undefined ? [] : announced(headEntities, notes);
}

function announced(rows: readonly SolarmanEntity[], notes: LoggerNotes): readonly EntityDescription[] {
  return rows.filter(({ entity, optional }) => !optional || notes.keys.has(entity.key)).map(({ entity }) => entity);
}
