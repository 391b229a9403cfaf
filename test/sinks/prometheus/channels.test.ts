import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitChannel } from "../../../src/sinks/prometheus/channels.js";

describe("channels in keys", () => {
  it.each([
    ["pv1_power", "pv_power", "1"],
    ["pv4_energy_total", "pv_energy_total", "4"],
    ["channel2_ac_voltage", "ac_voltage", "2"],
    ["port1_serial", "port_serial", "1"],
    ["port_b_frame_delay", "port_frame_delay", "b"],
    ["grid_voltage_l2", "grid_voltage", "l2"],
    ["temperature_3", "temperature", "3"],
    ["schedule_7_occupied_from", "schedule_occupied_from", "7"],
    ["exhaust_fan_1_capacity", "exhaust_fan_capacity", "1"],
    ["compressor_1_state", "compressor_state", "1"],
    ["digital_input_0b", "digital_input", "0b"],
    ["digital_output_11", "digital_output", "11"],
    ["analog_output_02", "analog_output", "02"],
  ])("finds in %s the quantity %s and the channel %s", (key, base, channel) => {
    expect(splitChannel(key)).toEqual({ base, channel });
  });

  it.each(["power", "pv_power", "state_1227", "state_1b2b", "prop_0x0117", "prop_0x1001", "port_frame_delay", "l1"])(
    "finds none in %s",
    (key) => {
      expect(splitChannel(key)).toEqual({ base: key, channel: "" });
    },
  );

  it("never loses what the key is about", () => {
    const key = fc.string({ unit: fc.constantFrom(..."abpvl01239_x"), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(key, (text) => {
        const { base, channel } = splitChannel(text);
        expect(base.length).toBeGreaterThan(0);
        expect(base.length + channel.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
