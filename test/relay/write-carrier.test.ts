import { describe, expect, it } from "vitest";
import type { DeviceId } from "../../src/model/device.js";
import { createWriteCarrier } from "../../src/relay/write-carrier.js";

const request = { device: "blueprint_7" as DeviceId, key: "interval", value: 1 };

describe("the carrier of writes", () => {
  it("takes the first relay that has a session of the device, of those that there are by then", async () => {
    const relays = [{ write: () => undefined }];
    const carrier = createWriteCarrier(() => relays);
    expect(carrier.write(request)).toBeUndefined();
    const carrying = [...relays, { write: async () => ({ status: "applied" as const, value: 1 }) }];
    expect(await createWriteCarrier(() => carrying).write(request)).toEqual({ status: "applied", value: 1 });
  });
});
