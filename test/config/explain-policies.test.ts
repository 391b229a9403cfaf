import { describe, expect, it } from "vitest";
import { explainPolicies, explainShared } from "../../src/config/explain-policies.js";
import { validateConfiguration } from "../../src/config/validate.js";
import { protocols, validation, withRelay } from "./protocols.js";

function explained(keys: Readonly<Record<string, unknown>>): { readonly own: string; readonly shared: string } {
  const configuration = validateConfiguration(withRelay(keys), validation);
  const own = configuration.relays.flatMap(explainPolicies).join(" ");
  return { own, shared: explainShared({ ...configuration, timezone: "Europe/Berlin" }, protocols).join(" ") };
}

describe("policies in sentences", () => {
  it("say nothing where they do nothing", () => {
    expect(explained({})).toEqual({ own: "", shared: "" });
  });

  it("say who answers, and in which time zone", () => {
    const local = explained({ cloud: "local" });
    expect(local.own).toBe("Cloudtap answers in the cloud's place; the cloud is never contacted.");
    expect(local.shared).toBe("Devices that are told the time here stand in the time zone Europe/Berlin.");
    const auto = explained({ cloud: "auto", reply_timeout: 2.5 });
    expect(auto.own).toContain("does not answer within 2.5 s");
    expect(auto.shared).not.toContain("is kept");
    expect(explained({ protocol: "envoy", cloud: "auto" }).shared).toContain("kept for 14 days, at most 50 MB");
  });

  it("say what is blocked and what passes all the same", () => {
    expect(explained({ commands: "protect", commands_block: "reboot" }).own).toBe(
      "Commands of the cloud that change its address or the firmware are blocked. Blocked besides: reboot.",
    );
    expect(explained({ commands: "block", commands_allow: "power,setting" }).own).toBe(
      "Of the cloud's commands only the time, acknowledgements and questions pass. Let through all the same: power, setting.",
    );
  });

  it("say what may be written, and warn of what is unproven", () => {
    expect(explained({ control: true }).own).toBe(
      "MQTT and Home Assistant may write what the devices' entities offer.",
    );
    expect(explained({ control: true, control_experimental: true, protect_local: true }).own).toBe(
      "MQTT and Home Assistant may write what the devices' entities offer, also what is UNPROVEN. The cloud cannot change what was written from here.",
    );
  });
});
