import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressTexts } from "../../src/wire/address-texts.js";
import { formatIpAddress, parseIpAddress, withoutMapping } from "../../src/wire/ip-address.js";

describe("AddressTexts", () => {
  it("writes addresses within a packet, and mapped ones as IPv4", () => {
    const texts = new AddressTexts();
    const packet = Buffer.concat([Buffer.alloc(3), parseIpAddress("::ffff:192.0.2.1") ?? Buffer.alloc(0)]);
    expect(texts.of(packet, 15, 4)).toBe("192.0.2.1");
    expect(texts.of(packet, 3, 16)).toBe("192.0.2.1");
  });

  it("gives the same however often an address came before, and between whichever others", () => {
    const address = fc.tuple(fc.nat(20), fc.constantFrom("fd00::", "2001:db8::ff:"));
    fc.assert(
      fc.property(fc.array(address, { maxLength: 60 }), (all) => {
        const texts = new AddressTexts();
        for (const [host, prefix] of all) {
          const bytes = parseIpAddress(`${prefix}${host}`) ?? new Uint8Array(16);
          expect(texts.of(bytes, 0, 16)).toBe(formatIpAddress(withoutMapping(bytes)));
          bytes.fill(0xee);
        }
      }),
    );
  });
});
