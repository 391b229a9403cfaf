import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyedPseudonyms } from "../../src/recording/pseudonyms.js";

const key = new Uint8Array(32).fill(3);
const create = (): KeyedPseudonyms => new KeyedPseudonyms(key);
const scrubText = (pseudonyms: KeyedPseudonyms, text: string): string =>
  Buffer.from(pseudonyms.scrub(Buffer.from(text, "latin1"))).toString("latin1");

describe("KeyedPseudonyms", () => {
  it("gives a serial number the same stand-in as text and as number", () => {
    const pseudonyms = create();
    const text = pseudonyms.serial("2712345678");
    expect(text).toMatch(/^[1-4]\d{9}$/);
    expect(text).not.toBe("2712345678");
    expect(pseudonyms.number(2_712_345_678, 0xffff_ffff)).toBe(Number(text));
    expect(create().number(2_712_345_678, 0xffff_ffff)).toBe(Number(text));
  });

  it("gives other stand-ins with another key", () => {
    expect(new KeyedPseudonyms(new Uint8Array(32)).serial("2712345678")).not.toBe(create().serial("2712345678"));
  });

  it("keeps the kind of characters of a serial number, and the channel behind it", () => {
    const pseudonyms = create();
    expect(pseudonyms.serial("110AD0185160014")).toMatch(/^\d{3}[A-Z]{2}\d{10}$/);
    expect(pseudonyms.serial("121333003009.1")).toBe(`${pseudonyms.serial("121333003009")}.1`);
    expect(pseudonyms.serial("121.1")).toMatch(/^\d{3}\.1$/);
    expect(pseudonyms.serial("2305107146-4")).toBe(`${pseudonyms.serial("2305107146")}-4`);
    expect(pseudonyms.serial("2305107146  ")).toBe(`${pseudonyms.serial("2305107146")}  `);
  });

  it("gives a MAC address the same stand-in in every notation and as bytes", () => {
    const pseudonyms = create();
    const bytes = pseudonyms.macBytes(Uint8Array.of(0, 0x90, 0xc2, 0x0c, 2, 0xb3));
    const hex = Buffer.from(bytes).toString("hex");
    const pairs = hex.match(/../g) ?? [];
    expect(bytes[0]).toBe(2);
    expect(pseudonyms.mac("00:90:c2:0c:02:b3")).toBe(pairs.join(":"));
    expect(pseudonyms.mac("00-90-C2-0C-02-B3")).toBe(pairs.join("-").toUpperCase());
    expect(pseudonyms.mac("0090c20c02b3")).toBe(hex);
    expect(pseudonyms.mac("00%3A90%3AC2%3A0C%3A02%3AB3")).toBe(pairs.join("%3A").toUpperCase());
    expect(pseudonyms.serial("0090c20c02b3")).toBe(hex);
  });

  it("leaves what is blank or nobody's", () => {
    const pseudonyms = create();
    expect(pseudonyms.serial("          ")).toBe("          ");
    expect(pseudonyms.serial("0000000000")).toBe("0000000000");
    expect(pseudonyms.number(0, 0xffff_ffff)).toBe(0);
    expect(pseudonyms.mac("00:00:00:00:00:00")).toBe("00:00:00:00:00:00");
    expect(pseudonyms.mac("ff:ff:ff:ff:ff:ff")).toBe("ff:ff:ff:ff:ff:ff");
    expect(pseudonyms.address("127.0.0.1")).toBe("127.0.0.1");
    expect(pseudonyms.name("---")).toBe("---");
    expect(pseudonyms.place("0.0")).toBe("0.0");
    expect(pseudonyms.counts).toEqual({ serials: 0, macs: 0, addresses: 0, names: 0, places: 0 });
  });

  it("gives an address one stand-in, also where it was written as IPv6", () => {
    const pseudonyms = create();
    const address = pseudonyms.address("192.168.1.210");
    expect(address).toMatch(/^192\.168\.\d+\.\d+$/);
    expect(pseudonyms.address("::ffff:192.168.1.210")).toBe(`::ffff:${address}`);
    expect(pseudonyms.address("FE80::1:2%eth0")).toBe(pseudonyms.address("fe80::1:2"));
  });

  it("keeps length and case of names, and gives a passage the same", () => {
    const pseudonyms = create();
    expect(pseudonyms.name("Home Net 5")).toMatch(/^[A-Z][a-z]{3} [A-Z][a-z]{2} \d$/);
    expect(pseudonyms.passage("Home Net 5")).toBe(pseudonyms.name("Home Net 5"));
  });

  it("puts every place at the same one", () => {
    const pseudonyms = create();
    expect(pseudonyms.place("47.3769")).toBe("0.0");
    expect(scrubText(pseudonyms, "at 47.3769!")).toBe("at 0.00000!");
  });

  it("finds afterwards all that it was shown, in any notation", () => {
    const pseudonyms = create();
    const serial = pseudonyms.serial("2712345678");
    const mac = pseudonyms.mac("00:90:c2:0c:02:b3");
    const ssid = pseudonyms.name("Caf\u00e9 Netz");
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32LE(2_712_345_678, 0);
    numbers.writeUInt32BE(2_712_345_678, 4);
    const swapped = Buffer.from(pseudonyms.scrub(numbers));
    expect(swapped.readUInt32LE(0)).toBe(Number(serial));
    expect(swapped.readUInt32BE(4)).toBe(Number(serial));
    expect(scrubText(pseudonyms, "AP_2712345678 7221436587 0090C20C02B3")).not.toMatch(/2712345678|7221436587|0090c2/i);
    expect(scrubText(pseudonyms, "00-90-c2-0c-02-b3")).toBe(mac.replaceAll(":", "-"));
    expect(scrubText(pseudonyms, "the CAF\u00c9 NETZ")).toContain("the ");
    expect(scrubText(pseudonyms, "caf\u00e9 netz").length).toBe(ssid.length);
    expect(Buffer.from(pseudonyms.scrub(Buffer.from("Caf\u00e9 Netz", "utf8"))).toString("utf8")).not.toContain("Netz");
  });

  it("does not look elsewhere for a passage", () => {
    const pseudonyms = create();
    pseudonyms.passage("firmware");
    expect(scrubText(pseudonyms, "firmware")).toBe("firmware");
  });

  it("counts each original once", () => {
    const pseudonyms = create();
    for (let times = 0; times < 3; times += 1) {
      pseudonyms.serial("2712345678");
      pseudonyms.number(2_712_345_678, 0xffff_ffff);
      pseudonyms.mac("00:90:c2:0c:02:b3");
      pseudonyms.macBytes(Uint8Array.of(0, 0x90, 0xc2, 0x0c, 2, 0xb3));
      pseudonyms.address("10.0.0.5");
      pseudonyms.name("Home");
      pseudonyms.place("8.5417");
    }
    expect(pseudonyms.counts).toEqual({ serials: 1, macs: 1, addresses: 1, names: 1, places: 1 });
  });

  it("never gives two originals one stand-in, nor an original itself, nor a longer one", () => {
    const serials = fc.uniqueArray(fc.stringMatching(/^[1-9A-Z][0-9A-Z]{7,11}$/), { maxLength: 60 });
    fc.assert(
      fc.property(serials, fc.uniqueArray(fc.ipV4(), { maxLength: 60 }), (texts, addresses) => {
        const pseudonyms = create();
        const others = texts.map((text) => pseudonyms.serial(text));
        expect(new Set(others).size).toBe(texts.length);
        for (const [at, text] of texts.entries()) {
          expect(others[at]).not.toBe(text);
          expect(others[at]?.length).toBe(text.length);
        }
        for (const address of addresses) {
          expect(pseudonyms.address(address).length).toBeLessThanOrEqual(address.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("takes any text and any bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.uint8Array(), fc.nat(), (text, bytes, value) => {
        const pseudonyms = create();
        for (const give of [pseudonyms.serial, pseudonyms.mac, pseudonyms.address, pseudonyms.name, pseudonyms.place]) {
          expect(typeof give.call(pseudonyms, text)).toBe("string");
        }
        expect(pseudonyms.number(value, 0xffff_ffff)).toBeLessThanOrEqual(0xffff_ffff);
        expect(pseudonyms.number(value, value + 1)).toBeLessThanOrEqual(value + 1);
        expect(pseudonyms.scrub(bytes).length).toBe(bytes.length);
      }),
    );
  });
});
