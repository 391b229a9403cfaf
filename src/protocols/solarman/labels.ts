import { nameAnswer, nameCommand } from "./command-words.js";
import { foreignMakes, frameTypes, sensorTypes } from "./enums.js";
import { isoTime } from "./iso-time.js";
import type { Acknowledgement, DataRecord, Message } from "./messages.js";

/** One line for the log. Network names and hardware addresses are never in it. */
export function labelMessage(message: Message): string {
  const { serverSequence, deviceSequence } = message.head;
  return `[${serverSequence}/${deviceSequence}] ${words(message)}`;
}

function words(message: Message): string {
  switch (message.type) {
    case "hello": {
      const { logger_firmware: firmware = "no firmware", signal_strength: signal = "?" } = message.values;
      return `hello of ${firmware}, signal ${signal} %`;
    }
    case "data":
      return recordWords(message.record);
    case "wifi_info":
      return `WiFi info, signal ${message.values.signal_strength ?? "?"} %`;
    case "heartbeat":
      return "heartbeat";
    case "report":
      return `report, sub-type ${message.values.sub_type ?? "?"}`;
    case "acknowledgement":
      return acknowledgementWords(message.acknowledgement);
    case "command":
      return `command: ${nameCommand(message.command)}`;
    case "answer":
      return `${message.interim ? "interim answer" : "answer"}: ${nameAnswer(message.answer)}`;
    case "unknown":
      return `unknown type ${hex(message.head.type, 2)}`;
    case "short":
      return `type ${hex(message.head.type, 2)} with ${message.foundBytes} bytes`;
  }
}

function recordWords({ stored, recordCounter, sensorType }: DataRecord): string {
  return `${stored ? "stored" : "live"} record ${recordCounter} of ${nameSensor(sensorType)}`;
}

function acknowledgementWords({ of, unixTimeS, timezoneMinutes }: Acknowledgement): string {
  const zone = timezoneMinutes === undefined ? "no zone" : `zone ${timezoneMinutes} min`;
  return `acknowledgement of ${nameType(of)}, ${isoTime(unixTimeS)}, ${zone}`;
}

function nameType(type: number): string {
  return Object.entries(frameTypes).find(([, known]) => known === type)?.[0] ?? hex(type, 2);
}

/** `Deye micro-inverter (0x5408)`; makes are named where a sensor type gives them away. */
export function nameSensor(sensorType: number): string {
  const name = sensorTypes[sensorType]?.name ?? foreignMakes[sensorType];
  return name === undefined ? `sensor type ${hex(sensorType, 4)}` : `${name} (${hex(sensorType, 4)})`;
}

/** `0x5408`. */
export function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
