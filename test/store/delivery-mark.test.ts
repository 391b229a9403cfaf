import { describe, expect, it } from "vitest";
import { createDeliveryMark } from "../../src/store/delivery-mark.js";
import { createMemoryDatabase } from "../support/memory-database.js";

describe("a delivery mark", () => {
  it("is what was saved last, and nothing once that is taken back", async () => {
    const mark = createDeliveryMark(createMemoryDatabase(), "splunk");
    expect(await mark.load()).toBeUndefined();
    await mark.save("a");
    await mark.save("b");
    expect(await mark.load()).toBe("b");
    await mark.save(undefined);
    expect(await mark.load()).toBeUndefined();
  });

  it("is kept between runs, apart from those of other queues", async () => {
    const db = createMemoryDatabase();
    await createDeliveryMark(db, "one").save("1");
    await createDeliveryMark(db, "other").save("2");
    expect(await createDeliveryMark(db, "one").load()).toBe("1");
  });

  it("rejects where it cannot be kept", async () => {
    const db = createMemoryDatabase();
    db.failing = true;
    await expect(createDeliveryMark(db, "splunk").save("a")).rejects.toMatchObject({ code: "STORE_FAILED" });
  });
});
