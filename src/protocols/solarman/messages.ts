import type { FieldValues, ImplausibleField } from "../../wire/field-table.js";
import type { ModbusFrame } from "./modbus.js";

/** Bytes 4 to 10 of every frame. */
export interface FrameHead {
  readonly type: number;
  /** Byte 5. A device sends that of the newest frame it got; an answer to a command that of the command. */
  readonly serverSequence: number;
  /** Byte 6. The device's own counter; an acknowledgement returns it. */
  readonly deviceSequence: number;
  readonly loggerSerial: number;
}

/** Seconds, as the logger counts them: docs/protocols/solarman.md §9. */
export interface LoggerTimes {
  readonly totalS: number;
  readonly powerOnS: number;
  /** 0: the logger was not told the time since it booted. */
  readonly offsetS: number;
}

/** Values by the keys of the field table of this type of message. */
interface Fields {
  readonly values: FieldValues;
  readonly implausible: readonly ImplausibleField[];
}

export interface DataRecord extends LoggerTimes {
  /** True for type byte 81: written to flash when it could not be delivered. */
  readonly stored: boolean;
  readonly sensorType: number;
  readonly dataStatus: number;
  readonly recordCounter: number;
  /** The whole payload, head included; a view of the frame. */
  readonly payload: Uint8Array;
}

export interface Acknowledgement {
  /** Type of the frame that is acknowledged. */
  readonly of: number;
  /** First payload byte of that frame. */
  readonly firstByte: number;
  readonly status: number;
  readonly unixTimeS: number;
  /** Minutes east of UTC; undefined: a value that tells none. */
  readonly timezoneMinutes: number | undefined;
}

export interface Command {
  readonly kind: number;
  readonly sensorType: number;
  readonly content: Uint8Array;
  /** Of kind 2, where the checksum is right. */
  readonly modbus?: ModbusFrame;
}

export interface Answer extends LoggerTimes {
  readonly kind: number;
  readonly status: number;
  readonly content: Uint8Array;
  readonly modbus?: ModbusFrame;
  /** Stands in place of the Modbus frame when the command failed. */
  readonly errorCode?: number;
}

export type Message = { readonly head: FrameHead } & (
  | ({ readonly type: "hello" } & Fields)
  | ({ readonly type: "wifi_info" } & Fields)
  | ({ readonly type: "report" } & Fields)
  | { readonly type: "data"; readonly record: DataRecord }
  | { readonly type: "heartbeat" }
  | { readonly type: "acknowledgement"; readonly acknowledgement: Acknowledgement }
  | { readonly type: "command"; readonly command: Command }
  | { readonly type: "answer"; readonly answer: Answer; readonly interim: boolean }
  | { readonly type: "unknown" }
  | { readonly type: "short"; readonly of: MessageType; readonly expectedBytes: number; readonly foundBytes: number }
);

/** What the type byte of a frame says. */
export type MessageType =
  | "hello"
  | "data"
  | "wifi_info"
  | "heartbeat"
  | "report"
  | "acknowledgement"
  | "command"
  | "answer"
  | "unknown";
