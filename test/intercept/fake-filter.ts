import type { InterceptCounter } from "../../src/intercept/interception.js";
import type { PacketFilter } from "../../src/intercept/packet-filter.js";

/** Rules in memory. */
export class FakeFilter implements PacketFilter {
  readonly backend = "nft";
  lapses = true;
  readonly calls: string[] = [];
  readonly #seen: InterceptCounter = { relay: "deye", family: 4, packets: 3, bytes: 180 };
  /** Thrown by the next loads. */
  refusal: Error | undefined;
  present = false;

  async load(): Promise<void> {
    this.calls.push("load");
    if (this.refusal !== undefined) throw this.refusal;
    this.present = true;
  }

  async refresh(): Promise<boolean> {
    this.calls.push("refresh");
    return this.present;
  }

  async counters(): Promise<readonly InterceptCounter[]> {
    return [this.#seen];
  }

  async show(): Promise<string> {
    return "table inet cloudtap\n";
  }

  release(): void {
    this.calls.push("release");
  }
}
