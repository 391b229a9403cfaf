const refusalsUntilSplice = 2;
const addressLimit = 1_024;

interface Remembered {
  refusals: number;
  spliced: boolean;
}

/**
 * Which addresses refused our certificate. Two handshakes in a row that fail are a refusal for good: from then on the
 * device is spliced, so that at least its cloud goes on working. Forgotten at a restart; the oldest go first when full.
 */
export class TlsMemory {
  readonly #devices = new Map<string, Remembered>();

  /** How often in a row the address failed in the handshake, this time included. */
  refused(address: string): number {
    const device = this.#of(address);
    device.refusals += 1;
    return device.refusals;
  }

  accepted(address: string): void {
    const device = this.#devices.get(address);
    if (device !== undefined && !device.spliced) device.refusals = 0;
  }

  refuses(address: string): boolean {
    return (this.#devices.get(address)?.refusals ?? 0) >= refusalsUntilSplice;
  }

  /** True the first time that the address is spliced: the time to say so. */
  isNewSplice(address: string): boolean {
    const device = this.#of(address);
    const isNew = !device.spliced;
    device.spliced = true;
    return isNew;
  }

  #of(address: string): Remembered {
    const known = this.#devices.get(address);
    if (known !== undefined) return known;
    const [oldest] = this.#devices.keys();
    if (this.#devices.size >= addressLimit && oldest !== undefined) this.#devices.delete(oldest);
    const device: Remembered = { refusals: 0, spliced: false };
    this.#devices.set(address, device);
    return device;
  }
}
