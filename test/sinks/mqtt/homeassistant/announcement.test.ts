import { describe, expect, it } from "vitest";
import { readAnnouncement } from "../../../../src/sinks/mqtt/homeassistant/announcement.js";
import { deviceDocument } from "../../../../src/sinks/mqtt/homeassistant/discovery.js";
import { Topics } from "../../../../src/sinks/mqtt/topics.js";
import { bareDevice } from "../descriptions.js";

const topics = new Topics("cloudtap", "homeassistant");

describe("reading a document back from the broker", () => {
  for (const values of ["json", "topics", "both"] as const) {
    it(`finds the components of a document of ours (${values})`, () => {
      const document = JSON.stringify(deviceDocument(bareDevice, { topics, values, version: "1.0.0" }));
      expect(Object.fromEntries(readAnnouncement(document, topics.bridgeState) ?? [])).toEqual({
        last_seen: "sensor",
        connection_status: "sensor",
        cloud_mode: "sensor",
        cloud_last_answer: "sensor",
        event: "event",
      });
    });
  }

  it("leaves another bridge's documents alone, and those of a Cloudtap with another base topic", () => {
    const document = deviceDocument(bareDevice, { topics, values: "json", version: "1.0.0" });
    expect(readAnnouncement(JSON.stringify(document), "other/bridge/state")).toBeUndefined();
    const foreign = { ...document, origin: { name: "Other", note: "Cloudtap" } };
    expect(readAnnouncement(JSON.stringify(foreign), topics.bridgeState)).toBeUndefined();
  });

  it("survives anything else", () => {
    for (const text of ["", "Cloudtap", '{"origin":"Cloudtap"}', '{"origin":{"name":"Cloudtap"},"components":[]}'])
      expect(readAnnouncement(text, topics.bridgeState)).toBeUndefined();
  });
});
