import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../../src/model/device.js";
import type { EpochMs } from "../../../src/model/time.js";
import { DeviceTopics } from "../../../src/sinks/mqtt/device-topics.js";
import type { RetainedTopic } from "../../../src/sinks/mqtt/retained-lane.js";
import { Topics } from "../../../src/sinks/mqtt/topics.js";
import { inverter, inverterId } from "./descriptions.js";

const at = Date.UTC(2026, 5, 21, 10) as EpochMs;
const topics = new Topics("cloudtap", "homeassistant");
const names = (offered: readonly RetainedTopic[]) => offered.map(({ topic }) => topic.split("/").at(-1));
const texts = (offered: readonly RetainedTopic[]) =>
  Object.fromEntries(offered.map((one) => [one.topic.split("/").at(-1), one.render()]));

describe("the topics of a device", () => {
  it("is one message for all values, made when it is sent", () => {
    const device = new DeviceTopics(inverterId, topics, "json");
    device.describe(inverter);
    const [state, ...others] = device.setState({ ac_power: 1 }, at);
    device.setState({ ac_power: 2 }, at);
    expect(others).toEqual([]);
    expect(JSON.parse(state?.render() ?? "")).toMatchObject({
      ac_power: 2,
      energy_total: null,
      connection_status: null,
    });
  });

  it("tells a new connection status in the state, too", () => {
    const device = new DeviceTopics(inverterId, topics, "json");
    device.setState({ ac_power: 1 }, at);
    expect(names(device.setAvailability(false, "asleep"))).toEqual(["availability", "state"]);
    expect(names(device.setAvailability(false, "asleep"))).toEqual(["availability"]);
    expect(JSON.parse(texts(device.all()).state ?? "")).toMatchObject({ connection_status: "asleep" });
  });

  it("shows a described device without values as unknown, and one that nobody described not at all", () => {
    const device = new DeviceTopics(inverterId, topics, "json");
    expect(names(device.setAvailability(true, "online"))).toEqual(["availability"]);
    device.describe(inverter);
    expect(names(device.all())).toEqual(["availability", "state"]);
    expect(JSON.parse(texts(device.all()).state ?? "")).toMatchObject({ ac_power: null, connection_status: "online" });
  });

  it("publishes the state again when keys are announced that it lacks", () => {
    const device = new DeviceTopics(inverterId, topics, "json");
    device.setState({}, at);
    device.describe(inverter);
    expect(names(device.staleState())).toEqual(["state"]);
    expect(device.staleState()).toEqual([]);
  });

  it("knows every topic that may hold something of it", () => {
    const device = new DeviceTopics(inverterId, topics, "both");
    device.setState({ ac_power: 1 }, at);
    const levels = device.topics().map((topic) => topic.split("/").at(-1));
    expect(levels).toEqual(["state", "availability", "ac_power", "last_seen", "connection_status"]);
  });

  it("has one topic a value where that is wanted, and sends those that changed", () => {
    const device = new DeviceTopics(inverterId, topics, "topics");
    expect(texts(device.setState({ ac_power: 1, problem: false }, at))).toEqual({
      ...{ ac_power: "1", problem: "false" },
      ...{ last_seen: "2026-06-21T10:00:00.000Z", connection_status: "None" },
    });
    expect(texts(device.setState({ ac_power: 2, problem: false }, at))).toEqual({ ac_power: "2" });
    expect(names(device.all())).toEqual(["ac_power", "problem", "last_seen", "connection_status"]);
  });

  it("tells of the cloud, but not of a device that is reached through another one", () => {
    const device = new DeviceTopics(inverterId, topics, "json");
    device.describe(inverter);
    const cloud = { mode: "local" } as const;
    const state = () => JSON.parse(device.setState({}, at, cloud)[0]?.render() ?? "");
    expect(state()).toMatchObject({ cloud_mode: "local", cloud_last_answer: null });
    device.describe({ ...inverter, viaDevice: "envoy_1" as DeviceId });
    expect(state()).not.toHaveProperty("cloud_mode");
  });

  it("tells only its own of Cloudtap itself", () => {
    const device = new DeviceTopics(inverterId, topics, "topics");
    device.describe({ ...inverter, entities: [], isBridge: true });
    expect(names(device.setState({ captures_running: 1 }, at))).toEqual(["captures_running"]);
  });

  it("has no value for what is only pressed or sent", () => {
    const device = new DeviceTopics(inverterId, topics, "json");
    device.describe(inverter);
    const state = JSON.parse(device.setState({}, at)[0]?.render() ?? "");
    expect(state).toMatchObject({ limit: null, setpoint: null, preset: null });
    for (const key of ["restart", "question"]) expect(state).not.toHaveProperty(key);
  });

  it("sends a value again that somebody may believe to be another one", () => {
    const device = new DeviceTopics(inverterId, topics, "topics");
    device.setState({ limit: 60, preset: "eco" }, at);
    device.doubt("limit");
    expect(texts(device.setState({ limit: 60, preset: "eco" }, at))).toEqual({ limit: "60" });
  });

  it("has both where both are wanted", () => {
    const device = new DeviceTopics(inverterId, topics, "both");
    expect(names(device.setState({ ac_power: 1 }, undefined))).toEqual([
      ...["state", "ac_power", "last_seen", "connection_status"],
    ]);
  });
});
