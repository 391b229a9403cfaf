import { describe, expect, it } from "vitest";
import type { Player, PlayerAction } from "../../../src/model/protocol.js";
import { createCloudSimulator } from "../../../src/protocols/websentry/cloud-simulator.js";
import { createUnitSimulator } from "../../../src/protocols/websentry/unit-simulator.js";
import { Dialogue, start } from "./dialogue.js";

interface Talk {
  readonly queries: number;
  readonly ended: boolean;
  readonly dialogue: Dialogue;
}

/** Lets unit and cloud talk until one of them ends, and looks at what passes. */
function talk(unit: Player, cloud: Player): Talk {
  const dialogue = new Dialogue();
  let queries = 0;
  let ended = false;
  let fromUnit: readonly PlayerAction[] = unit.connected(start);
  cloud.connected(start);
  while (fromUnit.length > 0) {
    const answers: PlayerAction[] = [];
    for (const action of fromUnit) {
      if (action.type !== "send") continue;
      dialogue.push("device-to-cloud", action.bytes);
      answers.push(...cloud.received(action.bytes, start));
    }
    fromUnit = [];
    for (const action of answers) {
      ended ||= action.type === "end";
      if (action.type !== "send") continue;
      queries += 1;
      dialogue.push("cloud-to-device", action.bytes);
      fromUnit = [...fromUnit, ...unit.received(action.bytes, start)];
    }
  }
  dialogue.settle();
  return { queries, ended, dialogue };
}

const simulatedUnit = (extra = {}) => createUnitSimulator({ index: 7, intervalS: 60, extra });

describe("simulated cloud", () => {
  it("asks for all groups and settings in the first session, and closes", () => {
    const { queries, ended, dialogue } = talk(simulatedUnit(), createCloudSimulator());
    expect([queries, ended]).toEqual([18, true]);
    expect(dialogue.anomalies()).toEqual([]);
    const [reading] = dialogue.decoded.flatMap((one) => one.readings);
    expect(Object.keys(reading?.values ?? {}).length).toBeGreaterThan(500);
    expect(reading?.values).toMatchObject({
      room_temp_setpoint: 83,
      system_mode: "Normal",
      serial_number: 100_000_007,
    });
  });

  it("asks for four groups in later sessions", () => {
    const unit = simulatedUnit();
    const cloud = createCloudSimulator();
    talk(unit, cloud);
    expect(talk(unit, cloud).queries).toBe(4);
  });

  it("reads the settings again when the unit says that there is news", () => {
    const unit = simulatedUnit();
    const cloud = createCloudSimulator();
    talk(unit, cloud);
    unit.received(Buffer.from("70839ec63d0006032501030032", "hex"), start);
    expect(talk(unit, cloud).queries).toBe(18);
  });

  it.each([
    ["fahrenheit", "°F", 83],
    ["celsius", "°C", 28],
  ])("W28: shows the setpoints of a unit in %s", (unit, symbol, value) => {
    const { dialogue } = talk(simulatedUnit({ unit }), createCloudSimulator());
    const settled = dialogue.decoded.at(-1);
    const entity = settled?.devices[0]?.description.entities.find((each) => each.key === "room_temp_setpoint");
    expect([entity?.unit, settled?.readings[0]?.values.room_temp_setpoint]).toEqual([symbol, value]);
  });

  it("asks nothing before Init", () => {
    const cloud = createCloudSimulator();
    expect(cloud.connected(start)).toEqual([]);
    expect(cloud.received(Uint8Array.of(1, 2, 3), start)).toEqual([]);
  });
});
