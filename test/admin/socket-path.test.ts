import { describe, expect, it } from "vitest";
import { adminSocketPath, fitsSocketPath } from "../../src/admin/socket-path.js";

describe("path of the local socket", () => {
  it("stands in the data directory", () => {
    expect(adminSocketPath("/data/cloudtap")).toBe("/data/cloudtap/cloudtap.sock");
  });

  it("fits up to 107 bytes, counted as they are on the disk", () => {
    expect(fitsSocketPath("a".repeat(107))).toBe(true);
    expect(fitsSocketPath("a".repeat(108))).toBe(false);
    expect(fitsSocketPath("ü".repeat(54))).toBe(false);
  });
});
