import { describe, expect, it } from "vitest";
import { findForwardPolicy } from "../../src/intercept/forward-findings.js";
import type { ForwardPolicy } from "../../src/intercept/host-facts.js";
import { createRules } from "../../src/intercept/rules.js";
import { readyHost } from "./host-picture.js";
import { home } from "./led-devices.js";

const rules = createRules({ ...home, devices: ["192.168.1.50"] });
const docker: ForwardPolicy = { family: 4, drops: true, hasDockerUser: true, rules: [] };
const find = (policy: Partial<ForwardPolicy>) =>
  findForwardPolicy(rules, { ...readyHost, forwarding: [{ ...docker, ...policy }] })[0];

describe("other traffic of the devices", () => {
  it("passes where the policy is to accept", () => {
    expect(find({ drops: false })).toMatchObject({ check: "forward_policy_v4", state: "ok" });
  });

  it("does not pass where Docker drops it, and the remedy is in Docker's chain for others", () => {
    const found = find({});
    expect(found?.state).toBe("problem");
    expect(found?.found).toContain("192.168.1.50");
    expect(found?.remedy).toBe(
      "Set intercept.prepare: true, or run: iptables -I DOCKER-USER -i eth0 -s 192.168.1.50 -j ACCEPT; " +
        "iptables -I DOCKER-USER -o eth0 -d 192.168.1.50 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    );
  });

  it("does not pass where somebody else's policy drops it, which is not for Cloudtap to change", () => {
    expect(find({ hasDockerUser: false })?.remedy).toMatch(/^Run: iptables -I FORWARD -i eth0 -s 192\.168\.1\.50/);
  });

  it.each([
    "-A DOCKER-USER -s 192.168.1.50/32 -i eth0 -j ACCEPT",
    "-A DOCKER-USER -s 192.168.1.50/32 -m comment --comment cloudtap -j ACCEPT",
    "-A FORWARD -i eth0 -j ACCEPT",
    "-A FORWARD -j ACCEPT",
  ])("passes where a rule lets it: %s", (rule) => {
    expect(find({ rules: [rule] })?.state).toBe("ok");
  });

  it.each([
    "-A DOCKER-USER -s 192.168.1.51/32 -j ACCEPT",
    "-A FORWARD -i wlan0 -j ACCEPT",
    "-A FORWARD -p tcp -j ACCEPT",
    "-A FORWARD ! -i eth0 -j ACCEPT",
    "-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-A DOCKER-USER -j RETURN",
  ])("is not let pass by a rule for something else: %s", (rule) => {
    expect(find({ rules: [rule] })?.state).toBe("problem");
  });
});
