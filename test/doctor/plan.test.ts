import { describe, expect, it } from "vitest";
import { familiesOf, meansGateway, namesOf } from "../../src/doctor/plan.js";
import { dnsPlan, homePlan, plainPlan, relayPlan } from "./sample-facts.js";

describe("how devices are meant to come here", () => {
  it("is by a gateway or not", () => {
    expect(meansGateway(homePlan)).toBe(true);
    expect(meansGateway(plainPlan)).toBe(false);
  });

  it("is by the families of the devices", () => {
    expect(familiesOf({ ...homePlan.intercept, devices: ["fd00::/64", "fd00:1::5"] })).toEqual([6]);
    expect(familiesOf({ ...homePlan.intercept, devices: ["fd00::1", "10.0.0.0/8"] })).toEqual([4, 6]);
  });

  it("is by the names of the vendors and those besides", () => {
    const plan = { ...dnsPlan, dns: { listen: "53", names: ["other.example", "5406.deviceaccess.host"] } };
    expect(namesOf(relayPlan, plan)).toEqual(["5406.deviceaccess.host", "other.example"]);
    expect(namesOf({ ...relayPlan, vendors: [] }, plainPlan)).toEqual([]);
  });
});
