import { SocketAddress } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSocketAddress, encodeSocketAddress } from "../../../src/relay/arrival/socket-address.js";

const spelled = (address: string): string => new SocketAddress({ address, family: "ipv6" }).address;

describe("socket addresses of the kernel", () => {
  it("reads an IPv4 address and its port, big-endian", () => {
    const bytes = Buffer.from("0200271036d0010b0000000000000000", "hex");
    expect(decodeSocketAddress(bytes)).toEqual({ address: "54.208.1.11", port: 10_000 });
  });

  it("reads an IPv6 address in its shortest spelling", () => {
    const bytes = encodeSocketAddress({ address: "fd00:0:0:0:0:0:0:5", port: 443 });
    expect(decodeSocketAddress(bytes)).toEqual({ address: "fd00::5", port: 443 });
  });

  it("knows no other family, and no address in too few bytes", () => {
    expect(decodeSocketAddress(Buffer.alloc(28))).toBeUndefined();
    expect(decodeSocketAddress(Buffer.from("0200", "hex"))).toBeUndefined();
    expect(decodeSocketAddress(encodeSocketAddress({ address: "fd00::5", port: 1 }).subarray(0, 20))).toBeUndefined();
  });

  it("gives every address back as it was", () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(fc.ipV4(), port, (address, number) => {
        expect(decodeSocketAddress(encodeSocketAddress({ address, port: number }))).toEqual({ address, port: number });
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), port, (address, number) => {
        const back = decodeSocketAddress(encodeSocketAddress({ address, port: number }));
        expect(back).toEqual({ address: spelled(address), port: number });
      }),
    );
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void decodeSocketAddress(bytes)));
  });
});
