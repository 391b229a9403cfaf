import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  describeEncryption,
  type EncryptedMessage,
  encryptionEntities,
  encryptionEvent,
  encryptionValues,
  isReadAgain,
  isUnknownDevice,
  readableEncryption,
  targetOf,
  unknownDevice,
  unreadEncryption,
  withEncryption,
} from "../../src/devices/encryption-state.js";
import type { DeviceId } from "../../src/model/device.js";
import type { Encryption } from "../../src/model/encryption.js";
import type { SessionInfo } from "../../src/model/session.js";
import type { EpochMs } from "../../src/model/time.js";
import { inverter, testSession } from "../support/hub-setup.js";

const at = (ms: number) => ms as EpochMs;
const device = "acme_1" as DeviceId;
const cloud = "cloud.example.com";
const session: SessionInfo = { ...testSession, serverName: cloud };
const place = { relay: "roof", address: "127.0.0.1", target: cloud };

function refused(since: number, target = cloud): EncryptedMessage {
  const splice = { ...place, target, since: at(since), reason: "alert unknown ca" };
  return { type: "encrypted", session, target, reason: "it refused: alert unknown ca", splice, at: at(since + 5) };
}

function unread(time: number, target = cloud): EncryptedMessage {
  return { type: "encrypted", session, target, reason: "it is not opened", at: at(time) };
}

const known: Encryption = {
  ...{ state: "refused", since: at(10), ...place, reason: "it refused: alert unknown ca" },
  ...{ firmware: "1.2", record: at(10) },
};

describe("what is known after a session that passes through unread", () => {
  it("is why and since when, with the firmware that was last read", () => {
    expect(unreadEncryption(undefined, refused(10), "1.2")).toEqual(known);
    expect(unreadEncryption(undefined, unread(7), undefined)).toEqual({
      ...{ state: "unread", since: 7, ...place, reason: "it is not opened" },
    });
  });

  it("is nothing new the next time, but is for a new record, another address, or after it was readable", () => {
    expect(unreadEncryption(known, refused(10), "1.2")).toBeUndefined();
    expect(unreadEncryption(known, refused(20), "1.2")).toMatchObject({ since: 20, record: 20 });
    const moved = { ...session, device: { ...session.device, remoteAddress: "127.0.0.2" } };
    expect(unreadEncryption(known, { ...refused(10), session: moved }, "1.2")).toMatchObject({ address: "127.0.0.2" });
    expect(unreadEncryption(readableEncryption(known, at(15)), refused(10), "1.2")).toMatchObject({ state: "refused" });
  });

  it("stays with the first of two places, unless only the second refuses for certain", () => {
    expect(unreadEncryption(known, refused(20, "other.example.com"), "1.2")).toBeUndefined();
    expect(unreadEncryption(known, unread(20, "other.example.com"), "1.2")).toBeUndefined();
    const before = unreadEncryption(undefined, unread(5), "1.2");
    expect(unreadEncryption(before, refused(20, "other.example.com"), "1.2")).toMatchObject({
      ...{ state: "refused", target: "other.example.com" },
    });
  });

  it("keeps the firmware that was known before", () => {
    expect(unreadEncryption(readableEncryption(known, at(15)), refused(20), undefined)?.firmware).toBe("1.2");
  });
});

describe("a session that is read", () => {
  const trace = { open: false, lastAt: at(10), speaksBoth: false };
  const named = (serverName: string): SessionInfo => ({ ...testSession, serverName });
  const minute = 60_000;

  it("shows that the device is read again where it goes to the same place", () => {
    expect(isReadAgain(known, session, { ...trace, open: true }, at(11))).toBe(true);
    expect(isReadAgain(readableEncryption(known, at(10)), session, trace, at(11))).toBe(false);
  });

  it("shows it in any case once somebody asked to try again", () => {
    const retried = { ...known, retried: true };
    expect(isReadAgain(retried, named("other.example.com"), { ...trace, open: true }, at(11))).toBe(true);
  });

  it("shows nothing where the device speaks TLS to another place, until it has not called unread for an hour", () => {
    const other = named("other.example.com");
    expect(isReadAgain(known, other, trace, at(10 + 59 * minute))).toBe(false);
    expect(isReadAgain(known, other, trace, at(10 + 61 * minute))).toBe(true);
    expect(isReadAgain(known, other, { ...trace, open: true }, at(10 + 61 * minute))).toBe(false);
  });

  it("shows it where the device speaks plainly again, unless it does both", () => {
    expect(isReadAgain(known, testSession, trace, at(11))).toBe(true);
    expect(isReadAgain(known, testSession, { ...trace, speaksBoth: true }, at(11))).toBe(false);
    expect(isReadAgain(known, testSession, { ...trace, open: true }, at(11))).toBe(false);
  });

  it("shows it where the device has another address now", () => {
    const moved = { ...known, address: "127.0.0.9" };
    expect(isReadAgain(moved, named("other.example.com"), trace, at(11))).toBe(true);
  });
});

describe("what Home Assistant is told", () => {
  it("has a value for each of its entities but the button", () => {
    const keys = encryptionEntities.filter(({ platform }) => platform === "sensor").map(({ key }) => key);
    expect(Object.keys(encryptionValues(known))).toEqual(keys);
    expect(encryptionValues(known)).toEqual({
      encryption: "refused",
      encryption_since: "1970-01-01T00:00:00.010Z",
      encryption_detail:
        "It refused: alert unknown ca. Its cloud goes on working. After a new firmware or a reset of the device press Read again.",
      encryption_target: cloud,
      encryption_firmware: "1.2",
    });
    const nameless: Encryption = { ...place, state: "unread", since: at(1), target: "", reason: "x" };
    expect(encryptionValues(nameless)).toMatchObject({ encryption_target: null, encryption_firmware: null });
  });

  it("adds the entities to those of the device only where there is something to tell", () => {
    const description = inverter("acme_1");
    expect(withEncryption(description, undefined)).toBe(description);
    const keys = withEncryption(description, known).entities.map(({ key }) => key);
    expect(keys.slice(0, 4)).toEqual(["power", "energy", "energy_today", "encryption"]);
  });

  it("says what can be done, in no more words than Home Assistant takes", () => {
    expect(describeEncryption({ ...known, state: "unread" })).toContain("set tls: terminate for the relay roof");
    expect(describeEncryption({ ...known, retried: true })).toContain("tried again");
    expect(describeEncryption(readableEncryption(known, at(1)))).toBe("Its traffic is read.");
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), fc.string({ maxLength: 300 }), (reason, relay) => {
        for (const state of ["refused", "unread", "readable"] as const)
          expect(describeEncryption({ ...known, state, reason, relay }).length).toBeLessThanOrEqual(255);
      }),
    );
  });

  it("is an event once a record, and when it can be read again", () => {
    const event = encryptionEvent(device, undefined, known, at(12));
    expect(event).toMatchObject({ device, type: "encrypted", at: 12, attributes: { state: "refused", ...place } });
    expect(event?.attributes).toMatchObject({ firmware: "1.2", detail: expect.stringContaining("press Read again") });
    const again = readableEncryption(known, at(15));
    expect(encryptionEvent(device, known, again, at(15))).toMatchObject({ type: "readable_again", attributes: place });
    expect(encryptionEvent(device, again, known, at(16))).toBeUndefined();
    expect(encryptionEvent(device, again, { ...known, record: at(17) }, at(17))).toMatchObject({ type: "encrypted" });
  });
});

describe("where a session was heading", () => {
  it("is the server name, else the address with its port, else unknown", () => {
    const destination = { address: "203.0.113.7", port: 443 };
    expect(targetOf({ ...session, destination })).toBe(cloud);
    expect(targetOf({ ...testSession, destination })).toBe("203.0.113.7:443");
    expect(targetOf({ ...testSession, destination: { address: "2001:db8::7", port: 443 } })).toBe("[2001:db8::7]:443");
    expect(targetOf(testSession)).toBe("");
  });
});

describe("a device that nobody could ever read", () => {
  const at6 = (remoteAddress: string): SessionInfo => ({ ...session, device: { ...session.device, remoteAddress } });

  it("is named by its address", () => {
    expect(unknownDevice(at6("192.168.1.50"))).toMatchObject({
      ...{ id: "acme_at_192_168_1_50", protocol: "acme", name: "Encrypted device 192.168.1.50", entities: [] },
    });
    expect(unknownDevice(at6("2001:DB8::7%eth0")).id).toBe("acme_at_2001_db8__7_eth0");
  });

  it("is told from all others", () => {
    expect(isUnknownDevice(unknownDevice(session))).toBe(true);
    expect(isUnknownDevice(inverter("acme_1"))).toBe(false);
  });
});
