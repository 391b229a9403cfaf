import { calibrationProperties } from "./properties/calibration.js";
import { controlProperties } from "./properties/control.js";
import { inputsOutputsProperties } from "./properties/inputs-outputs.js";
import { linksProperties } from "./properties/links.js";
import { otherProperties } from "./properties/other.js";
import type { PropertyRow } from "./properties/row.js";
import { setpointsProperties } from "./properties/setpoints.js";
import { systemProperties } from "./properties/system.js";
import { terminalsProperties } from "./properties/terminals.js";

/** Every property that is known, in the order of the ids. Source: docs/protocols/websentry.md §11. */
export const properties: readonly PropertyRow[] = [
  ...systemProperties,
  ...inputsOutputsProperties,
  ...controlProperties,
  ...linksProperties,
  ...setpointsProperties,
  ...terminalsProperties,
  ...calibrationProperties,
  ...otherProperties,
];
