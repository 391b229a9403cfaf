/** The field tables of the wire format, by what they describe: docs/protocols/solarman.md. */
export { computedFields } from "./fields/computed.js";
export { hybridFields } from "./fields/hybrid.js";
export {
  acknowledgementFields,
  answerFields,
  commandFields,
  dataHeaderFields,
  frameHeadFields,
  frameTailFields,
  helloFields,
  reportFields,
  wifiInfoFields,
} from "./fields/messages.js";
export { microinverterFields } from "./fields/microinverter.js";
export type { Quantity, SolarmanField } from "./fields/row.js";
