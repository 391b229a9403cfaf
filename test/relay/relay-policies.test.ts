import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import type { Protocol } from "../../src/model/protocol.js";
import { protocolByName } from "../../src/protocols/registry.js";
import { Upstream } from "../../src/relay/cloud/upstream.js";
import { UpstreamHealth } from "../../src/relay/cloud/upstream-health.js";
import type { Gatekeeper } from "../../src/relay/gate/gatekeeper.js";
import { controlLevel, type PolicyOptions, policiesFor, RelayPolicies } from "../../src/relay/relay-policies.js";
import { blueprint } from "../support/blueprint/index.js";
import { dialling } from "../support/dialling.js";
import { FakeClock } from "../support/fake-clock.js";
import { recordLog } from "../support/log-recorder.js";
import { createMemoryOutbox } from "../support/memory-outbox.js";

const neutral: PolicyOptions = {
  ...{ cloud: "relay", commands: { preset: "allow", block: [], allow: [] }, replyTimeoutMs: 10_000 },
  ...{ control: false, controlExperimental: false, protectLocal: false },
};
const device = "blueprint_7" as DeviceId;
const delivering: Protocol = { ...blueprint, delivery: { keeps: () => true, judge: () => "delivered" } };

function policies(options: Partial<PolicyOptions>, protocol: Protocol = blueprint) {
  const clock = new FakeClock();
  const upstream = new Upstream({ host: "127.0.0.1", port: 1 }, dialling({ clock }));
  const log = recordLog().log;
  return new RelayPolicies(
    { ...neutral, ...options },
    {
      ...{ relay: "test", protocol, upstreamTls: "auto", clock, log, outbox: createMemoryOutbox() },
      cloud: () => ({ upstream, health: new UpstreamHealth(log, "cloud") }),
      refused: () => undefined,
      owns: (_device, key) => key === "interval",
    },
  );
}

describe("the policies of a relay", () => {
  it("need a gate only where one of them does something", () => {
    expect(policies({}).ofSessions).toBeUndefined();
    const gated: readonly Partial<PolicyOptions>[] = [
      { cloud: "local" },
      { cloud: "auto" },
      { control: true },
      { commands: { preset: "protect", block: [], allow: [] } },
      { commands: { preset: "allow", block: ["firmware"], allow: [] } },
    ];
    expect(gated.filter((options) => policies(options).ofSessions === undefined)).toEqual([]);
    expect(policies({ commands: { preset: "protect", block: [], allow: ["server", "firmware"] } }).ofSessions).toBe(
      undefined,
    );
  });

  it("keep what the cloud misses only where it takes that later, and the relay is auto", () => {
    const hasOutbox = (options: Partial<PolicyOptions>, protocol?: Protocol) =>
      policies(options, protocol).ofSessions?.outbox !== undefined;
    expect(hasOutbox({ cloud: "auto" }, delivering)).toBe(true);
    expect(hasOutbox({ cloud: "auto" })).toBe(false);
    expect(hasOutbox({ cloud: "local" }, delivering)).toBe(false);
  });

  it("block by class first, then what was set from here", () => {
    const command = { classes: ["setting" as const], text: "report every 30 s", keys: ["interval"] };
    const blocked = (options: Partial<PolicyOptions>) => policies(options).ofSessions?.blocked(command, [device]);
    expect(blocked({ commands: { preset: "block", block: [], allow: [] } })).toContain("blocks setting");
    expect(blocked({ control: true, protectLocal: true })).toContain("interval was set from here");
    expect(blocked({ control: true })).toBeUndefined();
    const other = policies({ control: true, protectLocal: true }).ofSessions?.blocked({ ...command, keys: [] }, [
      device,
    ]);
    expect(other).toBeUndefined();
  });

  it("find the newest session of a device for a write, until it is over", async () => {
    const known = policies({ control: true });
    const gatekeeper = (name: string) =>
      ({ write: async () => ({ status: "timeout", error: name }) }) as unknown as Gatekeeper;
    const [older, newer] = [gatekeeper("older"), gatekeeper("newer")];
    const request = { device, key: "interval", value: 1 };
    expect(known.write(request)).toBeUndefined();
    known.ofSessions?.sighted(device, older);
    known.ofSessions?.sighted(device, newer);
    known.forget(older);
    expect(await known.write(request)).toMatchObject({ error: "newer" });
    known.forget(newer);
    expect(known.write(request)).toBeUndefined();
  });

  it("grade control", () => {
    const levels = [{}, { control: true }, { control: true, controlExperimental: true }, { controlExperimental: true }];
    expect(levels.map((one) => controlLevel({ ...neutral, ...one }))).toEqual(["off", "on", "experimental", "off"]);
  });
});

describe("policies of a protocol that is told by its first bytes", () => {
  const options: PolicyOptions = {
    ...{ cloud: "auto", control: true, controlExperimental: true, protectLocal: true, replyTimeoutMs: 10 },
    commands: { preset: "block", block: [], allow: ["power"] },
  };

  it("are all in force where it can carry them out", () => {
    expect(policiesFor(options, protocolByName("solarman") ?? blueprint)).toEqual(options);
  });

  it("fall away one by one where it cannot", () => {
    expect(policiesFor(options, protocolByName("envoy") ?? blueprint)).toMatchObject({
      ...{ cloud: "auto", control: false, controlExperimental: false, protectLocal: false },
      commands: { preset: "block" },
    });
    expect(policiesFor(options, protocolByName("raw") ?? blueprint)).toMatchObject({
      ...{ cloud: "relay", control: false },
      commands: { preset: "allow", block: [], allow: [] },
    });
  });
});
