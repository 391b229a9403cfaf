import type { EntityDescription } from "../../model/entity.js";
import { questionKey, questionPattern } from "./register-question.js";
import { limitRange, onOffStates } from "./register-settings.js";

/** What can be written of a micro-inverter, in place of the sensors with these keys. */
export const microinverterControls: readonly EntityDescription[] = [
  {
    key: "active_power_limit",
    platform: "number",
    name: "Active power limit",
    unit: "%",
    category: "config",
    icon: "mdi:speedometer",
    range: limitRange,
  },
  {
    key: "on_off",
    platform: "switch",
    name: "On and off",
    category: "config",
    icon: "mdi:power",
    onOff: onOffStates,
  },
];

/** Asks a logger for registers; the answer is the result of the write. */
export const readControl: EntityDescription = {
  key: questionKey,
  platform: "text",
  name: "Read Modbus registers",
  category: "config",
  enabled: false,
  icon: "mdi:magnify",
  pattern: questionPattern,
};
