/** Capture files made by hand, with everything that programs may write and Cloudtap does not. */
export class PacketFile {
  readonly #isLittle: boolean;

  constructor(order: "little" | "big" = "little") {
    this.#isLittle = order === "little";
  }

  u16(value: number): Buffer {
    const bytes = Buffer.alloc(2);
    if (this.#isLittle) bytes.writeUInt16LE(value);
    else bytes.writeUInt16BE(value);
    return bytes;
  }

  u32(...values: readonly number[]): Buffer {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [index, value] of values.entries()) {
      if (this.#isLittle) bytes.writeUInt32LE(value, 4 * index);
      else bytes.writeUInt32BE(value, 4 * index);
    }
    return bytes;
  }

  s64(value: bigint): Buffer {
    const bytes = Buffer.alloc(8);
    if (this.#isLittle) bytes.writeBigInt64LE(value);
    else bytes.writeBigInt64BE(value);
    return bytes;
  }

  /** A pcap file's header. */
  pcapHeader(magic: number, linkType = 1): Buffer {
    return Buffer.concat([this.u32(magic), this.u16(2), this.u16(4), this.u32(0, 0, 65_535, linkType)]);
  }

  pcapPacket(seconds: number, fraction: number, bytes: Uint8Array, originalBytes = bytes.length): Buffer {
    return Buffer.concat([this.u32(seconds, fraction, bytes.length, originalBytes), bytes]);
  }

  block(type: number, body: Uint8Array): Buffer {
    const filled = padded(body);
    const length = filled.length + 12;
    return Buffer.concat([this.u32(type, length), filled, this.u32(length)]);
  }

  option(code: number, value: Uint8Array | string): Buffer {
    const bytes = Buffer.from(value);
    return Buffer.concat([this.u16(code), this.u16(bytes.length), padded(bytes)]);
  }

  section(...options: readonly Buffer[]): Buffer {
    const body = [this.u32(0x1a2b3c4d), this.u16(1), this.u16(0), this.s64(-1n), ...options];
    return this.block(0x0a0d0d0a, Buffer.concat(body));
  }

  interface(linkType = 1, snapBytes = 0, ...options: readonly Buffer[]): Buffer {
    return this.block(1, Buffer.concat([this.u16(linkType), this.u16(0), this.u32(snapBytes), ...options]));
  }

  /** `at`: in the units of the interface. */
  packet(at: bigint, bytes: Uint8Array, options: readonly Buffer[] = [], interfaceId = 0): Buffer {
    const head = this.u32(interfaceId, Number(at >> 32n), Number(at & 0xffff_ffffn), bytes.length, bytes.length);
    return this.block(6, Buffer.concat([head, padded(bytes), ...options]));
  }
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
