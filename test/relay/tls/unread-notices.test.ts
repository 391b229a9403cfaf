import { describe, expect, it } from "vitest";
import { UnreadNotices } from "../../../src/relay/tls/unread-notices.js";

const key = { relay: "deye", address: "192.168.1.50", target: "cloud.example.com" };

describe("saying once that a device is passed through unread", () => {
  it("is news the first time, for each address and each place that it calls", () => {
    const notices = new UnreadNotices();
    expect(notices.isNews(key)).toBe(true);
    expect(notices.isNews(key)).toBe(false);
    expect(notices.isNews({ ...key, target: "" })).toBe(true);
    expect(notices.isNews({ ...key, address: "192.168.1.51" })).toBe(true);
  });

  it("forgets the oldest when there are very many", () => {
    const notices = new UnreadNotices();
    notices.isNews(key);
    for (let index = 0; index < 1_024; index += 1) notices.isNews({ ...key, address: `fd00::${index.toString(16)}` });
    expect(notices.isNews(key)).toBe(true);
  });
});
