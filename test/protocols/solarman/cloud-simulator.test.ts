import { expect, it } from "vitest";
import { createCloudSimulator } from "../../../src/protocols/solarman/cloud-simulator.js";
import { encodeAnswer, encodeHeartbeat } from "../../../src/protocols/solarman/encoder.js";
import { address, liveHead, record, start } from "./dialogue.js";

it("acknowledges each frame in a segment of its own, however they come", () => {
  const cloud = createCloudSimulator();
  expect(cloud.connected(start)).toEqual([]);
  const joined = Buffer.concat([record(), encodeHeartbeat(address)]);
  const actions = [...cloud.received(joined.subarray(0, 100), start), ...cloud.received(joined.subarray(100), start)];
  expect(actions.map((action) => action.type === "send" && action.bytes[4])).toEqual([0x12, 0x17]);
});

it("answers neither answers nor garbage, and begins anew with each connection", () => {
  const cloud = createCloudSimulator();
  cloud.connected(start);
  expect(cloud.received(encodeAnswer(address, liveHead, 1, Buffer.from("+ok")), start)).toEqual([]);
  expect(cloud.received(Uint8Array.of(1, 2, 3, 0xa5, 0x01), start)).toEqual([]);
  cloud.disconnected(start);
  cloud.connected(start);
  expect(cloud.received(encodeHeartbeat(address), start)).toHaveLength(1);
});
